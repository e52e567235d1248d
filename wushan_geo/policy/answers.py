"""What the data say of each rule in each unit: yes, no or not known, on what basis, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.study.study import weakest
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from wushan_geo.study.plan import Indicator, Rule
    from wushan_geo.study.study import Study

YES, NO, UNKNOWN = "yes", "no", "unknown"
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


def _register(study: Study, name: str) -> str:
    return study.config.registers.get(name, "missing")


def _names(rows: pd.DataFrame) -> tuple[str, str]:
    """Name the first few facilities in both languages."""
    shown = rows.head(LISTED_NAMES)
    english = shown["name_en"].where(shown["name_en"].notna(), shown["name"])
    more = "…" if len(rows) > LISTED_NAMES else ""
    return "、".join(shown["name"]) + more, ", ".join(english) + more


def _absence(study: Study, zone: str, reason: str, values: Mapping[str, object]) -> Answer:
    """Answer no where the register is complete: an incomplete one cannot prove absence."""
    state = _register(study, "facilities")
    if state == "complete":
        return Answer(zone, NO, study.basis_of("facilities"), reason, values)
    return Answer(zone, UNKNOWN, "missing", f"reason.facilities_{state}")


def _facility_answer(study: Study, zone: str, rows: pd.DataFrame) -> Answer:
    """Ask whether a unit has an open facility among the rows."""
    for status, answer, reason in (
        ("open", YES, "reason.facility_open"),
        ("unknown", UNKNOWN, "reason.facility_unknown"),
    ):
        some = rows[rows["status"] == status]
        if len(some):
            basis = _strongest(some["basis"]) if answer == YES else weakest(some["basis"])
            ids = tuple(some["facility_id"])
            return Answer(zone, answer, basis, reason, {"names": _names(some)}, ids)
    planned = rows[rows["status"] == "planned"]
    if len(planned) and _register(study, "facilities") == "complete":
        basis, ids = study.basis_of("facilities"), tuple(planned["facility_id"])
        names = {"names": _names(planned)}
        return Answer(zone, NO, basis, "reason.facility_planned", names, ids)
    return _absence(study, zone, "reason.no_facility", {})


def _strongest(bases: Iterable[str]) -> str:
    """One good record is enough for a yes, so the strongest decides."""
    return min((weakest([one]) for one in bases), key=_rank)


def _rank(basis: str) -> int:
    return ("measured", "stated", "inferred", "modelled").index(basis)


def _counted(study: Study, rule: Rule) -> pd.DataFrame:
    facilities = study.facilities
    kinds = facilities["kind"]
    counts = kinds.isin(rule.kinds) if rule.kinds else ~kinds.isin(NOT_A_FACILITY)
    rows = facilities[counts.to_numpy() & (facilities["status"] != "candidate").to_numpy()]
    return rows.sort_values("facility_id", kind="stable")


def _townships_of(rows: pd.DataFrame) -> pd.Series:
    return rows["zone_id"].astype("str").str[:TOWNSHIP_DIGITS]


def _any_facility(study: Study, rule: Rule) -> list[Answer]:
    rows = _counted(study, rule)
    by_township = dict(tuple(rows.groupby(_townships_of(rows).to_numpy(dtype=object))))
    none = rows.iloc[:0]
    return [
        _facility_answer(study, zone, by_township.get(zone, none))
        for zone in study.townships["zone_id"]
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
    columns = (rows["zone_id"], rows["service"], rows["status"], days, rows["basis"])
    for zone, service, status, last, basis in zip(*columns, strict=True):
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
    basis = study.basis_of("services")
    return [_service_answer(study, zone, by_village.get(zone, []), basis) for zone in zones]


def _service_answer(study: Study, zone: str, records: list[_Record], basis: str) -> Answer:
    """Ask whether anything was delivered within the period; what is not known is no absence."""
    delivered = [one for one in records if one.status == "delivered"]
    dated = [one for one in delivered if one.last is not None]
    recent = [one for one in dated if _within(study, one.last)]
    if recent:
        last = max(one.last for one in recent if one.last is not None).isoformat()
        values = {"services": _service_names(study, recent), "last": last}
        best = _strongest(one.basis for one in recent)
        return Answer(zone, YES, best, "reason.service_delivered", values, _keys(recent))
    undated = [one for one in delivered if one.last is None]
    unclear = [one for one in records if one.status == "unknown"]
    for some, reason in ((undated, "service_undated"), (unclear, "service_unknown")):
        if some:
            values = {"services": _service_names(study, some)}
            weak = weakest(one.basis for one in some)
            return Answer(zone, UNKNOWN, weak, f"reason.{reason}", values, _keys(some))
    state = _register(study, "services")
    if state != "complete":
        return Answer(zone, UNKNOWN, "missing", f"reason.services_{state}")
    return _not_delivered(study, zone, records, basis)


def _within(study: Study, last: dt.date | None) -> bool:
    """Say whether a day lies in the period; its first and last day belong to it."""
    return last is not None and 0 <= (study.config.as_of - last).days <= study.config.period_days


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
    rows = study.facilities
    home = _townships_of(rows)
    lists = pd.Series([one is not None and service in one for one in rows["services"]], dtype=bool)
    silent = pd.Series([one is None for one in rows["services"]], dtype=bool)
    running, unsure = rows["status"] == "open", rows["status"] == "unknown"
    yes = set(home[(running & lists).to_numpy()])
    maybe = set(home[((running & silent) | (unsure & (lists | silent))).to_numpy()])
    rest = NO if _register(study, "facilities") == "complete" else UNKNOWN
    return {
        zone: YES if zone in yes else UNKNOWN if zone in maybe else rest
        for zone in study.townships["zone_id"]
    }


def _share(study: Study, rule: Rule) -> list[Answer]:
    """Ask for a share of the townships: at least the whole number that reaches it."""
    found = [offered(study, one) for one in rule.services]
    units = study.townships["zone_id"]
    have = sum(any(one[zone] == YES for one in found) for zone in units)
    lack = sum(all(one[zone] == NO for one in found) for zone in units)
    target = rule.target or 0.0
    need = needed(target, len(units))
    values = {
        "have": have,
        "need": need,
        "total": len(units),
        "target": f"{target:.0%}",
        "unclear": len(units) - have - lack,
    }
    answer = YES if have >= need else NO if len(units) - lack < need else UNKNOWN
    basis = study.basis_of("facilities") if answer != UNKNOWN else "missing"
    return [Answer(study.config.county, answer, basis, "reason.share", values)]


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
    rows = _counted(study, rule)
    found = [_one_kind(study, rows[(rows["kind"] == kind).to_numpy()]) for kind in rule.kinds]
    order = (NO, UNKNOWN, YES)
    worst = min(found, key=lambda one: order.index(one.answer))
    if worst.answer != YES:
        return [worst]
    # Each kind is needed for a yes, so the weakest of them decides.
    return [max(found, key=lambda one: _rank(one.basis))]


def _one_kind(study: Study, rows: pd.DataFrame) -> Answer:
    county = study.config.county
    by_status = {str(status): some for status, some in rows.groupby("status", sort=False)}
    for status, answer, reason in (
        ("open", YES, "reason.kind_open"),
        ("unknown", UNKNOWN, "reason.facility_unknown"),
    ):
        some = by_status.get(status)
        if some is not None:
            basis = _strongest(some["basis"]) if answer == YES else weakest(some["basis"])
            ids = tuple(some["facility_id"])
            return Answer(county, answer, basis, reason, {"names": _names(some)}, ids)
    planned = by_status.get("planned")
    if planned is None:
        return _absence(study, county, "reason.no_kind", {})
    names, ids = {"names": _names(planned)}, tuple(planned["facility_id"])
    weak = weakest(planned["basis"])
    if weak == "measured" and _register(study, "facilities") == "complete":
        basis = study.basis_of("facilities")
        return Answer(county, NO, basis, "reason.kind_planned", names, ids)
    # A plan of years ago does not tell whether the building has opened since.
    return Answer(county, UNKNOWN, weak, "reason.kind_planned_only", names, ids)


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
    if indicator.target is None:
        return Answer(county, UNKNOWN, "missing", "reason.tracks")
    if not indicator.accumulates and math.isnan(row["denominator"].iloc[0]):
        name = (indicator.denominator.zh, indicator.denominator.en)
        values: dict[str, object] = {"denominator": name}
        return Answer(county, UNKNOWN, "missing", "reason.denominator_missing", values)
    value = float(row["value"].iloc[0])
    strict = indicator.operator == ">"
    reached = value > indicator.target if strict else value >= indicator.target
    values = {
        "value": f"{value:g}",
        "target": f"{indicator.target:g}",
        "unit": unit_words(indicator.unit),
        "operator": "≥" if not strict else ">",
    }
    basis = str(row["basis"].iloc[0])
    return Answer(county, YES if reached else NO, basis, "reason.indicator_value", values)
