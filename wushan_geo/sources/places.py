"""Where a row belongs: the names that an office wrote, matched to the units of the study."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.checkup import MATCHES
from wushan_geo.errors import Ask
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import Pair, fault, hint, rule
from wushan_geo.study.tables import TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.errors import Fault, Severity
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw

NAMES = ("township_name", "village_name", "zone_name")
OUTSIDE = "outside"  # the answer for a facility beyond the county
TOLD = ("one_character", "kind", "crosswalk")  # ways of matching that an officer should look at
SYSTEM = "coding system"  # what is asked where a whole list follows the codes of another office
# Tables whose rows may belong to a township as a whole.
EITHER = ("facilities", "road_nodes")


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a study, by which names are matched."""

    townships: pd.DataFrame
    """Columns zone_id and name, and what else is known."""
    villages: pd.DataFrame
    """Columns zone_id, name and parent_id, and what else is known."""
    changes: pd.DataFrame | None = None
    """Renamed, merged, split and moved units, where the study knows any."""
    county: pd.DataFrame | None = None
    """The county itself, since its name may stand before that of a unit."""

    def every(self, *, towns: bool = False) -> pd.DataFrame:
        """Give all units, or the county and its townships alone."""
        parts = [self.county, self.townships, *(() if towns else (self.villages,))]
        frames = [one for one in parts if one is not None]
        columns = ["zone_id", "name", "parent_id"]
        whole: pd.DataFrame = pd.concat(frames, ignore_index=True).reindex(columns=columns)
        return whole


@dataclass(frozen=True, slots=True)
class Placed:
    """A table whose rows know where they belong, and how that was found."""

    raw: Raw
    """The table with ``zone_id``; names are taken out of it."""
    matches: pd.DataFrame
    """Each name and the unit it was taken for, columns of ``checkup.MATCHES``."""
    faults: tuple[Fault, ...]
    """Names that are ambiguous or unknown, and codes that contradict their names."""
    pending: frozenset[tuple[str, int | None]] = frozenset()
    """File and row of the records whose unit is still asked about."""


def resolve(raw: Raw, table: str, units: Units, answers: Answers) -> Placed:
    """Find the unit of each row from its names, inside its parent, and check given codes by them.

    A township is matched in the county and a village in its township. What is ambiguous or unknown
    is asked once for each name and never guessed; where a row has both a code and a name, the two
    must mean the same unit.

    Parameters
    ----------
    raw
        Table with ``zone_id``, names (``township_name``, ``village_name``, ``zone_name``), or both.
    table
        Table of the study.
    units
        Units of the study.
    answers
        What was decided before.

    Returns
    -------
    Placed
        The table with its codes, the matches and the findings.

    Raises
    ------
    KeyError
        If the units lack a column.

    Examples
    --------
    >>> from wushan_geo.study.answers import Answers
    >>> from wushan_geo.study.tables import Raw
    >>> towns = pd.DataFrame({"zone_id": ["500237100"], "name": ["庙宇镇"]})
    >>> villages = pd.DataFrame(
    ...     {"zone_id": ["500237100201"], "name": ["永安村"], "parent_id": ["500237100"]}
    ... )
    >>> frame = pd.DataFrame({"township_name": ["庙宇"], "village_name": ["永安村委会"]}, index=[3])
    >>> placed = resolve(Raw(frame, "a.xlsx"), "persons", Units(towns, villages), Answers())
    >>> placed.raw.frame["zone_id"].tolist()
    ['500237100201']
    """
    named = [one for one in NAMES if one in raw.frame.columns]
    if not named:
        return Placed(raw, pd.DataFrame(columns=list(MATCHES)), ())
    asked = _distinct(raw, named, table)
    found = _match(asked, units)
    system, faults = _system(raw, found, table, answers, units)
    verdicts = [_verdict(one, table, answers, units, system) for one in found]
    faults += [one for at, verdict in enumerate(verdicts) for one in verdict.told(raw, found[at])]
    codes, keep = _codes(raw, found, verdicts)
    placed = raw.with_columns({"zone_id": codes})
    placed = _without(placed, named).kept(keep)
    asked_about = [
        one for one, verdict in zip(found, verdicts, strict=True) if verdict.zone is None
    ]
    pending = frozenset(line for one in asked_about for line in one.lines)
    return Placed(placed, _table(raw, table, found, verdicts), tuple(faults), pending)


@dataclass(slots=True)
class _Name:
    """One distinct combination of code and names, with the rows that have it."""

    township: str
    village: str
    code: str
    whole: bool
    rows: list[int]
    lines: set[tuple[str, int | None]] = field(default_factory=set)
    zone: str | None = None
    official: str = ""
    method: str = ""
    score: float = float("nan")
    status: str = "unmatched"
    candidates: tuple[str, ...] = ()
    reason: str = ""

    @property
    def shown(self) -> str:
        """Names as the office wrote them, the township first."""
        return "/".join(one for one in (self.township, self.village) if one)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What becomes of the rows of one name."""

    zone: str | None = None
    keep: bool = True
    words: Pair | None = None
    advice: Pair | None = None
    ask: Ask | None = None
    severity: Severity = "decide"
    how: str = ""

    def told(self, raw: Raw, name: _Name) -> Iterator[Fault]:
        """Give the finding, at the first of the rows."""
        if self.words is not None and self.advice is not None:
            column = "village_name" if name.village else "township_name"
            if column not in raw.frame.columns:
                column = "zone_name"
            where = raw.where(name.rows[0], column, name.shown)
            yield fault(where, self.words, self.advice, severity=self.severity, ask=self.ask)


def _distinct(raw: Raw, named: list[str], table: str) -> list[_Name]:
    """Collect the distinct names in the order of their first row."""
    frame = raw.frame
    given = frame["zone_id"] if "zone_id" in frame.columns else pd.Series(pd.NA, frame.index)
    blank = pd.Series(pd.NA, index=frame.index)
    whole = frame["zone_name"] if "zone_name" in named else blank
    towns = frame["township_name"] if "township_name" in named else blank
    places = frame["village_name"] if "village_name" in named else blank
    texts = [one.astype(object).where(one.notna(), "").tolist() for one in (given, towns, places)]
    other = whole.astype(object).where(whole.notna(), "").tolist()
    found: dict[tuple[str, str, str, bool], _Name] = {}
    numbers = [int(one) for one in frame.index]
    files = (raw.file,) * len(frame) if raw.files is None else raw.files
    for at, (code, town, place, one) in enumerate(zip(*texts, other, strict=True)):
        village, is_whole = (place, False) if place or not one else (one, not town)
        if not village and not town:
            continue
        if not village and table not in EITHER:
            village = ""
        key = (code, town, village, is_whole)
        if key not in found:
            found[key] = _Name(town, village, code, is_whole, [])
        found[key].rows.append(at)
        found[key].lines.add((files[at], numbers[at]))  # a wide row was unfolded into many
    return list(found.values())


def _match(asked: list[_Name], units: Units) -> list[_Name]:
    """Match every name, each only once, inside its parent."""
    from wushan_geo.sources.divisions import match, unit_index

    towns = sorted({one.township for one in asked if one.township})
    above: dict[str, Any] = {}
    every = unit_index(units.every())
    if towns:
        table = match(towns, units.every(towns=True), crosswalk=units.changes)
        above = dict(zip(towns, table.to_dict("records"), strict=True))
    inner = [one for one in asked if one.village and _zone(above.get(one.township, {}))]
    alone = [one for one in asked if one.village and not one.township]
    for group, parents in (
        (inner, [_zone(above[one.township]) for one in inner]),
        (alone, None),
    ):
        if group:
            names = [one.village for one in group]
            table = match(names, every, parent=parents, crosswalk=units.changes)
            for one, row in zip(group, table.to_dict("records"), strict=True):
                _note(one, row)
    for one in asked:
        own = above.get(one.township, {})
        if own and (not one.village or not _zone(own)):
            _note(one, own)
            if one.village:  # the township is not known, so nothing is known of the village
                one.zone, one.status = None, "unmatched" if not one.candidates else one.status
    return asked


def _zone(row: Mapping[Any, Any]) -> str | None:
    zone = row.get("zone_id")
    return None if zone is None or zone is pd.NA or zone != zone else str(zone)  # noqa: PLR0124 -- NaN


def _note(one: _Name, row: Mapping[Any, Any]) -> None:
    one.zone = _zone(row)
    name = row.get("name")
    one.official = name if isinstance(name, str) else ""
    one.method, one.score = str(row["method"] or ""), float(row["score"])
    one.status, one.candidates = str(row["status"]), tuple(row["candidates"])
    one.reason = str(row.get("reason") or "")


def _system(
    raw: Raw, found: list[_Name], table: str, answers: Answers, units: Units
) -> tuple[str, list[Fault]]:
    """Tell whether the codes of the whole list are those of another office, and what was decided.

    The answer is empty where the list follows the units' own codes.
    """
    coded = [one for one in found if one.code]
    known = {*units.townships["zone_id"], *units.villages["zone_id"]}
    if not any(one.code in known and one.zone not in {None, one.code} for one in coded):
        return "", []
    from wushan_geo.sources.divisions import check_codes, code_faults, follows_other_system

    every = units.every()
    names = [one.village or one.township for one in coded]
    parents = [one.township if one.village else "" for one in coded]
    checked = check_codes([one.code for one in coded], names, every, parents)
    if not follows_other_system(checked):
        return "", []
    told = code_faults(
        checked, every, lambda at: raw.where(coded[at].rows[0], "zone_id"), table, answers
    )
    system = [one for one in told if one.ask is not None and one.ask.subject == SYSTEM]
    return answers.get("zone", table, SYSTEM) or "open", system


def _verdict(one: _Name, table: str, answers: Answers, units: Units, system: str = "") -> _Verdict:
    """Decide what becomes of a name: an answer first, then the code, the match, the question."""
    subject = one.shown if not one.code else f"{one.shown} ({one.code})"
    answer = answers.get("zone", table, subject) or answers.get("zone", table, one.shown)
    known = {*units.townships["zone_id"], *units.villages["zone_id"]}
    if answer is not None:
        verdict = _answered(answer.strip(), one, known)
        if verdict is not None:
            return verdict
        asked = Ask("zone", table, subject, _choices(one, units, table))
        return _Verdict(words=rule("place_answer"), advice=hint("place_answer"), ask=asked)
    if one.code in known and one.zone not in {None, one.code}:
        if system:  # asked once for the whole list
            zone = {"by name": one.zone, "by code": one.code}.get(system)
            return _Verdict(zone, how="" if zone is None else "answer")
        words = rule("place_contradicts", code=one.code, name=one.official, count=len(one.lines))
        asked = Ask("zone", table, subject, _choices(one, units, table, one.code))
        return _Verdict(words=words, advice=hint("place_contradicts"), ask=asked)
    if one.code in known or (one.code and one.zone is None):
        return _Verdict(one.code, how="code")
    return _matched(one, table, units)


def _matched(one: _Name, table: str, units: Units) -> _Verdict:
    """Take the match, or ask."""
    count = len(one.lines)
    asked = Ask("zone", table, one.shown, _choices(one, units, table))
    if one.zone is not None and one.status == "matched":
        if one.village or table in EITHER:
            return _read_as(one, count)
        words, advice = rule("place_township", count=count), hint("place_township")
    elif one.status == "ambiguous":
        words, advice = rule("place_ambiguous", count=count), hint("place_ambiguous")
    else:
        words, advice = rule("place_unknown", count=count), hint("place_unknown")
    return _Verdict(words=words, advice=advice, ask=asked)


def _read_as(one: _Name, count: int) -> _Verdict:
    """Take the match; where more than the dress of the name had to be changed, say so."""
    if one.method not in TOLD:
        return _Verdict(one.zone)
    words = rule("place_read_as", name=one.official, code=one.zone, count=count)
    return _Verdict(one.zone, words=words, advice=hint("place_read_as"), severity="note")


def _answered(answer: str, one: _Name, known: set[str]) -> _Verdict | None:
    """Do as decided; None where the answer is no unit of the county."""
    if answer == LEAVE_OUT:
        words = rule("place_left_out", count=len(one.lines))
        advice = hint("place_left_out")
        return _Verdict(keep=False, words=words, advice=advice, severity="note", how="answer")
    if answer == OUTSIDE:
        return _Verdict(how="answer")
    if answer in known:
        return _Verdict(answer, how="answer")
    return None


def _choices(one: _Name, units: Units, table: str, *more: str) -> tuple[str, ...]:
    """Offer the candidates with their names, then leaving the rows out."""
    names = dict(zip(units.townships["zone_id"], units.townships["name"], strict=True))
    names |= dict(zip(units.villages["zone_id"], units.villages["name"], strict=True))
    codes = dict.fromkeys([*more, *([one.zone] if one.zone else []), *one.candidates])
    shown = []
    for code in codes:
        if code in names:
            above = names.get(code[:TOWNSHIP_DIGITS], "") if len(code) > TOWNSHIP_DIGITS else ""
            shown.append(f"{code} {above}{names[code]}")
    return (*shown, *((OUTSIDE,) if table in EITHER else ()), LEAVE_OUT)


def _codes(
    raw: Raw, found: list[_Name], verdicts: list[_Verdict]
) -> tuple[list[str | None], np.ndarray]:
    """Give the code of each row, and whether it is kept."""
    size = len(raw.frame)
    codes: list[str | None] = [None] * size
    if "zone_id" in raw.frame.columns:
        given = raw.frame["zone_id"]
        codes = given.astype(object).where(given.notna(), None).tolist()
    keep = np.ones(size, dtype=bool)
    for one, verdict in zip(found, verdicts, strict=True):
        for at in one.rows:
            codes[at] = verdict.zone
        keep[one.rows] = verdict.keep
    return codes, keep


def text_column(raw: Raw, column: str) -> list[str | None]:
    """Give the texts of a column, None where a cell is empty or there is no such column.

    Parameters
    ----------
    raw
        The table.
    column
        Name of the column.

    Returns
    -------
    list
        One text or None for each row.

    Raises
    ------
    AttributeError
        If `raw` is no table.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> text_column(Raw(pd.DataFrame({"name": ["A"]}), "a.csv"), "zone_id")
    [None]
    """
    if column not in raw.frame.columns:
        return [None] * len(raw.frame)
    cells = raw.frame[column].astype(object)
    return [str(one) if isinstance(one, str) else None for one in cells.tolist()]


def name_of(raw: Raw, at: int) -> str:
    """Give the name of a unit, in whichever column it stands.

    Parameters
    ----------
    raw
        A list of units.
    at
        Position of the row.

    Returns
    -------
    str
        The name, empty where there is none.

    Raises
    ------
    IndexError
        If there is no such row.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> name_of(Raw(pd.DataFrame({"zone_name": ["庙宇镇"]}), "a.csv"), 0)
    '庙宇镇'
    """
    for column in ("name", "village_name", "zone_name", "township_name"):
        if column in raw.frame.columns:
            cell = raw.frame[column].iloc[at]
            if isinstance(cell, str):
                return cell
    return ""


def _without(raw: Raw, named: list[str]) -> Raw:
    return replace(raw, frame=raw.frame.drop(columns=named))


def _table(raw: Raw, table: str, found: list[_Name], verdicts: list[_Verdict]) -> pd.DataFrame:
    rows = []
    for one, verdict in zip(found, verdicts, strict=True):
        place = raw.where(one.rows[0], "zone_id")
        rows.append(
            {
                "table": table,
                "file": place.file,
                "row": float(place.row or 0),
                "parent": one.township,
                "name": one.village or one.township,
                "zone_id": verdict.zone,
                "official": one.official,
                "method": verdict.how or one.method,
                "score": one.score,
                "status": "decided" if verdict.how == "answer" else one.status,
                "candidates": ";".join(one.candidates),
            }
        )
    return pd.DataFrame(rows, columns=list(MATCHES))
