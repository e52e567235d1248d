"""Equity, groups and small counts of a study: against loops, and with the rules of ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from analysed import analysis_of, asked_of, rows
from built_in import study_of

from wushan_geo.access.nearest import nearest_facility
from wushan_geo.access.rates import wilson_interval
from wushan_geo.analysis.fairness import equity_rows, group_rows, own_way_rows, rate_rows

if TYPE_CHECKING:
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.measuring import MeasuresConfig


def rated(limit: float) -> pd.DataFrame:
    found = pd.concat(list(rate_rows(asked_of("day_care"), settings())), ignore_index=True)
    return rows(found, limit=limit)


def settings() -> MeasuresConfig:
    found = study_of("example").config.measures
    assert found is not None
    return found


@pytest.fixture(scope="module")
def equity() -> pd.DataFrame:
    remoteness = nearest_facility(asked_of("county_rehab").matrix)["cost"]
    found = equity_rows(asked_of("day_care"), settings(), remoteness)
    return pd.concat(list(found), ignore_index=True)


def known() -> ServiceAsked:
    return asked_of("day_care").known(30.0)


def figure(table: pd.DataFrame, of: str, index: str, part: str = "all") -> float:
    return float(rows(table, of=of, index=index, part=part)["value"].item())


def test_the_gini_is_that_of_every_pair_of_persons(equity: pd.DataFrame) -> None:
    asked = known()
    nearest = asked.matrix.dense().min(axis=1)
    there = np.isfinite(nearest)
    each = np.repeat(nearest[there], asked.persons.to_numpy()[there].astype(int))

    apart = np.abs(each[:, None] - each[None, :]).mean()

    assert figure(equity, "minutes_nearest", "gini") == pytest.approx(apart / (2 * each.mean()))


def test_who_cannot_get_there_is_left_out_and_counted(equity: pd.DataFrame) -> None:
    asked = asked_of("day_care")
    lost = ~np.isfinite(asked.matrix.dense().min(axis=1))
    blind = asked.unknown[30.0].to_numpy()
    own = rows(equity, of="minutes_nearest", index="gini")

    # Who is still to be verified is left out as well: nobody knows how far they have to go.
    assert own["left_out_persons"].item() == asked.persons[lost | blind].sum()
    assert own["left_out_places"].item() == (lost | blind).sum()
    assert set(equity["persons"] + equity["left_out_persons"]) == {asked.persons.sum()}
    assert lost.sum() > 0


def test_theil_between_and_within_add_up(equity: pd.DataFrame) -> None:
    for of in ("minutes_nearest", "places_per_person_2sfca"):
        parts = [
            figure(equity, of, "theil_t", part)
            for part in ("between_townships", "within_townships")
        ]
        assert sum(parts) == pytest.approx(figure(equity, of, "theil_t"))


def test_poverty_counts_everyone_beyond_the_limit_also_who_cannot_get_there(
    equity: pd.DataFrame,
) -> None:
    asked = known()
    nearest = asked.matrix.dense().min(axis=1)
    persons = asked.persons.to_numpy()

    share = figure(equity, "minutes_nearest", "poverty_0")

    assert share == pytest.approx(persons[nearest > 30].sum() / persons.sum())


def test_how_far_beyond_is_asked_of_those_who_can_get_there(equity: pd.DataFrame) -> None:
    asked = known()
    nearest = asked.matrix.dense().min(axis=1)
    there = np.isfinite(nearest)
    persons = asked.persons.to_numpy()[there]
    depth = np.maximum(nearest[there] - 30, 0) / 30

    for order in (1, 2):
        share = figure(equity, "minutes_nearest", f"poverty_{order}")
        assert share == pytest.approx((persons * depth**order).sum() / persons.sum())


def test_who_cannot_be_ranked_is_left_out_of_the_concentration_and_counted(
    equity: pd.DataFrame,
) -> None:
    asked = known()
    remote = nearest_facility(asked_of("county_rehab").matrix)["cost"].reindex(asked.persons.index)
    ranked = np.isfinite(remote).to_numpy()
    own = rows(equity, of="reached")

    assert own["places"].item() == ranked.sum()
    assert own["persons"].item() == asked.persons[ranked].sum()


def test_atkinson_stands_for_every_epsilon_of_the_study(equity: pd.DataFrame) -> None:
    names = set(rows(equity, of="minutes_nearest")["index"])

    assert {"atkinson_0.5", "atkinson_1"} <= names


def test_without_a_centre_nobody_is_ranked_by_remoteness() -> None:
    found = pd.concat(list(equity_rows(asked_of("day_care"), settings(), None)))

    assert not found["part"].eq("by_remoteness").any()


def test_remote_persons_have_less_and_the_index_says_so(equity: pd.DataFrame) -> None:
    assert figure(equity, "reached", "concentration_erreygers", "by_remoteness") < 0
    assert figure(equity, "minutes_nearest", "concentration_standard", "by_remoteness") > 0


def test_groups_stand_beside_all_and_are_never_added() -> None:
    study = study_of("example")
    asked = asked_of("day_care")
    groups = {one: study.group(one) for one in ("all", "mental", "severe")}
    kinds = study.villages.set_index("zone_id")["kind"]

    found = pd.concat(list(group_rows(asked, groups, {"kind": (kinds, "village")})))
    found = rows(found, limit=30.0)

    persons = rows(found, partition="persons").set_index("group")
    assert persons.loc["all", "person_share_gap"] == 0
    gap = persons.loc["mental", "person_share"] - persons.loc["all", "person_share"]
    assert persons.loc["mental", "person_share_gap"] == pytest.approx(gap)
    parts = rows(found, partition="kind")
    assert set(parts["group"]) == {"community", "village"}
    assert (parts["persons"] + parts["persons_unknown"]).sum() == asked.persons.sum()
    assert set(parts["counted"]) == {"eligible_day_care"}
    assert persons["counted"].tolist() == ["all", "mental", "severe"]


def test_each_group_is_also_judged_by_its_own_way_of_travelling() -> None:
    found = analysis_of("example").tables["groups"]
    day_care = rows(found, service="day_care", limit=30.0)
    ordinary = rows(day_care, partition="persons").set_index("group")
    own = rows(day_care, partition="persons_by_own_travel").set_index("group")

    # Whoever is helped into a vehicle needs longer than the trip of the first column says.
    assert set(own.index) == set(study_of("example").config.travel.group_profiles)
    assert own.loc["physical", "minutes_mean"] > ordinary.loc["physical", "minutes_mean"]
    assert (own["person_share"] <= ordinary["person_share"].reindex(own.index)).all()
    assert own["person_share_gap"].isna().all()


def test_a_group_that_is_not_counted_everywhere_is_left_out() -> None:
    asked = asked_of("day_care")
    holes = asked.persons.copy()
    holes.iloc[0] = np.nan

    assert list(own_way_rows(asked, {"mental": holes}, {"mental": asked.matrix})) == []
    found = list(group_rows(asked, {"all": asked.persons, "mental": holes}, {}))
    assert {name for one in found for name in one["group"]} == {"all"}


def test_a_rank_stands_only_where_no_interval_overlaps() -> None:
    found = rated(20.0).set_index("zone_id")

    # Township T reaches 4 of 24 surely; the three others overlap with each other.
    assert found.loc["990101005", "rank"] == 4
    assert found["rank"].notna().sum() == 1
    assert found.loc["990101001", ["rank_best", "rank_worst"]].tolist() == [1, 3]


def test_a_township_of_which_nothing_is_known_has_neither_rate_nor_rank() -> None:
    found = rated(30.0).set_index("zone_id").loc["990101004"]

    # The only home of township N does not report its services.
    assert found["persons_unknown"] == found["persons"] == 31
    assert found[["rate", "rate_low", "rate_high", "smoothed", "rank_best", "rank"]].isna().all()


def test_what_is_to_be_verified_widens_the_interval() -> None:
    found = rated(20.0).set_index("zone_id").loc["990101005"]
    narrow = wilson_interval(4, 24, confidence=0.95)

    # 4 of 25 if the one person to be verified is not reached, 5 of 25 if she is.
    assert found["rate"] == pytest.approx(4 / 24)
    assert found["rate_low"] == wilson_interval(4, 25, confidence=0.95).low < narrow.low
    assert found["rate_high"] == wilson_interval(5, 25, confidence=0.95).high > narrow.high


def test_rates_keep_counts_and_flag_the_small_ones() -> None:
    asked = asked_of("day_care")
    found = rated(20.0)

    assert found["persons"].sum() == asked.persons.sum()
    assert (found["small"] == (found["persons"] < 30)).all()
    found = found[found["rate"].notna().to_numpy()]
    assert ((found["rate_low"] <= found["rate"]) & (found["rate"] <= found["rate_high"])).all()
    middle = found["reached"].sum() / (found["persons"] - found["persons_unknown"]).sum()
    towards = (found["smoothed"] - found["rate"]) * (middle - found["rate"]) >= 0
    assert towards.all()


def test_who_is_to_be_verified_takes_no_part_in_the_equity_of_places() -> None:
    asked = asked_of("day_care")
    known = asked.known(30.0)
    tables = analysis_of("example").tables
    own = rows(tables["equity"], service="day_care", of="places_per_person_2sfca")
    own = rows(own, index="gini")

    assert set(own["places"]) == {len(known.persons)}
    lost = asked.persons.sum() - known.persons.sum()
    assert lost > 0
    assert set(own["left_out_persons"]) == {lost}
