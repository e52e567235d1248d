"""The maps of the built-in studies agree with their tables and stay small and quick."""

from __future__ import annotations

import time

import numpy as np
import pytest
from built_in import result_of

from wushan_geo.maps import coverage_map, map_html, views
from wushan_geo.maps.coverage import page_data
from wushan_geo.results import CLASSES, StudyResult

STUDIES = ("wushan", "wushan-facts", "example")


@pytest.fixture(scope="module", params=STUDIES)
def result(request: pytest.FixtureRequest) -> StudyResult:
    return result_of(request.param)


def test_the_page_is_self_contained_and_far_below_five_megabytes(result: StudyResult) -> None:
    html = map_html(coverage_map(result))
    assert len(html.encode()) < 2_000_000
    assert map_html(coverage_map(result)) == html


def test_the_rule_for_other_limits_agrees_with_the_township_table(result: StudyResult) -> None:
    units = views.units_of(result)
    services = views.shown_services(result)
    table = result.tables["townships"].sort_values("zone_id")
    if not services:
        assert set(table["class"]) == {"unknown"}
        return
    headline = services[0]
    at = headline.limits.index(headline.limit)
    found = views.views_of(result, units)[0][at]
    eligible = np.array([np.nan if one is None else one for one in found["eligible"]])
    rule = views.dominant(np.array(found["class"]), eligible, units)
    assert [CLASSES[one] for one in rule] == table["class"].tolist()


def test_every_count_of_the_legend_is_a_sum_over_the_gaps(result: StudyResult) -> None:
    units = views.units_of(result)
    gaps = result.tables["gaps"]
    for service, limits in zip(
        views.shown_services(result), views.views_of(result, units), strict=False
    ):
        for limit, view in zip(service.limits, limits, strict=True):
            own = gaps[(gaps["service"] == service.key) & (gaps["limit"] == limit)]
            for key, row in zip(CLASSES, view["by_class"], strict=True):
                some = own[own["class"] == key]
                assert row[0] == len(some)
                for shown, column in zip(row[1:], ("persons", "eligible"), strict=True):
                    total = some[column].sum(min_count=1) if len(some) else 0
                    assert shown == (None if total != total else total)  # noqa: PLR0124 -- NaN


def test_who_is_reached_in_the_headline_view_is_what_the_township_table_says(
    result: StudyResult,
) -> None:
    services = views.shown_services(result)
    if not services:
        return
    data = page_data(result)
    start = data["start"]
    shown = data["views"][start["service"]][start["limit"]]["town"]["reached"]
    columns = ["places_reached", "places", "persons_reached", "persons", "eligible_reached",
               "eligible"]  # fmt: skip
    table = result.tables["townships"].sort_values("zone_id")[columns].astype(float)
    found = np.array([[np.nan if one is None else one for one in row] for row in shown])
    assert np.array_equal(found, table.to_numpy(), equal_nan=True)


def test_the_next_sites_of_the_largest_plan_carry_the_order_of_the_facilities_table(
    result: StudyResult,
) -> None:
    data = page_data(result)
    if not data["plans"]:
        return
    orders = result.tables["facilities"].set_index("facility_id")["proposed_order"].dropna()
    chosen = {data["facilities"]["id"][at]: order for at, order, *_ in data["plans"][-1]["chosen"]}
    assert chosen == {key: int(value) for key, value in orders.items()}


def test_every_zone_of_the_study_is_drawn_or_known_to_have_no_shape(result: StudyResult) -> None:
    data = page_data(result)
    assert all(data["towns"]["shape"])
    drawn = sum(bool(one) for one in data["places"]["shape"])
    assert drawn == int(result.layers["villages"].geometry.notna().sum())


def test_a_county_of_340_villages_is_drawn_in_a_moment(result: StudyResult) -> None:
    map_html(coverage_map(result))  # libraries and assets are loaded by now
    seconds = []
    for _ in range(3):
        start = time.process_time()  # what others do on this machine is no fault of the map
        map_html(coverage_map(result))
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1.0  # 0.2 on a quiet machine
