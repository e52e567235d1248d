"""Who gets there how: minutes by travel profile, and who of a group is in reach."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wushan_geo as wg
from wushan_geo.access.profiles import (
    PROFILE_COLUMNS,
    county_by_profile,
    profile_rows,
    village_counts,
)
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

    assert "minutes_nearest" in set(found["measure"])
    assert not found["measure"].str.startswith("group_").any()


def test_no_profile_gives_no_row(example: Any) -> None:
    found = profile_rows(example, {})

    assert list(found.columns) == PROFILE_COLUMNS
    assert found.empty


# --- How many villages of the county: by hand ---


def by_hand(example: Any) -> pd.DataFrame:
    """Time 40 villages to F01, which surely admits all, and to F02 abroad, of which that is unsure.

    Ten lie at the limit of 30 minutes, 24 at 31; one at 31 has F02 at 20; one has F02 at 20 and no
    way to F01; four have no way at all.
    """
    table = example.facilities.copy()
    ids = table["facility_id"]
    table["status"] = ids.map({"F01": "open", "F02": "unknown"}).fillna("closed").astype("str")
    table["admits"] = "anyone"
    table["zone_id"] = table["zone_id"].where(ids != "F02", "")
    offered = [frozenset({"day_care"})] * len(table)
    table["services"] = pd.Series(offered, index=table.index, dtype=object)
    villages, sites = tuple(sorted(example.villages["zone_id"])), tuple(ids)
    costs = np.full((40, len(sites)), np.inf)
    first, second = sites.index("F01"), sites.index("F02")
    costs[:10, first], costs[10:35, first] = 30.0, 31.0
    costs[34:36, second] = 20.0
    times = ProfileTimes(
        "wheelchair", "to_facility", TravelMatrix(villages, sites, "min", costs), 0.25
    )
    return profile_rows(replace(example, facilities=table), {"wheelchair": times})


def county_of(example: Any, rows: pd.DataFrame) -> pd.DataFrame:
    here = (rows["zone_id"] == example.config.county) & (rows["service"] == "day_care")
    return rows[here & rows["measure"].str.startswith("profile_")]


def test_villages_within_not_known_and_cut_off_are_told_apart_at_every_limit(example: Any) -> None:
    found = county_of(example, by_hand(example))
    places = found[found["measure"].str.startswith("profile_places_")]
    limit = places["parameters"].str.extract(r"^limit=(\d+) min; profile=wheelchair;")[0]
    told = {
        (one.removeprefix("profile_places_"), int(at)): value
        for one, at, value in zip(places["measure"], limit, places["value"], strict=True)
    }

    assert told == {
        ("total", 20): 40, ("reached", 20): 0, ("unknown", 20): 2,
        ("total", 30): 40, ("reached", 30): 10, ("unknown", 30): 2,
        ("total", 45): 40, ("reached", 45): 35, ("unknown", 45): 1,
        ("unreachable", 20): 4, ("unreachable", 30): 4, ("unreachable", 45): 4,
    }  # fmt: skip


def test_the_median_is_over_the_villages_known_those_cut_off_last(example: Any) -> None:
    found = county_of(example, by_hand(example))
    median = found[found["measure"] == "profile_minutes_median"]

    # 10 x 30, 24 x 31, 4 x infinite: the nineteenth of 38; at 45 min one more at 31 is known.
    assert median["value"].tolist() == [31.0, 31.0, 31.0]
    assert set(median["unit"]) == {"min"}
    (grade,) = found[found["measure"] == "profile_grade_unknown"]["value"]
    assert grade == 0.25


@pytest.mark.parametrize(
    ("minutes", "median"),
    [
        ([1.0, 2.0, np.inf, np.inf], 2.0),  # half are within 2 minutes
        ([1.0, np.inf, np.inf], np.inf),
        ([5.0, 9.0, np.nan], 5.0),  # of whom no time is known does not count
    ],
)
def test_a_median_is_infinite_where_most_are_cut_off(minutes: list[float], median: float) -> None:
    found = pd.DataFrame({"class": ["gap"] * len(minutes), "minutes": minutes})
    lost = pd.DataFrame({"class": ["unknown"] * 9, "minutes": [100.0] * 9})

    assert village_counts(found).minutes_median == median
    assert village_counts(pd.concat([found, lost])).minutes_median == median


def test_each_village_says_whether_it_is_within_or_has_no_row(example: Any) -> None:
    rows = by_hand(example)
    own = rows[(rows["measure"] == "profile_within") & (rows["service"] == "day_care")]
    villages = sorted(example.villages["zone_id"])
    flags = own.set_index("zone_id")["value"]

    assert flags[flags == 1].index.tolist() == villages[:10]
    assert flags[flags == 0].index.tolist() == [*villages[10:34], *villages[36:]]
    assert own["parameters"].str.startswith("limit=30 min; profile=wheelchair; ").all()


def test_where_no_class_is_known_none_within_is_no_claim() -> None:
    minutes = [np.nan, 5.0, np.inf]
    counts = village_counts(pd.DataFrame({"class": ["unknown"] * 3, "minutes": minutes}))

    assert (counts.total, counts.known, counts.unknown) == (3, 0, 3)
    # As for the whole county: what is to be verified is not called unreachable.
    assert np.isnan([counts.reached, counts.unreachable]).all()
    assert np.isnan(counts.minutes_median)


def test_no_village_at_all_has_no_median() -> None:
    counts = village_counts(pd.DataFrame({"class": [], "minutes": []}))

    assert (counts.total, counts.unknown) == (0, 0)
    assert np.isnan(counts.reached)
    assert np.isnan(counts.minutes_median)


def test_counts_of_the_county_are_those_of_its_villages(example: Any, rows: pd.DataFrame) -> None:
    for service in (one for one in example.config.services.values() if one.measure == "minutes"):
        found = county_by_profile(example, rows, service)
        assert list(found) == list(example.config.travel.profiles)
        for key, counts in found.items():
            own = words(rows[rows["service"] == service.key], f"profile={key};")
            flags = own[own["measure"] == "profile_within"].set_index("zone_id")["value"]
            minutes = own[own["measure"] == "minutes_nearest"].set_index("zone_id")["value"]
            near = minutes.index[minutes <= service.limit]
            assert counts["profile_places_total"] == len(example.villages)
            assert counts["profile_places_unknown"] == len(example.villages) - len(flags)
            assert counts["profile_places_reached"] == flags.sum()
            assert sorted(flags.index[flags == 1]) == sorted(near)
            cut = np.isinf(minutes[minutes.index.isin(flags.index)]).sum()
            assert counts["profile_places_unreachable"] == cut


def test_only_who_minds_slopes_has_a_share_of_unknown_ones(rows: pd.DataFrame) -> None:
    own = rows[rows["measure"] == "profile_grade_unknown"]
    profile = own["parameters"].str.extract(r"profile=(\w+)")[0]

    assert set(profile) == {"walker", "wheelchair"}
