"""The reach ledger in words: three limits, places beside persons, no data said in words."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from built_in import study_of

from wushan_geo.policy.reach import Reached, count_words, reach_words, reached, spreads

NAN = math.nan
SUMS = pd.DataFrame(
    {
        "zone_id": ["990101001"] * 3,
        "service": ["day_care"] * 3,
        "limit": [20.0, 30.0, 45.0],
        "places_reached": [1.0, 2.0, 4.0],
        "places": [5, 5, 5],
        "places_unknown": [1, 0, 0],
        "persons_reached": [10.0, 25.0, 1234.0],
        "persons": [1500.0, 1500.0, 1500.0],
        "persons_unknown": [7.0, 0.0, 0.0],
        "places_reached_pessimistic": [1.0, 1.0, 4.0],
        "places_reached_optimistic": [1.0, 3.0, 4.0],
        "persons_reached_pessimistic": [10.0, 20.0, 1234.0],
        "persons_reached_optimistic": [10.0, 31.0, 1234.0],
    }
)


def test_sums_are_read_limit_by_limit() -> None:
    found = reached(SUMS)
    assert sorted(found) == [20.0, 30.0, 45.0]
    assert found[20.0] == Reached(20.0, 1, 5, 1, 10.0, 1500.0, 7.0, (1.0, 1.0, 10.0, 10.0))
    assert found[30.0].spread == (1.0, 3.0, 20.0, 31.0)
    assert not found[20.0].blind


def test_no_sums_give_nothing() -> None:
    assert reached(SUMS.iloc[:0]) == {}


def test_units_and_services_are_kept_apart() -> None:
    other = SUMS.assign(zone_id="990101002", places_reached=5.0)
    more = SUMS.assign(service="community_rehab", places_reached=0.0)
    found = spreads(pd.concat([SUMS, other, more]))
    assert {key: one[30.0].places for key, one in found.items()} == {
        ("990101001", "day_care"): 2,
        ("990101002", "day_care"): 5,
        ("990101001", "community_rehab"): 0,
    }


def test_where_every_class_is_unknown_nothing_is_known() -> None:
    blind = SUMS.assign(places_unknown=5, places_reached=NAN, persons_reached=NAN)
    assert all(one.blind and one.places == 0 for one in reached(blind).values())


def test_the_words_hold_the_default_limit_and_the_two_others() -> None:
    service = study_of("example").config.services["day_care"]
    words = reach_words(service, reached(SUMS))
    assert words["limit"] == "30"
    assert (words["places"], words["total_places"]) == (2, 5)
    assert words["persons"] == ("25", "25")
    assert words["others"] == (
        "20 分钟 1 个、10 人；45 分钟 4 个、1234 人",
        "20 min: 1 villages, 10 persons; 45 min: 4 villages, 1234 persons",
    )


def test_the_words_hold_the_range_of_the_roads_only_where_it_moves_the_answer() -> None:
    service = study_of("example").config.services["day_care"]
    words = reach_words(service, reached(SUMS))
    assert numbers(words["range"]) == [["1", "3", "20", "31"]] * 2
    firm = SUMS.assign(
        places_reached_pessimistic=SUMS["places_reached"],
        places_reached_optimistic=SUMS["places_reached"],
        persons_reached_pessimistic=SUMS["persons_reached"],
        persons_reached_optimistic=SUMS["persons_reached"],
    )
    assert reach_words(service, reached(firm))["range"] == ("", "")


def test_the_words_say_who_is_to_be_verified_and_are_silent_where_nobody_is() -> None:
    service = study_of("example").config.services["day_care"]
    assert reach_words(service, reached(SUMS))["unclear"] == ("", "")
    some = SUMS.assign(places_unknown=1, persons_unknown=7.0)
    assert numbers(reach_words(service, reached(some))["unclear"]) == [["1", "7"]] * 2


def numbers(texts: object) -> list[list[str]]:
    assert isinstance(texts, tuple)
    return [re.findall(r"\d+", one) for one in texts]


def test_a_limit_that_was_not_computed_is_an_error() -> None:
    service = study_of("example").config.services["day_care"]
    with pytest.raises(KeyError, match=r"45\.0"):
        reach_words(service, reached(SUMS.iloc[:2]))


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, ("0", "0")), (12.0, ("12", "12")), (NAN, ("无数据", "no data"))]
)
def test_no_data_is_said_in_words_and_is_not_zero(value: float, words: tuple[str, str]) -> None:
    assert count_words(value) == words
