"""How far it is and how many are within, as rows: against the classes and against loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from analysed import COUNTY, analysis_of, asked_of, gaps_of, rows, times_of
from built_in import study_of

from wushan_geo.analysis.reach import curve_rows, reach_rows, score_rows


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return pd.concat(list(reach_rows(asked_of("day_care"), COUNTY)), ignore_index=True)


def by_zone(table: pd.DataFrame, measure: str, level: str, words: str = "") -> pd.Series:
    some = rows(table, measure=measure, level=level)
    some = some[some["parameters"].str.contains(words, regex=False).to_numpy()]
    return some.set_index("zone_id")["value"]


def test_the_nearest_is_that_of_the_classes(found: pd.DataFrame) -> None:
    gaps = rows(analysis_of("example").tables["gaps"], service="day_care", limit=30.0)
    known = gaps.set_index("zone_id")["minutes"].dropna()

    own = by_zone(found, "minutes_nearest", "village", "times=central")

    both = own.index.intersection(known.index)
    assert len(both) > 30
    np.testing.assert_array_equal(own[both], known[both])


def test_the_second_nearest_and_the_counts_are_those_of_a_loop(found: pd.DataFrame) -> None:
    asked = asked_of("day_care")
    costs = asked.matrix.dense()
    second, count = (
        by_zone(found, name, "village", words)
        for name, words in (("minutes_second", ""), ("facilities_within", "limit=30 min"))
    )

    for at, zone in enumerate(asked.matrix.origin_ids):
        assert second[zone] == sorted(costs[at])[1]
        assert count[zone] == sum(1 for cost in costs[at] if cost <= 30)


def test_units_are_summed_over_their_villages_by_persons(found: pd.DataFrame) -> None:
    asked = asked_of("day_care")
    nearest = asked.matrix.dense().min(axis=1)
    persons = asked.persons.to_numpy()
    townships = asked.townships.to_numpy()
    words = f"limit=45 min; counted={asked.counted}; times=central"
    share = by_zone(found, "person_share", "township", words)
    places = by_zone(found, "place_share", "township", words)
    mean = by_zone(found, "minutes_mean_reached", "township", "times=central")
    lost = by_zone(found, "persons_unreachable", "township", "times=central")

    for township in set(townships):
        own = townships == township
        there = own & np.isfinite(nearest)
        assert share[township] == persons[own & (nearest <= 45)].sum() / persons[own].sum()
        assert places[township] == (own & (nearest <= 45)).sum() / own.sum()
        assert lost[township] == persons[own & ~np.isfinite(nearest)].sum()
        expected = (persons[there] * nearest[there]).sum() / persons[there].sum()
        assert mean[township] == pytest.approx(expected)


def test_the_county_has_one_row_for_each_measure(found: pd.DataFrame) -> None:
    county = rows(found, level="county")

    assert set(county["zone_id"]) == {COUNTY}
    assert not county.duplicated(["measure", "parameters"]).any()


def test_a_village_exactly_at_the_limit_is_within() -> None:
    from dataclasses import replace

    asked = asked_of("day_care")
    nearest = asked.matrix.dense().min(axis=1)
    edge = 38.0  # Z5: 36 minutes of village road and 2 of boarding
    assert edge in nearest
    at_edge = replace(
        asked,
        service=replace(asked.service, limit=edge, also=()),
        unknown=asked.unknown[[30.0]].set_axis([edge], axis=1) & False,
    )

    table = pd.concat(list(reach_rows(at_edge, COUNTY)), ignore_index=True)

    county = rows(table, level="county", measure="person_share")
    central = county[county["parameters"].str.contains("times=central").to_numpy()]
    inside = asked.persons[nearest <= edge].sum() / asked.persons.sum()
    assert central["value"].item() == pytest.approx(inside)


def test_what_is_to_be_verified_has_a_share_of_its_own(found: pd.DataFrame) -> None:
    asked = asked_of("day_care")
    nearest = asked.matrix.dense().min(axis=1)
    words = f"limit=30 min; counted={asked.counted}; times=central"

    unknown = by_zone(found, "person_share_unknown", "county", words).item()

    blind = asked.unknown[30.0].to_numpy() & (nearest > 30)
    assert unknown == pytest.approx(asked.persons[blind].sum() / asked.persons.sum())
    assert unknown > 0


def test_slower_roads_leave_fewer_within(found: pd.DataFrame) -> None:
    for limit in (20, 30, 45):
        low, central, high = (
            by_zone(
                found,
                "person_share",
                "county",
                f"limit={limit} min; counted=eligible_day_care; times={end}",
            ).item()
            for end in ("low", "central", "high")
        )
        assert high <= central <= low
    assert high < low


def test_every_row_says_unit_parameters_and_basis(found: pd.DataFrame) -> None:
    for column in ("unit", "parameters", "basis", "service"):
        assert found[column].str.len().min() > 0
    within = found[found["measure"].isin(["place_share", "person_share"]).to_numpy()]
    assert within["parameters"].str.startswith("limit=").all()


def test_the_curve_ends_with_those_who_can_get_there() -> None:
    asked = asked_of("day_care")
    curve = curve_rows(asked)
    reached = np.isfinite(asked.matrix.dense().min(axis=1))

    assert curve["minutes"].is_monotonic_increasing
    assert curve["persons"].iloc[-1] == asked.persons[reached].sum()
    assert curve["person_share"].iloc[-1] < 1
    assert set(curve["counted"]) == {"eligible_day_care"}


def test_the_score_is_the_weighted_share_of_services_in_reach() -> None:
    services = {key: asked_of(key) for key in ("day_care", "county_rehab")}
    weights = {"day_care": 3.0, "county_rehab": 1.0}

    score = score_rows(services, weights).set_index("zone_id")["value"]

    for zone in score.index:
        parts = [
            weight * float((asked.matrix.select([zone]).dense() <= asked.limit).any())
            for (asked, weight) in zip(services.values(), weights.values(), strict=True)
        ]
        assert score[zone] == pytest.approx(sum(parts) / 4)
    assert set(score.round(2)) >= {0.25, 1.0}


def test_weights_change_the_score_and_its_scale_does_not() -> None:
    services = {key: asked_of(key) for key in ("day_care", "county_rehab")}

    def score(**weights: float) -> list[float]:
        return score_rows(services, weights)["value"].round(9).tolist()

    assert score(day_care=1, county_rehab=2) == score(day_care=2, county_rehab=4)
    assert score(day_care=1, county_rehab=2) != score(day_care=2, county_rehab=1)


def test_a_matrix_that_ends_below_a_limit_is_refused() -> None:
    from dataclasses import replace

    from wushan_geo.analysis.asked import service_asked
    from wushan_geo.errors import ParameterError
    from wushan_geo.travel.matrix import TravelMatrix

    study = study_of("example")
    whole = times_of("example").central
    short = TravelMatrix(
        whole.origin_ids,
        whole.destination_ids,
        "min",
        np.where(whole.dense() > 40, np.inf, whole.dense()),
        40.0,
    )
    asked = service_asked(
        study,
        study.config.services["day_care"],
        replace(times_of("example"), central=short),
        gaps_of("example"),
    )

    with pytest.raises(ParameterError, match="beyond 40 min"):
        list(reach_rows(asked, COUNTY))
