"""Division codes and names: taken apart, matched inside their parent, followed through changes."""

from wushan_geo.sources.divisions.change_table import change_faults, read_changes
from wushan_geo.sources.divisions.codes import Code, code_fault, parse, parse_all, repaired
from wushan_geo.sources.divisions.crosswalks import Changes, crosswalk, shipped_changes
from wushan_geo.sources.divisions.findings import code_faults, kind_faults, match_faults
from wushan_geo.sources.divisions.index import UnitIndex, unit_index
from wushan_geo.sources.divisions.matching import how_text, match, reason_text
from wushan_geo.sources.divisions.systems import check_codes, chosen_ids, follows_other_system

__all__ = [
    "Changes",
    "Code",
    "UnitIndex",
    "change_faults",
    "check_codes",
    "chosen_ids",
    "code_fault",
    "code_faults",
    "crosswalk",
    "follows_other_system",
    "how_text",
    "kind_faults",
    "match",
    "match_faults",
    "parse",
    "parse_all",
    "read_changes",
    "reason_text",
    "repaired",
    "shipped_changes",
    "unit_index",
]
