"""What changed between two years, split into persons, supply and roads."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wushan_geo as wg
from wushan_geo.access.change import PARTS, gap_change, shapley
from wushan_geo.errors import ParameterError, UnknownIdError

MIXES = list(product((False, True), repeat=3))


def test_a_part_that_acts_alone_counts_for_all_it_does() -> None:
    shares = shapley(lambda mix: 100.0 - 7.0 * mix[2])

    assert shares == pytest.approx({"persons": 0.0, "supply": 0.0, "roads": -7.0})


def test_what_needs_two_parts_is_shared_between_them() -> None:
    shares = shapley(lambda mix: -6.0 if mix[1] and mix[2] else 0.0)

    assert shares == pytest.approx({"persons": 0.0, "supply": -3.0, "roads": -3.0})


def test_shares_by_hand_where_all_three_meet() -> None:
    # v: persons 2, supply 3, roads 5 alone; persons and supply together 1 more; all three 6 more.
    def value(mix: tuple[bool, bool, bool]) -> float:
        one, two, three = mix
        return 2 * one + 3 * two + 5 * three + 1 * (one and two) + 6 * (one and two and three)

    assert shapley(value) == pytest.approx({"persons": 4.5, "supply": 5.5, "roads": 7.0})


@given(st.lists(st.floats(-1e3, 1e3), min_size=8, max_size=8))
def test_the_shares_add_up_to_the_change(values: list[float]) -> None:
    known = dict(zip(MIXES, values, strict=True))

    shares = shapley(known.__getitem__)

    assert sum(shares.values()) == pytest.approx(known[MIXES[-1]] - known[MIXES[0]], abs=1e-9)


@pytest.fixture(scope="module")
def years() -> tuple[wg.Study, wg.Study]:
    home = Path(__file__).parents[1] / "data" / "example"
    return wg.open_study(home / "study-2024.toml"), wg.open_study("example")


@pytest.fixture(scope="module")
def change(years: tuple[wg.Study, wg.Study]) -> pd.DataFrame:
    return gap_change(*years)


def part(table: pd.DataFrame, name: str, counted: str = "not_reached") -> pd.DataFrame:
    rows = table[((table["part"] == name) & (table["counted"] == counted)).to_numpy()]
    return rows.set_index(["service", "limit"])[["places", "persons", "eligible"]]


def test_totals_are_those_of_each_year(
    years: tuple[wg.Study, wg.Study], change: pd.DataFrame
) -> None:
    for name, study in zip(("before", "after"), years, strict=True):
        gaps = wg.run_study(study).tables["gaps"]
        outside = gaps[gaps["class"].isin(["nominal", "gap"]).to_numpy()]
        sums = outside.groupby(["service", "limit"])["persons"].sum()
        found = part(change, name)["persons"]
        expected = sums.reindex(found.index, fill_value=0.0)
        pd.testing.assert_series_equal(found, expected, check_names=False)


def test_parts_add_up_for_places_and_persons(change: pd.DataFrame) -> None:
    total = sum(part(change, one) for one in PARTS)

    pd.testing.assert_frame_equal(
        total, part(change, "after") - part(change, "before"), check_exact=False
    )


def test_roads_that_stayed_as_they_were_change_nothing(change: pd.DataFrame) -> None:
    assert (part(change, "roads").abs() < 1e-9).to_numpy()[:, :2].all()


def test_places_do_not_change_with_persons(change: pd.DataFrame) -> None:
    assert (part(change, "persons")["places"] == 0).all()
    assert (part(change, "supply")["places"] != 0).any()
    assert (part(change, "persons")["persons"] != 0).any()


def test_slower_roads_are_found_as_roads(years: tuple[wg.Study, wg.Study]) -> None:
    after = years[1]
    travel = after.config.travel
    slow = {one: speed / 3 for one, speed in travel.speeds_kmh.items()}
    config = replace(after.config, travel=replace(travel, speeds_kmh=slow))

    found = gap_change(after, replace(after, config=config))

    assert (part(found, "roads")["persons"] > 0).any()
    assert (part(found, "supply")["persons"] == 0).all()
    assert (part(found, "persons")["persons"] == 0).all()


def test_another_set_of_villages_is_refused(years: tuple[wg.Study, wg.Study]) -> None:
    before, after = years
    fewer = replace(after, villages=after.villages.iloc[1:])

    with pytest.raises(UnknownIdError, match="same villages"):
        gap_change(before, fewer)


def test_a_study_without_times_is_refused(years: tuple[wg.Study, wg.Study]) -> None:
    before, after = years
    still = replace(after.config, travel=replace(after.config.travel, engine="none"))

    with pytest.raises(ParameterError, match="no travel times"):
        gap_change(before, replace(after, config=still))
