"""The detour factor from known pairs: by hand, its interval, its errors, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from wushan_geo.errors import InputError
from wushan_geo.travel.detour import DetourEstimate, detour_factor

WUSHAN = Path(__file__).resolve().parents[1] / "data" / "wushan" / "road_distances.csv"
LINE = 0.125  # degrees along the equator, without a rounding: 13.914936349159195 km on WGS 84
KM = 13.914936349159195


def pairs(*ratios: float, **columns: Any) -> pd.DataFrame:
    """Give pairs along the equator whose roads are so many times their straight line."""
    count = len(ratios)
    starts = [100.0 + 2 * LINE * at for at in range(count)]
    plain = {
        "pair_id": [f"p{at}" for at in range(count)],
        "from_lon": starts,
        "from_lat": [0.0] * count,
        "to_lon": [one + LINE for one in starts],
        "to_lat": [0.0] * count,
        "road_km": [KM * one for one in ratios],
    }
    return pd.DataFrame(plain | columns)


def faults(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError) as caught:
        detour_factor(table)
    return [(one.column, one.value, one.rule) for one in caught.value.faults]


def test_the_factor_is_the_geometric_mean_and_its_interval_the_smallest_and_largest_ratio() -> None:
    found = detour_factor(pairs(1.0, 2.0, 4.0))

    # exp((ln 1 + ln 2 + ln 4) / 3) = (1 x 2 x 4) ^ (1/3) = 2
    assert found.interval.low == pytest.approx(1.0, rel=1e-9)
    assert found.interval.central == pytest.approx(2.0, rel=1e-9)
    assert found.interval.high == pytest.approx(4.0, rel=1e-9)
    assert (found.used, found.left_out) == (3, 0)


def test_each_pair_is_predicted_from_the_others() -> None:
    found = detour_factor(pairs(1.0, 2.0, 4.0))

    # without 1: sqrt(8); without 2: sqrt(4) = 2; without 4: sqrt(2)
    assert found.pairs["factor_without"].tolist() == [
        pytest.approx(math.sqrt(8)),
        pytest.approx(2.0),
        pytest.approx(math.sqrt(2)),
    ]
    # relative: 2.83 / 1 - 1, 2 / 2 - 1, 1.41 / 4 - 1
    assert found.pairs["error_without"].tolist() == [
        pytest.approx(math.sqrt(8) - 1),
        pytest.approx(0.0, abs=1e-12),
        pytest.approx(math.sqrt(2) / 4 - 1),
    ]
    # logs 1.5 ln 2, 0, -1.5 ln 2: root mean square ln 2 x 1.5 x sqrt(2/3)
    assert found.typical_error == pytest.approx(2 ** (1.5 * math.sqrt(2 / 3)))


def test_the_pairs_of_wushan_give_the_ratios_worked_out_by_hand() -> None:
    found = detour_factor(wushan())

    stated = {"101": 72, "104": 91, "106": 110, "107": 38, "109": 56, "229": 120}
    assert {str(key)[-3:]: km for key, km in found.pairs["road_km"].items()} == stated
    # the straight lines of data/build/facts/townships.csv, measured on a sphere there
    straight = {"101": 32.0, "104": 33.9, "106": 29.6, "107": 24.6, "109": 13.8, "229": 27.1}
    for key, km in found.pairs["straight_km"].items():
        assert km == pytest.approx(straight[str(key)[-3:]], rel=5e-3)
    ratios = [stated[key] / straight[key] for key in stated]
    assert found.interval.low == pytest.approx(38 / 24.6, rel=5e-3)
    assert found.interval.high == pytest.approx(120 / 27.1, rel=5e-3)
    assert found.interval.central == pytest.approx(math.prod(ratios) ** (1 / 6), rel=5e-3)
    assert (found.used, found.left_out) == (6, 1)


def wushan() -> pd.DataFrame:
    table = pd.read_csv(WUSHAN, encoding="utf-8-sig", dtype={"pair_id": str})
    table["used"] = table["used"].map({"yes": True, "no": False}).astype("boolean")
    return table


def test_rows_not_to_be_used_are_counted_and_an_empty_cell_is_used() -> None:
    table = pairs(1.5, 1.5, 1.5, 9.0, used=pd.array([True, None, True, False], dtype="boolean"))

    found = detour_factor(table)

    assert found.interval.high == pytest.approx(1.5)
    assert (found.used, found.left_out) == (3, 1)


def test_two_pairs_are_too_few_and_it_says_so() -> None:
    assert faults(pairs(1.5, 2.0)) == [("used", "2", "has at least 3 pairs to use")]
    table = pairs(1.5, 2.0, 3.0, used=pd.array([True, True, False], dtype="boolean"))
    assert faults(table)[0][1] == "2"
    assert faults(pairs())[0][1] == "0"


def test_a_road_shorter_than_the_line_is_a_fault_and_all_are_listed() -> None:
    table = pairs(0.9, 2.0, 0.5, 1.0, 3.0)

    found = faults(table)

    assert [(column, value.split(":")[0]) for column, value, _ in found] == [
        ("road_km", "p0"),
        ("road_km", "p2"),
    ]
    assert {rule for *_, rule in found} == {"is no shorter than the straight line (13.9 km)"}
    table["used"] = pd.array([False, True, False, True, True], dtype="boolean")
    assert detour_factor(table).interval.low == pytest.approx(1.0)


def test_two_ends_at_one_place_and_a_length_that_is_none_are_faults() -> None:
    table = pairs(2.0, 2.0, 2.0)
    table.loc[1, "to_lon"] = table.loc[1, "from_lon"]
    table.loc[2, "road_km"] = math.nan

    assert [one[0] for one in faults(table)] == ["from_lon, from_lat", "road_km"]
    with pytest.raises(InputError) as caught:
        detour_factor(table)
    assert all(one.rule_zh and one.suggestion_zh for one in caught.value.faults)


def test_equal_ratios_leave_no_interval_and_no_error() -> None:
    found = detour_factor(pairs(1.3, 1.3, 1.3))

    assert found.interval.low <= found.interval.central <= found.interval.high
    assert found.interval.high - found.interval.low < 1e-12
    assert found.typical_error == pytest.approx(1.0)


def test_the_lines_are_measured_over_the_ellipsoid() -> None:
    table = pairs(2.0, 2.0, 2.0, from_lat=[31.0, 31.1, 31.2], to_lat=[31.3, 31.3, 31.3])
    table["road_km"] = 100.0

    found = detour_factor(table)

    earth = Geod(ellps="WGS84")
    for (_, one), km in zip(table.iterrows(), found.pairs["straight_km"], strict=True):
        line = earth.inv(one["from_lon"], one["from_lat"], one["to_lon"], one["to_lat"])[2]
        assert km == pytest.approx(line / 1000, rel=1e-12)


def test_a_road_of_ten_times_the_line_passes_and_one_typed_in_metres_does_not() -> None:
    assert detour_factor(pairs(1.5, 1.5, 10.0)).interval.high == pytest.approx(10.0)

    found = faults(pairs(1.5, 1.5, 10.001, 1500.0))

    assert [(column, value.split(":")[0]) for column, value, _ in found] == [
        ("road_km", "p2"),
        ("road_km", "p3"),
    ]
    assert {rule for *_, rule in found} == {"is at most 10 times the straight line (13.9 km)"}


@pytest.mark.parametrize("turned", [False, True])
def test_two_places_entered_twice_are_a_fault_whichever_is_the_start(*, turned: bool) -> None:
    table = pairs(1.5, 2.0, 3.0, 4.0)
    ends = ["from_lon", "from_lat", "to_lon", "to_lat"]
    again = ends[2:] + ends[:2] if turned else ends
    table.loc[3, ends] = table.loc[1, again].tolist()

    ((column, value, rule),) = faults(table)

    assert (column, value) == ("pair_id", "p1, p3")
    assert "27.8299 km and 55.6597 km" in rule
    # Where one of the two is not to be used, the other stands.
    table["used"] = pd.array([True, True, True, False], dtype="boolean")
    assert detour_factor(table).used == 3
    # Two pairs that share one end are two roads.
    table = pairs(1.5, 2.0, 3.0).assign(from_lon=99.0)
    assert detour_factor(table.assign(road_km=1000.0)).used == 3


ratio_lists = st.lists(st.floats(1.0, 3.0), min_size=3, max_size=12)


@given(ratio_lists, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_rows_changes_nothing_and_the_input_stays(
    ratios: list[float], random: Any
) -> None:
    table = pairs(*(one * (1 + 1e-9) for one in ratios))
    order = list(range(len(ratios)))
    random.shuffle(order)
    shuffled = table.iloc[order].reset_index(drop=True)
    before = shuffled.copy()

    first, second = detour_factor(table), detour_factor(shuffled)

    assert first.interval == second.interval
    pd.testing.assert_frame_equal(first.pairs, second.pairs)
    pd.testing.assert_frame_equal(shuffled, before)


@given(ratio_lists, st.floats(1.0, 3.0))
@settings(max_examples=50, deadline=None)
def test_longer_roads_give_a_larger_factor_in_proportion(ratios: list[float], more: float) -> None:
    table = pairs(*(one * (1 + 1e-9) for one in ratios))
    longer = table.assign(road_km=table["road_km"] * more)

    one, other = detour_factor(table), detour_factor(longer)

    assert within(one)
    assert within(other)
    assert other.interval.central == pytest.approx(one.interval.central * more, rel=1e-9)
    assert other.typical_error == pytest.approx(one.typical_error, rel=1e-9)


def within(found: DetourEstimate) -> bool:
    interval = found.interval
    return 1 <= interval.low <= interval.central <= interval.high and found.typical_error >= 1
