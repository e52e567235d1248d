"""RAAM as the convex optimum: closed forms, other solvers and the conditions of optimality."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from wushan_geo.access.agents import RationalAgentAccess, rational_agent_access
from wushan_geo.access.agents import access as module
from wushan_geo.access.agents.forest import parts
from wushan_geo.access.agents.sweeps import filled, swept
from wushan_geo.access.agents.working import Working, cheapest, cut
from wushan_geo.errors import ParameterError, UnknownIdError, VerificationError
from wushan_geo.travel.matrix import Pairs, TravelMatrix, compressed

Floats = NDArray[np.float64]


def names(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{at}" for at in range(count))


def dense(costs: Floats) -> TravelMatrix:
    return TravelMatrix(names("o", costs.shape[0]), names("f", costs.shape[1]), "min", costs)


def solved(
    costs: Floats, persons: Floats, places: Floats, rho: float = 10, tau: float = 60
) -> RationalAgentAccess:
    matrix = dense(costs)
    return rational_agent_access(
        matrix,
        dict(zip(matrix.origin_ids, persons, strict=True)),
        dict(zip(matrix.destination_ids, places, strict=True)),
        persons_per_place=rho,
        cost_scale=tau,
    )


def one_by_one(
    costs: Floats, persons: Floats, places: Floats, rho: float, tau: float
) -> tuple[Floats, Floats]:
    """Solve by exact water-filling, one origin after the other, until nothing moves."""
    room = places * rho
    flows = np.zeros_like(costs)
    for _ in range(20000):
        before = flows.copy()
        for i in range(len(persons)):
            usable = np.flatnonzero((room > 0) & np.isfinite(costs[i]))
            if not usable.size:
                continue
            others = (flows.sum(axis=0) - flows[i])[usable]
            base = others / room[usable] + costs[i, usable] / tau
            order = np.argsort(base)
            levels = (persons[i] + np.cumsum((room[usable] * base)[order])) / np.cumsum(
                room[usable][order]
            )
            filled = int(np.flatnonzero(levels > base[order])[-1]) if persons[i] > 0 else 0
            flows[i] = 0.0
            flows[i, usable] = room[usable] * np.maximum(levels[filled] - base, 0)
            flows[i] *= persons[i] / flows[i].sum() if persons[i] > 0 else 0
        if np.abs(flows - before).max() < 1e-13 * max(1, persons.sum()):
            break
    demand = flows.sum(axis=0)
    congestion = np.full(room.size, np.inf)
    np.divide(demand, room, out=congestion, where=room > 0)
    return (congestion + costs / tau).min(axis=1), demand


def test_ten_persons_split_seven_and_a_half_to_two_and_a_half_at_the_same_cost() -> None:
    found = solved(np.array([[0.0, 30.0]]), np.array([10.0]), np.ones(2))

    assert found.demand.to_numpy() == pytest.approx([7.5, 2.5], abs=1e-9)
    assert found.cost["o0"] == pytest.approx(0.75, abs=1e-9)
    assert found.congestion.to_numpy() == pytest.approx([0.75, 0.25], abs=1e-9)
    assert found.objective == pytest.approx((7.5**2 + 2.5**2) / 20 + 2.5 / 2, abs=1e-9)
    assert found.flows.to_dict("list")["facility"] == ["f0", "f1"]


def test_nobody_goes_where_it_would_cost_more() -> None:
    found = solved(np.array([[0.0, 90.0]]), np.array([10.0]), np.ones(2))

    assert found.demand.to_numpy() == pytest.approx([10.0, 0.0], abs=1e-9)
    assert found.cost["o0"] == pytest.approx(1.0, abs=1e-9)
    assert found.flows["facility"].tolist() == ["f0"]


def test_villages_of_one_to_four_persons_equal_the_convex_optimum() -> None:
    # The example of the traps: 30 places, 4 sites, seed 5, against a general solver.
    random = np.random.default_rng(5)
    costs = np.hypot(*(random.random((2, 30, 1)) - random.random((2, 1, 4)))) * 60
    persons = random.integers(1, 5, 30).astype(float)
    places = np.array([1.0, 2.0, 1.0, 6.0])
    found = solved(costs, persons, places, rho=persons.sum() / places.sum())

    room = places * persons.sum() / places.sum()

    def objective(share: Floats) -> tuple[float, Floats]:
        flows = share.reshape(30, 4)
        demand = flows.sum(axis=0)
        value = (demand**2 / room).sum() / 2 + (flows * costs).sum() / 60
        return value, (demand / room + costs / 60).ravel()

    rows = np.kron(np.eye(30), np.ones(4))
    with threadpool_limits(1):  # so small a problem only waits for more
        best = minimize(
            objective,
            np.repeat(persons / 4, 4),
            jac=True,
            method="SLSQP",
            bounds=[(0, None)] * 120,
            constraints={"type": "eq", "fun": lambda x: rows @ x - persons, "jac": lambda _: rows},
            options={"ftol": 1e-14, "maxiter": 500},
        )
    assert best.success
    congestion = best.x.reshape(30, 4).sum(axis=0) / room
    assert found.objective == pytest.approx(best.fun, rel=1e-9)
    assert found.cost.to_numpy() == pytest.approx((congestion + costs / 60).min(axis=1), rel=1e-6)
    assert found.gap <= 1e-9


@st.composite
def cases(draw: st.DrawFn) -> tuple[Floats, Floats, Floats]:
    """Zero costs, ties, unreachable pairs, nobody, no places, one place, one facility."""
    count, width = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    cost = st.sampled_from([0.0, 5.0, 10.0, 30.0, 47.5, 200.0, np.inf])
    costs = draw(st.lists(cost, min_size=count * width, max_size=count * width))
    persons = draw(st.lists(st.sampled_from([0.0, 1.0, 2.5, 40.0]), min_size=count, max_size=count))
    places = draw(st.lists(st.sampled_from([0.0, 1.0, 3.0, 20.0]), min_size=width, max_size=width))
    return np.array(costs).reshape(count, width), np.array(persons), np.array(places)


@given(case=cases(), rho=st.sampled_from([0.5, 10.0]), tau=st.sampled_from([5.0, 60.0]))
@settings(max_examples=60, deadline=None)
def test_small_cases_equal_water_filling_one_origin_after_the_other(
    case: tuple[Floats, Floats, Floats], rho: float, tau: float
) -> None:
    found = solved(*case, rho=rho, tau=tau)
    cost, demand = one_by_one(*case, rho=rho, tau=tau)

    assert found.cost.to_numpy() == pytest.approx(cost, rel=1e-6, abs=1e-6)
    assert found.demand.to_numpy() == pytest.approx(demand, rel=1e-5, abs=1e-5)
    lost = np.isinf(cost)
    assert (found.unreachable_places, found.unreachable_persons) == (
        lost.sum(),
        case[1][lost].sum(),
    )
    check_optimal(found, *case, rho=rho, tau=tau)


def check_optimal(
    found: RationalAgentAccess,
    costs: Floats,
    persons: Floats,
    places: Floats,
    rho: float,
    tau: float,
) -> None:
    """Check the conditions of optimality from the flows alone."""
    flows = np.zeros_like(costs)
    row = found.flows["origin"].str[1:].astype(int).to_numpy()
    column = found.flows["facility"].str[1:].astype(int).to_numpy()
    flows[row, column] = found.flows["persons"]
    assert (found.flows["persons"] > 0).all()
    reached = np.isfinite(found.cost.to_numpy())
    assert flows.sum(axis=1)[reached] == pytest.approx(persons[reached], rel=1e-12)
    assert not flows[~reached].any()
    assert not flows[:, places == 0].any()
    demand = flows.sum(axis=0)
    assert found.demand.to_numpy() == pytest.approx(demand, rel=1e-12)
    congestion = np.full(places.size, np.inf)
    np.divide(demand, places * rho, out=congestion, where=places > 0)
    paid = congestion + costs / tau
    least = paid.min(axis=1, initial=np.inf)
    # All who go anywhere pay the least there is, each person of them.
    assert paid[row, column] == pytest.approx(least[row], rel=1e-6, abs=1e-6)
    crowding = (demand[places > 0] ** 2 / (places * rho)[places > 0]).sum() / 2
    objective = crowding + (flows[row, column] * costs[row, column]).sum() / tau
    bound = persons[reached] @ least[reached] - crowding
    assert found.objective == pytest.approx(objective, rel=1e-12, abs=1e-9)
    assert found.bound == pytest.approx(bound, rel=1e-9, abs=1e-9)
    assert objective - bound <= 2e-9 * objective
    assert 0 <= found.gap <= 1e-9


def county(count: int, width: int, seed: int) -> tuple[Floats, Floats, Floats]:
    random = np.random.default_rng(seed)
    costs = np.hypot(*(random.random((2, count, 1)) - random.random((2, 1, width)))) * 100
    return costs, random.integers(0, 5, count) * 1.0, random.integers(0, 20, width) * 1.0


@pytest.mark.parametrize(
    ("count", "width", "seed"), [(340, 60, 1), (1500, 40, 2), (60, 240, 3), (400, 250, 4)]
)
def test_a_county_meets_the_conditions_of_optimality(count: int, width: int, seed: int) -> None:
    costs, persons, places = county(count, width, seed)
    rho = persons.sum() / places.sum()

    check_optimal(solved(costs, persons, places, rho), costs, persons, places, rho, 60)


def test_times_in_whole_steps_of_five_minutes_are_no_difficulty() -> None:
    costs, persons, places = county(300, 30, 5)
    costs = np.round(costs / 5) * 5

    check_optimal(solved(costs, persons, places), costs, persons, places, 10, 60)


def test_costs_count_from_origin_to_facility() -> None:
    there = np.array([[0.0, 60.0], [10.0, 0.0]])
    persons, places = np.array([10.0, 0.0]), np.ones(2)

    assert solved(there, persons, places).cost["o0"] == pytest.approx(1.0)
    assert solved(there.T, persons, places).cost["o0"] == pytest.approx((1 + 1 / 6) / 2)


def test_an_origin_without_persons_has_the_cost_that_one_would_meet() -> None:
    found = solved(np.array([[0.0, 30.0], [12.0, 0.0]]), np.array([10.0, 0.0]), np.ones(2))

    assert found.cost["o1"] == pytest.approx(0.25)
    assert found.flows["origin"].unique().tolist() == ["o0"]


def test_without_places_or_persons_everything_is_defined() -> None:
    closed = solved(np.array([[3.0]]), np.array([4.0]), np.zeros(1))
    assert np.isinf(closed.cost["o0"])
    assert np.isinf(closed.congestion["f0"])
    assert (closed.demand["f0"], closed.unreachable_places, closed.unreachable_persons) == (0, 1, 4)
    assert (closed.objective, closed.bound, closed.gap, len(closed.flows)) == (0, 0, 0, 0)
    empty = solved(np.array([[30.0]]), np.zeros(1), np.ones(1))
    assert (empty.cost["o0"], empty.gap) == (0.5, 0.0)
    nothing = solved(np.empty((0, 0)), np.empty(0), np.empty(0))
    assert (len(nothing.cost), nothing.unreachable_places) == (0, 0)
    assert np.isinf(solved(np.empty((2, 0)), np.ones(2), np.empty(0)).cost).all()


def test_splitting_a_place_into_two_changes_nothing() -> None:
    costs, persons, places = county(80, 12, 6)
    parts = np.concatenate([persons, persons[:1] * 0.25])
    parts[0] *= 0.75
    whole = solved(costs, persons, places)
    split = solved(np.vstack([costs, costs[:1]]), parts, places)

    assert split.cost.to_numpy()[:-1] == pytest.approx(whole.cost.to_numpy(), rel=1e-8)
    assert split.cost.iloc[-1] == split.cost.iloc[0]
    assert split.demand.to_numpy() == pytest.approx(whole.demand.to_numpy(), rel=1e-7, abs=1e-7)


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    costs, persons, places = county(80, 12, 7)
    matrix = dense(costs)
    one = solved(costs, persons, places)
    turned = matrix.select(matrix.origin_ids[::-1], matrix.destination_ids[::-1])
    two = rational_agent_access(
        turned,
        pd.Series(persons, index=matrix.origin_ids),
        pd.Series(places, index=matrix.destination_ids),
        persons_per_place=10,
        cost_scale=60,
    )

    assert two.cost.index.tolist() == list(turned.origin_ids)
    assert two.cost[one.cost.index].to_numpy() == pytest.approx(one.cost.to_numpy(), rel=1e-8)


def test_compressed_rows_give_what_the_dense_matrix_with_a_limit_gives() -> None:
    costs, persons, places = county(200, 30, 8)
    near = np.where(costs <= 25, costs, np.inf)
    origin, destination = np.nonzero(np.isfinite(near))
    pairs = Pairs(origin, destination, costs[origin, destination])
    ids = dense(costs)
    rows = TravelMatrix(
        ids.origin_ids, ids.destination_ids, "min", compressed(pairs, len(costs)), 25
    )
    options = {"persons_per_place": 10, "cost_scale": 60}
    counts = dict(zip(ids.origin_ids, persons, strict=True))
    supply = dict(zip(ids.destination_ids, places, strict=True))

    one = rational_agent_access(rows, counts, supply, **options)
    two = rational_agent_access(dense(near), counts, supply, **options)

    assert one.cost.to_numpy() == pytest.approx(two.cost.to_numpy(), rel=1e-8)
    assert one.parameters == (
        "persons_per_place=10; cost_scale=60 min; limit=25 min; tolerance=1e-09"
    )


def test_the_same_input_gives_the_same_bytes_and_is_not_changed() -> None:
    costs, persons, places = county(120, 15, 9)
    before = costs.copy(), persons.copy(), places.copy()
    one, two = solved(costs, persons, places), solved(costs, persons, places)

    pd.testing.assert_series_equal(one.cost, two.cost, check_exact=True)
    pd.testing.assert_frame_equal(one.flows, two.flows, check_exact=True)
    for now, then in zip((costs, persons, places), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_every_parameter_matters_and_stands_with_the_numbers() -> None:
    costs, persons, places = county(40, 6, 10)
    base = solved(costs, persons, places)

    assert not np.allclose(base.cost, solved(costs, persons, places, rho=20).cost)
    assert not np.allclose(base.cost, solved(costs, persons, places, tau=30).cost)
    assert base.cost.name == "raam"
    assert (
        base.cost.attrs["parameters"] == "persons_per_place=10; cost_scale=60 min; tolerance=1e-09"
    )
    assert base.cost.attrs["unit"] == "cost (1 = 10 persons per place or 60 min)"
    assert base.cost.attrs["conserves_supply"] is None


@pytest.mark.parametrize("wrong", [0, -1, np.inf, np.nan, True, "10"])
@pytest.mark.parametrize("name", ["persons_per_place", "cost_scale", "tolerance"])
def test_an_option_that_is_no_number_above_zero_is_refused(name: str, wrong: float) -> None:
    options = {"persons_per_place": 10, "cost_scale": 60} | {name: wrong}
    with pytest.raises(ParameterError, match=name):
        rational_agent_access(dense(np.ones((1, 1))), {"o0": 1}, {"f0": 1}, **options)


def test_counts_follow_the_ids_of_the_matrix() -> None:
    options = {"persons_per_place": 10, "cost_scale": 60}
    with pytest.raises(UnknownIdError, match="o0"):
        rational_agent_access(dense(np.ones((1, 1))), {"x": 1}, {"f0": 1}, **options)
    with pytest.raises(ParameterError, match="not known"):
        rational_agent_access(dense(np.ones((1, 1))), {"o0": 1}, {"f0": np.nan}, **options)


@pytest.mark.parametrize(
    ("gone", "words"), [(10.0, "tolerance"), (9.0, "add up to the persons of 1 origins")]
)
def test_flows_that_are_not_the_optimum_or_lose_persons_do_not_pass_the_certificate(
    monkeypatch: pytest.MonkeyPatch, gone: float, words: str
) -> None:
    def careless(*arguments: object) -> module.Flows:
        assert len(arguments) == 4
        one = np.array([0])
        prices = np.array([60.0, 0.0])
        return module.Flows(one, one, np.array([0.0]), np.array([gone]), prices, 1)

    monkeypatch.setattr(module, "equilibrium", careless)
    with pytest.raises(VerificationError, match=words):
        solved(np.array([[0.0, 30.0]]), np.array([10.0]), np.ones(2))


def test_places_that_differ_by_many_orders_of_magnitude_are_solved() -> None:
    costs, persons, _ = county(60, 6, 11)
    places = np.array([1e-4, 1e4, 1.0, 1e-2, 5.0, 1e2])

    check_optimal(solved(costs, persons, places), costs, persons, places, 10, 60)


def test_crowding_that_dwarfs_the_way_is_solved() -> None:
    # A price that nobody holds once threw the search far off.
    random = np.random.default_rng(4)
    costs = np.hypot(*(random.random((2, 120, 1)) - random.random((2, 1, 18)))) * 100
    costs, persons = costs[random.integers(0, 30, 120)], random.exponential(1000, 120)
    places = 10 ** random.uniform(-3, 3, 18)

    found = solved(costs, persons, places, rho=0.05, tau=236)

    assert found.gap <= 1e-9


def sparse(seed: int) -> tuple[Floats, Floats, Floats, float, float]:
    """Few pairs, ties, origins apart from all others, nobody, no places, many sizes."""
    random = np.random.default_rng(seed)
    count, width = random.integers(1, 16), random.integers(1, 26)
    costs = random.choice([0.0, 5.0, 30.0, 47.5, 200.0], (count, width))
    if random.random() < 0.5:
        costs = random.random((count, width)) * 10 ** random.uniform(-3, 3, (count, 1))
    costs[random.random((count, width)) < random.choice([0.0, 0.5, 0.9, 0.95])] = np.inf
    persons = 10 ** random.uniform(-3, 3, count) * (random.random(count) < 0.8)
    places = 10 ** random.uniform(-3, 3, width) * (random.random(width) < 0.8)
    return costs, persons, places, 10 ** random.uniform(-2, 3), 10 ** random.uniform(-3, 3)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_sparse_cases_of_any_scale_are_solved_to_the_tolerance(seed: int) -> None:
    costs, persons, places, rho, tau = sparse(seed)

    found = solved(costs, persons, places, rho, tau)

    assert found.gap <= 1e-9
    # The optimum once more, from the tables alone: what all pay above the cheapest is nothing.
    row = found.flows["origin"].str[1:].astype(int).to_numpy()
    column = found.flows["facility"].str[1:].astype(int).to_numpy()
    flow = found.flows["persons"].to_numpy()
    reached = np.isfinite(found.cost.to_numpy())
    went = np.bincount(row, flow, persons.size)
    assert went == pytest.approx(np.where(reached, persons, 0), rel=1e-11)
    assert np.isin(column, np.flatnonzero(places)).all()
    paid = found.congestion.to_numpy() + costs / tau
    assert found.cost.to_numpy() == pytest.approx(paid.min(axis=1), rel=1e-12)
    assert flow @ (paid[row, column] - found.cost.to_numpy()[row]) <= 1e-9 * found.objective
    room = places[places > 0] * rho
    lack = found.demand.to_numpy()[places > 0] - room * found.congestion.to_numpy()[places > 0]
    assert (lack**2 / room).sum() <= 2e-9 * found.objective


def test_parts_that_nobody_can_leave_are_each_solved_at_their_own_scale() -> None:
    # The second part is ten million times as crowded as the first; one weight for both once ended
    # with a gap of a fifth. The third is so small that no gap of the whole would show a fault.
    costs = np.full((3, 5), np.inf)
    costs[0, 0], costs[1, 1:3], costs[2, 3:] = 0.0, 0.0, [0.0, 3e-8]
    persons, places = np.array([3.0, 3.0, 1e-7]), np.array([1e5, 1e-3, 2e-3, 1.0, 1.0])

    found = solved(costs, persons, places, rho=1, tau=1)

    expected = [3e-5, 1e3, 1e3, 6.5e-8, 3.5e-8]
    assert found.congestion.to_numpy() == pytest.approx(expected, rel=1e-9)
    assert found.demand.to_numpy() == pytest.approx(expected * places, rel=1e-9)
    assert found.flows["origin"].tolist() == ["o0", "o1", "o1", "o2", "o2"]


def test_parts_that_hardly_touch_are_solved_though_their_crowding_differs() -> None:
    # As above, but a way from one part to the other exists, which is too dear for anybody.
    costs = np.array([[0.0, 1e9, 1e9], [1e9, 0.0, 1.0]])

    found = solved(costs, np.array([3.0, 3.0]), np.array([1e5, 1e-3, 2e-3]), rho=1, tau=1)

    high = (3 + 2e-3) / 3e-3
    assert found.congestion.to_numpy() == pytest.approx([3e-5, high, high - 1], rel=1e-9)


def test_rounding_does_not_grow_as_the_weight_falls() -> None:
    # Small and large facilities next to each other once left a gap of 6e-9.
    random = np.random.default_rng(17)
    costs = np.hypot(*(random.random((2, 45, 1)) - random.random((2, 1, 127)))) * 100
    persons, places = random.exponential(1000, 45), 10 ** random.uniform(-3, 3, 127)

    assert solved(costs, persons, places, rho=0.223, tau=86.5).gap <= 1e-9


def test_a_part_cut_from_compressed_rows_is_the_part_of_the_dense_matrix() -> None:
    costs = np.random.default_rng(14).random((9, 7))
    costs[costs > 0.4] = np.inf
    pairs = Pairs(*np.nonzero(costs < 1), costs[costs < 1])
    rows = TravelMatrix(names("o", 9), names("f", 7), "min", compressed(pairs, 9), 0.4)
    origins, facilities = np.array([0, 3, 4, 8]), np.array([1, 2, 6])
    part = cut(rows, origins, facilities)

    np.testing.assert_array_equal(part.dense(), costs[np.ix_(origins, facilities)])
    assert (part.origin_ids, part.limit) == (("o0", "o3", "o4", "o8"), 0.4)


@given(edges=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14))
@settings(max_examples=60, deadline=None)
def test_parts_are_those_that_a_walk_along_the_edges_finds(edges: list[tuple[int, int]]) -> None:
    expected = list(range(12))
    for _ in range(12):
        for one, two in edges:
            expected[one] = expected[two] = min(expected[one], expected[two])
    ends = np.array(edges, dtype=np.intp).reshape(-1, 2)

    assert parts(ends[:, 0], ends[:, 1], 12).tolist() == expected


def test_a_working_set_says_when_a_pair_may_be_missing() -> None:
    at = np.zeros(1, dtype=np.intp)
    working = Working(np.zeros(2), 4.0, at, at, np.zeros(1), at)

    assert working.covers(np.array([7.0, 7.0]), 3.9)
    assert working.covers(np.array([1.0, 3.0]), 1.9)
    assert not working.covers(np.array([1.0, 3.0]), 2.0)


def test_a_matrix_of_many_blocks_is_read_to_its_end() -> None:
    costs = np.random.default_rng(12).random((3000, 100))
    prices = np.random.default_rng(13).random(100)
    np.testing.assert_array_equal(cheapest(dense(costs), prices), (costs + prices).min(axis=1))
    pairs = Pairs(*np.nonzero(costs < 0.5), costs[costs < 0.5])
    rows = TravelMatrix(names("o", 3000), names("f", 100), "min", compressed(pairs, 3000), 0.5)
    expected = (np.where(costs < 0.5, costs, np.inf) + prices).min(axis=1)
    np.testing.assert_array_equal(cheapest(rows, prices), expected)


def few_homes(count: int, width: int, seed: int, limit: float = np.inf) -> tuple[Floats, ...]:
    """Draw homes and far more facilities: most facilities stay empty or are used by one home."""
    random = np.random.default_rng(seed)
    costs = np.hypot(*(random.random((2, count, 1)) - random.random((2, 1, width)))) * 300
    costs[costs > limit] = np.inf
    persons = np.ceil(random.lognormal(2.5, 1.0, count))
    return costs, persons, random.integers(1, 60, width).astype(float)


@pytest.mark.parametrize("limit", [60.0, np.inf])
@pytest.mark.parametrize(
    ("count", "width", "steps"), [(1, 50, 15), (2, 300, 50), (20, 400, 100), (30, 600, 100)]
)
def test_few_homes_and_far_more_facilities_are_solved_in_few_steps(
    count: int, width: int, steps: int, limit: float
) -> None:
    # Prices of facilities that nobody uses once fell too far at every step: a gap of a half.
    costs, persons, places = few_homes(count, width, 2027, limit)
    rho = persons.sum() / places.sum()

    found = solved(costs, persons, places, rho)

    check_optimal(found, costs, persons, places, rho, 60)
    assert found.iterations <= steps


@given(
    count=st.integers(1, 12),
    more=st.integers(1, 130),
    seed=st.integers(0, 2**32),
    limit=st.sampled_from([45.0, 150.0, np.inf]),
    step=st.sampled_from([0.0, 10.0]),
)
@settings(max_examples=25, deadline=None)
def test_more_facilities_than_origins_meet_the_conditions_of_optimality(
    count: int, more: int, seed: int, limit: float, step: float
) -> None:
    costs, persons, places = few_homes(count, count + more, seed, limit)
    costs = np.round(costs / step) * step if step else costs
    rho = persons.sum() / places.sum() * 10 ** np.random.default_rng(seed).uniform(-2, 2)

    check_optimal(solved(costs, persons, places, rho), costs, persons, places, rho, 60)


def test_facilities_so_small_that_a_hair_of_the_way_decides_are_solved() -> None:
    # Two homes, crowding twenty times the way, places that differ a million times.
    costs, persons, _ = few_homes(2, 575, 22)
    places = 10 ** np.random.default_rng(22).uniform(-3, 3, 575)
    rho = persons.sum() / places.sum() / 100

    check_optimal(solved(costs, persons, places, rho), costs, persons, places, rho, 60)


def test_many_homes_at_few_spots_are_solved() -> None:
    # Newton's steps alone lead nowhere here: the sweeps must help.
    costs, persons, places = few_homes(100, 150, 23)
    costs = costs[np.arange(100) % 6]
    rho = persons.sum() / places.sum()

    check_optimal(solved(costs, persons, places, rho), costs, persons, places, rho, 60)


@pytest.mark.parametrize(("count", "width"), [(300, 40), (40, 300)])
def test_where_all_costs_are_equal_all_facilities_are_equally_full(count: int, width: int) -> None:
    costs, persons, places = few_homes(count, width, 24)
    found = solved(np.full_like(costs, 30.0), persons, places)

    full = persons.sum() / (places.sum() * 10)
    assert found.congestion.to_numpy() == pytest.approx(full, rel=1e-9)
    assert found.demand.to_numpy() == pytest.approx(places * 10 * full, rel=1e-9)
    assert found.cost.to_numpy() == pytest.approx(full + 0.5, rel=1e-9)


def test_few_pairs_of_equal_cost_and_facilities_of_many_sizes_are_solved() -> None:
    # Origins that reach four facilities or so, all at one cost: many parts, and rings in them.
    random = np.random.default_rng(812)
    costs = np.where(random.random((46, 88)) < 0.95, np.inf, 30.0)
    persons, places = np.round(random.exponential(3, 46)), 10 ** random.uniform(-3, 3, 88)

    check_optimal(solved(costs, persons, places, 0.093, 2.3), costs, persons, places, 0.093, 2.3)


@given(seed=st.integers(0, 2**32), weight=st.sampled_from([0.0, 3.0]))
@settings(max_examples=40, deadline=None)
def test_poured_persons_stand_at_one_level_and_none_above_it(seed: int, weight: float) -> None:
    random = np.random.default_rng(seed)
    width, persons = random.integers(1, 30), 10 ** random.uniform(-2, 3)
    base = random.choice([0.0, 5.0, 30.0, 47.5], width) + random.random(width) * weight
    slope = 10 ** random.uniform(-2, 2, width)
    found = filled(base, slope, persons)

    low, high = base.min(), base.min() + persons * slope.max() + 1
    for _ in range(200):  # an oracle: halve the range of the level until it is found
        level = (low + high) / 2
        if (np.maximum(0, level - base) / slope).sum() < persons:
            low = level
        else:
            high = level
    assert found == pytest.approx(np.maximum(0, level - base) / slope, rel=1e-7, abs=1e-7 * persons)
    assert found.sum() == pytest.approx(persons, rel=1e-12)


def test_sweeps_come_near_the_optimum_on_dense_costs_and_on_rows() -> None:
    costs, persons, places = few_homes(10, 60, 25, 135.0)
    pairs = Pairs(*np.nonzero(np.isfinite(costs)), costs[np.isfinite(costs)])
    rows = TravelMatrix(names("o", 10), names("f", 60), "min", compressed(pairs, 10), 135.0)
    rho = persons.sum() / places.sum()

    found = swept(dense(costs), persons, places * rho / 60, 0.0)

    np.testing.assert_array_equal(swept(rows, persons, places * rho / 60, 0.0), found)
    best = one_by_one(costs, persons, places, rho, 60)[1]
    demand = found * places * rho / 60
    assert demand.sum() == pytest.approx(persons.sum(), rel=1e-12)
    assert np.abs(demand - best).sum() <= 0.05 * persons.sum()


def test_sweeps_at_a_weight_spread_persons_more_evenly() -> None:
    # Each person more costs 6 minutes by crowding and 10 / 10 by the weight: 7 x = 50 and 20.
    found = swept(dense(np.array([[0.0, 30.0]])), np.array([10.0]), np.full(2, 10 / 60), 10.0)

    assert found == pytest.approx([6 * 50 / 7, 6 * 20 / 7], rel=1e-12)
