"""Candidates: who stays by which rule, and a set found where people live."""

from __future__ import annotations

import dataclasses
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from built_in import study_of

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.proposal.screening import screen as told
from wushan_geo.proposal.screening import screening_table
from wushan_geo.siting.candidates import (
    candidate_table,
    generated_candidates,
    screen,
    screened_out,
    screening_basis,
)
from wushan_geo.siting.studied import site_request
from wushan_geo.study.candidates import ScreeningConfig
from wushan_geo.travel.matrix import TravelMatrix

KNOWN = pd.DataFrame(
    {
        "facility_id": ["J", "G", "H"],
        "slope_deg": [np.nan, 25.0, 25.1],
        "area_m2": [100.0, 99.9, 300.0],
        "hazard": ["unknown", "no", "yes"],
        "barrier_free": ["no", None, "yes"],
    }
)


def verdicts(rules: ScreeningConfig, column: str = "verdict") -> dict[tuple[str, str], str]:
    found = screen(KNOWN, rules)
    return dict(zip(zip(found["facility_id"], found["rule"], strict=True), found[column],
                    strict=True))  # fmt: skip


def test_a_rule_that_is_not_stated_is_not_applied() -> None:
    assert screen(KNOWN, ScreeningConfig()).empty
    assert {rule for _, rule in verdicts(ScreeningConfig(hazard="exclude"))} == {"hazard"}


def test_what_is_exactly_at_a_limit_stays() -> None:
    rules = ScreeningConfig(max_slope_deg=25, min_area_m2=100)

    assert verdicts(rules) == {
        ("G", "max_slope_deg"): "stays",
        ("G", "min_area_m2"): "goes",
        ("H", "max_slope_deg"): "goes",
        ("H", "min_area_m2"): "stays",
        ("J", "max_slope_deg"): "not_known",
        ("J", "min_area_m2"): "stays",
    }


def test_words_exclude_and_require() -> None:
    rules = ScreeningConfig(hazard="exclude", barrier_free="require")

    assert verdicts(rules) == {
        ("G", "hazard"): "stays",
        ("G", "barrier_free"): "not_known",
        ("H", "hazard"): "goes",
        ("H", "barrier_free"): "stays",
        ("J", "hazard"): "not_known",
        ("J", "barrier_free"): "goes",
    }


def test_one_rule_is_enough_to_go_and_not_known_goes_only_where_said() -> None:
    kept = verdicts(ScreeningConfig(max_slope_deg=25), "candidate")
    assert kept == {
        ("G", "max_slope_deg"): "stays",
        ("H", "max_slope_deg"): "goes",
        ("J", "max_slope_deg"): "stays",
    }
    dropped = verdicts(ScreeningConfig(max_slope_deg=25, unknown="drop"), "candidate")
    assert dropped["J", "max_slope_deg"] == "goes"
    both = verdicts(ScreeningConfig(max_slope_deg=25, min_area_m2=200), "candidate")
    assert both["G", "max_slope_deg"] == "goes"  # for its area


def test_a_column_that_is_not_there_is_not_known() -> None:
    found = screen(KNOWN, ScreeningConfig(max_road_m=100, ground_floor="require"))
    assert set(found["verdict"]) == {"not_known"}
    assert found["value"].isna().all()


def test_reasons_stand_in_both_languages() -> None:
    found = told(KNOWN, ScreeningConfig(max_slope_deg=25, hazard="exclude"))

    reasons = found.set_index(["facility_id", "rule"])
    assert (
        reasons.loc[("H", "max_slope_deg"), "reason_zh"]
        == "排除：不符合“坡度（度）不大于 25”（25.1）"
    )
    assert reasons.loc[("G", "hazard"), "reason_en"] == "stays: no landslide point nearby (no)"
    assert "has not been checked" in str(reasons.loc[("J", "hazard"), "reason_en"])
    dropped = told(KNOWN, ScreeningConfig(hazard="exclude", unknown="drop"))
    assert dropped["reason_en"].str.contains("drops what is not known").sum() == 1


def test_the_order_of_rows_plays_no_part_and_doubles_are_refused() -> None:
    rules = ScreeningConfig(max_slope_deg=25, hazard="exclude")
    pd.testing.assert_frame_equal(screen(KNOWN, rules), screen(KNOWN.iloc[::-1], rules))
    with pytest.raises(UnknownIdError, match="twice"):
        screen(pd.concat([KNOWN, KNOWN]), rules)
    with pytest.raises(ParameterError):
        screen(KNOWN.drop(columns="facility_id"), rules)


def test_a_study_screens_its_own_candidates() -> None:
    study = study_of("example")
    settings = study.config.siting
    assert settings is not None
    sites = candidate_table(study)["facility_id"].tolist()
    assert screened_out(study, None) == ()
    rows = pd.DataFrame({"facility_id": sites[:2], "hazard": ["yes", "no"], "slope_deg": [3.0, 4]})
    rows["basis"] = "measured"
    stated = dataclasses.replace(settings, screening=ScreeningConfig(hazard="exclude"), uptake=0.5)
    config = dataclasses.replace(study.config, siting=stated)
    changed = dataclasses.replace(study, candidates=rows, config=config)

    assert screened_out(changed, stated.screening) == (sites[0],)
    table = screening_table(changed)
    assert len(table) == len(sites)
    assert screening_table(study).empty
    ids = study.villages["zone_id"].tolist()
    minutes = TravelMatrix(tuple(ids), tuple(study.facilities["facility_id"]), "min",
                           np.ones((len(ids), len(study.facilities))))  # fmt: skip
    whole, part = (site_request(one, one.config.siting, minutes) for one in (study, changed)
                   if one.config.siting is not None)  # fmt: skip
    assert whole is not None
    assert part is not None
    assert set(whole.candidates) - set(part.candidates) == {sites[0]} & set(whole.candidates)
    assert part.persons.sum() == pytest.approx(whole.persons.sum() / 2)
    assert part.counted == f"{whole.counted}, uptake 0.5"


def square(seed: int, size: int = 9) -> tuple[TravelMatrix, pd.Series[float]]:
    made = np.random.default_rng(seed)
    costs = made.integers(1, 90, (size, size)).astype(float)
    np.fill_diagonal(costs, 0.0)
    ids = tuple(f"v{at}" for at in range(size))
    return (
        TravelMatrix(ids, ids, "min", costs),
        pd.Series(made.integers(0, 9, size).astype(float), index=list(ids)),
    )


def total(matrix: TravelMatrix, persons: pd.Series[float], chosen: tuple[str, ...]) -> float:
    near = matrix.select(destinations=chosen).dense().min(axis=1)
    return float(near @ persons.to_numpy())


@pytest.mark.parametrize("seed", range(8))
def test_no_single_exchange_of_a_generated_set_saves_anything(seed: int) -> None:
    matrix, persons = square(seed)

    found = generated_candidates(matrix, persons, count=3)

    own = total(matrix, persons, found)
    best = min(total(matrix, persons, one) for one in combinations(matrix.origin_ids, 3))
    assert len(set(found)) == 3
    assert own >= best
    for out, new in permutations(matrix.origin_ids, 2):
        if out in found and new not in found:
            other = tuple(new if one == out else one for one in found)
            assert total(matrix, persons, other) >= own - 1e-9


def test_the_order_of_villages_plays_no_part() -> None:
    matrix, persons = square(3)
    turned = matrix.select(matrix.origin_ids[::-1], matrix.destination_ids[::-1])

    assert generated_candidates(matrix, persons, count=4) == generated_candidates(
        turned, persons.iloc[::-1], count=4
    )


def test_a_village_that_nobody_else_reaches_gets_its_own() -> None:
    costs = np.array([[0.0, 5, np.inf], [5, 0, np.inf], [np.inf, np.inf, 0]])
    matrix = TravelMatrix(("A", "B", "C"), ("A", "B", "C"), "min", costs)

    assert generated_candidates(matrix, {"A": 50, "B": 70, "C": 1}, count=2) == ("B", "C")


@pytest.mark.parametrize("count", [0, 10, True])
def test_a_count_must_fit(count: int) -> None:
    matrix, persons = square(1)
    with pytest.raises(ParameterError):
        generated_candidates(matrix, persons, count=count)


def test_screening_rests_on_the_values_that_its_rules_have_looked_at() -> None:
    study = study_of("example")
    sites = candidate_table(study)["facility_id"].tolist()
    told = {
        "facility_id": sites[:3],
        "hazard": ["no", "unknown", "yes"],
        "slope_deg": [3.0, 4.0, np.nan],
        "basis": ["stated", "inferred", "modelled"],
    }
    study = dataclasses.replace(study, candidates=pd.DataFrame(told))

    def basis(ids: list[str], **rules: Any) -> str:
        return screening_basis(study, ScreeningConfig(**rules), ids)

    assert screening_basis(study, None, sites) == "missing"
    assert basis(sites, max_road_m=300) == "missing"  # nothing is known of it
    assert basis(sites, hazard="exclude") == "modelled"  # that a site goes counts too
    assert basis(sites[:2], hazard="exclude") == "stated"  # and what is not known does not
    assert basis(sites, max_slope_deg=25) == "inferred"
    assert basis(sites[3:], hazard="exclude") == "missing"
    facilities = study.facilities.copy()
    facilities["barrier_free"] = pd.array([True] * len(facilities), dtype="boolean")
    study = dataclasses.replace(study, facilities=facilities)
    assert basis(sites, barrier_free="require") == "measured"  # that of the facilities
