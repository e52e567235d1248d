"""Look-ups in the tables of a finished result, shared by the page and the workbook.

Nothing is measured here: rows are selected, sorted, counted, and persons of rows are added up.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo.reports.figures import missing, pair, rows_of, text, tongues
from wushan_geo.reports.travelled import Travelled, travelled
from wushan_geo.results import CLASSES, CONDITIONS
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from wushan_geo.reports.figures import Text
    from wushan_geo.results import ServiceInfo, StudyInfo, StudyResult

GROUPS = ("places", "persons", "eligible")
MEASURES = (
    *(f"{one}_{part}" for one in GROUPS for part in ("reached", "total")),
    *(f"{one}_reached_{condition}" for one in GROUPS for condition in CONDITIONS),
)
NAN = float("nan")
PASS, FAIL, CANNOT = "pass", "fail", "cannot_assess"
VERDICTS = (PASS, FAIL, CANNOT)
SCHEMATIC = ("modelled", "missing")  # bases on which minutes are shown as an interval only


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the scoreboard."""

    ledger: str
    """plan or reach."""
    rule: str
    """Name of the rule."""
    rule_text: Text
    """The rule in words."""
    level: str
    """county, township or village."""
    zone: str
    """Code of the unit."""
    name: Text
    """Name of the unit."""
    verdict: str
    """Official verdict."""
    demonstration: str
    """Demonstration verdict, or empty."""
    reason: Text
    """Why, without the sentence that decisive data are modelled."""
    basis: str
    """Basis of the verdict."""
    persons: float
    """Certified persons behind it."""
    remedy: Text
    """What to do, or empty."""
    force: str
    """How strongly the plan asks."""
    clause: Text
    """Where the plan says so."""
    lead: Text
    """Lead units."""

    @property
    def shown(self) -> str:
        """The demonstration verdict where there is one, else the official one."""
        return self.demonstration or self.verdict


@dataclass(frozen=True, slots=True)
class Spread:
    """Villages and certified persons of a unit by coverage class."""

    places: Mapping[str, int]
    """Villages by class."""
    persons: Mapping[str, float]
    """Certified persons by class; NaN where a village has no count."""
    blind: bool
    """True where the reach of no village is known."""
    border: float
    """Villages that could be served from beyond the county; NaN where it is known of none."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the parts of a report look up."""

    result: StudyResult
    """The finished result."""
    towns: Mapping[str, Text]
    """Names of the townships by code, sorted."""
    parents: Mapping[str, str]
    """Township of each village, sorted by village."""
    facilities: Mapping[str, Text]
    """Names of the facilities by id."""
    lines: tuple[Line, ...]
    """The scoreboard."""
    access: Mapping[tuple[str, str, str, float], float]
    """Counts within a limit by unit, service, measure and limit."""
    spreads: Mapping[tuple[str, str, float], Spread]
    """Classes by unit (township or county), service and limit."""
    travelled: Travelled
    """What is told by way of travelling."""

    @property
    def info(self) -> StudyInfo:
        """The study."""
        return self.result.info

    @property
    def timed(self) -> tuple[ServiceInfo, ...]:
        """Services measured in minutes."""
        return tuple(one for one in self.info.services if one.measure == "minutes")

    @property
    def headline(self) -> ServiceInfo:
        """The service shown first."""
        return self.info.service(self.info.headline)

    def rule(self, level: str) -> list[Line]:
        """Give the promise of a level: the first rule that the plan asks of each of its units.

        Parameters
        ----------
        level
            township or village.

        Returns
        -------
        list of Line
            One a unit, sorted by code; empty without a plan.

        Raises
        ------
        TypeError
            Never.
        """
        own = [one for one in self.lines if one.ledger == "plan" and one.level == level]
        return sorted((one for one in own if one.rule == own[0].rule), key=lambda one: one.zone)

    def counts(self, zone: str, service: str, limit: float) -> dict[str, float]:
        """Give the counts of a unit within a limit; what is not known is NaN and not zero.

        Parameters
        ----------
        zone
            Code of a township or of the county.
        service
            Service key.
        limit
            Minutes.

        Returns
        -------
        dict
            Value of each of ``MEASURES``.

        Raises
        ------
        TypeError
            Never.
        """
        return {one: self.access.get((zone, service, one, limit), NAN) for one in MEASURES}


def desk_of(result: StudyResult) -> Desk:
    """Prepare the look-ups.

    Parameters
    ----------
    result
        A finished result.

    Returns
    -------
    Desk
        The look-ups.

    Raises
    ------
    KeyError
        If a table or a column that reports read is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    tables = result.tables
    parents = dict(sorted(rows_of(tables["villages"], "zone_id", "parent_id")))
    return Desk(
        result=result,
        towns=_names(tables["townships"], "zone_id"),
        parents=parents,
        facilities=_names(tables["facilities"], "facility_id"),
        lines=tuple(_lines(tables["scoreboard"])),
        access=_access(tables["access"]),
        spreads=_spreads(tables["gaps"], parents, result.info.county),
        travelled=travelled(tables["access"], result.info.county),
    )


def _names(table: pd.DataFrame, key: str) -> dict[str, Text]:
    rows = rows_of(table, key, "name", "name_en")
    return {zone: pair(zh, en) for zone, zh, en in sorted(rows, key=lambda one: str(one[0]))}


def _lines(table: pd.DataFrame) -> Iterable[Line]:
    openings = [say("reason.modelled", language, reason="") for language in ("zh", "en")]
    columns = (
        "ledger", "rule", "rule_zh", "rule_en", "level", "zone_id", "name", "name_en", "verdict",
        "demonstration_verdict", "reason", "reason_zh", "reason_en", "basis", "persons",
        "remedy_zh", "remedy_en", "force", "clause", "lead_units",
    )  # fmt: skip
    known: dict[str, Text] = {}  # a clause stands in hundreds of rows
    for row in rows_of(table, *columns):
        rule, rule_zh, rule_en = text(row[1]), text(row[2]), text(row[3])
        clause, lead = (known.setdefault(one, tongues(one)) for one in map(text, row[18:20]))
        yield Line(
            ledger=text(row[0]),
            rule=rule,
            rule_text=pair(rule_zh or rule, rule_en or rule),
            level=text(row[4]),
            zone=text(row[5]),
            name=pair(row[6], row[7]),
            verdict=text(row[8]),
            demonstration=text(row[9]),
            reason=_marked("report.reason.demonstration", row[11:13], openings),
            basis=text(row[13]),
            persons=float(row[14]),
            remedy=(
                _marked("report.remedy.demonstration", row[15:17], ("", ""))
                if text(row[9])
                else (text(row[15]), text(row[16]))
            ),
            force=text(row[17]),
            clause=clause,
            lead=lead,
        )


def _marked(key: str, texts: Sequence[Any], openings: Sequence[str]) -> Text:
    """Mark what rests on modelled data in its own cell; what does not begin so is left as it is."""
    marked = []
    for at, language in enumerate(LANGUAGES):
        whole = text(texts[at])
        core = whole.removeprefix(openings[at])
        told = bool(core) and (whole != core or not openings[at])
        marked.append(say(key, language, text=core) if told else whole)
    return marked[0], marked[1]


def _access(table: pd.DataFrame) -> dict[tuple[str, str, str, float], float]:
    found = {}
    columns = ("zone_id", "service", "measure", "parameters", "value")
    for zone, service, measure, parameters, value in rows_of(table, *columns):
        if measure in MEASURES:
            limit = text(parameters).removeprefix("limit=").partition(" ")[0].rstrip(";")
            found[zone, service, measure, float(limit)] = float(value)
    return found


def _spreads(
    gaps: pd.DataFrame, parents: Mapping[str, str], county: str
) -> dict[tuple[str, str, float], Spread]:
    places: defaultdict[tuple[str, str, float], Counter[str]] = defaultdict(Counter)
    persons: defaultdict[tuple[str, str, float], Counter[str]] = defaultdict(Counter)
    border: defaultdict[tuple[str, str, float], Counter[str]] = defaultdict(Counter)
    seen: set[tuple[str, str, float]] = set()
    columns = ("zone_id", "service", "limit", "class", "reach", "persons", "border")
    for zone, service, limit, key, reach, count, beyond in rows_of(gaps, *columns):
        for unit in (parents[zone], county):
            at = (unit, service, float(limit))
            places[at][key] += 1
            # NaN stays NaN in a sum: a total of what is known only would look complete.
            persons[at][key] += count
            border[at][text(beyond)] += 1
            if reach != "unknown":
                seen.add(at)
    return {
        at: Spread(
            {one: places[at][one] for one in CLASSES},
            {one: persons[at][one] for one in CLASSES},
            at not in seen,
            border[at]["yes"] if border[at]["yes"] + border[at]["no"] else NAN,
        )
        for at in places
    }


def tally(lines: Iterable[Line], *, official: bool) -> dict[str, int]:
    """Count verdicts.

    Parameters
    ----------
    lines
        Rows of the scoreboard.
    official
        True for the official verdicts, False for the demonstration ones.

    Returns
    -------
    dict
        Number of units by verdict: pass, fail, cannot_assess.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> tally([], official=True)
    {'pass': 0, 'fail': 0, 'cannot_assess': 0}
    """
    found = Counter(one.verdict if official else one.demonstration for one in lines)
    return {one: found[one] for one in VERDICTS}


def added(values: Iterable[float]) -> float:
    """Add up persons of rows.

    Parameters
    ----------
    values
        Counts; a missing one is left out.

    Returns
    -------
    float
        The sum of what is known; 0 for no row at all, NaN if there are rows and none is known.

    Raises
    ------
    TypeError
        If a value is no number.

    Examples
    --------
    >>> added([1.0, 2.0]), added([]), added([float("nan")])
    (3.0, 0.0, nan)
    """
    every = list(values)
    known = [one for one in every if not missing(one)]
    return NAN if every and not known else math.fsum(known)
