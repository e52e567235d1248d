"""Times of zones from the times of their people's points."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.zonal import zone_matrix

INF = np.inf
POINTS = TravelMatrix(
    ("p1", "p2", "p3", "q1", "q2"),
    ("G", "H"),
    "min",
    np.array([[10, 60], [20, INF], [90, 30], [5, INF], [INF, INF]], dtype=float),
)
ZONES = pd.Series({"p1": "P", "p2": "P", "p3": "P", "q1": "Q", "q2": "Q"})
PERSONS = pd.Series({"p1": 2, "p2": 1, "p3": 1, "q1": 1, "q2": 1})


def test_the_mean_by_hand() -> None:
    found = zone_matrix(POINTS, ZONES, PERSONS, summary="mean")

    # P to G: (2 x 10 + 20 + 90) / 4. All else has somebody who cannot get there.
    assert found.matrix.dense().tolist() == [[32.5, INF], [INF, INF]]
    assert found.matrix.origin_ids == ("P", "Q")
    assert (found.matrix.unit, found.matrix.limit) == ("min", None)
    assert found.reached.to_numpy().tolist() == [[1.0, 0.75], [0.5, 0.0]]
    assert found.reached.index.tolist() == ["P", "Q"]
    assert found.reached.columns.tolist() == ["G", "H"]
    assert found.persons.to_dict() == {"P": 4.0, "Q": 2.0}


def test_the_median_is_finite_if_half_reach_it() -> None:
    found = zone_matrix(POINTS, ZONES, PERSONS, summary="median").matrix.dense()

    # P to G: two of four are there in 10. To H: 30 for one, 60 for three. Q to G: one of two.
    assert found.tolist() == [[10, 60], [5, INF]]


def test_points_without_persons_count_for_nothing_even_unreachable() -> None:
    persons = PERSONS.replace({"p2": 0}) * [1, 0, 1, 1, 0]
    for summary, expected in (
        ("mean", [[(20 + 90) / 3, 50], [5, INF]]),
        ("median", [[10, 60], [5, INF]]),
    ):
        found = zone_matrix(POINTS, ZONES, persons, summary=summary)  # type: ignore[arg-type] - a loop over both
        np.testing.assert_allclose(found.matrix.dense(), expected, rtol=1e-12)
        assert found.reached.to_numpy().tolist() == [[1, 1], [1, 0]]


def test_a_zone_without_persons_is_named() -> None:
    with pytest.raises(ParameterError, match="no persons at any of their points: Q"):
        zone_matrix(POINTS, ZONES, PERSONS * [1, 1, 1, 0, 0], summary="mean")


def test_ids_are_checked_both_ways() -> None:
    for zones, persons, text in (
        (ZONES.drop("p1"), PERSONS, "missing for p1"),
        (pd.concat([ZONES, pd.Series({"x": "P"})]), PERSONS, "given for x"),
        (ZONES, PERSONS.drop("q2"), "weights is missing for q2"),
        (pd.concat([ZONES, ZONES]), PERSONS, "more than once"),
    ):
        with pytest.raises(UnknownIdError, match=text):
            zone_matrix(POINTS, zones, persons, summary="mean")
    for zones, persons, text in (
        (ZONES, PERSONS * np.nan, "not known"),
        (ZONES, -PERSONS, "negative"),
        (ZONES.replace("Q", np.nan), PERSONS, "zones must have ids"),
        ([1], PERSONS, "must be a Series"),
    ):
        with pytest.raises(ParameterError, match=text):
            zone_matrix(POINTS, zones, persons, summary="mean")


def test_a_limit_bears_a_median_and_no_mean() -> None:
    limited = TravelMatrix(
        POINTS.origin_ids, POINTS.destination_ids, "min", POINTS.dense(), limit=40.0
    )

    found = zone_matrix(limited, ZONES, PERSONS, summary="median")

    assert found.matrix.dense().tolist() == [[10, INF], [5, INF]]
    assert found.matrix.limit == 40
    assert found.reached.to_numpy().tolist() == [[0.75, 0.25], [0.5, 0]]
    with pytest.raises(ParameterError, match="up to 40 min only"):
        zone_matrix(limited, ZONES, PERSONS, summary="mean")


def test_another_summary_is_refused() -> None:
    with pytest.raises(ParameterError, match="'mean' or 'median'"):
        zone_matrix(POINTS, ZONES, PERSONS, summary="max")  # type: ignore[arg-type] - the test


def test_half_of_fractions_is_half() -> None:
    names = [f"p{one}" for one in range(6)]
    # Added up in this order the first three lie below half of all six in the last bit.
    persons = dict(zip(names, [0.1, 0.1, 0.7, 0.7, 0.1, 0.1], strict=True))
    costs = np.array([[1.0], [1.0], [2.0], [9.0], [9.0], [9.0]])
    points = TravelMatrix(tuple(names), ("H",), "min", costs)

    found = zone_matrix(points, dict.fromkeys(names, "Z"), persons, summary="median")

    assert found.matrix.dense().tolist() == [[2.0]]


def test_no_points_give_no_zones() -> None:
    none = TravelMatrix((), ("H",), "min", np.empty((0, 1)))
    for summary in ("mean", "median"):
        found = zone_matrix(none, {}, {}, summary=summary)  # type: ignore[arg-type] - a loop over both
        assert found.matrix.dense().shape == (0, 1)
        assert found.reached.shape == (0, 1)


@st.composite
def cases(draw: Any) -> tuple[TravelMatrix, dict[str, str], dict[str, float]]:
    count = draw(st.integers(1, 9))
    names = tuple(f"p{one}" for one in range(count))
    cost = st.one_of(st.integers(0, 20).map(float), st.just(INF))
    costs = draw(st.lists(st.tuples(cost, cost), min_size=count, max_size=count))
    zones = draw(st.lists(st.sampled_from("XYZ"), min_size=count, max_size=count))
    persons = draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    for zone in set(zones):  # no zone without anybody
        persons[zones.index(zone)] = max(1, persons[zones.index(zone)])
    matrix = TravelMatrix(names, ("G", "H"), "min", np.array(costs))
    return matrix, dict(zip(names, zones, strict=True)), dict(zip(names, persons, strict=True))


@given(cases(), st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_it_is_what_every_person_asked_one_by_one_would_say(case: Any, seed: int) -> None:
    matrix, zones, persons = case
    mean = zone_matrix(matrix, zones, persons, summary="mean")
    median = zone_matrix(matrix, zones, persons, summary="median")

    for row, zone in enumerate(mean.matrix.origin_ids):
        for column in range(2):
            said = sorted(
                matrix.dense()[at, column]
                for at, point in enumerate(matrix.origin_ids)
                for _ in range(persons[point])
                if zones[point] == zone
            )
            assert mean.matrix.dense()[row, column] == pytest.approx(sum(said) / len(said))
            assert median.matrix.dense()[row, column] == said[(len(said) - 1) // 2]
            assert mean.reached.iloc[row, column] == np.isfinite(said).mean()
    # Shuffled rows give the same bytes.
    order = np.random.default_rng(seed).permutation(len(matrix.origin_ids))
    shuffled = TravelMatrix(
        tuple(np.array(matrix.origin_ids)[order].tolist()), ("G", "H"), "min", matrix.dense()[order]
    )
    again = zone_matrix(shuffled, zones, persons, summary="mean")
    assert again.matrix.dense().tobytes() == mean.matrix.dense().tobytes()
    pd.testing.assert_frame_equal(again.reached, mean.reached)
