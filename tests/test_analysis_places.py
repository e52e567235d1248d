"""Hot spots and clusters of a study: who is in need, and that settings reach the methods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from analysed import analysis_of, asked_of, rows, times_of
from built_in import study_of

from wushan_geo.access.causes import site_matrix
from wushan_geo.analysis.places import cluster_rows, hot_spot_rows, not_reached
from wushan_geo.travel.times import between_villages

if TYPE_CHECKING:
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.measuring import MeasuresConfig
    from wushan_geo.travel.matrix import TravelMatrix


@pytest.fixture(scope="module")
def between() -> TravelMatrix:
    return between_villages(study_of("example"))


def at_limit(
    asked: ServiceAsked, between: TravelMatrix, within: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    sites = site_matrix(study_of("example"), asked.service.key, times_of("example").central)
    found = cluster_rows(asked, between, sites, within)
    return next(pair for pair in found if (pair[0]["limit"] == 30.0).all())


def settings() -> MeasuresConfig:
    found = study_of("example").config.measures
    assert found is not None
    return found


def test_in_need_is_who_is_beyond_the_limit_or_has_no_way() -> None:
    asked = asked_of("day_care")
    nearest = asked.matrix.dense().min(axis=1)
    blind = asked.unknown[30.0].to_numpy()

    found = not_reached(asked, 30.0)

    assert found.sum() == asked.persons[(nearest > 30) & ~blind].sum() > 0
    assert (found[nearest <= 30] == 0).all()
    assert found[blind & (nearest > 30)].isna().all()
    assert blind.sum() > 0


def test_exactly_at_the_limit_nobody_is_in_need() -> None:
    asked = asked_of("day_care")
    edge = replace(asked, unknown=asked.unknown[[30.0]].set_axis([38.0], axis=1))

    assert not_reached(edge, 38.0)["990101001205"] == 0  # Z5 at 38 minutes


def test_every_village_in_need_is_in_one_cluster(between: TravelMatrix) -> None:
    asked = asked_of("day_care")
    need = not_reached(asked, 30.0).fillna(0.0)

    clusters, members = at_limit(asked, between, 60.0)

    assert set(members["zone_id"]) == set(need.index[need > 0])
    assert members["persons"].sum() == clusters["persons"].sum() == need.sum()
    assert (clusters["minutes_farthest"] <= 60).all()


def test_the_named_site_is_the_one_that_reaches_most_of_the_group(between: TravelMatrix) -> None:
    asked = asked_of("day_care")
    clusters, members = at_limit(asked, between, 60.0)
    sites = site_matrix(study_of("example"), "day_care", times_of("example").central)

    for row in clusters.itertuples():
        own = members[(members["cluster"] == row.cluster).to_numpy()]
        near = sites.select(origins=list(own["zone_id"])).dense() <= 30
        reached = dict(zip(sites.destination_ids, own["persons"].to_numpy() @ near, strict=True))
        assert row.persons_by_site == max(reached.values())
        if row.persons_by_site:
            assert row.site == min(one for one in reached if reached[one] == row.persons_by_site)
    assert clusters["persons_by_site"].max() > 0


def test_a_wider_reach_makes_fewer_clusters(between: TravelMatrix) -> None:
    asked = asked_of("day_care")
    counts = [len(at_limit(asked, between, one)[0]) for one in (30.0, 60.0)]

    assert counts[1] < counts[0]


def test_hot_spots_use_the_settings_of_the_study(between: TravelMatrix) -> None:
    asked = asked_of("day_care")

    found = pd.concat(list(hot_spot_rows(asked, between, settings())), ignore_index=True)

    assert set(found["limit"]) == {20.0, 30.0, 45.0}
    assert set(found["spot"]) <= {"hot", "cold", "none", "untested"}
    assert "seed=2025" in found["parameters"].iloc[0]
    again = pd.concat(
        list(hot_spot_rows(asked, between, replace(settings(), seed=1))), ignore_index=True
    )
    assert not again["gi_p"].equals(found["gi_p"])


def test_the_tables_of_the_example_hold_them() -> None:
    tables = analysis_of("example").tables

    assert set(rows(tables["gap_clusters"], service="day_care")["limit"]) == {20.0, 30.0, 45.0}
    own = rows(tables["hotspots"], service="day_care", limit=30.0)
    assert len(own) == len(asked_of("day_care").persons)
    assert set(own.loc[own["value"].isna(), "spot"]) == {"untested"}
