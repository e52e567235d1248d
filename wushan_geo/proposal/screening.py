"""Why each candidate of a study stays or goes, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.siting.candidates import COLUMNS, GOES, STAYS, UNKNOWN, candidate_table
from wushan_geo.siting.candidates import screen as screened
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.errors import Fault
    from wushan_geo.study.candidates import ScreeningConfig
    from wushan_geo.study.study import Study
    from wushan_geo.wording import Language


FILE = "study.toml"


def screen(table: pd.DataFrame, rules: ScreeningConfig) -> pd.DataFrame:
    """Screen candidates, and say of each rule why the candidate stays or goes.

    Parameters
    ----------
    table
        As `wushan_geo.siting.candidates.candidate_table` gives it.
    rules
        Rules of the study; what is not stated is not applied.

    Returns
    -------
    DataFrame
        One row for each candidate and rule: the columns of `wushan_geo.siting.candidates.screen`,
        ``reason_zh`` and ``reason_en``.

    Raises
    ------
    ParameterError
        If `table` has no column ``facility_id``.
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> from wushan_geo.study.candidates import ScreeningConfig
    >>> table = pd.DataFrame({"facility_id": ["G"], "slope_deg": [31.0]})
    >>> screen(table, ScreeningConfig(max_slope_deg=25))["reason_en"].tolist()
    ['goes: fails what is asked: slope of at most 25 degrees (31)']
    """
    found = screened(table, rules)
    for language in LANGUAGES:
        told = [_reason(row, rules, language) for row in found.to_dict("records")]
        found[f"reason_{language}"] = pd.array(told, dtype="str")
    return found


def screening_table(study: Study) -> pd.DataFrame:
    """Screen the candidates of a study by its own rules.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        As `screen`; empty if the study states no rules.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_candidates_table.py``.
    """
    settings = study.config.siting
    if settings is None or settings.screening is None:
        reasons = [f"reason_{one}" for one in LANGUAGES]
        return pd.DataFrame({one: pd.array([], dtype="str") for one in (*COLUMNS, *reasons)})
    return screen(candidate_table(study), settings.screening)


def all_screened(study: Study, candidates: Iterable[str]) -> Fault | None:
    """Say that screening leaves no candidate at all, and which rules did it.

    Parameters
    ----------
    study
        The study.
    candidates
        Candidates that could offer the service.

    Returns
    -------
    Fault or None
        None if there is none to screen, or one of them stays.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_siting_placed.py``.
    """
    own = set(candidates)
    found = screening_table(study)
    gone = found[found["facility_id"].isin(own) & found["candidate"].eq(GOES)]
    settings = study.config.siting
    if not own or set(gone["facility_id"]) != own or settings is None:
        return None
    drops = settings.screening is not None and settings.screening.unknown == "drop"
    bad = gone[gone["verdict"].isin([GOES, UNKNOWN] if drops else [GOES])]
    counts = bad.groupby(["rule", "limit", "verdict"], sort=False).size()
    told = "、".join(_each(counts, "zh")), "; ".join(_each(counts, "en"))
    rules = rule("site.all_screened", count=len(own), rules=told)
    return fault(Where(FILE, None, "siting.screening"), rules, hint("site.all_screened"))


def _each(counts: pd.Series[int], language: Language) -> list[str]:
    """Say of each rule how many candidates went by it, those of most first."""
    ordered = counts.sort_values(ascending=False, kind="stable")
    keys: list[tuple[str, str, str]] = list(ordered.index)
    return [
        say(
            "site.gone.unknown" if verdict == UNKNOWN else "site.gone.rule", language,
            rule=say(f"screening.rule.{name}", language, limit=limit), count=int(count),
        )
        for (name, limit, verdict), count in zip(keys, ordered, strict=True)
    ]  # fmt: skip


def _reason(row: Mapping[Any, Any], rules: ScreeningConfig, language: Language) -> str:
    rule = say(f"screening.rule.{row['rule']}", language, limit=row["limit"])
    if row["verdict"] in {STAYS, GOES}:
        value = str(row["value"])
        shown = say(f"screening.value.{value}", language) if value in {"yes", "no"} else value
        return say(f"screening.{row['verdict']}", language, rule=rule, value=shown)
    kept = "dropped" if rules.unknown == "drop" else "kept"
    return say(f"screening.unknown_{kept}", language, rule=rule)
