"""Rounds: hand-solved cases, and every partition tried out."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.siting import rounds as room
from wushan_geo.siting.rounds import RoundLimits, RoundPrices, Stop, plan_rounds
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wushan_geo.siting.rounds import RoundPlan


def matrix(costs: Sequence[Sequence[float]], *, names: str = "") -> TravelMatrix:
    """Make legs between the base, called o, and places a, b, c ..."""
    ids = tuple(names or "oabcdefghijklmnpqrstuvwx"[: len(costs)])
    return TravelMatrix(ids, ids, "min", np.array(costs, dtype=float))


LINE = matrix([[abs(one - other) for other in (0, 10, 14, 20)] for one in (0, 10, 14, 20)])


def found(
    legs: TravelMatrix, stops: Sequence[Stop], limits: RoundLimits, prices: RoundPrices
) -> RoundPlan:
    return plan_rounds(legs, stops, base="o", limits=limits, prices=prices)


def test_one_round_along_a_line_picks_up_from_the_far_end() -> None:
    stops = [Stop("a", load=2), Stop("b", load=2), Stop("c", load=2)]
    plan = found(LINE, stops, RoundLimits(seats=6, ride=20), RoundPrices(vehicle=100, minute=1))
    # Out to c 20 minutes, then c-b-a-base 20 minutes; every other order has somebody ride longer.
    assert plan.rounds == (("c", "b", "a"),)
    assert (plan.minutes, plan.vehicles, plan.cost) == ((40.0,), 1, 140.0)
    assert (plan.method, plan.bound) == ("exact", 140.0)


def test_a_shorter_ride_splits_the_round() -> None:
    stops = [Stop("a", minutes=2), Stop("b", minutes=2), Stop("c", minutes=2)]
    plan = found(LINE, stops, RoundLimits(ride=24, rounds=1), RoundPrices(vehicle=1, minute=1))
    # With 2 minutes at each stop c-b-a takes 26 minutes. c and b ride 2 + 6 + 2 + 14 = 24, exactly
    # the limit; out to c it is 44, and a alone 10 + 2 + 10.
    assert plan.rounds == (("a",), ("c", "b"))
    assert (plan.minutes, plan.vehicles, plan.cost) == ((22.0, 44.0), 2, 68.0)


def test_seats_and_stops_are_not_exceeded() -> None:
    stops = [Stop("a", load=3), Stop("b", load=3), Stop("c", load=3)]
    by_seats = found(LINE, stops, RoundLimits(seats=6), RoundPrices(round=1000, minute=1))
    by_stops = found(LINE, stops, RoundLimits(stops=2), RoundPrices(round=1000, minute=1))
    # The two far ones together (40 minutes), the near one alone (20).
    for plan in (by_seats, by_stops):
        assert sorted(plan.rounds, key=len) == [("a",), plan.rounds[1]]
        assert sorted(plan.rounds[1]) == ["b", "c"]
        assert plan.cost == 2060.0


def test_a_vehicle_makes_several_rounds() -> None:
    stops = [Stop(one, load=1) for one in "abc"]
    limits = RoundLimits(seats=1, rounds=2)
    plan = found(LINE, stops, limits, RoundPrices(vehicle=100))
    assert (len(plan.rounds), plan.vehicles, plan.cost) == (3, 2, 200.0)
    part = found(LINE, stops, RoundLimits(seats=1, rounds=0.5), RoundPrices(vehicle=100))
    assert (part.vehicles, part.cost) == (6, 600.0)


def test_one_way_costs_turn_the_round_round() -> None:
    legs = matrix([[0, 1, 9], [9, 0, 1], [1, 9, 0]])
    plan = found(legs, [Stop("a"), Stop("b")], RoundLimits(), RoundPrices(minute=1, round=1))
    assert (plan.rounds, plan.minutes) == ((("a", "b"),), (3.0,))


def test_a_round_may_drive_through_a_place() -> None:
    legs = matrix([[0, 1, math.inf], [1, 0, 1], [math.inf, 1, 0]])
    plan = found(legs, [Stop("b")], RoundLimits(), RoundPrices(minute=1))
    assert plan.beyond == ("b",)  # a is no stop and no base: only places of the round are known
    plan = found(legs, [Stop("a"), Stop("b")], RoundLimits(stops=1), RoundPrices(minute=1))
    assert plan.minutes == (2.0, 4.0)


def test_what_no_round_can_serve_is_named_and_costs_nothing() -> None:
    stops = [Stop("a", load=9), Stop("b"), Stop("c")]
    plan = found(LINE, stops, RoundLimits(seats=8, ride=14), RoundPrices(minute=1))
    assert plan.beyond == ("a", "c")
    assert (plan.rounds, plan.cost) == ((("b",),), 28.0)
    none = found(LINE, stops[:1], RoundLimits(seats=8), RoundPrices(minute=1, vehicle=5))
    assert (none.rounds, none.vehicles, none.cost, none.method) == ((), 0, 0.0, "none")


def test_limits_met_exactly_are_kept() -> None:
    limits = RoundLimits(ride=20, whole=40, seats=0.3)
    stops = [Stop("a", load=0.1), Stop("b", load=0.1), Stop("c", load=0.1)]
    assert len(found(LINE, stops, limits, RoundPrices(minute=1)).rounds) == 1
    limits = RoundLimits(ride=20, whole=39.999, seats=0.3)
    assert found(LINE, stops, limits, RoundPrices(minute=1)).beyond == ("c",)


def test_a_place_of_two_stops_is_driven_to_twice() -> None:
    stops = [Stop("a1", load=4, place="a"), Stop("a2", load=2, place="a"), Stop("b", load=2)]
    plan = found(LINE, stops, RoundLimits(seats=4), RoundPrices(minute=1, round=1))
    assert plan.rounds in {(("a1",), ("a2", "b")), (("a1",), ("b", "a2"))}
    assert plan.cost == 20 + 28 + 2


def test_wrong_arguments_are_refused() -> None:
    limits, prices = RoundLimits(), RoundPrices()
    with pytest.raises(UnknownIdError, match="legs lack x"):
        found(LINE, [Stop("x")], limits, prices)
    with pytest.raises(UnknownIdError, match="legs lack z"):
        plan_rounds(LINE, [Stop("a")], base="z", limits=limits, prices=prices)
    with pytest.raises(ParameterError, match="twice: a"):
        found(LINE, [Stop("a"), Stop("a")], limits, prices)
    metres = TravelMatrix(("o",), ("o",), "m", np.zeros((1, 1)))
    with pytest.raises(ParameterError, match="in minutes"):
        found(metres, [], limits, prices)
    with pytest.raises(ParameterError, match="limits must be RoundLimits"):
        found(LINE, [], {}, prices)  # type: ignore[arg-type] -- the check of the kind is meant
    with pytest.raises(ParameterError, match="stops must be Stop"):
        found(LINE, ["a"], limits, prices)  # type: ignore[list-item] -- the same
    for name in ("seats", "stops", "ride", "whole", "rounds"):
        with pytest.raises(ParameterError, match=name):
            RoundLimits(**{name: 0})
    for name in ("vehicle", "round", "minute"):
        with pytest.raises(ParameterError, match=name):
            RoundPrices(**{name: -1})
    with pytest.raises(ParameterError, match="load"):
        Stop("a", load=math.nan)


def partitions(some: list[int]) -> Iterator[list[list[int]]]:
    if not some:
        yield []
        return
    first, *rest = some
    for size in range(len(rest) + 1):
        for beside in itertools.combinations(rest, size):
            left = [one for one in rest if one not in beside]
            for more in partitions(left):
                yield [[first, *beside], *more]


def brute(
    legs: np.ndarray, stops: Sequence[Stop], limits: RoundLimits, prices: RoundPrices
) -> tuple[float, set[int]]:
    """Try every partition and every order; gives the least cost and whom no round serves."""
    costs = legs.copy()
    size = len(costs)
    for over, one, other in itertools.product(range(size), repeat=3):
        costs[one, other] = min(costs[one, other], costs[one, over] + costs[over, other])

    def best(block: list[int]) -> float:
        if sum(stops[one].load for one in block) > limits.seats or len(block) > limits.stops:
            return math.inf
        least = math.inf
        for order in itertools.permutations(block):
            at = [one + 1 for one in order]
            ride = sum(stops[one].minutes for one in order) + costs[at[-1], 0]
            ride += sum(costs[one, then] for one, then in itertools.pairwise(at))
            whole = ride + costs[0, at[0]]
            if ride <= limits.ride and whole <= limits.whole:
                least = min(least, whole)
        return least

    served = [one for one in range(len(stops)) if best([one]) < math.inf]
    least = math.inf
    for blocks in partitions(served):
        minutes = sum(best(one) for one in blocks)
        vehicles = max(1, math.ceil(len(blocks) / limits.rounds))
        if minutes < math.inf:
            cost = vehicles * prices.vehicle + len(blocks) * prices.round + minutes * prices.minute
            least = min(least, cost)
    return least, set(range(len(stops))) - set(served)


@st.composite
def cases(
    draw: st.DrawFn,
) -> tuple[np.ndarray, list[Stop], RoundLimits, RoundPrices]:
    size = draw(st.integers(1, 6))
    cell = st.one_of(st.integers(0, 20), st.just(math.inf))
    costs = np.array(
        [[0.0 if one == to else draw(cell) for to in range(size + 1)] for one in range(size + 1)]
    )
    stops = [
        Stop("abcdef"[at], load=draw(st.integers(0, 4)), minutes=draw(st.integers(0, 3)))
        for at in range(size)
    ]
    pick = st.one_of(st.integers(4, 40), st.just(math.inf))
    limits = RoundLimits(
        seats=draw(st.one_of(st.integers(3, 9), st.just(math.inf))),
        stops=draw(st.one_of(st.integers(1, 4), st.just(math.inf))),
        ride=draw(pick),
        whole=draw(pick),
        rounds=draw(st.one_of(st.integers(1, 3), st.just(math.inf))),
    )
    prices = RoundPrices(
        vehicle=draw(st.integers(0, 50)),
        round=draw(st.integers(0, 20)),
        minute=draw(st.integers(0, 2)),
    )
    return costs, stops, limits, prices


def check_rounds(case: tuple[np.ndarray, list[Stop], RoundLimits, RoundPrices]) -> RoundPlan:
    """Check that a plan serves each stop once within all limits at the cost it tells."""
    costs, stops, limits, prices = case
    plan = found(matrix(costs.tolist()), stops[::-1], limits, prices)
    known = {one.id: one for one in stops}
    told = [one for order in plan.rounds for one in order]
    assert sorted([*told, *plan.beyond]) == sorted(known)
    for order, minutes in zip(plan.rounds, plan.minutes, strict=True):
        assert sum(known[one].load for one in order) <= limits.seats
        assert len(order) <= limits.stops
        assert minutes <= limits.whole
    told_cost = (
        plan.vehicles * prices.vehicle
        + len(plan.rounds) * prices.round
        + sum(plan.minutes) * prices.minute
    )
    assert plan.cost == pytest.approx(told_cost)
    assert plan.bound <= plan.cost + 1e-9
    return plan


@settings(max_examples=30, deadline=None)
@given(cases())
def test_no_partition_is_cheaper_than_the_rounds_found(
    case: tuple[np.ndarray, list[Stop], RoundLimits, RoundPrices],
) -> None:
    least, beyond = brute(*case)
    plan = check_rounds(case)
    assert {ord(one) - ord("a") for one in plan.beyond} == beyond
    assert plan.cost == pytest.approx(0.0 if len(beyond) == len(case[1]) else least)
    assert plan.method in {"exact", "none"}


@settings(max_examples=30, deadline=None)
@given(cases())
def test_savings_are_never_below_the_best_and_their_bound_never_above(
    case: tuple[np.ndarray, list[Stop], RoundLimits, RoundPrices],
) -> None:
    least, beyond = brute(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "MOST_LISTED", 0)
        plan = check_rounds(case)
    if len(beyond) < len(case[1]):
        assert plan.bound <= least + 1e-9
        assert plan.cost >= least - 1e-9
        assert plan.method == ("exact" if plan.cost == pytest.approx(plan.bound) else "savings")


def test_many_stops_are_joined_by_savings_and_say_so() -> None:
    spots = np.random.default_rng(3).uniform(0, 30, (24, 2))
    costs = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    stops = [Stop(one) for one in "abcdefghijklmnpqrstuvwx"]
    plan = found(
        matrix(costs.tolist()), stops, RoundLimits(stops=12), RoundPrices(round=50, minute=1)
    )
    assert plan.method == "savings"
    assert plan.bound < plan.cost
    assert sorted(one for order in plan.rounds for one in order) == sorted(one.id for one in stops)
