"""What only several tables together can tell; every fault is found before one error is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import Fault
from wushan_geo.study import geometry
from wushan_geo.study.tables import (
    AGES,
    COUNTY_DIGITS,
    ELIGIBLE,
    GROUPS,
    TOWNSHIP_DIGITS,
    TYPES,
    VILLAGE_DIGITS,
    Raw,
    Tables,
    nearest_name,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


def check_study(tables: Tables) -> list[Fault]:
    """Check what only several tables together can tell.

    Codes and parents, ids that must exist elsewhere, services that the study file knows, counts
    that must add up (types and ages to all, parts not above the whole), coordinate systems, valid
    coverages, and points inside their own zone.

    Parameters
    ----------
    tables
        The typed and raw tables.

    Returns
    -------
    list of Fault
        Every fault found; empty if all is well.

    Raises
    ------
    KeyError
        If townships, villages or the county outline are not among the tables.

    Examples
    --------
    See ``tests/test_study_checks.py``.
    """
    found: list[Fault] = []
    for check in (
        _codes,
        _parents,
        _groups,
        _sums,
        _services,
        _facilities,
        _edges,
        geometry.check_layers,
    ):
        found += check(tables)
    return found


def _blame(
    tables: Tables, table: str, column: str, wrong: np.ndarray, words: tuple[str, str]
) -> Iterator[Fault]:
    raw, clean = tables.raw[table], tables.clean[table]
    rule, suggestion = words
    for at in np.flatnonzero(wrong).tolist():
        value = clean[column].iloc[at]
        shown = "" if value is None or value is pd.NA else str(value)
        yield Fault(raw.file, int(clean.index[at]), column, shown, rule, suggestion)


def _codes(tables: Tables) -> list[Fault]:
    digits = {
        "county": COUNTY_DIGITS,
        "townships": TOWNSHIP_DIGITS,
        "villages": VILLAGE_DIGITS,
    }
    found: list[Fault] = []
    for table, length in digits.items():
        codes = tables.clean[table]["zone_id"].astype("str")
        wrong = (~codes.str.fullmatch(rf"\d{{{length}}}")).to_numpy() & codes.notna().to_numpy()
        rule = f"is a code of {length} digits, kept as text"
        hint = "Excel may have dropped a zero or added .0: format the column as text."
        found += _blame(tables, table, "zone_id", wrong, (rule, hint))
    county = tables.clean["county"]["zone_id"].astype("str")
    wrong = (county != tables.county).to_numpy()
    words = (f"is the county of the study file ({tables.county})", "Correct one of the two.")
    return [*found, *_blame(tables, "county", "zone_id", wrong, words)]


def _parents(tables: Tables) -> list[Fault]:
    villages = tables.clean["villages"]
    townships = set(tables.clean["townships"]["zone_id"].dropna())
    parent = villages["parent_id"]
    codes = villages["zone_id"].astype("str")
    orphan = ~parent.isin(townships).to_numpy() & parent.notna().to_numpy()
    found = [
        Fault(
            fault.file,
            fault.row,
            fault.column,
            fault.value,
            fault.rule,
            nearest_name(fault.value, townships),
        )
        for fault in _blame(
            tables, "villages", "parent_id", orphan, ("is the code of a township of the study", "")
        )
    ]
    prefix = codes.str[:TOWNSHIP_DIGITS].to_numpy()
    apart = (prefix != parent.to_numpy()) & ~orphan & parent.notna().to_numpy()
    words = ("is the first nine digits of zone_id", "Correct the code or the parent.")
    found += _blame(tables, "villages", "parent_id", apart, words)
    outside = tables.clean["townships"]["zone_id"].astype("str").str[:COUNTY_DIGITS]
    wrong = (outside != tables.county).to_numpy() & outside.notna().to_numpy()
    words = (f"starts with the county code {tables.county}", "Correct the code.")
    return [*found, *_blame(tables, "townships", "zone_id", wrong, words)]


def _known_zones(tables: Tables, table: str, zones: Collection[str], what: str) -> list[Fault]:
    codes = tables.clean[table]["zone_id"]
    wrong = ~codes.isin(list(zones)).to_numpy() & codes.notna().to_numpy()
    return [
        Fault(
            fault.file,
            fault.row,
            fault.column,
            fault.value,
            fault.rule,
            nearest_name(fault.value, zones),
        )
        for fault in _blame(tables, table, "zone_id", wrong, (f"is the code of {what}", ""))
    ]


def _groups(tables: Tables) -> list[Fault]:
    villages = set(tables.clean["villages"]["zone_id"].dropna())
    known = {*GROUPS, *(ELIGIBLE + key for key in tables.services)}
    found: list[Fault] = []
    for table in ("persons", "residence"):
        if table not in tables.clean:
            continue
        found += _known_zones(tables, table, villages, "a village of the study")
        groups = tables.clean[table]["group"]
        wrong = ~groups.isin(list(known)).to_numpy() & groups.notna().to_numpy()
        for fault in _blame(tables, table, "group", wrong, ("is a group of persons", "")):
            hint = nearest_name(fault.value, known)
            found.append(Fault(fault.file, fault.row, fault.column, fault.value, fault.rule, hint))
    if "persons" in tables.clean and not found:
        found += _complete(tables, villages)
    return found


def _complete(tables: Tables, villages: Collection[str]) -> list[Fault]:
    """Each group that is given at all has a row for each village: zero is written, not left out."""
    persons = tables.clean["persons"]
    raw = tables.raw["persons"]
    found = []
    for group, rows in persons.groupby("group", sort=True):
        lacking = sorted(set(villages) - set(rows["zone_id"]))
        for zone in lacking:
            rule = f"has a row for each village in group {group!r}"
            hint = "Add the row: 0 for none, an empty cell for not known."
            found.append(Fault(raw.file, None, "zone_id", zone, rule, hint))
    return found


def _wide(tables: Tables) -> pd.DataFrame | None:
    persons = tables.clean.get("persons")
    if persons is None or persons.duplicated(["zone_id", "group"]).any():
        return None
    usable = persons.dropna(subset=["zone_id", "group"])
    return usable.pivot(index="zone_id", columns="group", values="persons")  # noqa: PD010 -- exact, not aggregating


def _sums(tables: Tables) -> list[Fault]:
    """Check that exclusive groups add up to all, and that no part is above the whole."""
    wide = _wide(tables)
    if wide is None or "all" not in wide:
        return []
    raw = tables.raw["persons"]
    total = wide["all"].to_numpy()
    found: list[Fault] = []
    for words, parts in (("disability types", TYPES), ("age bands", AGES)):
        if not set(parts) <= set(wide.columns):
            continue
        added = wide[list(parts)].to_numpy().sum(axis=1)
        with np.errstate(invalid="ignore"):
            wrong = np.isfinite(added) & np.isfinite(total) & (added != total)
        for at in np.flatnonzero(wrong).tolist():
            zone, value = str(wide.index[at]), f"{added[at]:g}"
            rule = f"the {words} of {zone} add up to its group 'all' ({total[at]:g})"
            found.append(Fault(raw.file, None, "persons", value, rule, "Correct the counts."))
    for group in wide.columns:
        with np.errstate(invalid="ignore"):
            wrong = wide[group].to_numpy() > total
        for at in np.flatnonzero(wrong).tolist():
            zone, value = str(wide.index[at]), f"{wide[group].iloc[at]:g}"
            rule = f"group {group!r} of {zone} is at most its group 'all' ({total[at]:g})"
            found.append(Fault(raw.file, None, "persons", value, rule, "Correct the counts."))
    return found


def _unknown_services(
    raw: Raw, rows: Iterable[tuple[int, str]], known: Collection[str], column: str
) -> list[Fault]:
    rule = "is a service named in the study file"
    return [Fault(raw.file, row, column, key, rule, nearest_name(key, known)) for row, key in rows]


def _services(tables: Tables) -> list[Fault]:
    known = set(tables.services)
    found: list[Fault] = []
    for table in ("services", "eligibility"):
        if table not in tables.clean:
            continue
        cells = tables.clean[table]["service"]
        rows = [
            (int(row), key)
            for row, key in zip(cells.index.tolist(), cells.tolist(), strict=True)
            if isinstance(key, str) and key not in known
        ]
        found += _unknown_services(tables.raw[table], rows, known, "service")
    if "services" in tables.clean:
        villages = set(tables.clean["villages"]["zone_id"].dropna())
        found += _known_zones(tables, "services", villages, "a village of the study")
    facilities = tables.clean.get("facilities")
    if facilities is not None:
        rows = [
            (int(row), key)
            for row, keys in zip(
                facilities.index.tolist(), facilities["services"].tolist(), strict=True
            )
            for key in sorted(keys or ())
            if key not in known
        ]
        found += _unknown_services(tables.raw["facilities"], rows, known, "services")
    return found


def _facilities(tables: Tables) -> list[Fault]:
    """Check that a facility's zone exists; an empty zone means beyond the county."""
    if "facilities" not in tables.clean:
        return []
    zones = {
        *tables.clean["villages"]["zone_id"].dropna(),
        *tables.clean["townships"]["zone_id"].dropna(),
    }
    return _known_zones(tables, "facilities", zones, "a village or township of the study")


def _edges(tables: Tables) -> list[Fault]:
    """Check that each road runs between known nodes."""
    edges, nodes = tables.clean.get("road_edges"), tables.clean.get("road_nodes")
    if edges is None or nodes is None:
        return []
    known = set(nodes["node_id"].dropna())
    found: list[Fault] = []
    for end in ("u", "v"):
        wrong = ~edges[end].isin(list(known)).to_numpy() & edges[end].notna().to_numpy()
        words = (f"is a node of {tables.raw['road_nodes'].file}", "Correct the id or add the node.")
        found += _blame(tables, "road_edges", end, wrong, words)
    return found
