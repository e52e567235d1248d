"""The scoreboard: rule by rule and unit by unit, in two ledgers that are never mixed.

The ledger *plan* (规划口径) is the only one that says pass or fail. A verdict's basis is its
weakest decisive input: where that is modelled there is no official verdict, and a demonstration
verdict stands beside it. The ledger *reach* (可达性参考) is an analysis for reference at three
limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import NO, UNKNOWN, YES, Times
from wushan_geo.access.survey import reach_basis, study_gaps, summed, timed_services
from wushan_geo.policy.answers import Answer, answers, indicator_answer
from wushan_geo.policy.reach import Reached, reach_words, spreads
from wushan_geo.policy.remedies import NOTHING, Remedies, Remedy
from wushan_geo.wording import put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.plan import Indicator, Rule
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

Unit = tuple[str, str, float]  # name in Chinese and English, certified persons
VERDICTS = {YES: "pass", NO: "fail", UNKNOWN: "cannot_assess"}
COLUMNS = [
    "ledger", "rule", "rule_zh", "rule_en", "level", "zone_id", "name", "name_en", "verdict",
    "demonstration_verdict", "reason", "reason_zh", "reason_en", "basis", "persons", "remedy",
    "remedy_zh", "remedy_en", "force", "clause", "lead_units",
]  # fmt: skip


def scoreboard(study: Study, matrix: TravelMatrix | None) -> pd.DataFrame:
    """Put every rule of the plan to every unit, and set the reach of services beside it.

    Parameters
    ----------
    study
        The study.
    matrix
        Minutes from villages to all facilities (status is read from the study), or None if there
        are no travel times.

    Returns
    -------
    DataFrame
        The result table ``scoreboard``. ``verdict`` is pass, fail or cannot_assess in the ledger
        ``plan`` and reference in the ledger ``reach``; ``demonstration_verdict`` is filled in a
        study with modelled decisive inputs, and beside a row that itself rests on one.
        ``persons`` are the certified persons behind the row (in the ledger ``reach`` those beyond
        the default limit), NaN where not known.

    Raises
    ------
    UnknownIdError
        If the matrix names places that the study does not have.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> board = scoreboard(wg.open_study("wushan-facts"), None)
    >>> set(board.loc[board["ledger"] == "plan", "verdict"])
    {'cannot_assess'}
    """
    times = None if matrix is None else Times(matrix, matrix, matrix)
    return board(study, study_gaps(study, times), matrix)


def board(study: Study, gaps: pd.DataFrame, matrix: TravelMatrix | None) -> pd.DataFrame:
    """Make the scoreboard from gaps that are there already.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.
    matrix
        Minutes from villages to all facilities, for the remedies, or None.

    Returns
    -------
    DataFrame
        As :func:`scoreboard`.

    Raises
    ------
    UnknownIdError
        If the matrix names places that the study does not have.

    Examples
    --------
    See :func:`scoreboard`.
    """
    headline = study.config.services[study.config.headline]
    remedies = Remedies(study, matrix, headline.limit)
    units = _units(study)
    rows: list[dict[str, object]] = []
    if study.plan is not None:
        for rule in study.plan.rules:
            rows += (
                _row(study, rule, answer, remedies.find(rule, answer), units)
                for answer in answers(study, rule)
            )
        rows += (_indicator_row(study, one, units) for one in study.plan.indicators)
    rows += _reach_rows(study, gaps, units)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["persons"] = table["persons"].astype(float)
    # Empty in a study without modelled data, and a column of texts all the same.
    table["demonstration_verdict"] = table["demonstration_verdict"].astype("str")
    return table


def _units(study: Study) -> dict[str, Unit]:
    """Name and certified persons of every unit."""
    persons = study.group("all")
    counts = dict(zip(persons.index.tolist(), persons.tolist(), strict=True))
    found = {}
    for zone, name, english in _named(study.villages):
        found[zone] = (name, english, counts[zone])
    parents = study.villages["parent_id"].to_numpy()
    by_township = persons.groupby(parents).sum(min_count=1)
    for zone, name, english in _named(study.townships):
        found[zone] = (name, english, float(by_township.get(zone, np.nan)))
    for zone, name, english in _named(study.county):
        found[zone] = (name, english, float(persons.sum(min_count=1)))
    return found


def _named(zones: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    columns = (zones[one].tolist() for one in ("zone_id", "name", "name_en"))
    for zone, name, english in zip(*columns, strict=True):
        yield zone, name, english if isinstance(english, str) else name


def _judged(study: Study, answer: Answer) -> tuple[str, str | None, str, tuple[str, str]]:
    """Give verdict, demonstration verdict, reason key and reason texts of one answer."""
    plain = VERDICTS[answer.answer]
    reason = put(answer.reason, answer.details)
    if answer.basis == "modelled" and answer.answer != UNKNOWN:
        return "cannot_assess", plain, answer.reason, put("reason.modelled", {"reason": reason})
    shown = plain if study.demonstration else None
    return plain, shown, answer.reason, reason


def _row(
    study: Study, rule: Rule, answer: Answer, remedy: Remedy, units: Mapping[str, Unit]
) -> dict[str, object]:
    # A share of the townships is asked of townships, but the verdict is the county's.
    whole = answer.zone_id == study.config.county
    head = _head("plan", rule.id, (rule.text.zh, rule.text.en), "county" if whole else rule.level)
    tail = {"force": rule.force, "clause": rule.clause, "lead_units": rule.lead_units}
    return head | _filled(study, answer, remedy, units) | tail


def _indicator_row(
    study: Study, indicator: Indicator, units: Mapping[str, Unit]
) -> dict[str, object]:
    answer = indicator_answer(study, indicator)
    data = "remedy.indicator_data"
    remedy = Remedy(data, data) if answer.answer == UNKNOWN else NOTHING
    head = _head("plan", indicator.id, (indicator.name.zh, indicator.name.en), "county")
    tail = {"force": indicator.kind, "clause": indicator.clause, "lead_units": ""}
    return head | _filled(study, answer, remedy, units) | tail


def _head(ledger: str, rule: str, text: tuple[str, str], level: str) -> dict[str, object]:
    return {
        "ledger": ledger,
        "rule": rule,
        "rule_zh": text[0],
        "rule_en": text[1],
        "level": level,
    }


def _filled(
    study: Study, answer: Answer, remedy: Remedy, units: Mapping[str, Unit]
) -> dict[str, object]:
    verdict, shown, key, reason = _judged(study, answer)
    name, english, persons = units[answer.zone_id]
    mended = put(remedy.message, remedy.values)
    return {
        "zone_id": answer.zone_id,
        "name": name,
        "name_en": english,
        "verdict": verdict,
        "demonstration_verdict": shown,
        "reason": key,
        "reason_zh": reason[0],
        "reason_en": reason[1],
        "basis": answer.basis,
        "persons": persons,
        "remedy": remedy.subject,
        "remedy_zh": mended[0],
        "remedy_en": mended[1],
    }


def _reach_rows(
    study: Study,
    gaps: pd.DataFrame,
    units: Mapping[str, Unit],
) -> list[dict[str, object]]:
    """Set each township's reach of each service beside the plan; nothing here passes or fails."""
    parents = dict(zip(study.villages["zone_id"], study.villages["parent_id"], strict=True))
    spread = spreads(summed(gaps, gaps["zone_id"].map(parents)))
    basis = reach_basis(study)
    return [
        _reach_row(service, zone, spread[zone, service.key], basis, units[zone])
        for service in timed_services(study)
        for zone in study.townships["zone_id"].tolist()
        if (zone, service.key) in spread
    ]


def _beyond(own: Reached) -> float:
    """Give the persons known to be beyond the limit; those not known are not among them."""
    unclear = 0.0 if np.isnan(own.unknown_persons) else own.unknown_persons
    return np.nan if own.blind else own.total_persons - own.persons - unclear


def _reach_row(
    service: ServiceConfig, zone: str, by_limit: dict[float, Reached], basis: str, unit: Unit
) -> dict[str, object]:
    own = by_limit[service.limit or 0.0]
    key = "reason.reach_unknown" if own.blind else "reason.reach"
    reason = put(key, {} if own.blind else reach_words(service, by_limit))
    head = _head("reach", f"reach_{service.key}", (service.name.zh, service.name.en), "township")
    return head | {
        "zone_id": zone,
        "name": unit[0],
        "name_en": unit[1],
        "verdict": "reference",
        "demonstration_verdict": None,
        "reason": key,
        "reason_zh": reason[0],
        "reason_en": reason[1],
        "basis": basis,
        "persons": _beyond(own),
        "remedy": "",
        "remedy_zh": "",
        "remedy_en": "",
        "force": "",
        "clause": service.source,
        "lead_units": "",
    }
