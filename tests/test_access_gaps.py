"""Five classes from two axes: an oracle in plain Python over every combination, and the edges."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from wushan_geo.access.gaps import (
    CLASSES,
    Offer,
    Times,
    access_gaps,
    admission,
    gaps_at,
    offer_of,
)
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import TravelMatrix

INF, NAN = math.inf, math.nan
HOME, OTHER = "990101001", "990101002"
VILLAGE = HOME + "001"
DAY = frozenset({"day_care"})
BASE = {"services": DAY, "status": "open", "admits": "township", "zone_id": VILLAGE}
LIMIT = 30.0


class Case(NamedTuple):
    """What is true of one village."""

    own: str
    """Own facility: sure, maybe, none."""
    own_minutes: float
    other: str
    """Facility in another township: whom it admits, or none."""
    other_minutes: float
    far: str
    """Facility beyond the county: whom it admits, or none."""
    complete: bool


def register(*rows: dict[str, object]) -> pd.DataFrame:
    """Write facilities F0, F1 ... that differ from a Home of the own township as the rows say."""
    columns = ["facility_id", *BASE, *(["basis"] if any("basis" in one for one in rows) else [])]
    found = [{"facility_id": f"F{at}", **BASE, **row} for at, row in enumerate(rows)]
    return pd.DataFrame(found, columns=columns)


def zones(*ids: str) -> pd.DataFrame:
    return pd.DataFrame({"zone_id": list(ids), "parent_id": [one[:9] for one in ids]})


def matrix(cost: dict[tuple[str, str], float]) -> TravelMatrix:
    """Write minutes by village and facility; all pairs of the ids named must be there."""
    table = pd.DataFrame(
        [(*pair, minutes) for pair, minutes in cost.items()],
        columns=["origin", "destination", "cost"],
    )
    return TravelMatrix.from_table(table, unit="min")


def same(one: TravelMatrix) -> Times:
    return Times(one, one, one)


def offered(table: pd.DataFrame, *, county_level: bool = False, complete: bool = True) -> Offer:
    return offer_of(table, "day_care", county_level=county_level, complete=complete)


def one_village(
    minutes: dict[str, float], *rows: dict[str, object], complete: bool = True
) -> pd.Series:
    """Class one village by minutes to F0, F1 ...; facilities left out have no known place."""
    known = {(VILLAGE, one): cost for one, cost in minutes.items()}
    times = same(matrix(known)) if known else None
    offer = offered(register(*rows), complete=complete)
    return access_gaps(zones(VILLAGE), offer, times, limit=LIMIT).iloc[0]


def expected(case: Case) -> tuple[str, str, str]:
    """Give paper, reach and class, in the words of the rule and without arrays."""
    surely, perhaps = set(), False
    for kind, minutes, where in (
        ("county" if case.own == "sure" else case.own, case.own_minutes, "own"),
        (case.other, case.other_minutes, "other_township"),
        (case.far, 10.0, "other_county"),
    ):
        admits = kind == "anyone" or (kind == "county" and where != "other_county")
        unclear = kind in ("agreement", "unknown", "maybe")
        if admits and minutes <= LIMIT:
            surely.add(where)
        elif (admits and math.isnan(minutes)) or (unclear and not minutes > LIMIT):
            perhaps = True
    none = "no" if case.complete else "unknown"
    paper = {"sure": "yes", "maybe": "unknown", "none": none}[case.own]
    for where in ("own", "other_township", "other_county"):
        if where in surely:
            return paper, where, "effective" if where == "own" else "neighbour"
    if perhaps or not case.complete:
        return paper, "unknown", "unknown"
    return paper, "none", {"yes": "nominal", "no": "gap", "unknown": "unknown"}[paper]


CASES = [
    Case(*one)
    for one in itertools.product(
        ("sure", "maybe", "none"),
        (LIMIT, 31.0, NAN, INF),
        ("none", "township", "county", "anyone", "agreement", "unknown"),
        (LIMIT, 31.0, NAN),
        ("none", "county", "anyone", "agreement"),
        (True, False),
    )
]


def expected_minutes(case: Case) -> tuple[float, float]:
    """Give the minutes to the nearest that surely serves, and to the nearest own one."""
    own = "county" if case.own == "sure" else case.own
    sites = (
        (own, case.own_minutes, True),
        (case.other, case.other_minutes, True),
        (case.far, 10.0, False),
    )
    return nearest(*sites, complete=case.complete), nearest(sites[0], complete=case.complete)


def nearest(*sites: tuple[str, float, bool], complete: bool) -> float:
    sure, doubtful = [], []
    for kind, minutes, inside in sites:
        if kind == "anyone" or (kind == "county" and inside):
            sure.append(minutes)
        elif kind in ("agreement", "unknown", "maybe"):
            doubtful.append(minutes)
    there = [one for one in sure if math.isfinite(one)]
    if there:
        return min(there)
    asked = any(map(math.isnan, sure)) or any(one != INF for one in doubtful)
    return NAN if asked or not complete else INF


def classed(case: Case) -> pd.Series:
    rows, minutes = [], {}
    if case.own != "none":
        rows.append({"services": DAY if case.own == "sure" else None})
        minutes["F0"] = case.own_minutes
    if case.other != "none":
        admits = None if case.other == "unknown" else case.other
        rows.append({"admits": admits, "zone_id": OTHER + "001"})
        minutes[f"F{len(rows) - 1}"] = case.other_minutes
    if case.far != "none":
        rows.append({"admits": case.far, "zone_id": None})
        minutes[f"F{len(rows) - 1}"] = 10.0
    known = {one: cost for one, cost in minutes.items() if not math.isnan(cost)}
    return one_village(known, *rows, complete=case.complete)


@pytest.mark.parametrize("own", ["sure", "maybe", "none"])
@pytest.mark.parametrize("complete", [True, False])
def test_every_combination_gets_the_class_of_the_rule(own: str, *, complete: bool) -> None:
    wrong = {}
    for case in (one for one in CASES if one.own == own and one.complete == complete):
        row = classed(case)
        axes = (row["paper"], row["reach"], row["class"])
        # As texts, since what is not known is equal to nothing.
        minutes = str((float(row["minutes"]), float(row["own_minutes"])))
        if axes != expected(case) or minutes != str(expected_minutes(case)):
            wrong[case] = (axes, minutes, expected(case), expected_minutes(case))
    assert not wrong


def test_the_combinations_hold_every_class() -> None:
    assert set(Counter(expected(case)[2] for case in CASES)) == set(CLASSES)


@pytest.mark.parametrize(
    ("minutes", "reach", "name"),
    [
        (0.0, "own", "effective"),
        (30.0, "own", "effective"),
        (30.000001, "none", "nominal"),
        (INF, "none", "nominal"),
    ],
)
def test_a_place_exactly_at_the_limit_is_covered(minutes: float, reach: str, name: str) -> None:
    row = one_village({"F0": minutes}, {})
    assert (row["reach"], row["class"], row["certainty"]) == (reach, name, "firm")
    assert row["minutes"] == row["own_minutes"] == minutes
    assert pd.isna(row["facility_id"]) == math.isinf(minutes)


def test_a_facility_without_a_place_makes_the_class_unknown_where_it_decides() -> None:
    alone = one_village({}, {})
    assert (alone["paper"], alone["reach"], alone["class"]) == ("yes", "unknown", "unknown")
    assert math.isnan(alone["minutes"])
    assert math.isnan(alone["own_minutes"])
    assert pd.isna(alone["facility_id"])
    beside = one_village({"F1": 12.0}, {}, {})
    assert (beside["class"], beside["facility_id"]) == ("effective", "F1")


def test_a_village_without_a_place_is_unknown_and_stays_in_the_table() -> None:
    table = zones(VILLAGE, HOME + "002")
    times = same(matrix({(VILLAGE, "F0"): 5.0}))
    rows = access_gaps(table, offered(register({})), times, limit=LIMIT).set_index("zone_id")
    assert rows["class"].to_dict() == {VILLAGE: "effective", HOME + "002": "unknown"}
    assert math.isnan(rows.loc[HOME + "002", "minutes"])


def test_without_facilities_a_complete_register_is_a_gap_and_another_is_unknown() -> None:
    times = same(TravelMatrix((VILLAGE,), (), "min", np.empty((1, 0))))
    for complete, paper, name, minutes in (
        (True, "no", "gap", INF),
        (False, "unknown", "unknown", NAN),
    ):
        offer = offered(register(), complete=complete)
        row = access_gaps(zones(VILLAGE), offer, times, limit=LIMIT).iloc[0]
        assert (row["paper"], row["class"]) == (paper, name)
        np.testing.assert_equal(row["minutes"], minutes)


def test_without_times_only_the_absence_of_every_facility_is_known() -> None:
    for rows, paper, name in (
        (({},), "yes", "unknown"),
        (({"status": "closed"},), "no", "gap"),
        ((), "no", "gap"),
    ):
        row = access_gaps(zones(VILLAGE), offered(register(*rows)), None, limit=LIMIT).iloc[0]
        assert (row["paper"], row["class"]) == (paper, name)


def test_minutes_are_to_the_nearest_that_surely_admits_and_own_ones_stand_beside() -> None:
    row = one_village(
        {"F0": 25.0, "F1": 20.0, "F2": 3.0, "F3": 4.0, "F4": 20.0},
        {},
        {"admits": "county", "zone_id": OTHER + "001"},
        {"admits": "agreement", "zone_id": OTHER + "001"},
        {"services": frozenset({"other"})},
        {"admits": "county", "zone_id": OTHER + "001"},
    )
    assert (row["minutes"], row["facility_id"]) == (20.0, "F1")
    assert (row["own_minutes"], row["own_facility_id"]) == (25.0, "F0")
    assert (row["reach"], row["class"]) == ("own", "effective")


def test_the_nearest_is_not_known_while_one_that_admits_could_still_be_the_only_one() -> None:
    row = one_village({"F0": INF}, {}, {})
    assert math.isnan(row["minutes"])
    incomplete = one_village({"F0": INF}, {}, complete=False)
    assert math.isnan(incomplete["minutes"])
    assert one_village({"F0": 40.0}, {}, complete=False)["minutes"] == 40.0


@pytest.mark.parametrize("doubt", [{"services": None}, {"admits": "agreement", "zone_id": OTHER}])
def test_a_doubtful_facility_makes_minutes_unknown_and_not_infinite(doubt: dict[str, Any]) -> None:
    near = one_village({"F0": 20.0}, doubt)
    assert (near["class"], math.isnan(near["minutes"])) == ("unknown", True)
    # Beyond the limit it does not decide the class, and the minutes are no better known.
    far = one_village({"F0": 80.0}, doubt)
    assert far["reach"] == "none"
    assert math.isnan(far["minutes"])
    # Where it cannot be reached either, nothing can.
    lost = one_village({"F0": INF}, doubt)
    assert (lost["reach"], lost["minutes"], lost["minutes_high"]) == ("none", INF, INF)
    # Beside one that surely serves it changes nothing.
    beside = one_village({"F0": 20.0, "F1": 25.0}, doubt, {})
    assert (beside["class"], beside["minutes"], beside["facility_id"]) == ("effective", 25.0, "F1")


def test_a_doubtful_facility_is_asked_at_each_end_and_in_each_condition() -> None:
    near, cut = (matrix({(VILLAGE, "F0"): one}) for one in (20.0, INF))
    offer = offered(register({"services": None}))

    times = Times(near, near, cut, conditions={"ordinary": near, "snow": cut})
    row = access_gaps(zones(VILLAGE), offer, times, limit=LIMIT).iloc[0]

    names = ("minutes", "minutes_low", "minutes_ordinary", "own_minutes")
    assert row[list(names)].isna().all()
    assert (row["minutes_high"], row["minutes_snow"]) == (INF, INF)


def test_what_is_planned_in_an_old_document_may_be_open_and_a_plan_of_today_is_not() -> None:
    plan = {"status": "planned", "basis": "stated"}
    table = register(plan, {"status": "planned", "basis": "measured"})

    old, new = (offered(table.iloc[[at]]) for at in (0, 1))
    minutes = [
        access_gaps(zones(VILLAGE), offer, same(matrix({(VILLAGE, one): 20.0})), limit=LIMIT).iloc[
            0
        ]["minutes"]
        for offer, one in ((old, "F0"), (new, "F1"))
    ]

    assert math.isnan(minutes[0])
    assert minutes[1] == INF


def test_a_county_service_counts_any_of_the_county_as_own() -> None:
    facilities = register({"admits": "county", "zone_id": OTHER + "001"})
    times = same(matrix({(VILLAGE, "F0"): 12.0}))
    own = offered(facilities, county_level=True)
    row = access_gaps(zones(VILLAGE), own, times, limit=LIMIT).iloc[0]
    assert (row["paper"], row["reach"], row["class"]) == ("yes", "own", "effective")
    assert row["own_facility_id"] == "F0"
    township = access_gaps(zones(VILLAGE), offered(facilities), times, limit=LIMIT).iloc[0]
    assert (township["paper"], township["class"]) == ("no", "neighbour")


def test_a_county_service_beyond_the_county_is_not_its_own() -> None:
    offer = offered(register({"admits": "anyone", "zone_id": None}), county_level=True)
    times = same(matrix({(VILLAGE, "F0"): 12.0}))
    row = access_gaps(zones(VILLAGE), offer, times, limit=LIMIT).iloc[0]
    assert (row["paper"], row["reach"], row["class"]) == ("no", "other_county", "neighbour")


def test_a_silent_home_is_not_thought_to_be_the_county_centre() -> None:
    facilities = register({"services": None, "admits": "county"})
    assert offered(facilities).maybe.tolist() == [True]
    assert offered(facilities, county_level=True).maybe.tolist() == [False]
    times = same(matrix({(VILLAGE, "F0"): 5.0}))
    offer = offered(facilities, county_level=True)
    row = access_gaps(zones(VILLAGE), offer, times, limit=LIMIT).iloc[0]
    assert (row["paper"], row["class"]) == ("no", "gap")


@pytest.mark.parametrize(
    ("low", "central", "high", "classes", "certainty"),
    [
        (29.0, 30.0, 31.0, ("effective", "effective", "nominal"), "depends"),
        (30.0, 31.0, 32.0, ("effective", "nominal", "nominal"), "depends"),
        (28.0, 29.0, 30.0, ("effective", "effective", "effective"), "firm"),
        (31.0, 32.0, 33.0, ("nominal", "nominal", "nominal"), "firm"),
        (29.0, INF, INF, ("effective", "nominal", "nominal"), "depends"),
    ],
)
def test_a_class_is_firm_where_both_ends_agree(
    low: float, central: float, high: float, classes: tuple[str, str, str], certainty: str
) -> None:
    ends = [matrix({(VILLAGE, "F0"): one}) for one in (central, low, high)]
    row = access_gaps(zones(VILLAGE), offered(register({})), Times(*ends), limit=LIMIT).iloc[0]
    assert (row["class_low"], row["class"], row["class_high"]) == classes
    assert row["certainty"] == certainty
    assert (row["minutes_low"], row["minutes"], row["minutes_high"]) == (low, central, high)


def test_rows_in_any_order_give_the_same_table_and_nothing_is_changed() -> None:
    facilities = register({}, {"admits": "county", "zone_id": OTHER + "001"}, {"services": None})
    villages = zones(OTHER + "002", VILLAGE, OTHER + "001", HOME + "002")
    generator = np.random.default_rng(7)
    pairs = list(itertools.product(villages["zone_id"], facilities["facility_id"]))
    cost = dict(zip(pairs, generator.integers(0, 60, 12).astype(float).tolist(), strict=True))
    shuffled = dict(reversed(list(cost.items())))
    before = villages.copy(deep=True), facilities.copy(deep=True)
    one = access_gaps(villages, offered(facilities), same(matrix(cost)), limit=LIMIT)
    two = access_gaps(
        villages.iloc[::-1], offered(facilities.iloc[::-1]), same(matrix(shuffled)), limit=LIMIT
    )
    pd.testing.assert_frame_equal(one, two)
    assert one["zone_id"].is_monotonic_increasing
    pd.testing.assert_frame_equal(villages, before[0])
    pd.testing.assert_frame_equal(facilities, before[1])


def test_a_tie_goes_to_the_smaller_id() -> None:
    row = one_village({"F1": 9.0, "F0": 9.0}, {}, {})
    assert row["facility_id"] == "F0"


@pytest.mark.parametrize(("village", "facility"), [("990101009009", "F0"), (VILLAGE, "F9")])
def test_times_of_strange_places_are_refused_by_name(village: str, facility: str) -> None:
    times = same(matrix({(village, facility): 5.0}))
    strange = village if village != VILLAGE else facility
    with pytest.raises(UnknownIdError, match=f"does not have: {strange}"):
        access_gaps(zones(VILLAGE), offered(register({})), times, limit=LIMIT)


@pytest.mark.parametrize("short", ["central", "low", "high"])
def test_a_limit_beyond_any_of_the_matrices_is_refused(short: str) -> None:
    table = pd.DataFrame({"origin": [VILLAGE], "destination": ["F0"], "cost": [5.0]})
    long = TravelMatrix.from_table(table, unit="min")
    cut = TravelMatrix.from_table(table, unit="min", limit=20)
    ends = {"central": long, "low": long, "high": long} | {short: cut}
    offer = offered(register({}))
    with pytest.raises(ParameterError, match="limit 30 min is beyond 20 min"):
        access_gaps(zones(VILLAGE), offer, Times(**ends), limit=LIMIT)
    row = access_gaps(zones(VILLAGE), offer, Times(**ends), limit=20.0).iloc[0]
    assert row["class"] == "effective"


def test_metres_are_no_minutes() -> None:
    table = pd.DataFrame({"origin": [VILLAGE], "destination": ["F0"], "cost": [5.0]})
    metres, minutes = (TravelMatrix.from_table(table, unit=unit) for unit in ("m", "min"))
    for times in (same(metres), Times(minutes, minutes, metres)):
        with pytest.raises(ParameterError, match="limits are minutes, and the matrix is in 'm'"):
            access_gaps(zones(VILLAGE), offered(register({})), times, limit=LIMIT)


def test_several_limits_give_what_each_gives_alone() -> None:
    villages = zones(VILLAGE, HOME + "002", HOME + "003")
    offer = offered(register({}))
    cost = zip(villages["zone_id"], (20.0, 30.0, 45.0), strict=True)
    times = same(matrix({(zone, "F0"): minutes for zone, minutes in cost}))
    limits = (30.0, 20.0, 45.0)
    tables = gaps_at(villages, offer, times, limits=limits)
    assert [(one["class"] == "effective").sum() for one in tables] == [2, 1, 3]
    for limit, table in zip(limits, tables, strict=True):
        pd.testing.assert_frame_equal(table, access_gaps(villages, offer, times, limit=limit))


@pytest.mark.parametrize("limit", [-1.0, NAN, INF])
@pytest.mark.parametrize("known", ["times", "no times"])
def test_a_limit_that_is_no_number_of_minutes_is_refused(limit: float, known: str) -> None:
    times = same(matrix({(VILLAGE, "F0"): 5.0})) if known == "times" else None
    with pytest.raises(ParameterError, match="limit must be a finite number of at least 0"):
        access_gaps(zones(VILLAGE), offered(register({})), times, limit=limit)


def test_only_what_is_open_and_lists_the_service_surely_offers_it() -> None:
    states = ("open", "planned", "candidate", "closed", "unknown")
    offers = {"lists": DAY, "other": frozenset({"visiting"}), "silent": None}
    rows = [{"status": s, "services": o} for s, o in itertools.product(states, offers.values())]
    keys = list(itertools.product(states, offers))
    facilities = register(*rows)
    facilities["facility_id"] = [f"F{at:02d}" for at in range(len(rows))]
    offer = offered(facilities)
    surely = {key for key, yes in zip(keys, offer.surely, strict=True) if yes}
    maybe = {key for key, yes in zip(keys, offer.maybe, strict=True) if yes}
    assert surely == {("open", "lists")}
    assert maybe == {("open", "silent"), ("unknown", "lists"), ("unknown", "silent")}


def test_an_offer_is_sorted_and_names_townships() -> None:
    facilities = register({"zone_id": None, "admits": None}, {"zone_id": OTHER})
    offer = offered(facilities.iloc[::-1])
    assert offer.facility_ids == ("F0", "F1")
    assert offer.zone_units.tolist() == ["", OTHER]
    assert offer.admits.tolist() == ["unknown", "township"]


def test_who_is_admitted() -> None:
    admits = ("township", "county", "anyone", "agreement", "unknown")
    rows = [
        {"admits": one, "zone_id": zone}
        for zone in (VILLAGE, OTHER + "001", None)
        for one in admits
    ]
    facilities = register(*rows)
    facilities["facility_id"] = [f"F{at:02d}" for at in range(15)]
    sure, unclear = admission([HOME], offered(facilities))
    yes, no = True, False
    assert sure.tolist() == [[yes] * 5 + [no, yes, yes, no, no] + [no, no, yes, no, no]]
    assert unclear.tolist() == [[no] * 5 + [no, no, no, yes, yes] + [no, no, no, yes, yes]]
