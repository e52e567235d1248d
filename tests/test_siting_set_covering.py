"""Set covering: plans by hand, every plan tried out, and every edge of the request."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError
from wushan_geo.siting.covers.set_covering import set_covering
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.solver import Standing

INF = np.inf
LIMIT = 30.0
# Within 30: G reaches A, B; H reaches B, C, D; J reaches D, E; K all but A.
TIMES = TravelMatrix(
    ("A", "B", "C", "D", "E"),
    ("G", "H", "J", "K"),
    "min",
    np.array(
        [
            [10, 50, 60, INF],
            [30, 20, 70, 30],
            [40, 30, 90, 30],
            [80, 25, 15, 30],
            [90, 70, 5, 30],
        ]
    ),
)
PERSONS = {"A": 8, "B": 4, "C": 3, "D": 2, "E": 1}


class Case:
    """A small county drawn at random, with everything that can be asked of it."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        places, sites = int(draw.integers(1, 10)), int(draw.integers(4, 10))
        costs = draw.choice([0, 20, 30, 30.5, 60, INF], (places, sites))
        self.sites = [f"S{at:02d}" for at in draw.permutation(sites)]
        self.places = [f"P{at:02d}" for at in draw.permutation(places)]
        self.matrix = TravelMatrix(tuple(self.places), tuple(self.sites), "min", costs)
        self.persons = pd.Series(draw.choice([0.0, 1.0, 2.0, 2.5, 7.0], places), index=self.places)
        self.roles: dict[str, Any] = {
            "existing": self.sites[: draw.integers(0, 2)],
            "required": [self.sites[2]] if draw.random() < 0.3 else [],
            "forbidden": [self.sites[1]] if draw.random() < 0.3 else [],
        }
        self.prices = pd.Series(draw.choice([0.0, 1.0, 1.5, 4.0], sites), index=self.sites)
        towns = {one: f"T{draw.integers(0, 3)}" for one in self.sites}
        gaps = np.abs(np.subtract.outer(*[draw.integers(0, 9, sites)] * 2)).astype(float)
        between = TravelMatrix(tuple(self.sites), tuple(self.sites), "m", gaps)
        self.rules = [
            None,
            SiteRules(zones=towns, at_least=1),
            SiteRules(zones=towns, at_most=2, at_least={towns[self.sites[0]]: 2}),
            SiteRules(apart=2.0, between=between),
            SiteRules(zones=towns, at_most={towns[self.sites[0]]: 1}, apart=1.0, between=between),
        ][int(draw.integers(0, 5))]
        self.groups = pd.DataFrame(
            {
                "wheelchair": draw.choice([0.0, 0.0, 3.0], places),
                "deaf": draw.choice([0.0, 1.0, 2.0], places),
            },
            index=self.places,
        )

    def near(self, limit: float = LIMIT) -> pd.DataFrame:
        return pd.DataFrame(
            self.matrix.dense() <= limit, index=self.places, columns=list(self.sites)
        )

    def plans(self) -> Iterator[tuple[str, ...]]:
        """All plans that keep to roles and rules, in the order of the rule on ties by size."""
        free = sorted(set(self.sites) - {*self.roles["existing"], *self.roles["forbidden"]})
        for size in range(len(free) + 1):
            for plan in combinations(free, size):
                if set(self.roles["required"]) <= set(plan) and self.allowed(plan):
                    yield plan

    def allowed(self, plan: tuple[str, ...]) -> bool:
        """Keep to the rules, by plain loops."""
        rules = self.rules
        if rules is None:
            return True
        open_now = {*plan, *self.roles["existing"]}
        least, most = rules.numbers()
        for zone, number in least.items():
            if sum(rules.zones[one] == zone for one in open_now) < number:
                return False
        for zone, number in most.items():
            if sum(rules.zones[one] == zone for one in open_now) > number:
                return False
        if rules.between is None:
            return True
        gap, at = rules.between.dense(), self.sites.index
        return all(
            min(gap[at(one), at(other)], gap[at(other), at(one)]) >= (rules.apart or 0.0)
            for one in plan
            for other in open_now - {one}
        )

    def number(self, plan: tuple[str, ...], limit: float = LIMIT) -> pd.Series:
        """Open sites in reach of each place."""
        at = [self.sites.index(one) for one in (*plan, *self.roles["existing"])]
        near = self.matrix.dense()[:, at] <= limit
        return pd.Series(near.sum(axis=1), index=self.places)


def best_of(plans: list[tuple[Any, tuple[str, ...]]]) -> tuple[tuple[str, ...], bool]:
    """Of plans with what they are worth (least is best) give the first of the best."""
    least = min(worth for worth, _ in plans)
    best = sorted(plan for worth, plan in plans if worth == least)
    return best[0], len(best) > 1


def checked(
    case: Case, plans: list[tuple[Any, tuple[str, ...]]], **asked: Any
) -> SitingPlan | None:
    """Compare an answer with all plans."""
    request = {"limit": LIMIT, "rules": case.rules, **case.roles, **asked}
    if not plans:
        with pytest.raises(InfeasibleError, match="set covering"):
            set_covering(case.matrix, **request)
        return None
    plan = set_covering(case.matrix, **request)
    first, several = best_of(plans)
    assert (plan.chosen, plan.alternatives) == (first, several)
    assert plan.verified
    assert plan.status == "optimal"
    assert plan.gap == 0
    assert not plan.greedy_objective < plan.objective
    return plan


@pytest.mark.parametrize("seed", range(8))
def test_the_fewest_sites_are_those_of_trying_out_all_plans(seed: int) -> None:
    case = Case(seed)
    plans = [(len(one), one) for one in case.plans() if (case.number(one) >= 1).all()]

    plan = checked(case, plans)
    if plan is not None:
        assert plan.objective == len(plan.chosen)


@pytest.mark.parametrize("seed", range(60, 64))
def test_two_sites_for_every_place_are_found_as_by_trying_out_all_plans(seed: int) -> None:
    case = Case(seed)

    checked(
        case,
        [(len(one), one) for one in case.plans() if (case.number(one) >= 2).all()],
        times=2,
    )


@pytest.mark.parametrize("seed", range(90, 96))
def test_the_cheapest_sites_are_those_of_trying_out_all_plans(seed: int) -> None:
    case = Case(seed)
    plans = [
        ((case.prices[list(one)].sum(), len(one)), one)
        for one in case.plans()
        if (case.number(one) >= 1).all()
    ]

    plan = checked(case, plans, costs=case.prices)
    if plan is not None:
        assert plan.objective == case.prices[list(plan.chosen)].sum()


@pytest.mark.parametrize("seed", range(140, 144))
def test_most_are_reached_twice_by_the_plan_of_trying_out_all_plans(seed: int) -> None:
    case = Case(seed)
    counted = seed % 2 == 0
    weight = case.persons if counted else case.persons * 0 + 1
    plans = [
        ((len(one), -weight[case.number(one) >= 2].sum()), one)
        for one in case.plans()
        if (case.number(one) >= 1).all()
    ]

    plan = checked(case, plans, backup=True, persons=case.persons if counted else None)
    if plan is not None:
        twice = case.number(plan.chosen) >= 2
        assert plan.settings["backup_places"] == twice.sum()
        assert plan.settings["backup_bound"] == weight[twice].sum()
        if counted:
            assert plan.settings["backup_persons"] == case.persons[twice].sum()


@pytest.mark.parametrize("seed", range(170, 176))
def test_a_part_of_all_persons_is_covered_as_by_trying_out_all_plans(seed: int) -> None:
    case, priced = Case(seed), seed % 4 > 1
    share = [0.0, 0.3, 0.5, 0.7, 0.9, 1.0][seed % 6]
    needed = Fraction(str(share)) * Fraction(float(case.persons.sum()))
    price = case.prices if priced else case.prices * 0 + 1
    plans = [
        ((price[list(one)].sum(), len(one)), one)
        for one in case.plans()
        if Fraction(float(case.persons[case.number(one) >= 1].sum())) >= needed
    ]

    asked = {"costs": case.prices} if priced else {}
    checked(case, plans, share=share, persons=case.persons, **asked)


@pytest.mark.parametrize("seed", range(200, 204))
def test_every_group_needs_a_site_within_its_own_limit(seed: int) -> None:
    case = Case(seed)
    limits = {"wheelchair": 20.0, "deaf": 60.0}
    lived = case.groups > 0
    lived[~lived.any(axis=1)] = True
    plans = [
        (len(one), one)
        for one in case.plans()
        if all(((case.number(one, limits[name]) >= 1) | ~lived[name]).all() for name in case.groups)
    ]

    checked(case, plans, persons=case.groups, limit=limits)


def test_the_plans_of_the_small_county_by_hand() -> None:
    fewest = set_covering(TIMES, limit=LIMIT)
    assert (fewest.chosen, fewest.objective) == (("G", "K"), 2)
    assert fewest.alternatives is False
    assert fewest.settings["times"] == 1
    # K is dear, so that three cheap sites are better.
    cheap = set_covering(TIMES, limit=LIMIT, costs={"G": 1, "H": 1, "J": 1, "K": 2.5})
    assert (cheap.chosen, cheap.objective) == (("G", "H", "J"), 3.0)
    # Of plans that cost the same those with fewest sites.
    same = set_covering(TIMES, limit=LIMIT, costs={"G": 1, "H": 1, "J": 1, "K": 2})
    assert (same.chosen, same.objective) == (("G", "K"), 3.0)
    # 15 of 18 persons: G covers 12, H besides it 5 more, K besides it 6 more.
    part = set_covering(TIMES, limit=LIMIT, persons=PERSONS, share=15 / 18)
    assert (part.chosen, part.covered_persons) == (("G", "H"), 17)
    assert part.alternatives is True


def test_only_open_sites_count_for_backup() -> None:
    """Trap 23: B reaches three sites, of which two are open."""
    plan = set_covering(TIMES, limit=LIMIT, persons=PERSONS, backup=True)

    assert plan.chosen == ("G", "K")
    assert plan.settings["backup_places"] == 1
    assert plan.settings["backup_persons"] == 4
    assert plan.settings["backup_bound"] == 4


def test_more_means_never_need_more_sites() -> None:
    fewer = dict.fromkeys(("limit", "existing", "times", "share"), 0)
    for seed in range(300, 306):
        case = Case(seed)
        reached = case.near(LIMIT).sum(axis=1)
        matrix = case.matrix.select(origins=list(reached.index[reached > 1]))
        fewest = set_covering(matrix, limit=LIMIT).objective
        wide = set_covering(matrix, limit=60.0).objective
        helped = set_covering(matrix, limit=LIMIT, existing=[case.sites[0]]).objective
        twice = set_covering(matrix, limit=LIMIT, times=2).objective
        assert helped <= fewest
        assert wide <= fewest <= twice
        top = float(case.persons[reached > 0].sum() / max(1.0, case.persons.sum())) - 1e-9
        shares = [
            set_covering(case.matrix, limit=LIMIT, persons=case.persons, share=top * part).objective
            for part in (0.0, 0.4, 0.7, 1.0)
        ]
        assert shares == sorted(shares)
        fewer["limit"] += wide < fewest
        fewer["existing"] += helped < fewest
        fewer["times"] += fewest < twice
        fewer["share"] += len(set(shares)) > 2
    assert min(fewer.values()) > 0  # each means matters somewhere


@pytest.mark.parametrize("asked", [{}, {"backup": True}, {"share": 0.6}])
def test_the_order_of_rows_and_columns_plays_no_part(asked: dict[str, Any]) -> None:
    case = Case(11)
    case.rules = None
    shuffled = case.matrix.select(origins=case.places[::-1], destinations=case.sites[::-1])
    reached = case.near().any(axis=1)
    places = list(reached.index[reached])

    one = set_covering(
        case.matrix.select(origins=places), limit=LIMIT, persons=case.persons[places], **asked
    )
    other = set_covering(
        shuffled.select(origins=places[::-1]),
        limit=LIMIT,
        persons=case.persons[places],
        **asked,
    )
    for name in (one.name for one in fields(one)):
        if name not in {"assignment", "stations", "flows", "parts"}:
            assert repr(getattr(one, name)) == repr(getattr(other, name))
    assert one.assignment.equals(other.assignment)


def test_inputs_stay_as_they_are() -> None:
    case = Case(90)
    before = (case.matrix.dense().copy(), case.persons.copy(), case.prices.copy())
    with_all = [*case.sites]
    set_covering(case.matrix, limit=61.0, persons=case.persons, share=0.0, costs=case.prices)

    assert np.array_equal(before[0], case.matrix.dense())
    assert before[1].equals(case.persons)
    assert before[2].equals(case.prices)
    assert with_all == case.sites


def test_a_place_that_no_site_reaches_is_an_obstacle() -> None:
    far = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[5, 10], [INF, 31]]))

    with pytest.raises(InfeasibleError, match="set covering"):
        set_covering(far, limit=LIMIT)
    with pytest.raises(InfeasibleError, match="set covering"):
        set_covering(far, limit=LIMIT, persons={"A": 1, "B": 1}, share=0.6)
    plan = set_covering(far, limit=LIMIT, persons={"A": 1, "B": 1}, share=0.5)
    assert (plan.chosen, plan.uncovered_ids) == (("G",), ("B",))


def test_nothing_to_do_is_a_plan_without_sites() -> None:
    plan = set_covering(TIMES, limit=LIMIT, existing=["G", "K"])
    assert (plan.chosen, plan.objective, plan.gap, plan.alternatives) == ((), 0, 0, False)
    empty = set_covering(TravelMatrix((), ("G",), "min", np.empty((0, 1))), limit=LIMIT)
    assert (empty.chosen, empty.status) == ((), "optimal")
    with pytest.raises(InfeasibleError):
        set_covering(TravelMatrix(("A",), (), "min", np.empty((1, 0))), limit=LIMIT)
    alone = set_covering(
        TravelMatrix(("A",), ("G",), "min", np.array([[5.0]])), limit=LIMIT, existing=["G"]
    )
    assert alone.chosen == ()
    nobody = set_covering(TIMES, limit=LIMIT, persons=dict.fromkeys(PERSONS, 0), share=1.0)
    assert nobody.chosen == ()


def test_a_pair_exactly_at_the_limit_is_covered() -> None:
    one = TravelMatrix(("A",), ("G",), "min", np.array([[30.0]]))

    assert set_covering(one, limit=30).chosen == ("G",)
    with pytest.raises(InfeasibleError):
        set_covering(one, limit=29.999)


def test_a_plan_stopped_at_once_is_a_plan_with_a_bound() -> None:
    for asked in ({}, {"persons": PERSONS, "share": 0.9}, {"persons": PERSONS, "backup": True}):
        plan = set_covering(TIMES, limit=LIMIT, time_limit=0.0, **asked)
        assert plan.verified
        assert plan.bound <= 2 <= plan.objective
        assert plan.status == "time_limit"
        assert plan.alternatives is None


def test_progress_is_told_and_a_failing_listener_is_heard() -> None:
    heard: list[Standing] = []
    set_covering(TIMES, limit=LIMIT, progress=heard.append)
    assert heard[-1].objective == 2
    assert heard[-1].bound == 2

    def fail(_: Standing) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        set_covering(TIMES, limit=LIMIT, progress=fail)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"times": 0}, "times must be"),
        ({"times": True}, "times must be"),
        ({"times": 1.0}, "times must be"),
        ({"backup": 1}, "backup must be"),
        ({"backup": True, "times": 2}, "backup goes with neither"),
        ({"share": 0.5, "persons": PERSONS, "backup": True}, "backup goes with neither"),
        ({"share": 0.5}, "share needs persons"),
        ({"share": 1.5, "persons": PERSONS}, "share must be"),
        ({"share": "all", "persons": PERSONS}, "share must be"),
        ({"share": True, "persons": PERSONS}, "share must be"),
        ({"share": 0.5, "persons": PERSONS, "times": 2}, "share does not go with times"),
        ({"time_limit": -1}, "time_limit"),
        ({"limit": -1}, "limit"),
        ({"limit": "far"}, "limit"),
        ({"progress": 3}, "progress"),
        ({"costs": {"G": 1, "H": 1, "J": 1, "K": -1}}, "costs"),
    ],
)
def test_arguments_out_of_range_are_refused(asked: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError, match=text):
        set_covering(TIMES, **{"limit": LIMIT, **asked})


def test_a_limit_beyond_the_matrix_is_refused() -> None:
    matrix = TravelMatrix(("A",), ("G",), "min", np.array([[5.0]]), limit=20)

    with pytest.raises(ParameterError, match="beyond"):
        set_covering(matrix, limit=30)


def test_unknown_ids_are_named() -> None:
    with pytest.raises(UnknownIdError, match="X"):
        set_covering(TIMES, limit=LIMIT, required=["X"])
