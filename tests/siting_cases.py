"""Small counties for every model of siting, and every plan there is in them, all at once.

Nothing of the room is used here but the words in which a request is put: plans are rows of a
table of truth values, a column for each site, and what they are worth is counted on that table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.siting import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Truths = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

INF = np.inf
OPTIONS = ("existing", "required", "forbidden", "groups")
RULES = ("no rule", "one in each", "at most", "apart")
LIMIT, LIMITS = 20.0, {"a": 20.0, "b": 10.0}
CASES = 16
"""Every option meets every rule and every other option, with it and without it, in so many."""


@dataclass(frozen=True)
class Places:
    """Who must, or may, be covered: a row for each place, or each place and group that lives there.

    A place where nobody lives has a row for each group.
    """

    place: NDArray[np.intp]
    persons: Numbers
    near: Truths
    """Rows x sites: within the limit."""

    def number(self, plans: Truths) -> Numbers:
        """Count open sites within the limit of each row, by plan."""
        found: Numbers = plans.astype(float) @ self.near.T.astype(float)
        return found

    def whole(self, rows: Truths) -> Numbers:
        """Count the places all of whose rows are covered."""
        starts = np.flatnonzero(np.diff(self.place, prepend=-1))
        found: Numbers = np.logical_and.reduceat(rows, starts, axis=1).sum(axis=1, dtype=float)
        return found


@dataclass(frozen=True)
class Case:
    """A county drawn by seed; arrays are in the order of the ids, what is asked is shuffled."""

    seed: int
    options: frozenset[str]
    places: tuple[str, ...]
    sites: tuple[str, ...]
    costs: Numbers
    """Places x sites."""
    counts: Numbers
    """Places x groups."""
    existing: Truths
    required: Truths
    forbidden: Truths
    zone: NDArray[np.intp]
    """Township of each site."""
    home: NDArray[np.intp]
    """Township of each place."""
    way: Numbers
    """Between sites, one-way."""
    price: Numbers
    room: Numbers
    number: int
    """New sites."""

    def named(self, which: Truths) -> list[str]:
        """Name sites, in another order than that of the ids."""
        return [self.sites[at] for at in np.flatnonzero(which)[::-1]]

    def by_site(self, values: Any) -> dict[str, Any]:
        """Write a value for each site."""
        return dict(zip(self.sites, np.asarray(values).tolist(), strict=True))

    @property
    def zones(self) -> dict[str, str]:
        return {one: f"T{at}" for one, at in zip(self.sites, self.zone, strict=True)}

    @property
    def homes(self) -> dict[str, str]:
        return {one: f"T{at}" for one, at in zip(self.places, self.home, strict=True)}

    @property
    def roles(self) -> dict[str, Any]:
        """What every model is given."""
        return {
            "existing": self.named(self.existing),
            "required": self.named(self.required),
            "forbidden": self.named(self.forbidden),
            "rules": self.rules,
        }

    @property
    def matrix(self) -> TravelMatrix:
        return self.travel(self.costs)

    def travel(self, costs: Numbers) -> TravelMatrix:
        """Make a matrix of costs from places to sites, in an order of its own."""
        draw = np.random.default_rng(self.seed)
        rows, columns = draw.permutation(len(self.places)), draw.permutation(len(self.sites))
        origins = tuple(self.places[at] for at in rows)
        destinations = tuple(self.sites[at] for at in columns)
        return TravelMatrix(origins, destinations, "min", costs[np.ix_(rows, columns)])

    @property
    def persons(self) -> Any:
        """Persons as a model is given them: a table if there are groups."""
        table = pd.DataFrame(self.counts, index=list(self.places), columns=["a", "b"])
        if "groups" in self.options:
            return table[["b", "a"]].sample(frac=1, random_state=self.seed)
        return table.sum(axis=1).sample(frac=1, random_state=self.seed)

    @property
    def limit(self) -> Any:
        return dict(LIMITS) if "groups" in self.options else LIMIT

    @property
    def rules(self) -> SiteRules | None:
        if "apart" in self.options:
            return SiteRules(apart=3.0, between=TravelMatrix(self.sites, self.sites, "m", self.way))
        if "at most" in self.options:
            return SiteRules(zones=self.zones, at_most={"T0": 2, "T1": 1})
        return SiteRules(zones=self.zones, at_least=1) if "one in each" in self.options else None

    @cached_property
    def plans(self) -> Truths:
        """All plans that keep to roles and rules: open sites, existing ones among them.

        In the order of the rule on ties, the last one first: of two plans that one is lower down
        that has the first site in which they differ.
        """
        bits = np.arange(len(self.sites))[::-1]
        found = (np.arange(1 << len(self.sites))[:, np.newaxis] >> bits & 1).astype(bool)
        keep = found[:, self.existing | self.required].all(axis=1)
        keep &= ~found[:, self.forbidden].any(axis=1)
        return found[keep & self.kept(found)]

    def kept(self, plans: Truths) -> Truths:
        """Say which plans keep to the rules."""
        inside = np.array([(plans & (self.zone == at)).sum(axis=1) for at in range(3)]).T
        keep = np.ones(len(plans), dtype=bool)
        if "one in each" in self.options:
            keep &= (inside[:, np.unique(self.zone)] >= 1).all(axis=1)
        if "at most" in self.options:
            keep &= (inside[:, :2] <= [2, 1]).all(axis=1)
        if "apart" in self.options:
            near = np.minimum(self.way, self.way.T) < 3
            near &= ~(self.existing[:, np.newaxis] & self.existing)
            np.fill_diagonal(near, val=False)
            keep &= ~((plans.astype(float) @ near > 0) & plans).any(axis=1)
        return np.asarray(keep, dtype=bool)

    def new(self, plans: Truths) -> Numbers:
        """Count the new sites of each plan."""
        return np.asarray((plans & ~self.existing).sum(axis=1), dtype=float)

    def paid(self, plans: Truths) -> Numbers:
        """Add up what the new sites of each plan cost."""
        return np.asarray((plans & ~self.existing) @ self.price, dtype=float)

    def nearest(self, plans: Truths, costs: Numbers | None = None) -> Numbers:
        """Give the cost from each place to the nearest open site (plans x places)."""
        ways = np.where(plans[:, np.newaxis, :], self.costs if costs is None else costs, INF)
        return np.asarray(ways.min(axis=2), dtype=float)

    def rows(self, costs: Numbers | None = None, limits: Any = None) -> Places:
        """Give the rows that count where there is a limit."""
        costs = self.costs if costs is None else costs
        limits = self.limit if limits is None else limits
        if not isinstance(limits, dict):
            place = np.arange(len(self.places))
            return Places(place, self.counts.sum(axis=1), costs <= limits)
        lived = self.counts > 0
        place, group = np.nonzero(lived | ~lived.any(axis=1, keepdims=True))
        most = np.array([limits["a"], limits["b"]])[group]
        return Places(place, self.counts[place, group], costs[place] <= most[:, np.newaxis])


def case_of(seed: int, *, salt: int = 0, most: int = 12, places: int | None = None) -> Case:
    """Draw a county: ties, zeros, one-way and unreachable pairs, places where nobody lives.

    The lowest four bits of the seed say which options are asked, and which rule.
    """
    draw = np.random.default_rng([seed, salt])
    bits = [seed >> at & 1 for at in range(4)]
    options = {one for one, bit in zip(OPTIONS, bits, strict=True) if bit}
    options.add(RULES[2 * (bits[0] ^ bits[1]) + (bits[2] ^ bits[3])])
    sites = min(int(draw.choice([6, 8, 10, 12])), most)
    places = int(draw.integers(2, 9)) if places is None else places
    costs = draw.choice(
        [0, 10, 20, 21, 40, INF], (places, sites), p=[0.1, 0.15, 0.2, 0.2, 0.2, 0.15]
    )
    if draw.random() < 0.8:  # else many places can be reached by none
        costs[np.arange(places), draw.integers(0, sites, (2, places))] = 10
    counts = draw.choice([0.0, 1.0, 2.0, 3.0], (places, 2), p=[0.4, 0.3, 0.2, 0.1])
    turn, roles = draw.permutation(sites), np.zeros((3, sites), dtype=bool)
    for at, name in enumerate(OPTIONS[:3]):
        size = int(draw.integers(1, 3)) if name in options else 0
        roles[at, turn[2 * at : 2 * at + size]] = True
    existing, required, forbidden = roles
    free = int((~existing & ~forbidden).sum())
    return Case(
        seed=seed,
        options=frozenset(options),
        places=tuple(f"P{at}" for at in range(places)),
        sites=tuple(f"S{at:02d}" for at in range(sites)),
        costs=costs,
        counts=counts,
        existing=existing,
        required=required,
        forbidden=forbidden,
        zone=draw.permutation(np.arange(sites) % 3),
        home=draw.permutation(np.arange(places) % 3),
        way=draw.integers(1, 13, (sites, sites)).astype(float),
        price=draw.choice([0.0, 1.0, 2.0, 2.5], sites),
        room=draw.choice([0.0, 1.0, 2.0, 4.0, 7.0], sites),
        number=int(draw.integers(max(1, required.sum()), min(free, 4) + 1)),
    )
