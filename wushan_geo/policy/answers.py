"""What the data say of each rule in each unit: yes, no or not known, on what basis, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.access.gaps import NO, UNKNOWN, YES, offer_of
from wushan_geo.access.survey import in_period, register
from wushan_geo.storage import number_text
from wushan_geo.study.study import weakest
from wushan_geo.study.tables import BASES, TOWNSHIP_DIGITS
from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from wushan_geo.study.plan import Indicator, Rule
    from wushan_geo.study.study import Study

NOT_A_FACILITY = ("candidate_site",)
LISTED_NAMES = 3  # names that a reason spells out


@dataclass(frozen=True, slots=True)
class Answer:
    """What the data say of one rule in one unit."""

    zone_id: str
    """The unit."""
    answer: str
    """yes, no or unknown."""
    basis: str
    """Weakest input that decides; ``missing`` where nothing is there."""
    reason: str
    """Message key of the reason."""
    details: Mapping[str, object] = field(default_factory=dict)
    """What the reason needs put in; a value that is a pair holds a Chinese and an English text."""
    subjects: tuple[str, ...] = ()
    """Facilities or services that the reason is about, for the remedy."""


def answers(study: Study, rule: Rule) -> list[Answer]:
    """Put one rule to every unit of its level.

    Parameters
    ----------
    study
        The study.
    rule
        The rule.

    Returns
    -------
    list of Answer
        One for each unit, sorted by code.

    Raises
    ------
    KeyError
        If the rule's test is not known.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("wushan-facts")
    >>> {one.answer for one in answers(study, study.plan.rules[0])}
    {'unknown'}
    """
    return _TESTS[rule.test](study, rule)


@dataclass(frozen=True, slots=True)
class _Place:
    """One facility; plain objects, for a unit has a few of them."""

    facility_id: str
    name: str
    name_en: str
    kind: str
    status: str
    basis: str
    township: str


def _counted(study: Study, rule: Rule) -> list[_Place]:
    """List the facilities of the county that count for a rule, sorted by id."""
    rows = study.facilities
    columns = ("facility_id", "name", "name_en", "kind", "status", "basis", "zone_id")
    found = []
    for key, name, english, kind, status, basis, zone in zip(
        *(rows[one].tolist() for one in columns), strict=True
    ):
        counts = kind in rule.kinds if rule.kinds else kind not in NOT_A_FACILITY
        # What stands beyond the county is nothing of its own.
        if counts and status != "candidate" and isinstance(zone, str):
            shown = english if isinstance(english, str) else name
            found.append(_Place(key, name, shown, kind, status, basis, zone[:TOWNSHIP_DIGITS]))
    return sorted(found, key=lambda one: one.facility_id)


def _names(places: list[_Place]) -> tuple[str, str]:
    """Name the first few facilities in both languages."""
    shown = places[:LISTED_NAMES]
    more = "…" if len(places) > LISTED_NAMES else ""
    return "、".join(one.name for one in shown) + more, ", ".join(
        one.name_en for one in shown
    ) + more


def _absence(study: Study, zone: str, reason: str) -> Answer:
    """Answer no where the register is complete: an incomplete one cannot prove absence."""
    state = register(study, "facilities")
    if state == "complete":
        return Answer(zone, NO, study.register_basis, reason)
    return Answer(zone, UNKNOWN, "missing", f"reason.facilities_{state}")


def _about(zone: str, answer: str, basis: str, reason: str, places: list[_Place]) -> Answer:
    ids = tuple(one.facility_id for one in places)
    return Answer(zone, answer, basis, reason, {"names": _names(places)}, ids)


def _running(zone: str, places: list[_Place], reason: str) -> Answer | None:
    """Answer yes by what is open, or that it is not known by what may be; None by neither."""
    running = [one for one in places if one.status == "open"]
    if running:
        # One good record is enough for a yes, and only what it rests on is named.
        basis = _strongest(one.basis for one in running)
        return _about(zone, YES, basis, reason, [one for one in running if one.basis == basis])
    unsure = [one for one in places if one.status == "unknown"]
    if unsure:
        basis = weakest(one.basis for one in unsure)
        return _about(zone, UNKNOWN, basis, "reason.facility_unknown", unsure)
    return None


def _facility_answer(study: Study, zone: str, places: list[_Place]) -> Answer:
    """Ask whether a township has an open facility among some."""
    answer = _running(zone, places, "reason.facility_open")
    if answer is not None:
        return answer
    planned = [one for one in places if one.status == "planned"]
    if planned and register(study, "facilities") == "complete":
        return _about(zone, NO, study.register_basis, "reason.facility_planned", planned)
    return _absence(study, zone, "reason.no_facility")


def _strongest(bases: Iterable[str]) -> str:
    """One good record is enough for a yes, so the strongest decides."""
    return min(bases, key=_rank)


def _rank(basis: str) -> int:
    return BASES.index(basis)


def _any_facility(study: Study, rule: Rule) -> list[Answer]:
    by_township: dict[str, list[_Place]] = {}
    for one in _counted(study, rule):
        by_township.setdefault(one.township, []).append(one)
    return [
        _facility_answer(study, zone, by_township.get(zone, []))
        for zone in study.townships["zone_id"].tolist()
    ]


@dataclass(frozen=True, slots=True)
class _Record:
    """One service in one village."""

    service: str
    status: str
    last: dt.date | None
    basis: str


def _records(study: Study, rule: Rule) -> dict[str, list[_Record]]:
    """Sort the services that count by village; plain objects, for a village has a few of them."""
    rows = study.services
    found: dict[str, list[_Record]] = {}
    if rows is None:
        return found
    days = [None if pd.isna(one) else one.date() for one in rows["last"]]
    columns = [rows[one].tolist() for one in ("zone_id", "service", "status", "basis")]
    for zone, service, status, basis, last in zip(*columns, days, strict=True):
        if service in rule.services:
            found.setdefault(zone, []).append(_Record(service, status, last, basis))
    for records in found.values():
        records.sort(key=lambda one: one.service)
    return found


def _any_service(study: Study, rule: Rule) -> list[Answer]:
    zones = study.villages["zone_id"].tolist()
    if study.services is None:
        return [Answer(zone, UNKNOWN, "missing", "reason.services_missing") for zone in zones]
    by_village = _records(study, rule)
    return [_service_answer(study, rule, zone, by_village.get(zone, [])) for zone in zones]


def _service_answer(study: Study, rule: Rule, zone: str, records: list[_Record]) -> Answer:
    """Ask whether anything was delivered within the period; what is not known is no absence."""
    delivered = [one for one in records if one.status == "delivered"]
    dated = [one for one in delivered if one.last is not None]
    recent = [one for one in dated if in_period(study, one.last)]
    if recent:
        best = _strongest(one.basis for one in recent)
        recent = [one for one in recent if one.basis == best]
        last = max(one.last for one in recent if one.last is not None).isoformat()
        values = {"services": _service_names(study, recent), "last": last}
        return Answer(zone, YES, best, "reason.service_delivered", values, _keys(recent))
    undated = [one for one in delivered if one.last is None]
    unclear = [one for one in records if one.status == "unknown"]
    for some, reason in ((undated, "service_undated"), (unclear, "service_unknown")):
        if some:
            values = {"services": _service_names(study, some)}
            weak = weakest(one.basis for one in some)
            return Answer(zone, UNKNOWN, weak, f"reason.{reason}", values, _keys(some))
    if {one.service for one in records} >= set(rule.services):
        # Something is recorded of each service, so nothing is inferred from what is not listed.
        return _not_delivered(study, zone, records, weakest(one.basis for one in records))
    state = register(study, "services")
    if state != "complete":
        return Answer(zone, UNKNOWN, "missing", f"reason.services_{state}")
    return _not_delivered(study, zone, records, study.basis_of("services"))


def _not_delivered(study: Study, zone: str, records: list[_Record], basis: str) -> Answer:
    # Nothing that was delivered lies in the period here: it is over, or it has not come yet.
    given = [one for one in records if one.last is not None and one.status == "delivered"]
    days = [one.last for one in given if one.last is not None]
    before = [one for one in days if one <= study.config.as_of]
    if before:
        values = {"last": max(before).isoformat(), "days": study.config.period_days}
        return Answer(zone, NO, basis, "reason.service_old", values, _keys(given))
    if days:
        values = {"last": min(days).isoformat()}
        return Answer(zone, NO, basis, "reason.service_later", values, _keys(given))
    planned = [one for one in records if one.status == "planned"]
    if planned:
        values = {"services": _service_names(study, planned)}
        return Answer(zone, NO, basis, "reason.service_planned", values, _keys(planned))
    return Answer(zone, NO, basis, "reason.no_service")


def _keys(records: list[_Record]) -> tuple[str, ...]:
    return tuple(one.service for one in records)


def _service_names(study: Study, records: list[_Record]) -> tuple[str, str]:
    names = [study.config.services[one.service].name for one in records]
    return "、".join(one.zh for one in names), ", ".join(one.en for one in names)


def offered(study: Study, service: str) -> dict[str, str]:
    """Say which townships have an open facility that offers a service.

    Parameters
    ----------
    study
        The study.
    service
        Service key.

    Returns
    -------
    dict
        Township code to yes, no or unknown.

    Raises
    ------
    KeyError
        If the facilities lack a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> set(offered(wg.open_study("wushan-facts"), "day_care").values())
    {'unknown'}
    """
    offer = offer_of(study.facilities, service, county_level=False, complete=True)
    yes = set(offer.zone_units[offer.surely].tolist())
    maybe = set(offer.zone_units[offer.maybe].tolist())
    rest = NO if register(study, "facilities") == "complete" else UNKNOWN
    return {
        zone: YES if zone in yes else UNKNOWN if zone in maybe else rest
        for zone in study.townships["zone_id"].tolist()
    }


def _share(study: Study, rule: Rule) -> list[Answer]:
    """Ask for a share of the townships: at least the whole number that reaches it."""
    found = [offered(study, one) for one in rule.services]
    units = study.townships["zone_id"].tolist()
    have = [zone for zone in units if any(one[zone] == YES for one in found)]
    lack = sum(all(one[zone] == NO for one in found) for zone in units)
    target = rule.target or 0.0
    need = needed(target, len(units))
    values = {
        "have": len(have),
        "need": need,
        "total": len(units),
        "target": f"{100 * target:g}%",
        "unclear": len(units) - len(have) - lack,
    }
    answer = YES if len(have) >= need else NO if len(units) - lack < need else UNKNOWN
    basis = "missing" if answer == UNKNOWN else study.register_basis
    if answer == YES and need:
        # The townships with the best records are enough, if there are as many as are needed.
        best = _offer_bases(study, rule)
        basis = sorted((best[zone] for zone in have), key=_rank)[need - 1]
    return [Answer(study.config.county, answer, basis, "reason.share", values)]


def _offer_bases(study: Study, rule: Rule) -> dict[str, str]:
    """Give the strongest basis on which each township has any of some services."""
    rows = study.facilities
    columns = ("zone_id", "services", "status", "basis")
    found: dict[str, str] = {}
    for zone, keys, status, basis in zip(*(rows[one].tolist() for one in columns), strict=True):
        if status == "open" and keys and not keys.isdisjoint(rule.services):
            unit = str(zone)[:TOWNSHIP_DIGITS]
            found[unit] = _strongest([basis, found.get(unit, basis)])
    return found


def needed(target: float, total: int) -> int:
    """Give the smallest whole number of units that reaches a share.

    Parameters
    ----------
    target
        Share, 0 to 1.
    total
        Number of units.

    Returns
    -------
    int
        The number: at least ``target x total``, rounded up.

    Raises
    ------
    ValueError
        If `target` is NaN.

    Examples
    --------
    >>> needed(0.8, 26), needed(0.8, 5)
    (21, 4)
    """
    # 0.8 x 5 must be 4 and not 5, whatever the last binary digit says.
    return math.ceil(round(target * total, 9))


def _kind(study: Study, rule: Rule) -> list[Answer]:
    """Ask for one open facility of each kind that the rule names; the worst kind decides."""
    places = _counted(study, rule)
    found = [_one_kind(study, [one for one in places if one.kind == kind]) for kind in rule.kinds]
    order = (NO, UNKNOWN, YES)
    worst = min(found, key=lambda one: order.index(one.answer))
    if worst.answer != YES:
        return [worst]
    # Each kind is needed for a yes, so the weakest of them decides, and all are named.
    named = {key for one in found for key in one.subjects}
    basis = max((one.basis for one in found), key=_rank)
    shown = [one for one in places if one.facility_id in named]
    return [_about(study.config.county, YES, basis, worst.reason, shown)]


def _one_kind(study: Study, places: list[_Place]) -> Answer:
    county = study.config.county
    answer = _running(county, places, "reason.kind_open")
    if answer is not None:
        return answer
    planned = [one for one in places if one.status == "planned"]
    if not planned:
        return _absence(study, county, "reason.no_kind")
    weak = weakest(one.basis for one in planned)
    if weak == "measured" and register(study, "facilities") == "complete":
        return _about(county, NO, study.register_basis, "reason.kind_planned", planned)
    # A plan of years ago does not tell whether the building has opened since.
    return _about(county, UNKNOWN, weak, "reason.kind_planned_only", planned)


_TESTS: dict[str, Callable[[Study, Rule], list[Answer]]] = {
    "any_facility_in_township": _any_facility,
    "any_service_in_village": _any_service,
    "share_of_townships_with_service": _share,
    "facility_of_kind_in_county": _kind,
}


def unit_words(unit: str) -> tuple[str, str]:
    """Name the unit of an indicator in both languages; a unit without a message stands as it is.

    Parameters
    ----------
    unit
        Unit as the plan file writes it.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        If `unit` is not a text.

    Examples
    --------
    >>> unit_words("person-time")
    ('人次', ' person-times')
    """
    key = f"indicator.unit.{unit}"
    return both(key) if key in MESSAGES else (unit, unit)


def indicator_answer(study: Study, indicator: Indicator) -> Answer:
    """Compare one indicator with its target, where its value and denominator are known.

    Targets read "at least" unless the plan prints "more than". A rate without an official
    denominator has no status.

    Parameters
    ----------
    study
        The study.
    indicator
        The indicator.

    Returns
    -------
    Answer
        For the county.

    Raises
    ------
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("wushan")
    >>> indicator_answer(study, study.plan.indicators[1]).answer
    'unknown'
    """
    county = study.config.county
    rows = study.indicators
    row = None if rows is None else rows[(rows["indicator"] == indicator.id).to_numpy()]
    if row is None or row.empty or math.isnan(row["value"].iloc[0]):
        return Answer(county, UNKNOWN, "missing", "reason.indicator_missing")
    if indicator.target is None or indicator.operator == "tracks":
        return Answer(county, UNKNOWN, "missing", "reason.tracks")
    if not indicator.accumulates and math.isnan(row["denominator"].iloc[0]):
        name = (indicator.denominator.zh, indicator.denominator.en)
        values: dict[str, object] = {"denominator": name}
        return Answer(county, UNKNOWN, "missing", "reason.denominator_missing", values)
    if not indicator.accumulates and row["denominator"].iloc[0] == 0:
        return Answer(county, UNKNOWN, "missing", "reason.denominator_zero")
    value = float(row["value"].iloc[0])
    strict = indicator.operator == ">"
    reached = value > indicator.target if strict else value >= indicator.target
    values = {
        "value": number_text(value),
        "target": number_text(indicator.target),
        "unit": unit_words(indicator.unit),
        "operator": "≥" if not strict else ">",
    }
    basis = str(row["basis"].iloc[0])
    return Answer(county, YES if reached else NO, basis, "reason.indicator_value", values)
