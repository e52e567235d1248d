"""Candidates: which of them may stand, and a set of them found where people live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.siting.medians.median_heuristic import Exchange
from wushan_geo.siting.medians.median_request import candidates_of, request_model
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.ties import Clock
from wushan_geo.study.study import MISSING, weakest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.study.candidates import ScreeningConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

STAYS, GOES, UNKNOWN = "stays", "goes", "not_known"
ABOUT = (
    "facility_id", "hazard", "reservoir_zone", "slope_deg", "road_m", "area_m2", "ground_floor",
    "barrier_free",
)  # fmt: skip
COLUMNS = ("facility_id", "rule", "value", "limit", "verdict", "candidate")
# Rule, column, and which of the values is good: at most, at least, or this word.
AMOUNTS = (
    ("max_slope_deg", "slope_deg", True),
    ("max_road_m", "road_m", True),
    ("min_area_m2", "area_m2", False),
)
WORDS = (
    ("hazard", "no"),
    ("reservoir_zone", "no"),
    ("ground_floor", "yes"),
    ("barrier_free", "yes"),
)
IN_FACILITIES = "barrier_free"  # the rule whose value stands in the table of facilities


def candidate_table(study: Study) -> pd.DataFrame:
    """Give what a study knows of its candidates; what no row says is missing.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        One row for each facility with status ``candidate``, by id: ``facility_id``, ``hazard``,
        ``reservoir_zone``, ``slope_deg`` (degrees), ``road_m``, ``area_m2``, ``ground_floor``,
        ``barrier_free`` (``yes``, ``no`` or missing).

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_siting_candidates.py``.
    """
    rows = study.facilities[(study.facilities["status"] == "candidate").to_numpy()]
    table = pd.DataFrame({"facility_id": rows["facility_id"].astype("str").tolist()})
    free = [None if pd.isna(one) else "yes" if one else "no" for one in rows["barrier_free"]]
    table["barrier_free"] = np.array(free, dtype=object)
    known = study.candidates
    if known is None:
        return table.reindex(columns=list(ABOUT))
    own = known[[one for one in ABOUT if one in known.columns]]
    return table.merge(own, on="facility_id", how="left").reindex(columns=list(ABOUT))


def screen(table: pd.DataFrame, rules: ScreeningConfig) -> pd.DataFrame:
    """Say of each candidate and each stated rule whether the candidate stays or goes.

    A candidate goes if one rule says so. What is exactly at a limit stays. What is not known is
    not bad: it goes only where the rules drop what is not known.

    Parameters
    ----------
    table
        Columns as in `candidate_table`; a missing one is not known of any candidate.
    rules
        Rules; what is not stated (None) is not applied.

    Returns
    -------
    DataFrame
        One row for each candidate and rule, by id: ``facility_id``, ``rule``, ``value`` and
        ``limit`` (texts; missing where not known), ``verdict`` (``stays``, ``goes`` or
        ``not_known``) and ``candidate`` (``stays`` or ``goes``, all rules together).

    Raises
    ------
    ParameterError
        If `table` has no column ``facility_id``.
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> from wushan_geo.study.candidates import ScreeningConfig
    >>> table = pd.DataFrame({"facility_id": ["G", "H"], "slope_deg": [25.0, 25.1]})
    >>> screen(table, ScreeningConfig(max_slope_deg=25))["verdict"].tolist()
    ['stays', 'goes']
    """
    if "facility_id" not in table.columns:
        message = "the table of candidates needs a column 'facility_id'."
        raise ParameterError(message)
    ids = table["facility_id"].astype("str")
    if ids.duplicated().any():
        message = f"candidates are there twice: {listed(sorted(set(ids[ids.duplicated()])))}."
        raise UnknownIdError(message)
    known = table.assign(facility_id=ids).sort_values("facility_id").reset_index(drop=True)
    parts = [*_amounts(known, rules), *_words(known, rules)]
    if not parts:
        return pd.DataFrame({one: pd.array([], dtype="str") for one in COLUMNS})
    order = {rule: at for at, rule in enumerate(_rule_names())}
    found = pd.concat(parts, ignore_index=True)
    found["at"] = found["rule"].map(order)
    found = found.sort_values(["facility_id", "at"], kind="stable").drop(columns="at")
    bad = found["verdict"].eq(GOES)
    if rules.unknown == "drop":
        bad |= found["verdict"].eq(UNKNOWN)
    gone = set(found.loc[bad, "facility_id"])
    found["candidate"] = [GOES if one in gone else STAYS for one in found["facility_id"]]
    return found[list(COLUMNS)].astype("str").reset_index(drop=True)


def screened_out(study: Study, rules: ScreeningConfig | None) -> tuple[str, ...]:
    """Name the candidates of a study that go.

    Parameters
    ----------
    study
        The study.
    rules
        Its rules; None screens nothing.

    Returns
    -------
    tuple of str
        Ids, sorted.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_siting_candidates.py``.
    """
    if rules is None:
        return ()
    found = screen(candidate_table(study), rules)
    return tuple(sorted(set(found.loc[found["candidate"].eq(GOES), "facility_id"])))


def screening_basis(study: Study, rules: ScreeningConfig | None, candidates: Iterable[str]) -> str:
    """Give the weakest basis of the values that the stated rules have looked at.

    Parameters
    ----------
    study
        The study.
    rules
        Its rules; None screens nothing.
    candidates
        Candidates that are screened, those that go among them: a plan rests on their going too.

    Returns
    -------
    str
        A basis; ``missing`` where no rule has a value to look at.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_siting_candidates.py``.
    """
    if rules is None:
        return MISSING
    found = screen(candidate_table(study), rules)
    looked = found[found["verdict"].ne(UNKNOWN) & found["facility_id"].isin(list(candidates))]
    listed_there = looked["rule"].eq(IN_FACILITIES)
    bases: list[str] = []
    for table, rows in (
        (study.facilities, looked[listed_there]),
        (study.candidates, looked[~listed_there]),
    ):
        if table is not None:
            own = table["facility_id"].isin(rows["facility_id"]).to_numpy()
            bases += table.loc[own, "basis"].tolist()
    return weakest(bases)


def _rule_names() -> list[str]:
    return [*(rule for rule, *_ in AMOUNTS), *(rule for rule, _ in WORDS)]


def _part(known: pd.DataFrame, rule: str, limit: str, facts: tuple[Any, Any, Any]) -> pd.DataFrame:
    """Make the rows of one rule of values, which are known and which are good."""
    values, there, good = facts
    return pd.DataFrame(
        {
            "facility_id": known["facility_id"],
            "rule": rule,
            "value": np.where(there, values, None),
            "limit": limit,
            "verdict": np.select([~there, good], [UNKNOWN, STAYS], GOES),
        }
    )


def _amounts(known: pd.DataFrame, rules: ScreeningConfig) -> Iterable[pd.DataFrame]:
    """Apply the rules that have a number."""
    for rule, column, at_most in AMOUNTS:
        limit = getattr(rules, rule)
        if limit is None:
            continue
        numbers = np.full(len(known), np.nan)
        if column in known:
            numbers = known[column].to_numpy(dtype=float, na_value=np.nan)
        texts = np.array([f"{one:g}" for one in numbers], dtype=object)
        good = numbers <= limit if at_most else numbers >= limit
        yield _part(known, rule, f"{limit:g}", (texts, ~np.isnan(numbers), good))


def _words(known: pd.DataFrame, rules: ScreeningConfig) -> Iterable[pd.DataFrame]:
    """Apply the rules that ask yes or no."""
    for rule, wanted in WORDS:
        if getattr(rules, rule) is None:
            continue
        texts = np.full(len(known), None, dtype=object)
        if rule in known:
            texts = known[rule].astype(object).to_numpy()
        there = np.isin(texts.astype(str), ["yes", "no"])
        yield _part(known, rule, wanted, (texts, there, texts == wanted))


def generated_candidates(
    matrix: TravelMatrix, persons: pd.Series[Any] | Mapping[Any, float], *, count: int
) -> tuple[str, ...]:
    """Find villages that lie in the middle of where people live, as candidates.

    Demand-weighted k-medoids on travel time: partitioning around medoids (PAM) of Kaufman and
    Rousseeuw (1990), which adds the village that saves most person-minutes one by one (BUILD) and
    then makes the best exchange of one village for another as long as that saves any (SWAP). A
    village that no medoid reaches costs more than all others together. Of equal choices the
    smaller id is taken, so nothing is random. Nothing is proven: these are places to look at.

    Parameters
    ----------
    matrix
        Costs from villages (origins) to villages where a site could stand (destinations).
    persons
        Persons at each origin, by id.
    count
        How many candidates, from 1 to the number of destinations.

    Returns
    -------
    tuple of str
        Ids of villages, sorted.

    Raises
    ------
    ParameterError
        If `count` is out of range, or a count of persons is NaN, negative or infinite.
    UnknownIdError
        If `persons` does not name exactly the origins.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> far = np.array([[0.0, 5, 60], [5, 0, 60], [60, 60, 0]])
    >>> times = TravelMatrix(("A", "B", "C"), ("A", "B", "C"), "min", far)
    >>> generated_candidates(times, {"A": 1, "B": 3, "C": 2}, count=2)
    ('B', 'C')
    """
    problem = problem_of(matrix, persons)
    if problem.checked_sites(count) < 1:
        message = "count must be at least 1. Got 0 instead."
        raise ParameterError(message)
    search = Exchange(model := request_model(problem, count))
    found = search.greedy()
    if found is None:  # no rule is given, so there is always a plan
        message = "no candidates were found."
        raise ParameterError(message)
    best = search.improved(found, Clock(None))
    return problem.chosen_ids(candidates_of(problem, model.names[best]).tolist())
