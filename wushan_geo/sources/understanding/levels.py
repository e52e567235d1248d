"""Rows of whole townships among rows of villages: totals that no word gives away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.codes import read_code
from wushan_geo.study.faults import rule
from wushan_geo.study.tables import COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS

if TYPE_CHECKING:
    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.rows import Sorted

COUNTED = ("persons", "residence")
"""Tables whose records are villages alone."""
_TOWNSHIP = re.compile(r".+(?:镇|乡|街道|街道办事处|街道办)")
_COUNTY = re.compile(r".+(?:县|区|市|自治县)")
_VILLAGE = re.compile(r".*(?:村|社区|居委会|委员会|村委会)")
COUNTY, TOWNSHIP, VILLAGE = "all", "township", "village"


def find_levels(body: Body, found: Sorted) -> None:
    """Find rows of whole townships, or of the county, among the records of villages.

    They are known by an empty village beside a township, by a shorter code, or by a name that ends
    as those of townships do. Where the sheet has one column of names, a township that stands above
    its villages is given to them.

    Parameters
    ----------
    body
        The rows; the township above them is given to villages.
    found
        What the rows are; rows of townships become totals.

    Raises
    ------
    KeyError
        Never: only columns of the sheet are asked for.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    if body.desk.table not in COUNTED or body.claims.register:
        return
    leveler = _Leveler(body)
    levels = {index: leveler.level(index) for index in found.records}
    above = [index for index, level in levels.items() if level != VILLAGE]
    if not above or len(above) == len(levels):
        return
    found.records = [index for index in found.records if levels[index] == VILLAGE]
    for index in above:
        found.totals[index] = (levels[index], _unit(body, index))
    _give_townships(body, found, [one for one in above if levels[one] == TOWNSHIP])


class _Leveler:
    """Tells of what level the unit of a row is."""

    def __init__(self, body: Body) -> None:
        self.codes = body.named("zone_id")
        self.village, self.town = body.named("village_name"), body.named("township_name")
        self.zone = body.named("zone_name")
        self.by_length = {COUNTY_DIGITS: COUNTY, TOWNSHIP_DIGITS: TOWNSHIP, VILLAGE_DIGITS: VILLAGE}
        self.by_code: dict[str, str | None] = {}

    def level(self, index: int) -> str:
        """Tell the level of one row: by its code, by what it leaves empty, by its name."""
        code = self._coded(self.codes[index]) if self.codes is not None else None
        if code is not None:
            return code
        if self.village is not None and not self.village[index]:
            if self.town is not None and self.town[index]:
                return TOWNSHIP
            return VILLAGE if self.zone is None else _by_name(self.zone[index])
        names = self.village if self.village is not None else self.zone
        return VILLAGE if names is None else _by_name(names[index])

    def _coded(self, code: str) -> str | None:
        if code not in self.by_code:
            read = read_code(code).text or ""
            self.by_code[code] = self.by_length.get(len(read)) if read.isdigit() else None
        return self.by_code[code]


def _by_name(name: str) -> str:
    if _VILLAGE.fullmatch(name) or not name:
        return VILLAGE
    if _TOWNSHIP.fullmatch(name):
        return TOWNSHIP
    return COUNTY if _COUNTY.fullmatch(name) else VILLAGE


def _unit(body: Body, index: int) -> str:
    for column in ("township_name", "village_name", "zone_name", "county_name", "zone_id"):
        texts = body.named(column)
        if texts is not None and texts[index]:
            return texts[index]
    return ""


def _give_townships(body: Body, found: Sorted, rows: list[int]) -> None:
    """Give a township that stands above its villages to them, where no column names it."""
    names = body.named("village_name") or body.named("zone_name")
    lacking = body.named("township_name") is None and body.named("zone_id") is None
    if not rows or names is None or not lacking or min(rows) > min(found.records):
        return
    towns: list[str] = []
    said = ""
    heads = set(rows)
    for index in range(len(body.at)):
        said = names[index] if index in heads else said
        towns.append(said)
    body.given["township_name"] = towns
    claim = body.claims.single("village_name") or body.claims.single("zone_name")
    positions = [body.at[one] for one in rows]
    words = rule("row_township", count=len(rows), rows=body.desk.rows(positions))
    body.desk.note(claim.header if claim else "", "", words, positions)
