"""Other ways than a building: cases solved by hand, and what must hold whatever the numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.siting.ways import (
    REASONS,
    WAYS,
    Cluster,
    HomeRules,
    ShuttleRules,
    VisitRules,
    WayCosts,
    WayRules,
    compare_ways,
    home,
    home_visits,
    mobile_team,
    shared_home,
    shuttle,
)
from wushan_geo.travel.matrix import TravelMatrix

# A road: the hub H at 0 minutes, a at 10, b at 14, c at 20, and n, of another township, at 26.
SPOTS = {"H": 0, "a": 10, "b": 14, "c": 20, "n": 26}
TOWNS = {"H": "T0", "a": "T1", "b": "T1", "c": "T2", "n": "T3"}
HOME = HomeRules(limit=6, days=250, admits="anyone")
SHUTTLE = ShuttleRules(ride=20, stop=0, trips=1, days=250)
VISIT = VisitRules(hours=4, days=20, stops=3, visits=2, minutes=30, farthest=60)
NEW = WayCosts(
    "new_home", build=300000, years=20, run=60000, unit_run=5000, capacity=20, minimum_load=5,
    staff=2,
)  # fmt: skip
BUS = WayCosts(
    "shuttle", build=160000, years=8, run=60000, unit_run=30, capacity=6, minimum_load=3, staff=1
)
TEAM = WayCosts(
    "mobile_team", build=100000, years=10, run=50000, unit_run=400, minimum_load=1, staff=3
)
VISITS = WayCosts("home_visit", build=0, run=0, unit_run=60, minimum_load=1, staff=1)


def matrix(origins: str, destinations: str) -> TravelMatrix:
    costs = [[abs(SPOTS[one] - SPOTS[to]) for to in destinations] for one in origins]
    return TravelMatrix(tuple(origins), tuple(destinations), "min", np.array(costs, dtype=float))


def cluster(
    persons: dict[str, float] | None = None, *, sites: str = "abc", **neighbours: float
) -> Cluster:
    return Cluster(
        persons={"a": 2, "b": 2, "c": 2} if persons is None else persons,
        homes=TOWNS,
        legs=matrix("Habcn", "Habcn"),
        sites=matrix("abcn", sites),
        neighbours=neighbours,
    )


def test_a_home_stands_where_it_serves_most() -> None:
    found = home(cluster(), NEW, HOME)
    # At b all six are within 6 minutes (c exactly); at a only a and b, at c only b and c.
    assert (found.site, found.served, found.beyond, found.over) == ("b", 6.0, 0.0, 0.0)
    # 300000 / 20 + 60000 + 6 x 5000
    assert (found.cost, found.cost_per_person) == (105000.0, 17500.0)
    assert (found.units, found.staff, found.contacts) == (1, 2.0, 250.0)
    assert (found.viable, found.why_not) == (True, "")
    assert found.parameters == (
        "limit=6; days=250; admits=anyone; build=300000; years=20; run=60000; unit_run=5000; "
        "capacity=20; minimum_load=5"
    )


def test_a_home_of_one_township_serves_its_own() -> None:
    found = home(cluster(), NEW, replace(HOME, admits="township"))
    assert (found.site, found.served, found.beyond) == ("a", 4.0, 2.0)
    assert (found.viable, found.why_not) == (False, "below_minimum")
    assert found.cost_per_person == (15000 + 60000 + 20000) / 4


def test_a_full_home_turns_the_rest_away() -> None:
    found = home(cluster(), replace(NEW, capacity=5), HOME)
    assert (found.served, found.over, found.beyond) == (5.0, 1.0, 0.0)
    assert found.cost == 15000 + 60000 + 25000


def test_a_site_of_its_own_costs_goes_before() -> None:
    own = replace(NEW, way="conversion", site="c", build=60000, years=10, run=50000)
    found = home(cluster(sites="abcn"), [own], HOME)
    assert (found.site, found.served, found.cost) == ("c", 4.0, 6000 + 50000 + 20000)
    both = [replace(NEW, site="a", build=0), NEW]
    assert home(cluster(), both, replace(HOME, limit=10)).site == "a"  # the cheapest of equal ones
    assert home(cluster(), NEW, replace(HOME, limit=10)).site == "b"  # of least person-minutes
    assert home(cluster(), replace(NEW, site="z"), HOME).why_not == "no_site"


def test_a_shared_home_counts_the_neighbours_and_splits_the_cost() -> None:
    found = shared_home(cluster({"c": 2}, sites="cn", n=4), replace(NEW, way="shared_home"), HOME)
    assert (found.site, found.served, found.load) == ("c", 2.0, 6.0)
    # (15000 + 60000 + 6 x 5000) x 2 / 6
    assert (found.cost, found.cost_per_person) == (35000.0, 17500.0)
    assert found.viable is True
    short = replace(NEW, way="shared_home", capacity=3)
    found = shared_home(cluster({"c": 2}, sites="cn", n=4), short, HOME)
    assert (found.served, found.over, found.load) == (1.0, 1.0, 3.0)
    assert found.cost_per_person == (15000 + 60000 + 15000) / 3


def test_a_home_that_only_one_township_uses_is_not_shared() -> None:
    found = shared_home(cluster({"a": 9}, sites="ab"), replace(NEW, way="shared_home"), HOME)
    assert (found.served, found.viable, found.why_not) == (9.0, False, "not_shared")


def test_a_home_that_only_others_would_share_is_not_chosen() -> None:
    # At n persons of c and n meet, but none of a; at a its own two stand alone.
    some = Cluster(
        persons={"a": 2},
        homes=TOWNS,
        legs=matrix("Ha", "Ha"),
        sites=matrix("acn", "an"),
        neighbours={"c": 5, "n": 5},
    )
    found = shared_home(some, replace(NEW, way="shared_home"), HOME)
    assert (found.site, found.served, found.load) == ("a", 2.0, 2.0)
    assert (found.viable, found.why_not) == (False, "not_shared")


def test_a_shuttle_needs_as_many_vehicles_as_rounds() -> None:
    found = shuttle(cluster(), BUS, SHUTTLE, hub="H", care=5000)
    # One round c-b-a: 20 minutes out and 20 back, twice a day, 250 days: 333.33 hours.
    assert (found.units, found.rounds, found.served) == (1, 1, 6.0)
    assert found.hours == pytest.approx(40 * 2 * 250 / 60)
    assert found.cost == pytest.approx(80000 + found.hours * 30 + 30000)
    assert (found.bound, found.method) == (pytest.approx(found.cost), "exact")
    # With a stop of one minute c-b-a would ride 23 minutes: c alone is out of reach at 20.
    slow = shuttle(cluster(), BUS, replace(SHUTTLE, stop=1), hub="H", care=0)
    assert (slow.served, slow.beyond, slow.rounds) == (4.0, 2.0, 1)
    assert slow.hours == pytest.approx((14 + 16) * 2 * 250 / 60)


def test_full_vehicles_go_first_and_one_vehicle_goes_twice() -> None:
    many = cluster({"a": 8, "b": 2})
    once = shuttle(many, BUS, SHUTTLE, hub="H", care=0)
    twice = shuttle(many, BUS, replace(SHUTTLE, trips=2), hub="H", care=0)
    # Six of a fill a vehicle (20 minutes); the other two ride with b (28 minutes).
    for found, vehicles in ((once, 2), (twice, 1)):
        assert (found.rounds, found.units) == (2, vehicles)
        assert found.cost == pytest.approx(vehicles * 80000 + 48 * 2 * 250 / 60 * 30)


def test_a_team_goes_round_within_its_day() -> None:
    found = mobile_team(cluster(), TEAM, VISIT, base="H")
    # Each place takes 60 minutes; all three with 40 of driving are 220 of 240: one day, twice a
    # month.
    assert (found.rounds, found.units, found.contacts) == (1, 1, 24.0)
    assert found.cost == pytest.approx(60000 + 24 * 400)
    assert found.hours == pytest.approx(220 * 24 / 60)
    assert (found.staff, found.bound) == (3.0, pytest.approx(found.cost))
    # At most two stops a day: two days.
    found = mobile_team(cluster(), TEAM, replace(VISIT, stops=2), base="H")
    assert (found.rounds, found.cost) == (2, pytest.approx(60000 + 48 * 400))
    # Three working days a month for two days twice: 4 / 3, so two teams.
    found = mobile_team(cluster(), TEAM, replace(VISIT, stops=2, days=3), base="H")
    assert (found.units, found.cost) == (2, pytest.approx(120000 + 48 * 400))


def test_a_place_of_many_takes_several_days() -> None:
    # c is 40 minutes of driving: (240 - 40) / 30 = 6 persons a day; 13 take three days.
    found = mobile_team(cluster({"c": 13}), TEAM, VISIT, base="H")
    assert (found.rounds, found.served) == (3, 13.0)
    # b: (240 - 28) / 30 = 7 a day; the last one goes with c.
    found = mobile_team(cluster({"b": 8, "c": 2}), TEAM, VISIT, base="H")
    assert found.rounds == 2


def test_nobody_is_sent_too_far() -> None:
    found = mobile_team(cluster(), TEAM, replace(VISIT, farthest=14), base="H")
    assert (found.served, found.beyond) == (4.0, 2.0)
    found = home_visits(cluster(), VISITS, replace(VISIT, hours=1), base="H")
    assert (found.served, found.beyond) == (4.0, 2.0)  # 28 + 30 = 58 minutes fit, 70 do not


def test_home_visits_add_the_way_up() -> None:
    found = home_visits(cluster(), VISITS, VISIT, base="H")
    # Twice a month to each: 2 x 2 x (50 + 58 + 70) minutes.
    hours = 4 * 178 / 60
    assert found.hours == pytest.approx(hours * 12)
    assert found.cost == pytest.approx(hours * 12 * 60)
    assert (found.units, found.staff) == (1, 1.0)
    found = home_visits(cluster(), replace(VISITS, run=1000), replace(VISIT, days=1), base="H")
    assert found.units == 3  # 11.87 hours of 4 each
    assert found.cost == pytest.approx(hours * 12 * 60 + 3000)


def test_all_ways_stand_in_the_table_and_the_cheapest_viable_one_is_marked() -> None:
    rules = WayRules(HOME, SHUTTLE, VISIT)
    table = compare_ways(cluster(n=1), [NEW, BUS, TEAM, VISITS], rules, hub="H", base="H")
    assert tuple(table["way"]) == WAYS
    assert table["cost_per_person"].round(2).tolist()[0] == 17500.0
    why = dict(zip(table["way"], table["why_not"], strict=True))
    assert why["conversion"] == why["shared_home"] == "no_costs"
    assert set(why.values()) <= {*REASONS, ""}
    assert table.loc[table["cheapest"], "way"].tolist() == ["home_visit"]
    # Rather many visits make the home the cheapest.
    dear = [NEW, replace(BUS, run=200000), replace(TEAM, run=200000), replace(VISITS, unit_run=999)]
    table = compare_ways(cluster(), dear, rules, hub="H", base="H")
    assert table.loc[table["cheapest"], "way"].tolist() == ["new_home"]
    # The shuttle's passengers cost at the home what persons of a new one would.
    assert "care=5000" in table.set_index("way").loc["shuttle", "parameters"]


def test_what_is_lacking_is_said() -> None:
    rules = WayRules(HOME, SHUTTLE, VISIT)
    rows = [BUS, TEAM, VISITS, replace(NEW, way="conversion")]
    table = compare_ways(cluster(), rows, rules, hub=None, base=None).set_index("way")
    assert table["why_not"].to_dict() == {
        "new_home": "no_costs",
        "conversion": "no_site",
        "shared_home": "no_costs",
        "shuttle": "no_hub",
        "mobile_team": "no_base",
        "home_visit": "no_base",
    }
    assert not table["viable"].any()
    assert not table["cheapest"].any()
    assert (table["beyond"] == 6).all()


def test_what_is_not_known_is_not_zero() -> None:
    found = home(cluster(), replace(NEW, run=math.nan), HOME)
    assert math.isnan(found.cost)
    assert (found.viable, found.why_not, found.served) == (None, "costs_unknown", 6.0)
    found = home(cluster(), replace(NEW, minimum_load=math.nan), HOME)
    assert (found.cost, found.viable, found.why_not) == (105000.0, None, "minimum_unknown")
    found = home(cluster(), replace(NEW, build=0, years=math.nan), HOME)
    assert found.cost == 90000.0
    found = shuttle(cluster(), replace(BUS, unit_run=math.nan), SHUTTLE, hub="H", care=0)
    assert (found.rounds, found.why_not) == (1, "costs_unknown")
    assert math.isnan(found.bound)
    found = shuttle(cluster(), BUS, SHUTTLE, hub="H", care=math.nan)
    assert found.why_not == "costs_unknown"
    found = shuttle(cluster(), replace(BUS, capacity=math.nan), SHUTTLE, hub="H", care=0)
    assert (found.why_not, found.served, found.viable) == ("no_seats", 0.0, False)
    found = mobile_team(cluster(), replace(TEAM, run=math.nan), VISIT, base="H")
    assert (found.rounds, found.why_not) == (1, "costs_unknown")


def test_nobody_served_costs_nothing_and_is_no_way() -> None:
    far = replace(SHUTTLE, ride=5)
    found = shuttle(cluster(), BUS, far, hub="H", care=0)
    assert (found.served, found.units, found.viable, found.why_not) == (0.0, 0, False, "nobody")
    assert math.isnan(found.cost)
    assert math.isnan(found.cost_per_person)
    empty = cluster({"a": 0})
    answers = [
        home(empty, NEW, HOME),
        shuttle(empty, BUS, SHUTTLE, hub="H", care=0),
        mobile_team(empty, TEAM, VISIT, base="H"),
        home_visits(empty, VISITS, VISIT, base="H"),
    ]
    assert {one.why_not for one in answers} == {"nobody"}


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ParameterError, match="way must be"):
        WayCosts("bus")  # type: ignore[arg-type] -- the check of the word is meant
    with pytest.raises(ParameterError, match="capacity"):
        replace(NEW, capacity=0)
    with pytest.raises(ParameterError, match="run"):
        replace(NEW, run=-1)
    with pytest.raises(ParameterError, match="admits"):
        replace(HOME, admits="nobody")
    with pytest.raises(ParameterError, match="trips"):
        replace(SHUTTLE, trips=0)
    with pytest.raises(ParameterError, match="farthest"):
        replace(VISIT, farthest=-1)
    with pytest.raises(ParameterError, match="those of shuttle"):
        shuttle(cluster(), NEW, SHUTTLE, hub="H", care=0)
    with pytest.raises(ParameterError, match="of one way, and once"):
        home(cluster(), [NEW, NEW], HOME)
    with pytest.raises(ParameterError, match="rules must be a WayRules"):
        compare_ways(cluster(), [NEW], HOME, hub=None, base=None)  # type: ignore[arg-type] -- meant
    with pytest.raises(UnknownIdError, match="legs lack x"):
        cluster({"x": 1})
    with pytest.raises(UnknownIdError, match="neighbours hold places of the cluster a"):
        cluster({"a": 1}, a=2)
    with pytest.raises(UnknownIdError, match="homes lack c"):
        replace(cluster(), homes=dict.fromkeys("abHn", "T"))
    with pytest.raises(ParameterError, match="persons of a"):
        cluster({"a": -1})


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    size = draw(st.integers(1, 5))
    ids = tuple("abcde"[:size])
    cell = st.one_of(st.integers(1, 30), st.just(math.inf))
    everybody = ("H", *ids, "n")
    costs = np.array([[0.0 if one == to else draw(cell) for to in everybody] for one in everybody])
    legs = TravelMatrix(everybody, everybody, "min", costs)
    towns = {one: draw(st.sampled_from("XY")) for one in everybody}
    return Cluster(
        persons={one: draw(st.integers(0, 9)) for one in ids},
        homes=towns,
        legs=legs,
        sites=legs.select(origins=[*ids, "n"], destinations=[*ids, "n"]),
        neighbours={"n": draw(st.integers(0, 9))},
    )


def all_ways(some: Cluster, **changed: Any) -> list[Any]:
    rules = changed.get("home", replace(HOME, limit=15))
    ride, visit = changed.get("shuttle", SHUTTLE), changed.get("visit", VISIT)
    return [
        home(some, NEW, rules),
        shared_home(some, replace(NEW, way="shared_home"), rules),
        shuttle(some, BUS, ride, hub="H", care=100),
        mobile_team(some, TEAM, visit, base="H"),
        home_visits(some, VISITS, visit, base="H"),
    ]


@settings(max_examples=40, deadline=None)
@given(clusters())
def test_persons_add_up_and_a_wider_rule_never_serves_fewer(some: Cluster) -> None:
    persons = sum(some.persons.values())
    wider = all_ways(
        some,
        home=replace(HOME, limit=25),
        shuttle=replace(SHUTTLE, ride=30),
        visit=replace(VISIT, hours=6, farthest=90),
    )
    for found, more in zip(all_ways(some), wider, strict=True):
        assert found.served + found.beyond + found.over == pytest.approx(persons)
        assert found.cost_per_person == pytest.approx(
            found.cost / found.served if found.served else math.nan, nan_ok=True
        )
        assert more.served >= found.served - 1e-9 or found.way == "shared_home"
        assert math.isnan(found.bound) or found.bound <= found.cost + 1e-9


@settings(max_examples=20, deadline=None)
@given(clusters(), st.randoms(use_true_random=False))
def test_the_order_of_places_plays_no_part(some: Cluster, random: Any) -> None:
    shuffled = list(some.legs.origin_ids)
    random.shuffle(shuffled)
    sites = list(some.sites.destination_ids)
    random.shuffle(sites)
    other = Cluster(
        persons=dict(reversed(list(some.persons.items()))),
        homes=some.homes,
        legs=some.legs.select(origins=shuffled, destinations=shuffled[::-1]),
        sites=some.sites.select(destinations=sites),
        neighbours=some.neighbours,
    )
    assert [repr(one) for one in all_ways(some)] == [repr(one) for one in all_ways(other)]
