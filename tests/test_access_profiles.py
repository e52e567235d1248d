"""Who gets there how: minutes by travel profile, and who of a group is in reach."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wushan_geo as wg
from wushan_geo.access.profiles import PROFILE_COLUMNS, profile_rows
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.profiles import ProfileTimes
from wushan_geo.travel.times import travel_profiles


@pytest.fixture(scope="module")
def example() -> Any:
    return wg.open_study("example")


@pytest.fixture(scope="module")
def rows(example: Any) -> pd.DataFrame:
    return profile_rows(example, travel_profiles(example))


def words(rows: pd.DataFrame, *parts: str) -> pd.DataFrame:
    found = rows
    for one in parts:
        found = found[found["parameters"].str.contains(one, regex=False)]
    return found


def test_each_profile_has_minutes_for_each_village_and_service(
    example: Any, rows: pd.DataFrame
) -> None:
    assert list(rows.columns) == PROFILE_COLUMNS
    minutes = rows[rows["measure"] == "minutes_nearest"]
    timed = [one for one in example.config.services.values() if one.measure == "minutes"]
    whole = product(
        example.villages["zone_id"], (one.key for one in timed), example.config.travel.profiles
    )
    profile = minutes["parameters"].str.extract(r"profile=(\w+)")[0]
    there = list(zip(minutes["zone_id"], minutes["service"], profile, strict=True))
    assert len(set(there)) == len(there)
    # What is not known has no row: in this village stands F04, of which nobody says what it offers,
    # and on foot or on wheels nothing else can be reached from there.
    services = ("day_care", "sheltered_employment", "community_rehab")
    unclear = set(product(["990101004001"], services, ["walker", "wheelchair"]))
    assert set(whole) - set(there) == unclear
    # Unreachable is a fact and has a row.
    assert np.isinf(minutes["value"]).any()


def test_who_lies_in_bed_is_come_to(rows: pd.DataFrame) -> None:
    assert len(words(rows, "profile=bedbound", "direction=from_facility"))
    assert words(rows, "profile=bedbound", "direction=to_facility").empty
    assert words(rows, "profile=walker", "direction=from_facility").empty


def test_the_share_of_roads_without_a_grade_stands_beside_the_times_it_bears_on(
    example: Any, rows: pd.DataFrame
) -> None:
    share = travel_profiles(example)["wheelchair"].unknown_grade_share
    own = words(rows, "profile=wheelchair")

    assert 0 < share < 1
    assert own["parameters"].str.endswith(f"times=central; grade_unknown={share:.2f}").all()
    assert words(rows, "profile=walker")["parameters"].str.contains("grade_unknown=0.45").all()
    # A vehicle is not slowed by slopes: nothing is lacking.
    assert not words(rows, "profile=escorted")["parameters"].str.contains("grade_unknown").any()


def test_staff_are_timed_on_their_way_out_and_not_on_the_way_back(example: Any) -> None:
    villages = tuple(example.villages["zone_id"])
    sites = tuple(example.facilities["facility_id"])
    out = np.add.outer(10.0 * np.arange(len(sites)), np.zeros(len(villages)))
    staff = ProfileTimes("x", "from_facility", TravelMatrix(sites, villages, "min", out), 0.0)

    found = profile_rows(example, {"x": staff})

    open_ones = example.facilities["status"] == "open"
    offers = [one is not None and "day_care" in one for one in example.facilities["services"]]
    first = int(np.flatnonzero(open_ones.to_numpy() & np.array(offers))[0])
    day_care = found[(found["service"] == "day_care") & (found["measure"] == "minutes_nearest")]
    assert day_care["value"].min() == 10.0 * first


def test_persons_of_a_group_are_counted_by_their_own_profile(
    example: Any, rows: pd.DataFrame
) -> None:
    group, key = next(iter(example.config.travel.group_profiles.items()))
    county = rows[(rows["zone_id"] == example.config.county) & (rows["service"] == "day_care")]
    own = words(county, f"group={group};", f"profile={key};").set_index("measure")["value"]

    assert own["group_total"] == example.group(group).sum()
    assert 0 <= own["group_reached"] + own["group_unknown"] <= own["group_total"]
    towns = rows[rows["zone_id"].isin(example.townships["zone_id"])]
    parts = words(towns[towns["service"] == "day_care"], f"group={group};")
    sums = parts.groupby("measure")["value"].sum()
    assert sums["group_reached"] == own["group_reached"]


def test_groups_that_a_model_made_are_not_compared(example: Any) -> None:
    modelled = example.provenance.assign(
        basis=example.provenance["basis"].where(
            example.provenance["table"] != "persons", "modelled"
        )
    )
    other = replace(example, provenance=modelled)

    found = profile_rows(other, travel_profiles(other))

    assert set(found["measure"]) == {"minutes_nearest"}


def test_no_profile_gives_no_row(example: Any) -> None:
    found = profile_rows(example, {})

    assert list(found.columns) == PROFILE_COLUMNS
    assert found.empty
