"""Prices at which everyone is content: the dual of the convex transport problem behind RAAM.

Parts of the network between which nobody can choose are solved one by one, each at its own scale.
The problem is: minimise sum_j D_j^2 / (2 c_j) + sum_ij t_ij x_ij over flows x >= 0 that take all
persons P_i of each origin, with D_j = sum_i x_ij. It has many origins and few facilities, so it is
solved for the prices q_j = D_j / c_j, one for each facility. Adding (e / 2) sum_ij x_ij^2 / P_i to
the objective gives each origin one answer, the projection of its total costs on the simplex

    x_ij = P_i max(0, l_i - q_j - t_ij) / e,  with l_i such that they add up to P_i,

and makes the dual in q a concave function whose pieces are quadratic: a semismooth Newton method
with line search ends after finitely many steps (Qi & Sun 1993), and its matrix is sparse, for only
origins that use several facilities appear in it. What that matrix cannot tell is who would come
to a facility that is empty; so the price of such a one first falls to where somebody is about to
come, which may be done at any time. Where facilities far outnumber origins, or Newton's steps lead
nowhere, a few exact sweeps over the origins give the prices to begin with. The weight e then goes
towards 0. While the same pairs are used the prices and flows are a smooth function of e: its
tangent predicts the next start. Once two weights use the same pairs, the prices that leave no
difference in cost on these pairs are worked out along the trees that the pairs form, and the flows
with them, so that nothing of e is left and rounding cannot grow with 1 / e. Where pairs form rings,
scaling them in turn, or else a few linear proximal steps, comes first. Any flows on the way are
feasible, and any prices give a bound, so that the duality gap says how far from the optimum they
are at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.access.agents.forest import Forest, Used, balanced, exact_prices, forest
from wushan_geo.access.agents.sweeps import swept
from wushan_geo.access.agents.working import Working, cheapest, connected, cut, near

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

FIRST = 0.1  # the first weight e, as a share of a usual total cost
SHRINK = 0.5  # from one weight to the next; much less makes the predictions bad
POLISH = 1e-4  # weight of the proximal steps, as a share of a usual total cost
PROXIMAL = 12  # how many of them are taken at most
SCALINGS = 20  # rounds of scaling where pairs form rings
STILL = 1e-13  # change of a share that ends them
LAST = 1e-9  # the last weight, as a share of a usual total cost: below it rounding rules
BALANCED = 1e-13  # share of persons that demand and prices may disagree on
ROUNDING = 1e-15  # the same for each part of a usual total cost that the weight is
ROUGH = 1e3  # multiple of them below which no progress is blamed on rounding
FAR_MORE = 8  # times as many facilities as origins: most will be empty
STEPS = 50  # Newton steps at one weight
SHORTEST = 1e-6  # shortest part of a Newton step that is tried
ARMIJO = 1e-4  # share of the promised gain that a step must give
LEAP = 8.0  # how many weights a price may move in the first step, about
WIDER = 4  # how many times as far in the next, if all of it was good
FLAT = 0.1  # a slope so far below 0, as a share of the first, counts as flat
HAIR = 1e-14  # added to the diagonal of a matrix, as a share
BELOW = 1e-9  # share of an origin's persons that rounding may put below 0 on a straight line
DENSE_SHARE = 0.1  # a matrix with a larger share of entries is factorised dense
DENSE_SIZE = 200  # and so is a small one
FEW = 8  # a working set may hold so many pairs for each origin,
PART = 16  # or one pair of so many
NEEDED = 1.01  # band that must be held, as a multiple of the weight


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Who goes where, for the pairs with anybody."""

    origin: Places
    """Origin of each flow, ascending."""
    facility: Places
    """Facility of each flow, ascending within an origin."""
    cost: Floats
    """Travel cost of each flow, in the matrix's unit."""
    persons: Floats
    """Persons, above 0."""
    prices: Floats
    """Congestion of each facility of the matrix, in its unit; infinity if closed."""
    steps: int
    """Newton steps that were taken to find them."""


def equilibrium(matrix: TravelMatrix, persons: Floats, room: Floats, tolerance: float) -> Flows:
    """Find the flows at which nobody gains by going elsewhere.

    Minimises sum_j D_j^2 / (2 c_j) + sum_ij t_ij x_ij (Beckmann, McGuire & Winsten 1956, for
    congestion that rises in proportion to demand) by its dual; see the module.

    Parameters
    ----------
    matrix
        Costs t_ij from origins to facilities.
    persons
        Persons P_i by origin, at least 0.
    room
        Persons c_j by facility for whom the congestion is one unit of the matrix; 0 closes it.
    tolerance
        Relative duality gap that ends the search.

    Returns
    -------
    Flows
        Flows of all persons who reach an open facility; the best found where `tolerance` was not
        met, for the caller to judge.

    Raises
    ------
    ValueError
        If the counts do not fit the matrix.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> both = TravelMatrix(("A",), ("G", "H"), "min", np.array([[0.0, 30.0]]))
    >>> found = equilibrium(both, np.array([10.0]), np.full(2, 10 / 60), 1e-9)
    >>> found.persons.round(9).tolist()
    [7.5, 2.5]
    """
    opened = room > 0
    nearest = cheapest(matrix, np.where(opened, 0.0, np.inf))
    used = (persons > 0) & np.isfinite(nearest)
    if not used.any():
        none = np.empty(0, dtype=np.intp)
        return Flows(none, none, np.empty(0), np.empty(0), np.where(opened, 0.0, np.inf), 0)
    origin_part, facility_part = connected(matrix, np.where(opened, 0.0, np.inf), used)
    found = []
    for part in np.unique(origin_part[used]):
        origins = np.flatnonzero(origin_part == part)
        facilities = np.flatnonzero(facility_part == part)
        own = cut(matrix, origins, facilities)
        one = _Search(own, persons[origins], room[facilities]).flows(nearest[origins], tolerance)
        found.append((one, origins, facilities))
    return _joined(found, np.where(opened, 0.0, np.inf))


def _joined(found: list[tuple[Flows, Places, Places]], prices: Floats) -> Flows:
    """Put the flows of all parts together; nobody goes to a facility of no part."""
    for flows, _, facilities in found:
        prices[facilities] = flows.prices
    origin = np.concatenate([origins[flows.origin] for flows, origins, _ in found])
    order = np.argsort(origin, kind="stable")
    return Flows(
        origin[order],
        np.concatenate([facilities[flows.facility] for flows, _, facilities in found])[order],
        np.concatenate([flows.cost for flows, _, _ in found])[order],
        np.concatenate([flows.persons for flows, _, _ in found])[order],
        prices,
        sum(flows.steps for flows, _, _ in found),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Where everyone would go at some prices, and the dual with its gradient there."""

    prices: Floats
    value: float
    excess: Floats
    row: Places
    column: Places
    cost: Floats
    share: Floats
    count: Places

    def same_pairs(self, other: _Point) -> bool:
        """Say whether both use the same pairs."""
        return np.array_equal(self.row, other.row) and np.array_equal(self.column, other.column)


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """Shares and prices, and how far from the optimum they are at most."""

    point: _Point
    share: Floats
    prices: Floats
    gap: float


@dataclass(slots=True, eq=False)
class _Search:
    """The search for the prices in one part; all facilities are open, all origins have persons."""

    matrix: TravelMatrix
    persons: Floats
    room: Floats
    usual: float = 1.0
    working: Working | None = None
    reach: float = np.inf
    steps: int = 0

    @property
    def start(self) -> float:
        """The price if all facilities were equally full."""
        return float(self.persons.sum() / self.room.sum())

    def flows(self, nearest: Floats, tolerance: float) -> Flows:
        """Search, and give the best flows and prices found."""
        self.usual = float(self.start + self.persons @ nearest / self.persons.sum())
        best = self.run(tolerance)
        point, some = best.point, best.share > 0
        persons = self.persons[point.row] * best.share
        return Flows(
            point.row[some],
            point.column[some],
            point.cost[some],
            persons[some],
            best.prices,
            self.steps,
        )

    def run(self, tolerance: float) -> _Answer:
        """Follow the path of ever smaller weights to its end."""
        weight = FIRST * self.usual
        point = self.settle(self.begin(weight), weight)
        best = self.answer(point, point.share, point.prices)
        while weight > LAST * self.usual:
            ahead = self.ahead(point, weight, weight * (SHRINK - 1))
            weight *= SHRINK
            # Pairs that lie far off are let go, since every step looks at all that are held.
            self.choose(ahead, weight, 2 * _spread(ahead - point.prices))
            before, point = point, self.settle(ahead, weight)
            found = [self.answer(point, point.share, point.prices)]
            if before.same_pairs(point):
                found += self.polished(point)
            best = min(best, *found, key=lambda answer: answer.gap)
            if best.gap <= tolerance and len(found) > 1:
                break
        return best

    def begin(self, weight: float) -> Floats:
        """Give the first prices: all facilities equally full, unless most will stay empty."""
        if self.room.size > FAR_MORE * self.persons.size:
            return self.swept(weight)
        return np.full(self.room.size, self.start)

    def polished(self, point: _Point) -> list[_Answer]:
        """Give the shares on the pairs in use at weight 0; none if one of them is negative."""
        split = point.count[point.row] > 1
        number = np.cumsum(point.count > 1) - 1
        used = Used(number[point.row[split]], point.column[split], point.cost[split])
        trees = forest(used, self.room.size)
        starts = (self.scaled, self.turned) if trees.free else (_as_it_is,)
        for start in starts:
            share = start(point, trees)
            persons = self.persons[point.row]
            demand = np.bincount(point.column, persons * share, self.room.size).astype(np.float64)
            flow, prices = balanced(trees, used, (persons * share)[split], demand, self.room)
            share[split] = flow / persons[split]
            if share.min() >= -BELOW:
                share = np.maximum(share, 0.0)
                share /= np.bincount(point.row, share)[point.row]
                return [self.answer(point, share, prices)]
        return []

    def scaled(self, point: _Point, trees: Forest) -> Floats:
        """Scale the shares in turn to what facilities take and to all persons (Sinkhorn 1967).

        All shares stay above 0, which suits facilities that take few of many.
        """
        persons = self.persons[point.row]
        share = point.share.copy()
        demand = np.bincount(point.column, persons * share, self.room.size).astype(np.float64)
        target = self.room * exact_prices(trees, demand, self.room)
        if (target[demand > 0] <= 0).any():  # these pairs are not those of the optimum
            return share
        for _ in range(SCALINGS):
            factor = np.divide(target, demand, where=demand > 0, out=np.ones(self.room.size))
            share *= factor[point.column]
            share /= np.bincount(point.row, share)[point.row]
            demand = np.bincount(point.column, persons * share, self.room.size).astype(np.float64)
        return share

    def turned(self, point: _Point, _trees: Forest) -> Floats:
        """Take linear proximal steps to weight 0, which turn flows in rings as little as may be."""
        weight = POLISH * self.usual
        share, prices = point.share, point.prices
        solve = self.system(point, weight)
        for _ in range(PROXIMAL):
            found = share + _pull(point, prices) / weight
            demand = np.bincount(point.column, self.persons[point.row] * found, self.room.size)
            prices = prices + solve(demand - self.room * prices)
            change = _pull(point, prices) / weight
            share = share + change
            if np.abs(change).max() <= STILL:
                break
        return share

    def answer(self, point: _Point, share: Floats, prices: Floats) -> _Answer:
        """Work out the relative duality gap, without a difference of large sums."""
        prices = np.maximum(prices, 0.0)  # below 0 by rounding alone
        persons = self.persons[point.row] * share
        demand = np.bincount(point.column, persons, self.room.size)
        least = cheapest(self.matrix, prices)
        above = persons @ (prices[point.column] + point.cost - least[point.row])
        above += ((demand - self.room * prices) ** 2 / self.room).sum() / 2
        total = (demand**2 / self.room).sum() / 2 + persons @ point.cost
        return _Answer(point, share, prices, float(above / total))

    def settle(self, prices: Floats, weight: float) -> _Point:
        """Find where demand and prices agree at one weight."""
        point = self.newton(prices, weight)
        if self.off(point, weight) > ROUGH:
            again = self.newton(self.swept(weight), weight)
            point = min(point, again, key=lambda one: self.off(one, weight))
        return point

    def swept(self, weight: float) -> Floats:
        """Give prices that are about right, however few the origins and empty the facilities."""
        return swept(self.matrix, self.persons, self.room, weight)

    def off(self, point: _Point, weight: float) -> float:
        """Say by how much demand and prices disagree, as a multiple of what rounding explains."""
        least = max(BALANCED, ROUNDING * self.usual / weight)
        return float(np.abs(point.excess).sum() / (least * self.persons.sum()))

    def newton(self, prices: Floats, weight: float) -> _Point:
        """Take Newton steps until demand and prices agree, or rounding hides any progress."""
        point = self.lowered(self.at(prices, weight), weight)
        off, leap = self.off(point, weight), LEAP
        for _ in range(STEPS):
            if off <= 1:
                break
            # A facility that none of the pairs in use shares is held by its room alone, and a plain
            # step would throw its price far; this much more on the diagonal keeps it in the leap.
            held = np.abs(point.excess) / (leap * weight)
            found, part = self._along(point, self.system(point, weight, held)(point.excess), weight)
            if found is None:
                break
            # Where prices differ by far more than the weight, steps must grow to get there.
            leap = leap * WIDER if part == 1 else max(leap / WIDER, LEAP)
            self.steps += 1
            point = self.lowered(found, weight)
            before, off = off, self.off(point, weight)
            if before / 2 <= off <= ROUGH:
                break
        return point

    def lowered(self, point: _Point, weight: float) -> _Point:
        """Lower the price of facilities that nobody uses until somebody is about to come.

        The dual rises and nobody moves. The next step then knows whom a lower price would bring; a
        step that did not would throw the price as far as the room alone allows.
        """
        empty = (point.excess <= -self.room * point.prices) & (point.prices > 0)
        working = self.working
        if working is None or not empty.any():
            return point
        first = np.searchsorted(point.row, np.arange(self.persons.size))
        level = (point.cost + point.prices[point.column] + weight * point.share)[first]
        at = np.flatnonzero(empty[working.column])
        entry = level[working.row[at]] - working.cost[at]
        # Below this price somebody may come who is not held.
        moved = float((point.prices - working.anchor).max())
        prices = np.maximum(0.0, working.anchor + moved + weight - working.band)
        np.maximum.at(prices, working.column[at], entry)
        prices = np.where(empty, np.minimum(prices, point.prices), point.prices)
        return self._met(point, working, prices, at[entry >= prices[working.column[at]]])

    def _met(self, point: _Point, working: Working, prices: Floats, at: Places) -> _Point:
        """Give the point at lower prices of empty facilities, with held pairs about to be used."""
        pairs = (
            (point.row, working.row),
            (point.column, working.column),
            (point.cost, working.cost),
            (point.share, np.zeros(working.row.size)),
        )
        row, column, cost, share = (np.concatenate([one, more[at]]) for one, more in pairs)
        order = np.argsort(row * self.room.size + column)
        return _Point(
            prices,
            point.value + float(self.room @ (point.prices**2 - prices**2)) / 2,
            point.excess + self.room * (point.prices - prices),
            row[order],
            column[order],
            cost[order],
            share[order],
            np.bincount(row),
        )

    def _along(self, point: _Point, step: Floats, weight: float) -> tuple[_Point | None, float]:
        """Go along a step as far as the dual rises well; None if rounding hides any rise."""
        slope = float(point.excess @ step)
        part = 1.0
        while part > SHORTEST:
            found = self.at(point.prices + part * step, weight)
            # The slope at the end tells more than the value, whose rise rounding may hide: the dual
            # is concave, so that it has risen all along where the slope is not below 0.
            end = float(found.excess @ step)
            if end >= -FLAT * slope or found.value - point.value >= ARMIJO * part * slope:
                return found, part
            # The slope falls along the step: where it would be 0 if it fell evenly.
            part *= min(max(slope / (slope - end), 0.1), 0.7)
        return None, 0.0

    def ahead(self, point: _Point, weight: float, change: float) -> Floats:
        """Predict the prices at another weight, along the piece of the path that begins here."""
        even = self.persons[point.row] * (1 / point.count[point.row] - point.share) / weight
        demand = np.bincount(point.column, even, self.room.size)
        return np.asarray(point.prices + change * self.system(point, weight)(demand))

    def at(self, prices: Floats, weight: float) -> _Point:
        """Evaluate the dual and its gradient."""
        working = self.working
        if working is None or not working.covers(prices, weight):
            moved = 0.0 if working is None else _spread(prices - working.anchor)
            working = self.choose(prices, weight, moved)
        total = working.cost + prices[working.column]
        least = np.minimum.reduceat(total, working.start)
        above = total - least[working.row]
        some = np.flatnonzero(above < weight)
        level, some, count = _levels(working.row[some], above[some], weight, some)
        row, above = working.row[some], above[some]
        share = (level[row] - above) / weight
        mean = np.bincount(row, above * share + weight / 2 * share * share)
        demand = np.bincount(working.column[some], self.persons[row] * share, self.room.size)
        value = self.persons @ (least + mean) - (self.room * prices) @ prices / 2
        excess = demand - self.room * prices
        column, cost = working.column[some], working.cost[some]
        return _Point(prices, float(value), excess, row, column, cost, share, count)

    def choose(self, prices: Floats, weight: float, moved: float) -> Working:
        """Choose the pairs to look at while the prices stay about where they are."""
        band = min(4 * weight + 2 * moved, 2 * self.reach)
        every = np.ones(self.persons.size, dtype=bool)
        most = max(FEW * self.persons.size, self.persons.size * self.room.size // PART)
        found = None
        while found is None:
            band = max(band, NEEDED * weight)
            bound = most if band > NEEDED * weight else np.inf
            found = near(self.matrix, prices, every, band, bound)
            self.reach = band
            band /= 2
        self.working = found
        return found

    def system(
        self, point: _Point, weight: float, held: Floats | float = 0.0
    ) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """Factorise the Newton system: by how much prices must move to undo an excess."""
        from scipy.linalg import cho_factor, cho_solve
        from scipy.sparse import csr_array, diags_array
        from scipy.sparse.linalg import splu

        size = self.room.size
        split = point.count[point.row] > 1
        row, column = point.row[split], point.column[split]
        strength = self.persons[row] / weight
        # A hair more on the diagonal keeps rounding from making the matrix indefinite.
        diagonal = (self.room + held + np.bincount(column, strength, size)) * (1 + HAIR)
        number = np.cumsum(point.count > 1) - 1
        shape = (int((point.count > 1).sum()), size)
        ties = csr_array((np.sqrt(strength / point.count[row]), (number[row], column)), shape=shape)
        shared = ties.T @ ties
        if size <= DENSE_SIZE or shared.nnz > DENSE_SHARE * size**2:
            full = -shared.toarray()
            full[np.arange(size), np.arange(size)] += diagonal
            factor = cho_factor(full, overwrite_a=True, check_finite=False)
            return lambda change: np.asarray(cho_solve(factor, change, check_finite=False))
        sparse = (diags_array(diagonal) - shared).tocsc()
        options = {"SymmetricMode": True}
        factors = splu(sparse, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
        return lambda change: np.asarray(factors.solve(change))


def _spread(values: Floats) -> float:
    return float(values.max() - values.min())


def _as_it_is(point: _Point, _trees: Forest) -> Floats:
    return point.share.copy()


def _pull(point: _Point, prices: Floats) -> Floats:
    """Say by how much each pair in use is cheaper than the mean of its origin."""
    paid = point.cost + prices[point.column]
    return np.asarray((np.bincount(point.row, paid) / point.count)[point.row] - paid)


def _levels(
    row: Places, above: Floats, weight: float, some: Places
) -> tuple[Floats, Places, Places]:
    """Project on the simplex: the level of each origin, and the pairs below it (Michelot 1986)."""
    while True:
        count = np.bincount(row)
        level = (weight + np.bincount(row, above)) / count
        keep = above < level[row]
        if keep.all():
            return level, some, count
        row, above, some = row[keep], above[keep], some[keep]
