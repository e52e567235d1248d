"""Obstacles: what stands in the way, by enumeration of every plan there could be."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from wushan_geo.errors import InfeasibleError
from wushan_geo.siting.demands import Demand, share_row
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import Obstacles, obstacles_of, refuse, told
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wushan_geo.siting.problem import Problem

GROUPS = ("walking", "wheelchair")


@dataclass
class Request:
    """A request as plain data, for the oracle and for the room alike."""

    costs: np.ndarray
    persons: np.ndarray  # places x groups
    need: Need
    roles: dict[str, list[str]] = field(default_factory=dict)
    rules: SiteRules | None = None
    prices: np.ndarray | None = None
    capacity: np.ndarray | None = None

    @property
    def places(self) -> list[str]:
        return [f"P{at}" for at in range(self.costs.shape[0])]

    @property
    def sites(self) -> list[str]:
        return [f"S{at}" for at in range(self.costs.shape[1])]

    def role(self, name: str) -> list[str]:
        return self.roles.get(name, [])

    def matrix(self) -> TravelMatrix:
        return TravelMatrix(tuple(self.places), tuple(self.sites), "min", self.costs)

    def problem(self) -> Problem:
        groups = list(GROUPS)[: self.persons.shape[1]]
        frame = pd.DataFrame(self.persons, index=self.places, columns=groups)
        return problem_of(
            self.matrix(),
            frame if len(groups) > 1 else frame[groups[0]],
            rules=self.rules,
            costs=None if self.prices is None else dict(zip(self.sites, self.prices, strict=True)),
            capacity=None
            if self.capacity is None
            else dict(zip(self.sites, self.capacity, strict=True)),
            **self.roles,
        )


class Oracle:
    """Says by plain counting which demands a choice of sites meets."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.groups = list(GROUPS)[: request.persons.shape[1]]

    def rows(self, least: float = 0.0) -> dict[str, tuple[int, float, float]]:
        """Give place, persons and limit of each row by its name."""
        request, need = self.request, self.request.need
        found = {}
        for at, place in enumerate(request.places):
            total = float(request.persons[at].sum())
            if isinstance(need.limit, dict):
                for group, name in enumerate(self.groups):
                    number = float(request.persons[at, group])
                    if number > 0 or total == 0:
                        limit = max(need.limit[name], least)
                        found[f"{place} ({name})"] = (at, number, limit)
            else:
                limit = np.finfo(float).max if need.limit is None else max(need.limit, least)
                found[place] = (at, total, limit)
        if need.limit is None or need.capacity:
            found = {name: row for name, row in found.items() if row[1] > 0}
        return found if need.everywhere else {}

    def reached(self, row: tuple[int, float, float], chosen: Iterable[str]) -> int:
        """Count open sites within the limit of a row."""
        opened = {*chosen, *self.request.role("existing")}
        costs = self.request.costs[row[0]]
        names = self.request.sites
        return sum(costs[at] <= row[2] for at, one in enumerate(names) if one in opened)

    def served(self, chosen: Iterable[str], *, capped: bool, least: float = 0.0) -> float:
        """Give the most persons for whom open sites have room."""
        opened = sorted({*chosen, *self.request.role("existing")})
        rows = list(self.rows(least).values())
        ends = [self.request.sites.index(one) for one in opened]
        arcs = [
            (at, to)
            for at, row in enumerate(rows)
            for to, site in enumerate(ends)
            if self.request.costs[row[0], site] <= row[2]
        ]
        if not arcs:
            return 0.0
        room = [self.request.capacity[site] if capped else 1e6 for site in ends]
        supply = [[float(arc[0] == at) for arc in arcs] for at in range(len(rows))]
        demand = [[float(arc[1] == to) for arc in arcs] for to in range(len(ends))]
        answer = linprog(
            -np.ones(len(arcs)), A_ub=supply + demand, b_ub=[row[1] for row in rows] + room
        )
        return float(-answer.fun)

    def share(self, chosen: Iterable[str], least: float = 0.0) -> float:
        """Count the persons who are served as often as asked."""
        rows = self.rows(least).values()
        times = self.request.need.times
        return sum(row[1] for row in rows if self.reached(row, chosen) >= times)

    def meets(  # noqa: PLR0911 -- one line for each kind
        self, demand: Demand, chosen: frozenset[str], *, capped: bool = True, least: float = 0.0
    ) -> bool:
        request = self.request
        opened = {*chosen, *request.role("existing")}
        kind, subject, number = demand.kind, demand.subject, demand.number
        if kind in {"at_least", "at_most"}:
            inside = sum(request.rules.zones[one] == subject for one in opened)
            return inside >= number if kind == "at_least" else inside <= number
        if kind in {"apart", "apart_existing"}:
            return not set(subject.split(" + ")) <= opened
        if kind in {"most_sites", "fewest_sites"}:
            return len(chosen) <= number if kind == "most_sites" else len(chosen) >= number
        if kind == "budget":
            prices = dict(zip(request.sites, request.prices, strict=True))
            return sum(prices[one] for one in chosen) <= number + 1e-9
        if kind in {"required", "forbidden"}:
            return (subject in chosen) == (kind == "required")
        if kind in {"within", "reached", "times"}:
            times = request.need.times
            return self.reached(self.rows(least)[subject], chosen) >= times
        if kind == "share":
            total = sum(row[1] for row in self.rows(least).values())
            return self.share(chosen, least) >= number * total - 1e-9
        if kind == "everybody":
            total = sum(row[1] for row in self.rows(least).values())
            return self.served(chosen, capped=capped, least=least) >= total - 1e-6
        return True

    def choices(self) -> Iterator[frozenset[str]]:
        """Give every choice of new sites, forbidden ones among them."""
        free = [one for one in self.request.sites if one not in self.request.role("existing")]
        for size in range(len(free) + 1):
            for some in itertools.combinations(free, size):
                yield frozenset(some)

    def demands(self, *, excused: Iterable[str] = (), least: float = 0.0) -> list[Demand]:
        """List everything that is demanded."""
        request, need = self.request, self.request.need
        found = [Demand("required", one, 0.0) for one in request.role("required")]
        found += [Demand("forbidden", one, 0.0) for one in request.role("forbidden")]
        if request.rules is not None:
            low, high = request.rules.numbers()
            found += [Demand("at_least", zone, number) for zone, number in low.items()]
            found += [Demand("at_most", zone, number) for zone, number in high.items()]
            found += self._near()
        if need.sites is not None:
            found += [Demand(one, "", need.sites) for one in ("most_sites", "fewest_sites")]
        if need.budget is not None:
            found.append(Demand("budget", "", need.budget))
        if need.capacity:
            total = sum(row[1] for row in self.rows(least).values())
            found += [Demand("everybody", "", total), Demand("capacity", "", 0.0)]
        elif need.share is not None:
            found += [Demand("share", "", need.share)] if self.rows(least) else []
        else:
            kind = "reached" if need.limit is None else "within" if need.times == 1 else "times"
            found += [Demand(kind, one, 0.0) for one in self.rows(least) if one not in set(excused)]
        return found

    def _near(self) -> list[Demand]:
        rules = self.request.rules
        if rules.between is None:
            return []
        way = rules.between.dense()
        names = self.request.sites
        standing = self.request.role("existing")
        return [
            Demand("apart", f"{names[one]} + {names[other]}", rules.apart)
            for one, other in itertools.combinations(range(len(names)), 2)
            if min(way[one, other], way[other, one]) < rules.apart
            and not {names[one], names[other]} <= set(standing)
        ]

    def possible(self, demands: list[Demand], least: float = 0.0) -> bool:
        capped = any(one.kind == "capacity" for one in demands)
        return any(
            all(self.meets(one, some, capped=capped, least=least) for one in demands)
            for some in self.choices()
        )

    def plans(self, *leave_out: str) -> list[frozenset[str]]:
        """Give the choices that meet all demands but those of some kinds."""
        demands = [one for one in self.demands() if one.kind not in leave_out]
        return [some for some in self.choices() if all(self.meets(one, some) for one in demands)]


def random_request(rng: np.random.Generator, kind: str) -> Request:
    places, sites = int(rng.integers(1, 6)), int(rng.integers(1, 7))
    costs = rng.integers(0, 7, (places, sites)).astype(float)
    costs[rng.random((places, sites)) < 0.25] = np.inf
    groups = 2 if kind == "groups" else 1
    persons = rng.integers(0, 4, (places, groups)).astype(float)
    role = rng.choice(4, sites, p=[0.64, 0.08, 0.08, 0.2])
    names = [f"S{at}" for at in range(sites)]
    roles = {
        one: [name for name, own in zip(names, role, strict=True) if own == at + 1]
        for at, one in enumerate(("existing", "required", "forbidden"))
    }
    limit: Any = float(rng.integers(0, 5))
    number = int(rng.integers(0, 3))
    request = Request(costs, persons, Need(model="set_covering", sites=number, limit=limit), roles)
    if rng.random() < 0.5:
        request.rules = random_rules(rng, names)
    need = request.need
    if kind == "groups":
        limits = {one: float(rng.integers(0, 6)) for one in GROUPS}
        request.need = replace(need, limit=limits)
    elif kind == "reach":
        request.need = replace(need, model="p_median", limit=None)
    elif kind == "times":
        request.need = replace(need, times=2, sites=None if rng.random() < 0.3 else number)
    elif kind == "share":
        request.need = replace(need, share=float(rng.choice([0.3, 0.5, 0.8, 1.0])))
    elif kind == "budget":
        request.prices = rng.integers(0, 5, sites).astype(float)
        request.need = replace(need, sites=None, budget=float(rng.integers(0, 6)))
    elif kind == "rules":
        request.need = replace(need, everywhere=False, limit=None)
    elif kind == "capacity":
        request.capacity = rng.integers(0, 6, sites).astype(float)
        limit = None if rng.random() < 0.5 else limit
        request.need = replace(need, capacity=True, limit=limit)
    return request


def random_rules(rng: np.random.Generator, names: list[str]) -> SiteRules:
    if rng.random() < 0.4:
        way = rng.integers(1, 6, (len(names), len(names))).astype(float)
        between = TravelMatrix(tuple(names), tuple(names), "min", way)
        return SiteRules(apart=3.0, between=between)
    zones = {one: f"T{rng.integers(0, 2)}" for one in names}
    known = sorted(set(zones.values()))
    return SiteRules(zones=zones, at_least={known[0]: int(rng.integers(0, 3))}, at_most=2)


KINDS = ("plain", "groups", "reach", "times", "share", "budget", "rules", "capacity")


def infeasible(kind: str, count: int) -> Iterator[tuple[Oracle, Obstacles]]:
    """Give requests that cannot be met, with what the room says about them."""
    rng = np.random.default_rng(KINDS.index(kind))
    found = 0
    while found < count:
        request = random_request(rng, kind)
        oracle = Oracle(request)
        if not oracle.possible(oracle.demands()):
            found += 1
            yield oracle, obstacles_of(request.problem(), request.need)


def alike(one: Demand, other: Demand) -> bool:
    """Compare demands by what they are about; a pair of sites may be named either way round."""
    kinds = {one.kind, other.kind} - {"apart", "apart_existing"}
    subjects = [sorted(demand.subject.split(" + ")) for demand in (one, other)]
    return subjects[0] == subjects[1] and (one.kind == other.kind or not kinds)


@pytest.mark.parametrize("kind", KINDS)
def test_obstacles_are_those_that_enumeration_finds(kind: str) -> None:
    for oracle, found in infeasible(kind, 8):
        check_places(oracle, found)
        check_conflict(oracle, found)
        check_changes(oracle, found)
        check_limit(oracle, found)
        check_helping(oracle, found)
        assert found.complete


def check_places(oracle: Oracle, found: Obstacles) -> None:
    need = oracle.request.need
    everything = set(oracle.request.sites) - set(oracle.request.role("forbidden"))
    rows = oracle.rows()
    lost = {name for name, row in rows.items() if oracle.reached(row, everything) < need.times}
    if need.share is not None:
        total = sum(row[1] for row in rows.values())
        enough = oracle.share(everything) >= need.share * total - 1e-9
        lost = set() if enough else lost
    assert found.places == tuple(sorted(lost))


def check_conflict(oracle: Oracle, found: Obstacles) -> None:
    """Together they cannot be met; without any one of them they can: each is needed."""
    share = oracle.request.need.share is not None
    asked = oracle.demands(excused=() if share else found.places)
    named = list(found.conflict)
    assert all(any(alike(one, other) for other in asked) for one in named)
    if oracle.request.need.capacity and found.places:
        return
    assert bool(named) == (not oracle.possible(asked))
    if named:
        assert not oracle.possible(named)
    for left_out in named:
        assert oracle.possible([one for one in named if one != left_out])


def check_changes(oracle: Oracle, found: Obstacles) -> None:
    need = oracle.request.need
    if need.sites is not None:
        sizes = [len(one) for one in oracle.plans("most_sites", "fewest_sites")]
        assert found.smallest_sites == (min(sizes) if sizes else None)
        assert found.largest_sites == (max(sizes) if sizes else None)
    if need.budget is not None:
        prices = dict(zip(oracle.request.sites, oracle.request.prices, strict=True))
        spent = [sum(prices[one] for one in some) for some in oracle.plans("budget")]
        assert found.smallest_budget == (min(spent) if spent else None)
    total = sum(row[1] for row in oracle.rows().values())
    plans = oracle.plans("within", "reached", "times", "share", "everybody")
    if total and plans:
        if need.capacity:
            most = max(oracle.served(some, capped=True) for some in plans)
        else:
            most = max(oracle.share(some) for some in plans)
        assert found.largest_share == pytest.approx(most / total)
    else:
        assert found.largest_share is None


def check_limit(oracle: Oracle, found: Obstacles) -> None:
    need = oracle.request.need
    if need.limit is None or not need.everywhere:
        assert found.smallest_limit is None
        return
    works = [
        value
        for value in np.unique(oracle.request.costs[np.isfinite(oracle.request.costs)])
        if oracle.possible(oracle.demands(least=value), least=value)
    ]
    assert found.smallest_limit == (min(works) if works else None)


def check_helping(oracle: Oracle, found: Obstacles) -> None:
    helps = [
        one
        for one in oracle.request.role("forbidden")
        if oracle.possible(
            [each for each in oracle.demands() if each != Demand("forbidden", one, 0.0)]
        )
    ]
    assert found.helping == tuple(helps)


def example(**more: Any) -> Request:
    costs = np.array([[5.0, 40.0, 20.0], [50.0, 30.0, 20.0], [np.inf, np.inf, 60.0]])
    request = Request(
        costs, np.array([[4.0], [3.0], [1.0]]), Need(model="set_covering", limit=30.0)
    )
    for name, value in more.items():
        setattr(request, name, value)
    return request


def test_the_error_says_each_finding_and_holds_it_as_data() -> None:
    need = Need(model="set_covering", sites=1, limit=30.0)
    request = example(need=need, roles={"forbidden": ["S2"]})

    with pytest.raises(InfeasibleError) as failure:
        refuse(request.problem(), need)

    found = failure.value.obstacles
    assert isinstance(found, Obstacles)
    assert found.places == ("P2",)
    assert [str(one) for one in found.conflict] == [
        "forbidden: S2",
        "at most 1 new sites",
        "an open site within 30 min of P0",
        "an open site within 30 min of P1",
    ]
    assert (found.smallest_limit, found.smallest_sites, found.helping) == (None, None, ())
    text = str(failure.value)
    assert "Places without any existing site or candidate within 30 min one way (1): P2." in text
    assert "at most 87.5 % of the persons" not in text
    assert "at most 50 % of the persons can be covered" in text


def test_both_languages_hold_the_same_numbers() -> None:
    found = Obstacles(
        model="p_median",
        places=("A",),
        sites=3,
        conflict=(Demand("share", "", 0.6), Demand("within", "B", 30.0), "a text of its own"),
        smallest_limit=42.5,
        smallest_sites=4,
        largest_sites=2,
        smallest_budget=500.0,
        largest_share=0.66666,
        helping=("H",),
        persons=20.0,
        room=15.0,
        short=("C",),
        complete=False,
    )
    zh, en = told(found, "zh"), told(found, "en")

    assert len(zh) == len(en) == 12
    for number in ("60", "30", "42.5", "4", "2", "500", "66.66", "20", "15"):
        assert any(number in one for one in zh)
        assert any(number in one for one in en)


def test_places_sites_and_townships_are_told_by_their_names_and_models_in_words() -> None:
    found = Obstacles(
        model="set_covering",
        places=("A", "B (walking)", "C (x)"),
        conflict=(Demand("apart", "G + H", 2.0), Demand("at_least", "T1", 1.0)),
        helping=("H", "J"),
    )
    names = {"A": "甲村", "B": "乙村", "C (x)": "丙（x）", "G": "庚点", "H": "辛点", "T1": "丁镇"}

    assert told(found, "zh", names) == (
        "按“集合覆盖（LSCP）”测算，没有能满足全部要求的方案。",
        "3 个村（社区）到不了任何已开放机构和可用备选点：甲村、乙村 (walking)、丙（x）。",
        "以下要求不能同时满足（去掉其中任何一条，其余即可满足）：{}；{}。".format(
            "（1）“丁镇”至少开放 1 处",
            "（2）任两处开放点位相距不小于 2，而下列各对相距不足：“庚点”与“辛点”",
        ),
        "若允许使用下列任一禁用点位，即有方案：辛点、J。",
    )
    many = Obstacles(model="p_center", places=tuple(f"P{at:02d}" for at in range(14)))
    assert told(many, "zh")[1].endswith("P11 等 14 个。")
    assert told(many, "en")[1].endswith("P11 and 2 more.")
    assert told(replace(found, model="mine", conflict=()), "en")[0].endswith("(model: mine).")


def test_a_change_that_does_not_help_is_not_told() -> None:
    found = Obstacles(model="p_median", sites=3, smallest_sites=1, largest_sites=5)

    assert told(found, "en") == (
        "No plan meets the request (model: p-median (least travel in all)).",
    )


def test_where_all_can_be_met_nothing_is_made_up() -> None:
    need = Need(model="set_covering", sites=3, limit=60.0)

    assert obstacles_of(example().problem(), need) == Obstacles(model="set_covering", sites=3)


def test_too_little_room_is_told_before_who_lives_where() -> None:
    need = Need(model="p_median", sites=2, capacity=True)
    request = example(need=need, capacity=np.array([3.0, 2.0, 1.0]))

    found = obstacles_of(request.problem(), need)

    assert (found.persons, found.room) == (8.0, 5.0)
    assert [one.kind for one in found.conflict] == ["capacity", "everybody"]


def test_when_the_time_is_over_what_is_missing_is_said() -> None:
    need = Need(model="set_covering", sites=1, limit=30.0, seconds=0.0)

    found = obstacles_of(example(need=need).problem(), need)

    assert found.places == ("P2",)
    assert not found.complete
    assert told(found, "en")[-1].startswith("The time was over")


def test_a_forbidden_site_without_a_township_is_no_help_and_no_hindrance() -> None:
    rules = SiteRules(zones={"S0": "T", "S1": "T"}, at_most=1)
    need = Need(model="set_covering", sites=2, everywhere=False)
    request = example(need=need, rules=rules, roles={"forbidden": ["S2"]})

    found = obstacles_of(request.problem(), need)

    assert [str(one) for one in found.conflict] == [
        "at most 1 open sites in T",
        "at least 2 new sites",
    ]
    assert found.largest_sites == 1


def test_shares_of_whole_persons_are_compared_exactly() -> None:
    weights, least = share_row(np.array([1.0] * 10), 0.3)

    assert weights.sum() == 10.0
    assert 2.0 < least < 3.0
    assert share_row(np.array([0.5, 0.25]), 1.0)[1] == pytest.approx(0.75)
