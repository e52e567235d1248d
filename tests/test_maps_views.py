"""What the map shows is what the tables say, summed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from maps_builder import TOWNS, facts_result, small_result

from wushan_geo.maps import views
from wushan_geo.results import CLASSES

EFFECTIVE, NEIGHBOUR, NOMINAL, GAP, UNKNOWN = range(5)


def view(limit: int = 1, **changes: object) -> dict:
    result = small_result(**changes)
    units = views.units_of(result)
    return views.views_of(result, units)[0][limit]


def test_the_headline_service_comes_first_and_services_without_minutes_are_left_out() -> None:
    found = views.shown_services(small_result())
    assert [one.key for one in found] == ["day_care", "county_rehab"]


def test_a_service_of_which_nothing_is_known_is_not_offered() -> None:
    assert views.shown_services(facts_result()) == ()


def test_each_village_has_its_class_at_each_limit() -> None:
    assert view(0)["class"] == [EFFECTIVE, EFFECTIVE, NOMINAL, GAP, GAP, UNKNOWN]
    assert view(1)["class"] == [EFFECTIVE, EFFECTIVE, EFFECTIVE, GAP, GAP, UNKNOWN]
    assert view(2)["class"] == [EFFECTIVE, EFFECTIVE, EFFECTIVE, NEIGHBOUR, GAP, UNKNOWN]


def test_a_place_exactly_at_a_limit_is_in_the_band_up_to_it() -> None:
    # 10, 20, 30, 30.4, unreachable, not known; limits 20, 30, 45
    assert view()["band"] == [0, 0, 1, 2, 4, 5]


def test_a_service_with_two_limits_has_one_band_less() -> None:
    minutes = np.array([60.0, 60.1, 90.1])
    assert views.bands_of(minutes, (60.0, 90.0)).tolist() == [0, 1, 3]


def test_four_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="bands for 3 limits, not for 4"):
        views.bands_of(np.array([1.0]), (1.0, 2.0, 3.0, 4.0))


def test_the_legend_counts_places_persons_and_eligible_persons_by_class() -> None:
    found = dict(zip(CLASSES, view()["by_class"], strict=True))
    assert found == {
        "effective": [3, 15, 6],
        "neighbour": [0, 0, 0],
        "nominal": [0, 0, 0],
        "gap": [2, 10, 4],
        "unknown": [1, None, None],  # no data is not zero
    }
    assert view()["total"] == [6, 25, 10]
    assert view()["depends"] == 2


def test_bands_and_classes_of_one_view_add_up_to_the_same_total() -> None:
    for limit in range(3):
        found = view(limit)
        for groups in (found["by_class"], found["by_band"]):
            assert [sum(row[at] or 0 for row in groups) for at in range(3)] == found["total"]


def test_demonstration_minutes_are_an_interval_without_the_central_value() -> None:
    found = view()
    assert found["mid"] is None
    assert found["low"] == [8, 16, 24, 24, "inf", None]
    assert found["high"] == [12, 24, 36, 36, "inf", None]  # 36.5 rounds to the even one


def test_measured_minutes_have_a_central_value() -> None:
    found = view(demonstration=False)
    assert found["mid"] == [10, 20, 30, 30.4, "inf", None]
    assert found["low"][3] == 24.3


def test_the_nearest_facility_is_named_by_its_place_in_the_list_and_none_is_minus_one() -> None:
    assert view()["near"] == [2, 2, 2, 4, -1, -1]  # c1, c2, f1, f2, f3


def test_a_township_is_coloured_as_its_table_says_at_the_headline_limit() -> None:
    changed = small_result().tables["townships"].assign(**{"class": ["nominal", "unknown"]})
    assert view(1, tables={"townships": changed})["town"]["class"] == [NOMINAL, UNKNOWN]


def test_at_other_limits_a_township_takes_the_class_that_holds_most_eligible_persons() -> None:
    assert view(0)["town"]["class"] == [EFFECTIVE, GAP]  # 4 of 6 eligible effective; 4 of 4 gap
    assert view(2)["town"]["class"] == [EFFECTIVE, NEIGHBOUR]  # 3 neighbour against 1 gap


def test_the_rule_for_other_limits_gives_the_tables_class_at_the_headline_limit() -> None:
    result = small_result()
    units = views.units_of(result)
    found = views.views_of(result, units)[0][1]
    eligible = np.array([np.nan if one is None else one for one in found["eligible"]])
    rule = views.dominant(np.array(found["class"]), eligible, units)
    assert rule.tolist() == found["town"]["class"]


def test_a_tie_between_classes_takes_the_worse() -> None:
    units = views.units_of(small_result())
    classes = np.array([EFFECTIVE, GAP, GAP, EFFECTIVE, NOMINAL, NOMINAL])
    weights = np.array([4.0, 2.0, 2.0, 3.0, 3.0, 0.0])
    assert views.dominant(classes, weights, units).tolist() == [GAP, NOMINAL]


def test_a_township_without_counted_persons_takes_the_class_of_most_villages() -> None:
    units = views.units_of(small_result())
    classes = np.array([EFFECTIVE, EFFECTIVE, GAP, UNKNOWN, UNKNOWN, GAP])
    weights = np.full(6, np.nan)
    assert views.dominant(classes, weights, units).tolist() == [EFFECTIVE, UNKNOWN]


def test_who_is_reached_in_a_township_comes_from_the_access_table() -> None:
    assert view(1)["town"]["reached"] == [[3, 3, 15, 15, 6, 6], [0, 3, 0, 10, 0, 4]]
    assert view(2)["town"]["reached"][1] == [1, 3, 7, 10, 3, 4]


def test_what_the_access_table_does_not_hold_is_no_data() -> None:
    empty = small_result().tables["access"].iloc[:0]
    assert view(1, tables={"access": empty})["town"]["reached"] == [[None] * 6] * 2


def test_township_medians_come_from_their_table_and_else_from_the_access_table() -> None:
    result = small_result()
    units = views.units_of(result)
    day_care, county = views.views_of(result, units)
    assert day_care[0]["town"]["low"] == [8, 24]
    assert day_care[0]["town"]["high"] == [12, "inf"]
    assert county[0]["town"]["high"] == [None, None]
    rows = result.tables["access"].head(3).assign(
        service="county_rehab", zone_id=TOWNS[0], measure=list(views.MEDIANS),
        value=[50.0, 60.0, 70.0], parameters="weights=persons",
    )  # fmt: skip
    more = small_result(tables={"access": rows})
    filled = views.views_of(more, units)[1][0]["town"]
    assert (filled["low"], filled["high"], filled["band"]) == ([50, None], [70, None], [0, 5])


def test_rows_in_any_order_give_the_same_views() -> None:
    result = small_result()
    mixed = {name: table.sample(frac=1, random_state=7) for name, table in result.tables.items()
             if name != "findings"}  # fmt: skip
    other = small_result(tables=mixed)
    assert views.units_of(other).villages == views.units_of(result).villages
    assert views.views_of(other, views.units_of(other)) == views.views_of(
        result, views.units_of(result)
    )


def test_a_village_without_a_row_in_the_gaps_is_unknown() -> None:
    gaps = small_result().tables["gaps"]
    found = view(1, tables={"gaps": gaps[gaps["zone_id"] != "990101001001"]})
    assert found["class"][0] == UNKNOWN
    assert (found["low"][0], found["near"][0], found["sure"][0]) == (None, -1, -1)


def test_where_nothing_is_known_every_class_is_unknown_and_persons_are_no_data() -> None:
    result = facts_result()
    ((found,),) = views.views_of(result, views.units_of(result))
    assert found["class"] == [UNKNOWN] * 6
    assert found["by_class"][UNKNOWN] == [6, None, None]
    assert found["town"]["class"] == [UNKNOWN] * 2
    assert found["town"]["reached"] == [[None, 3, None, None, None, None]] * 2


def test_the_limit_is_read_out_of_the_parameters() -> None:
    assert views.limit_of("limit=20 min; times=central") == 20.0
    assert views.limit_of("times=central, limit=45") == 45.0
    assert views.limit_of(None) is None
    assert views.limit_of("as_of=2025-06-30") is None


def test_verdicts_of_the_reach_ledger_are_not_shown_as_verdicts_of_the_plan() -> None:
    found = views.verdicts_of(small_result().tables["scoreboard"], TOWNS)
    assert [len(one) for one in found] == [1, 1]
    assert found[0][0] == {
        "rule": "township_facility",
        "clause": ["第三章", "Chapter 3"],
        "verdict": "cannot_assess",
        "demonstration": "pass",
    }


def test_plans_are_those_of_the_headline_limit_from_the_fewest_sites_to_the_most() -> None:
    result = small_result()
    units = views.units_of(result)
    found = views.plans_of(result.tables, units, "day_care", 30.0)
    assert [one["sites"] for one in found] == [1, 2]
    assert found[1]["chosen"] == [[0, 1, 1, 3], [1, 2, 1, 1]]  # by order
    assert (found[0]["proof"], found[0]["gap"]) == (0, 12.5)
    assert found[1]["proof"] == 1
    assert views.plans_of(result.tables, units, None, None) == []


def test_an_infinite_gap_is_shown_as_no_data() -> None:
    result = small_result()
    plans = result.tables["plans"].assign(gap=np.inf)
    found = views.plans_of(
        {**result.tables, "plans": plans}, views.units_of(result), "day_care", 30.0
    )
    assert [one["gap"] for one in found] == [None, None]
