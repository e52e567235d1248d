"""Why persons are not served: each counted once, under the first cause that holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import wushan_geo as wg
from wushan_geo.access.causes import CAUSES, fixable_by_site, gap_causes, summed_causes
from wushan_geo.errors import ParameterError, UnknownIdError

CLASSES = pd.Series(
    {"a": "effective", "b": "neighbour", "c": "nominal", "d": "gap", "e": "gap", "f": "unknown"}
)
PERSONS = pd.Series({"a": 5.0, "b": 4.0, "c": 3.0, "d": 2.0, "e": 1.0, "f": 7.0})
FIXABLE = pd.Series({"a": False, "b": True, "c": True, "d": False, "e": True, "f": True})
WAITING = pd.Series({"a": 2.0, "b": 4.0, "c": 0.0, "d": 0.0, "e": 0.0, "f": 0.0})


def found(**changes: object) -> dict[tuple[str, str], tuple[int, float]]:
    asked = {"fixable": FIXABLE, "waiting": WAITING} | changes
    rows = gap_causes(CLASSES, PERSONS, **asked)
    return {
        (row.zone_id, row.cause): (row.places, row.persons) for row in rows.itertuples(index=False)
    }


def test_each_village_stands_under_the_first_cause_that_holds() -> None:
    assert found() == {
        ("a", "served"): (0, 3.0),
        ("a", "capacity"): (1, 2.0),
        ("b", "capacity"): (1, 4.0),
        ("c", "siting"): (1, 3.0),
        ("d", "roads"): (1, 2.0),
        ("e", "siting"): (1, 1.0),
        ("f", "unknown"): (1, 7.0),
    }


def test_persons_and_places_add_up_to_all_of_them() -> None:
    rows = gap_causes(CLASSES, PERSONS, fixable=FIXABLE, waiting=WAITING)

    assert rows["places"].sum() == len(CLASSES)
    assert rows["persons"].sum() == PERSONS.sum()


def test_without_sites_siting_and_roads_are_not_told_apart() -> None:
    causes = {cause for _, cause in found(fixable=None)}

    assert causes == {"served", "capacity", "undetermined", "unknown"}


def test_without_capacities_everyone_in_reach_counts_as_in_reach_alone() -> None:
    assert found(waiting=None)["a", "in_reach"] == (1, 5.0)
    assert found(waiting=None)["b", "in_reach"] == (1, 4.0)


def test_persons_nobody_counted_stay_unknown_under_their_cause() -> None:
    persons = PERSONS.copy()
    persons["d"] = np.nan

    rows = gap_causes(CLASSES, persons, fixable=FIXABLE, waiting=WAITING)

    own = rows[(rows["zone_id"] == "d").to_numpy()]
    assert own["cause"].tolist() == ["roads"]
    assert own["persons"].isna().all()


def test_nobody_counted_in_reach_is_not_said_to_have_a_place() -> None:
    persons = PERSONS.copy()
    persons["a"] = np.nan
    waiting = WAITING.copy()
    waiting["a"] = 0.0

    rows = gap_causes(CLASSES, persons, fixable=FIXABLE, waiting=waiting)

    assert rows[(rows["zone_id"] == "a").to_numpy()]["cause"].tolist() == ["in_reach"]


def test_a_village_of_which_no_site_is_told_is_undetermined() -> None:
    told = FIXABLE.astype("boolean")
    told["d"] = pd.NA

    assert ("d", "undetermined") in found(fixable=told)
    assert ("e", "siting") in found(fixable=told)


def test_who_is_turned_away_is_counted_beside_the_cause() -> None:
    away = pd.Series({"a": True, "b": False, "c": True, "d": True, "e": False, "f": True})

    rows = gap_causes(CLASSES, PERSONS, fixable=FIXABLE, waiting=WAITING, turned_away=away)

    counted = rows[(rows["persons_by_admission"] > 0).to_numpy()]
    assert counted["zone_id"].tolist() == ["c", "d"]
    assert counted["persons_by_admission"].tolist() == [3.0, 2.0]


def test_the_order_of_the_counts_plays_no_part() -> None:
    turned = gap_causes(CLASSES, PERSONS[::-1], fixable=FIXABLE[::-1], waiting=WAITING[::-1])

    pd.testing.assert_frame_equal(
        turned, gap_causes(CLASSES, PERSONS, fixable=FIXABLE, waiting=WAITING)
    )


@pytest.mark.parametrize(("zone", "persons"), [("a", 6.0), ("d", 1.0)])
def test_nobody_waits_who_is_not_there_or_not_in_reach(zone: str, persons: float) -> None:
    waiting = WAITING.copy()
    waiting[zone] = persons

    with pytest.raises(ParameterError, match="waiting"):
        gap_causes(CLASSES, PERSONS, fixable=FIXABLE, waiting=waiting)


def test_a_village_without_an_answer_is_named() -> None:
    with pytest.raises(UnknownIdError, match="fixable"):
        gap_causes(CLASSES, PERSONS, fixable=FIXABLE.drop("d"), waiting=None)


def test_sums_name_every_cause_and_keep_the_totals() -> None:
    rows = gap_causes(CLASSES, PERSONS, fixable=FIXABLE, waiting=WAITING)

    county = summed_causes(rows, dict.fromkeys(CLASSES.index, "county"))

    assert county["cause"].tolist() == list(CAUSES)
    assert county["places"].sum() == len(CLASSES)
    assert county.set_index("cause")["persons"].to_dict() == {
        "served": 3.0,
        "in_reach": 0.0,
        "capacity": 6.0,
        "siting": 4.0,
        "roads": 2.0,
        "undetermined": 0.0,
        "unknown": 7.0,
    }


def test_a_sum_of_nothing_known_is_not_known() -> None:
    rows = gap_causes(CLASSES, PERSONS * np.nan, fixable=FIXABLE, waiting=None)

    county = summed_causes(rows, dict.fromkeys(CLASSES.index, "county")).set_index("cause")

    assert np.isnan(county.loc["siting", "persons"])
    assert county.loc["undetermined", "persons"] == 0.0


@pytest.fixture(scope="module")
def example() -> wg.Study:
    return wg.open_study("example")


def test_a_site_fixes_whom_it_would_bring_within_the_limit(example: wg.Study) -> None:
    matrix = wg.travel_matrix(example, to="all")
    candidates = wg.travel_matrix(example, to="candidate")

    fixable = fixable_by_site(example, "day_care", matrix, limit=30.0)

    near = (candidates.dense() <= 30.0).any(axis=1)
    expected = pd.Series(near, index=list(candidates.origin_ids))
    assert fixable is not None
    assert fixable.notna().all()
    assert fixable[expected[expected].index].all()
    assert 0 < fixable.sum() < len(fixable)


def test_a_site_that_admits_its_own_township_fixes_nobody_else(example: wg.Study) -> None:
    from dataclasses import replace

    matrix = wg.travel_matrix(example, to="all")
    assert example.config.siting is not None
    narrow = replace(example.config.siting, admits="township")
    own = replace(example, config=replace(example.config, siting=narrow))

    wide = fixable_by_site(example, "day_care", matrix, limit=30.0)
    few = fixable_by_site(own, "day_care", matrix, limit=30.0)

    assert wide is not None
    assert few is not None
    assert few.sum() < wide.sum()
    assert not (few & ~wide).any()


def test_a_service_for_which_no_site_is_named_has_no_answer(example: wg.Study) -> None:
    matrix = wg.travel_matrix(example, to="all")

    assert fixable_by_site(example, "no_such_service", matrix, limit=30.0) is None


def test_planned_facilities_alone_leave_the_rest_open(example: wg.Study) -> None:
    from dataclasses import replace

    real = example.facilities[(example.facilities["status"] != "candidate").to_numpy()]
    bare = replace(example, facilities=real.reset_index(drop=True))
    matrix = wg.travel_matrix(bare, to="all")

    fixable = fixable_by_site(bare, "day_care", matrix, limit=30.0)

    assert fixable is not None
    assert set(fixable.dropna()) == {True}
    assert fixable.isna().sum() > 0
