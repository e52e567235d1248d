"""Other ways than a building, for the groups of villages of a study."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from built_in import study_of

from wushan_geo.proposal.ways import notes_of, reason_words, study_ways, way_words
from wushan_geo.siting.ways import REASONS, WAYS
from wushan_geo.study.outreach import WaysConfig
from wushan_geo.travel.times import between_villages, travel_matrix

if TYPE_CHECKING:
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

SETTINGS = WaysConfig(
    base="F07", ride_min=60, stop_min=2, trips=2, days_a_year=250, hours_a_day=7,
    days_a_month=20, stops_a_day=4, visits_a_month=2, visit_min=40, farthest_min=90,
)  # fmt: skip


def costs() -> pd.DataFrame:
    rows = [
        ("new_home", None, 300000, 20, 60000, 5000, 20, 2, 2),
        ("conversion", "C11", 80000, 10, 50000, 5000, 12, 2, 2),
        ("shared_home", None, 400000, 20, 70000, 5000, 30, 2, 3),
        ("shuttle", None, 160000, 8, 60000, 30, 7, 2, 1),
        ("mobile_team", None, 100000, 10, 50000, 400, None, 2, 3),
        ("home_visit", None, 0, None, 0, 60, None, 1, 1),
    ]
    names = ["way", "facility_id", "build", "years", "run", "unit_run", "capacity"]
    table = pd.DataFrame(rows, columns=[*names, "minimum_load", "staff"])
    return table.assign(basis="measured")


@pytest.fixture(scope="module")
def study() -> Study:
    found = study_of("example")
    assert found.config.siting is not None
    siting = replace(found.config.siting, ways=SETTINGS)
    return replace(found, config=replace(found.config, siting=siting), costs=costs())


@pytest.fixture(scope="module")
def between(study: Study) -> TravelMatrix:
    return between_villages(study)


@pytest.fixture(scope="module")
def sites(study: Study) -> TravelMatrix:
    return travel_matrix(study, to="all")


def members(study: Study) -> pd.DataFrame:
    """Make two groups of two villages and one of another limit, which plays no part."""
    ids = study.villages["zone_id"].tolist()
    assert study.config.siting is not None
    limit = study.config.siting.limit
    return pd.DataFrame(
        {
            "service": "day_care",
            "limit": [limit, limit, limit, limit, limit + 1],
            "cluster": [1, 1, 2, 2, 1],
            "zone_id": [ids[5], ids[6], ids[-1], ids[-2], ids[0]],
            "persons": [3.0, 2.0, 1.0, 2.0, 9.0],
            "basis": "measured",
        }
    )


def test_every_group_has_a_row_for_every_way(
    study: Study, between: TravelMatrix, sites: TravelMatrix
) -> None:
    table = study_ways(study, members(study), between, sites)
    assert table["cluster"].tolist() == [1] * 6 + [2] * 6
    assert tuple(table["way"])[:6] == WAYS
    assert table.groupby("cluster")["persons"].first().tolist() == [5.0, 3.0]
    assert set(table["basis"]) == {"measured"}
    assert table.groupby("cluster")["cheapest"].sum().max() == 1
    total = table["served"] + table["beyond"] + table["over"]
    assert total.tolist() == pytest.approx(table["persons"].tolist())
    assert list(notes_of(table)) == []
    home = table[(table["way"] == "home_visit").to_numpy()].iloc[0]
    base = study.facilities.set_index("facility_id").loc["F07", "zone_id"]
    assert home["site"] == base
    # Worked out again: there and back from the base, and the visit, twice a month to each.
    own = members(study).iloc[:2]
    there = between.select(origins=[base], destinations=own["zone_id"].tolist()).dense()[0]
    back = between.select(origins=own["zone_id"].tolist(), destinations=[base]).dense()[:, 0]
    assert home["served"] == 5.0
    assert home["hours"] == pytest.approx(
        float((own["persons"] * (there + back + 40)).sum()) * 24 / 60
    )


def test_the_order_of_rows_plays_no_part(
    study: Study, between: TravelMatrix, sites: TravelMatrix
) -> None:
    one = study_ways(study, members(study), between, sites)
    other = study_ways(
        replace(study, costs=costs().iloc[::-1]), members(study).iloc[::-1], between, sites
    )
    pd.testing.assert_frame_equal(one, other)


def test_what_is_missing_is_said_in_place_of_rows(
    study: Study, between: TravelMatrix, sites: TravelMatrix
) -> None:
    siting = study.config.siting
    assert siting is not None
    plain = replace(study, config=replace(study.config, siting=replace(siting, ways=None)))
    none = replace(study, config=replace(study.config, siting=None))
    rows = members(study)
    for some, table, note in (
        (plain, rows, "no_ways"),
        (none, rows, "no_siting"),
        (replace(study, costs=None), rows, "no_costs"),
        (study, rows.iloc[4:], "no_groups"),
    ):
        found = study_ways(some, table, between, sites)
        assert found.empty
        assert found.attrs["note"] == note
        assert len(list(notes_of(found))) == 1


def test_ways_and_reasons_have_words() -> None:
    assert all(all(way_words(one)) for one in WAYS)
    assert all(all(reason_words(one)) for one in REASONS)
