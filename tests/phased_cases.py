"""Small counties for the tests of several plans at once, and how good a choice of sites is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INF = np.inf
LIMIT = 30.0


@dataclass(frozen=True)
class Case:
    """A county, roles and rules."""

    times: TravelMatrix
    persons: Any
    limit: Any
    existing: tuple[str, ...]
    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    rules: SiteRules | None

    @property
    def roles(self) -> dict[str, Any]:
        """What a model is given besides."""
        return {
            "existing": self.existing,
            "required": self.required,
            "forbidden": self.forbidden,
            "rules": self.rules,
        }

    @property
    def candidates(self) -> list[str]:
        """Sites that may be chosen, by id."""
        return sorted(set(self.times.destination_ids) - {*self.existing, *self.forbidden})

    def worth(self, sites: Iterable[str]) -> tuple[float, int]:
        """Count persons and places that some open sites cover, by plain loops."""
        column = [self.times.destination_ids.index(one) for one in sites]
        costs = self.times.dense()
        grouped = isinstance(self.persons, pd.DataFrame)
        persons, places = 0.0, 0
        for row, place in enumerate(self.times.origin_ids):
            near = min((float(costs[row, at]) for at in column), default=INF)
            if not grouped:
                persons += float(self.persons[place]) if near <= self.limit else 0.0
                places += near <= self.limit
                continue
            counts = {str(one): float(self.persons.loc[place, one]) for one in self.persons}
            lived = [one for one, number in counts.items() if number > 0] or list(counts)
            persons += sum(number for one, number in counts.items() if near <= self.limit[one])
            places += all(near <= self.limit[one] for one in lived)
        return persons, places

    def allowed(
        self,
        sites: Iterable[str],
        stands: Iterable[str] | None = None,
        *,
        least: bool = True,
    ) -> bool:
        """Say whether new sites keep to the rules beside those that stand."""
        new, old = set(sites), set(self.existing if stands is None else stands)
        if self.rules is None:
            return True
        low, high = self.rules.numbers()
        count = Counter(self.rules.zones.get(one) for one in new | old)
        if any(count[zone] > number for zone, number in high.items()):
            return False
        if least and any(count[zone] < number for zone, number in low.items()):
            return False
        between = self.rules.between
        if between is None or self.rules.apart is None:
            return True
        way = pd.DataFrame(between.dense(), between.origin_ids, list(between.destination_ids))
        return all(
            min(way.loc[one, other], way.loc[other, one]) >= self.rules.apart
            for one, other in combinations(sorted(new | old), 2)
            if not {one, other} <= old
        )

    def choices(self, count: int, *, least: bool = True) -> Iterator[tuple[str, ...]]:
        """Give all choices of so many new sites that keep to everything."""
        for plan in combinations(self.candidates, count):
            if set(self.required) <= set(plan) and self.allowed(plan, least=least):
                yield plan


def random_case(seed: int, *, sites: int = 8, ruled: bool = False, grouped: bool = False) -> Case:
    """Draw a small county: one-way and unreachable pairs, pairs at 30, zeros, many ties."""
    draw = np.random.default_rng(seed)
    places = int(draw.integers(2, 11))
    costs = draw.choice(
        [5, 20, 30, 30.5, 60, INF], (places, sites), p=[0.1, 0.1, 0.1, 0.3, 0.3, 0.1]
    )
    names = tuple(f"S{at}" for at in draw.permutation(sites))
    origins = tuple(f"P{at:02d}" for at in draw.permutation(places))
    persons: Any = pd.Series(draw.choice([0, 1, 2, 2.5, 7], places), index=list(origins))
    limit: Any = LIMIT
    if grouped:
        table = draw.choice([0, 0, 1, 3], (places, 2)).astype(float)
        persons = pd.DataFrame(table, index=list(origins), columns=["old", "young"])
        limit = {"old": 20.0, "young": 30.0}
    rules = None
    if ruled:
        zones = {one: f"T{draw.integers(0, 3)}" for one in names}
        between = TravelMatrix(names, names, "m", draw.choice([1.0, 2.0, 3.0, 9.0], (sites, sites)))
        zones |= {names[2]: "T0", names[0]: "T1"}
        kinds: list[dict[str, Any]] = [
            {"zones": zones, "at_most": 2},
            {"zones": zones, "at_least": {"T0": 1, "T1": 1}},
            {"apart": 2, "between": between},
        ]
        rules = SiteRules(**kinds[int(draw.integers(0, 3))])
    return Case(
        TravelMatrix(origins, names, "min", costs),
        persons,
        limit,
        existing=tuple(names[: draw.integers(0, 3)]),
        required=(names[2],) if draw.random() < 0.3 else (),
        forbidden=(names[3],) if draw.random() < 0.3 else (),
        rules=rules,
    )


def first_by_id(sets: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Give the set whose first differing element is the smaller one."""
    best: set[str] | None = None
    for one in sets:
        new = set(one)
        if best is None or min(best ^ new, default="") in new - best:
            best = new
    return tuple(sorted(best or ()))


def shuffled(case: Case, seed: int) -> Case:
    """Put rows and columns in another order."""
    draw = np.random.default_rng(seed)
    times = case.times.select(
        draw.permutation(case.times.origin_ids).tolist(),
        draw.permutation(case.times.destination_ids).tolist(),
    )
    persons = case.persons.sample(frac=1, random_state=seed)
    return Case(
        times,
        persons,
        case.limit,
        case.existing[::-1],
        case.required[::-1],
        case.forbidden[::-1],
        case.rules,
    )
