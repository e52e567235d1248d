"""Hot spots against numbers made elsewhere, and groups of villages within a limit of each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access.clusters import Chance, adjusted, gap_clusters, hot_spots
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import TravelMatrix

CHANCE = Chance(permutations=9999, seed=1, false_discovery=0.05)
SIDE = 4
GRID = [f"p{at:02d}" for at in range(SIDE * SIDE)]
VALUES = pd.Series([9, 8, 2, 1, 8, 7, 2, 0, 3, 2, 1, 1, 4, 3, 0, 6], index=GRID, dtype=float)
# Made with PySAL esda 2.9.0 on the grid above, neighbours by shared side: Moran_Local (rows of the
# weights add up to 1) and G_Local (star=True, transform="B").
ESDA_MORAN = [
    2.586395, 1.159418, -0.017446, 0.703858, 1.317971, 0.529673, 0.177953, 0.851245,
    -0.066575, 0.010468, 0.635189, 0.337623, -0.026379, 0.094211, 0.087511, -0.800162,
]  # fmt: skip
ESDA_GI = [
    3.001385, 2.221037, -0.236281, -1.612098, 2.410062, 1.622387, -1.026408, -1.9375,
    0.519817, -0.320063, -2.085927, -1.181403, -0.144171, -0.992378, -0.803354, -0.773283,
]  # fmt: skip


def grid() -> TravelMatrix:
    at = np.array([divmod(one, SIDE) for one in range(SIDE * SIDE)], dtype=float)
    costs = np.abs(at[:, None] - at[None]).sum(axis=2) * 10
    return TravelMatrix(tuple(GRID), tuple(GRID), "min", costs)


@pytest.fixture(scope="module")
def spots() -> pd.DataFrame:
    return hot_spots(VALUES, grid(), within=10, chance=CHANCE)


def test_indices_are_those_of_another_program(spots: pd.DataFrame) -> None:
    np.testing.assert_allclose(spots["local_moran"], ESDA_MORAN, atol=1e-6)
    np.testing.assert_allclose(spots["gi_star"], ESDA_GI, atol=1e-6)


def exact(at: int) -> float:
    """The two-sided p-value over every set of neighbours that the others could give."""
    near = np.flatnonzero(grid().dense()[at] == 10)
    others = np.delete(VALUES.to_numpy(), at)
    sums = np.array([sum(some) for some in combinations(others, near.size)])
    found = VALUES.to_numpy()[near].sum()
    return min(1.0, 2 * min((sums >= found).mean(), (sums <= found).mean()))


def test_p_values_are_those_of_all_arrangements(spots: pd.DataFrame) -> None:
    expected = [exact(at) for at in range(SIDE * SIDE)]

    np.testing.assert_allclose(spots["gi_p"], expected, atol=0.025)
    # Given its own value, a place's Moran index rises or falls with the same sum.
    np.testing.assert_allclose(spots["moran_p"], spots["gi_p"], atol=1e-12)


def test_a_small_case_has_the_p_value_of_all_arrangements() -> None:
    # Five places in a row; the neighbours of the first are one place: its value is any of the
    # other four with equal chance, and 10 the largest of them.
    ids = ("a", "b", "c", "d", "e")
    costs = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    line = TravelMatrix(ids, ids, "min", costs)
    values = dict(zip(ids, [9.0, 10.0, 1.0, 2.0, 3.0], strict=True))

    found = hot_spots(values, line, within=1, chance=CHANCE)

    assert found.loc["a", "gi_p"] == pytest.approx(2 * 1 / 4, abs=0.03)
    assert found.loc["a", "moran_p"] == pytest.approx(2 * 1 / 4, abs=0.03)


def test_spots_are_named_only_where_few_of_them_can_be_false(spots: pd.DataFrame) -> None:
    sure = hot_spots(
        VALUES, grid(), within=10, chance=Chance(permutations=9999, seed=1, false_discovery=0.4)
    )

    assert set(spots["spot"]) == {"none"}
    assert spots["quadrant"].isna().all()
    assert sure.loc["p00", "spot"] == "hot"
    assert sure.loc["p00", "quadrant"] == "high_high"
    assert sure.loc["p10", "spot"] == "cold"
    assert sure.loc["p15", "quadrant"] == "high_low"


def test_a_place_without_data_is_never_tested_and_is_nobodys_neighbour() -> None:
    values = VALUES.copy()
    values["p05"] = np.nan

    found = hot_spots(values, grid(), within=10, chance=CHANCE)

    assert found.loc["p05", "spot"] == "untested"
    assert np.isnan(found.loc["p05", "gi_p"])
    assert found.loc["p01", "neighbours"] == 2


def test_a_place_without_neighbours_is_not_tested() -> None:
    costs = np.array(grid().dense())
    costs[3, :3] = costs[3, 4:] = np.inf  # out of p03 there is no way, so that none counts
    found = hot_spots(
        VALUES, TravelMatrix(tuple(GRID), tuple(GRID), "min", costs), within=10, chance=CHANCE
    )

    assert found.loc["p03", "neighbours"] == 0
    assert found.loc["p03", "spot"] == "untested"
    assert found["gi_p"].notna().sum() == len(GRID) - 1


def test_neighbours_are_near_both_ways() -> None:
    costs = np.array(grid().dense())
    costs[0, 1] = 11.0  # from p01 to p00 it is still 10

    found = hot_spots(
        VALUES, TravelMatrix(tuple(GRID), tuple(GRID), "min", costs), within=10, chance=CHANCE
    )

    assert found.loc["p00", "neighbours"] == 1
    assert found.loc["p01", "neighbours"] == 2


def test_values_that_are_all_alike_have_no_spots() -> None:
    found = hot_spots(VALUES * 0 + 3, grid(), within=10, chance=CHANCE)

    assert set(found["spot"]) == {"untested"}
    assert found["local_moran"].isna().all()


def test_every_setting_matters(spots: pd.DataFrame) -> None:
    def again(within: float = 10, **changes: object) -> pd.DataFrame:
        asked = {"permutations": 9999, "seed": 1, "false_discovery": 0.05} | changes
        return hot_spots(VALUES, grid(), within=within, chance=Chance(**asked))

    pd.testing.assert_frame_equal(again(), spots)
    assert not again(seed=2)["gi_p"].equals(spots["gi_p"])
    assert not again(permutations=99)["gi_p"].equals(spots["gi_p"])
    assert not again(within=20)["gi_star"].equals(spots["gi_star"])
    assert not again(within=9.9)["gi_star"].equals(spots["gi_star"])


def test_the_order_of_rows_plays_no_part(spots: pd.DataFrame) -> None:
    turned = grid().select(origins=GRID[::-1], destinations=GRID[3:] + GRID[:3])

    found = hot_spots(VALUES.sample(frac=1, random_state=3), turned, within=10, chance=CHANCE)

    pd.testing.assert_frame_equal(found.reindex(GRID), spots)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"permutations": 9}, "permutations"),
        ({"permutations": 99.0}, "permutations"),
        ({"seed": -1}, "seed"),
        ({"false_discovery": 1}, "false_discovery"),
    ],
)
def test_a_comparison_out_of_range_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Chance(**({"permutations": 999, "seed": 1, "false_discovery": 0.05} | changes))


def test_wrong_places_and_values_are_refused() -> None:
    other = grid().select(destinations=GRID[1:])

    with pytest.raises(ParameterError, match="both sides"):
        hot_spots(VALUES, other, within=10, chance=CHANCE)
    with pytest.raises(ParameterError, match="both sides"):
        gap_clusters(VALUES, other, within=10)
    with pytest.raises(ParameterError, match="finite"):
        hot_spots(VALUES.replace(9.0, np.inf), grid(), within=10, chance=CHANCE)
    with pytest.raises(UnknownIdError, match="p00"):
        hot_spots(VALUES.drop("p00"), grid(), within=10, chance=CHANCE)
    with pytest.raises(ParameterError, match="above 0"):
        gap_clusters(VALUES, grid(), within=0)


def test_adjusted_p_values_by_hand() -> None:
    # 0.01 x 4 / 1, 0.02 x 4 / 2, 0.03 x 4 / 3, 0.9 x 4 / 4.
    found = adjusted(np.array([0.9, 0.01, np.nan, 0.03, 0.02]))

    np.testing.assert_allclose(found, [0.9, 0.04, np.nan, 0.04, 0.04])


def line(*minutes: float, stretch: float = 1.0) -> TravelMatrix:
    """Places along a road; the way back takes `stretch` times as long."""
    at = np.array(minutes)
    costs = at[None, :] - at[:, None]
    ids = tuple(f"v{one}" for one in range(at.size))
    return TravelMatrix(ids, ids, "min", np.where(costs < 0, -costs * stretch, costs))


def test_groups_by_hand() -> None:
    persons = {"v0": 4, "v1": 1, "v2": 2, "v3": 0, "v4": 7}

    found = gap_clusters(persons, line(0, 10, 20, 25, 60), within=20)

    assert found.members.to_dict() == {"v0": 1, "v1": 1, "v2": 1, "v4": 2}
    assert found.clusters.to_dict("records") == [
        {
            "cluster": 1, "centre": "v0", "places": 3, "persons": 7.0, "farthest": "v2",
            "minutes_farthest": 20.0, "minutes_mean": 50 / 7,
        },
        {
            "cluster": 2, "centre": "v4", "places": 1, "persons": 7.0, "farthest": "v4",
            "minutes_farthest": 0.0, "minutes_mean": 0.0,
        },
    ]  # fmt: skip


def test_exactly_at_the_limit_is_one_group_and_just_beyond_is_two() -> None:
    persons = {"v0": 1, "v1": 1}

    assert len(gap_clusters(persons, line(0, 30), within=30).clusters) == 1
    assert len(gap_clusters(persons, line(0, 30), within=29.999).clusters) == 2


def test_the_longer_of_the_two_ways_counts() -> None:
    persons = {"v0": 1, "v1": 1}

    assert len(gap_clusters(persons, line(0, 20, stretch=2), within=30).clusters) == 2
    assert len(gap_clusters(persons, line(0, 20, stretch=1.5), within=30).clusters) == 1


def test_places_without_a_way_between_them_are_groups_of_their_own() -> None:
    costs = np.array([[0.0, np.inf], [5.0, 0.0]])
    apart = TravelMatrix(("a", "b"), ("a", "b"), "min", costs)

    assert len(gap_clusters({"a": 1, "b": 1}, apart, within=30).clusters) == 2


def test_nobody_in_need_is_no_group() -> None:
    found = gap_clusters({"v0": 0, "v1": 0}, line(0, 5), within=30)

    assert found.clusters.empty
    assert found.members.empty


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=12),
    st.lists(st.integers(0, 5), min_size=12, max_size=12),
    st.floats(1, 60),
)
def test_groups_hold_everyone_in_need_once_and_nobody_beyond_the_limit(
    minutes: list[float], counts: list[int], within: float
) -> None:
    between = line(*minutes)
    persons = dict(zip(between.origin_ids, counts[: len(minutes)], strict=True))

    found = gap_clusters(persons, between, within=within)

    assert set(found.members.index) == {one for one, count in persons.items() if count > 0}
    assert found.clusters["persons"].sum() == sum(persons.values())
    assert found.clusters["persons"].is_monotonic_decreasing
    at = {one: place for place, one in enumerate(between.origin_ids)}
    costs = between.dense()
    for one, two in combinations(found.members.index, 2):
        if found.members[one] == found.members[two]:
            assert max(costs[at[one], at[two]], costs[at[two], at[one]]) <= within
    for row in found.clusters.itertuples():
        own = [one for one in found.members.index if found.members[one] == row.cluster]
        burden = {
            centre: sum(persons[one] * costs[at[one], at[centre]] for one in own) for centre in own
        }
        assert burden[row.centre] == pytest.approx(min(burden.values()), abs=1e-9)
        assert row.minutes_farthest == max(costs[at[one], at[row.centre]] for one in own)


def test_the_order_of_rows_plays_no_part_in_groups() -> None:
    between = line(0, 10, 20, 25, 60)
    persons = {"v0": 4, "v1": 1, "v2": 2, "v3": 3, "v4": 7}
    turned = between.select(origins=between.origin_ids[::-1])

    one, two = (gap_clusters(persons, some, within=20) for some in (between, turned))

    pd.testing.assert_frame_equal(one.clusters, two.clusters)
    pd.testing.assert_series_equal(one.members, two.members)


def test_spots_say_what_was_compared_and_how_many_there_are(spots: pd.DataFrame) -> None:
    counted = spots["spot"].value_counts().reindex(["hot", "cold", "untested"], fill_value=0)
    assert spots.attrs == {
        "measure": "hot_spots",
        "unit": "that of the values",
        "parameters": "within=10; permutations=9999; seed=1; false_discovery=0.05; unit=min",
        "reading": f"{counted['hot']} hot and {counted['cold']} cold of 16 places tested; "
        "0 untested",
    }


def test_spots_keep_the_unit_of_the_values_they_are_of() -> None:
    values = VALUES.copy()
    values.attrs = {"unit": "persons"}
    values["p05"] = np.nan
    found = hot_spots(values, grid(), within=10, chance=Chance(99, 1, 0.05))
    assert found.attrs["unit"] == "persons"
    assert found.attrs["reading"].endswith("15 places tested; 1 untested")


def test_clusters_say_their_limit_and_unit() -> None:
    found = gap_clusters(VALUES, grid(), within=20)
    assert (found.unit, found.parameters) == ("min", "within=20; unit=min")
