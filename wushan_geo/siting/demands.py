"""What a request demands, one by one, and whether some of it can be met together.

Every demand is a row or a bound of one program over the sites, which can be taken away by itself:
rules, required and forbidden sites, the number of sites, the budget, each place (or the share of
the persons, or the floor of each township or group), the capacities. An irreducible set of demands
that cannot be met together (Chinneck 2008) is found by QuickXplain (Junker 2004), over proofs of
the mixed program rather than of its relaxation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.errors import UnknownIdError
from wushan_geo.siting.rules import rule_rows
from wushan_geo.siting.solver import MixedProgram, Program
from wushan_geo.travel.matrix import LARGEST
from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wushan_geo.siting.needs import Need
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import RuleRows
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix
    from wushan_geo.wording import Language

HALF = 0.5
CLOSE = 1e-9  # relative; how far a sum of fractions may be below what is needed
MOST_ADDED = 10  # broken places added at once
KILOMETRE = 1000.0
PAIRS = ("apart", "apart_existing")  # kinds of demand on two sites
SHARES = ("share", "share_of_places", "floor", "group_floor")  # told in per cent
MEASURED = (*PAIRS, "within")  # told with a unit

# In the order in which they are told. Of several reasons the one is looked for that needs those
# told first: what is settled of single sites and townships before numbers and distances.
TEXTS = {
    "required": "obstacles.required",
    "at_most": "obstacles.at_most",
    "at_least": "obstacles.at_least",
    "apart_existing": "obstacles.apart",
    "apart": "obstacles.apart",
    "closings": "obstacles.closings",
    "kept": "obstacles.kept",
    "most_sites": "obstacles.most_sites",
    "fewest_sites": "obstacles.fewest_sites",
    "budget": "obstacles.budget",
    "capacity": "obstacles.capacity",
    "everybody": "obstacles.everybody",
    "share": "obstacles.share",
    "share_of_places": "obstacles.share_of_places",
    "floor": "obstacles.floor",
    "group_floor": "obstacles.floor",
    "within": "obstacles.within",
    "reached": "obstacles.reached",
    "times": "obstacles.times",
    "forbidden": "obstacles.forbidden",
}
ORDER = {kind: at for at, kind in enumerate(TEXTS)}


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """One thing that a request demands, as it is named where a request cannot be met.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> str(Demand("within", "A", 30.0, "min")), Demand("budget", "", 500.0).told("zh")
    ('an open site within 30 min of A', '预算不超过 500')
    """

    kind: str
    """``at_least``, ``at_most``, ``apart``, ``apart_existing`` (rules), ``required``,
    ``forbidden``, ``most_sites``, ``fewest_sites``, ``budget``, ``within`` (a place within its
    limit), ``reached`` (a place has a site at all), ``times`` (so many sites within the limit),
    ``share`` (of the persons), ``share_of_places`` (where no persons were given), ``floor`` and
    ``group_floor`` (share of the persons of a township or group), ``everybody`` (persons who need
    room), ``capacity``, ``closings`` (most existing sites that may close), ``kept`` (whoever is
    covered today stays so)."""
    subject: str
    """Township, group, site, two sites joined by `` + ``, place, or place and group; may be
    empty."""
    number: float
    """Number of sites, limit, distance, budget or share; 0 where the kind has none."""
    unit: str = ""
    """Unit of limits and distances (``min`` or ``m``); empty where there is none."""
    limit: float | None = None
    """Limit within which shares are counted, or several sites are looked for; None where there is
    none, or groups have different ones."""

    def told(self, language: Language) -> str:
        """Say the demand in one language.

        Parameters
        ----------
        language
            ``zh`` or ``en``.

        Returns
        -------
        str
            Without a full stop.

        Raises
        ------
        KeyError
            If there is no such kind of demand.

        Examples
        --------
        >>> Demand("most_sites", "", 3.0).told("en")
        'at most 3 new sites'
        """
        if self.kind in PAIRS:
            subject = pair_told(*self.sites(), language, standing=self.kind == "apart_existing")
        else:
            subject = quoted(self.subject, language)
        return demand_told(self, language, [subject])

    def sites(self) -> tuple[str, str]:
        """Give the two sites of a pair.

        Returns
        -------
        tuple of str
            The second is empty where the demand is no pair.

        Raises
        ------
        TypeError
            Never.

        Examples
        --------
        >>> Demand("apart", "G + H", 5000.0, "m").sites()
        ('G', 'H')
        """
        one, _, other = self.subject.partition(" + ")
        return one, other

    def __str__(self) -> str:
        """Say the demand in English."""
        return self.told("en")


def demand_told(
    demand: Demand, language: Language, subjects: Sequence[str], money: str = ""
) -> str:
    """Say one demand of several subjects.

    Parameters
    ----------
    demand
        One of those that differ in their subject only.
    language
        ``zh`` or ``en``.
    subjects
        Whom it is about, named.
    money
        Unit of budgets, in words; empty where it is not known.

    Returns
    -------
    str
        Without a full stop.

    Raises
    ------
    KeyError
        If there is no such kind of demand.

    Examples
    --------
    >>> demand_told(Demand("at_most", "T1", 1.0), "en", ["T1", "T2"])
    'at most 1 open sites in each of T1; T2'
    """
    number = f"{demand.number:.10g}"
    if demand.kind == "most_sites" and not demand.number:
        return say("obstacles.no_new", language)
    if demand.kind in SHARES:
        number = f"{100.0 * demand.number:g}"
    elif demand.kind in MEASURED:
        number = measured(demand.number, demand.unit, language)
    elif demand.kind == "budget" and money:
        number = f"{number} {money}"
    within = say("obstacles.any_limit", language)
    if demand.limit is not None:
        limit = measured(demand.limit, demand.unit, language)
        within = say("obstacles.limit", language, limit=limit)
    return say(
        TEXTS[demand.kind],
        language,
        subject=("、" if language == "zh" else "; ").join(subjects),
        each=say("obstacles.each", language) if len(subjects) > 1 else "",
        number=number,
        within=within,
    )


def measured(number: float, unit: str, language: Language) -> str:
    """Write minutes or a distance with the unit; metres from a thousand on as kilometres.

    Parameters
    ----------
    number
        Minutes or metres.
    unit
        ``min`` or ``m``; empty where it is not known.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        Such as ``30 min``.

    Raises
    ------
    UnknownIdError
        If the unit is another one.

    Examples
    --------
    >>> measured(5000.0, "m", "zh"), measured(800.0, "m", "en"), measured(30.0, "min", "zh")
    ('5 公里', '800 m', '30 分钟')
    """
    if unit == "m" and number >= KILOMETRE:
        return f"{number / KILOMETRE:.10g} {say('obstacles.km', language)}"
    return f"{number:.10g} {say(f'siting.unit.{unit}', language)}" if unit else f"{number:.10g}"


def quoted(name: str, language: Language) -> str:
    """Set a name off from the text around it, where the language needs that.

    Parameters
    ----------
    name
        A name.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        The name, in Chinese in quotation marks.

    Raises
    ------
    UnknownIdError
        Never: the message is there.

    Examples
    --------
    >>> quoted("甲镇", "zh"), quoted("T1", "en")
    ('“甲镇”', 'T1')
    """
    return say("obstacles.name", language, name=name)


def pair_told(one: str, other: str, language: Language, *, standing: bool) -> str:
    """Name two sites.

    Parameters
    ----------
    one, other
        Their names.
    language
        ``zh`` or ``en``.
    standing
        Whether the second is open already.

    Returns
    -------
    str
        Both names.

    Raises
    ------
    UnknownIdError
        Never: the messages are there.

    Examples
    --------
    >>> pair_told("G", "H", "en", standing=True)
    'G and H (open already)'
    """
    names = {"one": quoted(one, language), "other": quoted(other, language)}
    if standing:
        return say("obstacles.pair_existing", language, **names)
    return say("obstacles.pair", language, **names)


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """All sites that a plan may get, forbidden ones too: the columns of the program.

    Raises
    ------
    TypeError
        If a field is missing; `sites_of` makes it.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """

    ids: tuple[str, ...]
    """Candidates, then forbidden sites."""
    barred: NDArray[np.bool_]
    """Which are forbidden."""
    costs: NDArray[np.float64]
    """Places x sites."""
    prices: NDArray[np.float64]
    capacity: NDArray[np.float64] | None
    rules: RuleRows


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Who must be served: one row for each place, or for each place and group.

    Raises
    ------
    TypeError
        If a field is missing; `rows_of` makes it.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """

    place: NDArray[np.intp]
    group: NDArray[np.intp]
    """Group of each row; 0 where a row is for all of them."""
    persons: NDArray[np.float64]
    limit: NDArray[np.float64]
    """Limit of each row; the largest finite number where any finite cost will do."""
    names: tuple[str, ...]

    def without(self, names: frozenset[str]) -> Rows:
        """Leave out some rows.

        Parameters
        ----------
        names
            Their names.

        Returns
        -------
        Rows
            The others.

        Raises
        ------
        TypeError
            If `names` is no set.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        keep = np.array([one not in names for one in self.names], dtype=bool)
        left = tuple(one for one in self.names if one not in names)
        return Rows(self.place[keep], self.group[keep], self.persons[keep], self.limit[keep], left)

    def near(self, costs: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which sites are within the limit of which row.

        Parameters
        ----------
        costs
            Places x sites.

        Returns
        -------
        numpy.ndarray
            Rows x sites; exactly at the limit is within.

        Raises
        ------
        IndexError
            If there are fewer places.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        answer: NDArray[np.bool_] = costs[self.place] <= self.limit[:, np.newaxis]
        return answer


class LateError(Exception):
    """The time is over before a question was answered."""


def sites_of(problem: Problem) -> Sites:
    """Put candidates and forbidden sites side by side.

    Parameters
    ----------
    problem
        What was asked.

    Returns
    -------
    Sites
        Without the forbidden ones where the rules do not say how to count these.

    Raises
    ------
    UnknownIdError
        Never: the rules know the candidates.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """
    own = Sites(
        problem.candidate_ids,
        np.zeros(len(problem.candidates), dtype=bool),
        problem.costs[:, problem.candidates],
        problem.prices,
        None if problem.capacity is None else problem.capacity[problem.candidates],
        problem.rules,
    )
    barred = problem.barred
    if barred is None or not barred.prices.size:
        return own
    ids = (*problem.candidate_ids, *problem.roles.forbidden)
    try:
        rules = rule_rows(barred.asked, candidates=ids, existing=problem.roles.existing)
    except UnknownIdError:
        return own
    if not set(problem.rules.rules) <= set(rules.rules):  # the model has rules of its own besides
        return own
    room = None
    if own.capacity is not None and barred.capacity is not None:
        room = np.concatenate([own.capacity, barred.capacity])
    return Sites(
        ids,
        np.arange(len(ids)) >= len(problem.candidates),
        np.hstack([own.costs, barred.costs]),
        np.concatenate([own.prices, barred.prices]),
        room,
        rules,
    )


def rows_of(problem: Problem, need: Need, least: float = 0.0) -> Rows:
    """Say who must be served, and within what.

    Parameters
    ----------
    problem
        What was asked.
    need
        What the plan must do.
    least
        Limits smaller than this are raised to it.

    Returns
    -------
    Rows
        Without limits, or with capacities, places where nobody lives need nothing.

    Raises
    ------
    ParameterError
        If limits and groups do not fit.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """
    lived = problem.group_persons > 0
    if need.limit is not None and (need.floors or isinstance(need.limit, Mapping)):
        place, group = np.nonzero(lived | ~lived.any(axis=1, keepdims=True))
        persons = problem.group_persons[place, group]
        limit = problem.limits(need.limit)[group]
        names = tuple(
            f"{problem.place_ids[at]} ({problem.groups[one]})"
            for at, one in zip(place, group, strict=True)
        )
    else:
        place, persons = np.arange(len(problem.place_ids)), problem.persons
        group = np.zeros_like(place)
        one = LARGEST if need.limit is None else problem.limits(need.limit)[0]
        limit, names = np.full(place.size, one), problem.place_ids
    keep = np.ones(place.size, dtype=bool)
    if need.limit is None or need.capacity:
        keep = persons > 0
    if not need.everywhere:
        keep[:] = False
    return Rows(
        place[keep],
        group[keep],
        persons[keep],
        np.maximum(limit[keep], least),
        tuple(name for name, kept in zip(names, keep, strict=True) if kept),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One demand as it stands in the program: rows that it bounds, or a column that it fixes."""

    demand: Demand
    row: int = -1
    column: int = -1
    lower: float = -np.inf
    upper: float = np.inf


class Demands:
    """A request as a program each demand of which can be taken away.

    Parameters
    ----------
    problem
        What was asked.
    need
        What the plan must do.
    clock
        Time that remains.
    least
        Limits smaller than this are raised to it.
    excused
        Names of rows that need nothing.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """

    def __init__(
        self,
        problem: Problem,
        need: Need,
        clock: Clock,
        *,
        least: float = 0.0,
        excused: frozenset[str] = frozenset(),
    ) -> None:
        self.problem, self.need, self.clock = problem, need, clock
        self.sites = sites_of(problem)
        self.rows = rows_of(problem, need, least).without(excused)
        self.near = self.rows.near(self.sites.costs)
        open_now = problem.costs[:, problem.opened]
        self.standing = self.rows.near(open_now).sum(axis=1)
        self.parts: list[_Part] = []
        self._matrix: list[sparse.csr_array] = []
        self._count = 0
        self.size = len(self.sites.ids)
        self.first_share = self.size
        if need.partly:
            self.size += self.rows.place.size
        self._flows(open_now)
        self._write()

    @property
    def all(self) -> NDArray[np.bool_]:
        """Every demand."""
        return np.ones(len(self.parts), dtype=bool)

    def of(self, *kinds: str) -> NDArray[np.bool_]:
        """Say which demands are of some kinds.

        Parameters
        ----------
        *kinds
            Kinds, as `Demand` has them.

        Returns
        -------
        numpy.ndarray
            One truth for each demand.

        Raises
        ------
        TypeError
            Never: an unknown kind has none.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        return np.array([part.demand.kind in kinds for part in self.parts], dtype=bool)

    def apart_unit(self) -> str:
        """Give the unit of the distances between sites.

        Returns
        -------
        str
            ``min`` or ``m``; empty where no rule is on distance.

        Raises
        ------
        AttributeError
            Never.

        Examples
        --------
        See ``tests/test_siting_obstacles_told.py``.
        """
        between = self._between()
        return "" if between is None else between.unit

    def distances(self, pairs: NDArray[np.intp]) -> NDArray[np.float64]:
        """Measure between the two sites of some demands; from one that stands to the nearest such.

        Parameters
        ----------
        pairs
            Positions of demands on two sites.

        Returns
        -------
        numpy.ndarray
            Distance by the shorter way, in the unit of the rule.

        Raises
        ------
        IndexError
            If there is no such demand.

        Examples
        --------
        See ``tests/test_siting_obstacles_told.py``.
        """
        between = self._between()
        if between is None or not pairs.size:
            return np.empty(0)
        at = {one: place for place, one in enumerate(between.origin_ids)}
        to = [at[one] for one in between.destination_ids]
        way = np.empty((len(at), len(at)))
        way[:, to] = between.dense()
        way = np.minimum(way, way.T)
        there = [at[one] for one in self.problem.roles.existing]
        found = []
        for part in pairs:
            demand = self.parts[part].demand
            one, other = demand.sites()
            standing = demand.kind == "apart_existing"
            found.append(way[at[one], there].min() if standing else way[at[one], at[other]])
        return np.array(found, dtype=np.float64)

    def _between(self) -> TravelMatrix | None:
        """Give the distances between sites that were asked with."""
        asked = None if self.problem.barred is None else self.problem.barred.asked
        return None if asked is None else asked.between

    @property
    def places(self) -> NDArray[np.bool_]:
        """Demands of single places."""
        return self.of("within", "reached", "times")

    def solve(
        self,
        active: NDArray[np.bool_],
        costs: NDArray[np.float64] | None = None,
        spare: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_] | None:
        """Find sites that meet some of the demands at the least cost; None where there are none.

        Parameters
        ----------
        active
            Which demands hold.
        costs
            Cost of each column; None for any plan.
        spare
            Forbidden sites of which one, but only one, may be taken.

        Returns
        -------
        numpy.ndarray or None
            Which sites are open.

        Raises
        ------
        LateError
            If the time is over before.
        SolverError
            If the solver fails.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        values = self._values(active, costs, spare)
        return None if values is None else values[: len(self.sites.ids)] > HALF

    def most(self, active: NDArray[np.bool_], costs: NDArray[np.float64]) -> float | None:
        """Give the most, at the negative of the costs, that some of the demands allow.

        Parameters
        ----------
        active
            Which demands hold.
        costs
            Cost of each column.

        Returns
        -------
        float or None
            None if they cannot be met together.

        Raises
        ------
        LateError
            If the time is over before.
        SolverError
            If the solver fails.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        values = self._values(active, costs, None)
        return None if values is None else -float(costs @ values)

    def _values(
        self,
        active: NDArray[np.bool_],
        costs: NDArray[np.float64] | None,
        spare: NDArray[np.bool_] | None,
    ) -> NDArray[np.float64] | None:
        """Solve the program."""
        tied, most = self._tied(capped=bool(active[self.of("capacity")].all()))
        lower = np.full(self._count, -np.inf)
        upper = np.full(self._count, np.inf)
        box = np.array([np.zeros(self.size), np.ones(self.size)])
        box[1, self.first_flow :] = np.inf
        for part, kept in zip(self.parts, active, strict=True):
            if not kept:
                continue
            if part.row >= 0:
                lower[part.row] = max(lower[part.row], part.lower)
                upper[part.row] = min(upper[part.row], part.upper)
            if part.column >= 0:
                box[0, part.column] = max(box[0, part.column], part.lower)
                box[1, part.column] = min(box[1, part.column], part.upper)
        keep = np.isfinite(lower) | np.isfinite(upper)
        one = np.zeros((1, self.size))
        if spare is not None:
            box[1, : spare.size] = np.where(spare, 1.0, box[1, : spare.size])
            one[0, : spare.size] = spare
        blocks = [self._rows[keep], tied, sparse.csr_array(one)]
        program = Program(
            np.zeros(self.size) if costs is None else costs,
            box,
            np.array(
                [
                    np.concatenate([lower[keep], np.full(most.size + 1, -np.inf)]),
                    np.concatenate([upper[keep], most, [1.0]]),
                ]
            ),
            sparse.csc_array(sparse.vstack(blocks, format="csc")),
        )
        return self._answer(program, box)

    def _answer(self, program: Program, box: NDArray[np.float64]) -> NDArray[np.float64] | None:
        if (box[0] > box[1]).any():
            return None
        if not self.size:
            low, high = program.rows
            return np.zeros(0) if (low <= 0).all() and (high >= 0).all() else None
        whole = np.arange(self.size) < self.first_flow
        found = MixedProgram(program, whole).solve(self.clock.left())
        if found.status == "infeasible":
            return None
        if found.status != "optimal":
            raise LateError
        return found.values

    def met(self) -> bool:
        """Say whether all demands can be met together.

        Returns
        -------
        bool
            True if there is a plan.

        Raises
        ------
        LateError
            If the time is over before.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        return self._enough() is None

    def alone(self) -> tuple[Demand, ...]:
        """List the rules that cannot be kept whatever is opened, each by itself.

        Returns
        -------
        tuple of Demand
            In the order of the rules.

        Raises
        ------
        IndexError
            Never: the rules are the first demands.

        Examples
        --------
        See ``tests/test_siting_obstacles_told.py``.
        """
        rules = self.sites.rules
        free = ~self.sites.barred
        most = rules.matrix[:, free].sum(axis=1)
        lost = (rules.lower > most) | (rules.upper < 0)
        return tuple(self.parts[at].demand for at in np.flatnonzero(lost))

    def conflict(self) -> tuple[Demand, ...]:
        """Find an irreducible set of demands that cannot be met together; empty if all can.

        Returns
        -------
        tuple of Demand
            Sorted; there may be other such sets.

        Raises
        ------
        LateError
            If the time is over before.

        Examples
        --------
        See ``tests/test_siting_obstacles.py``.
        """
        active = self._enough()
        if active is None:
            return ()
        order = np.flatnonzero(active)
        rank = np.array([ORDER[self.parts[at].demand.kind] for at in order], dtype=np.intp)
        order = order[np.argsort(rank, kind="stable")]
        kept = self._explained(np.empty(0, dtype=np.intp), order, changed=False)
        return tuple(sorted(self.parts[at].demand for at in kept))

    def _enough(self) -> NDArray[np.bool_] | None:
        """Choose few places that with all other demands cannot be met; None if all can be."""
        active = self.all & ~self.places
        parts = np.flatnonzero(self.places)
        while True:
            inside = self.solve(active)
            if inside is None:
                return active
            need = np.array([self.parts[at].lower for at in parts])
            rows = np.array([self.parts[at].row for at in parts], dtype=np.intp)
            met = self._rows[rows][:, : inside.size] @ inside.astype(np.float64) >= need
            met |= active[parts]
            broken = parts[~met]
            if not broken.size:
                return None
            # Places that are seldom reached first: they stand in the way most often.
            reach = self.near[self.row_of[broken]].sum(axis=1)
            active[broken[np.argsort(reach, kind="stable")[:MOST_ADDED]]] = True

    def _explained(
        self, ground: NDArray[np.intp], rest: NDArray[np.intp], *, changed: bool
    ) -> NDArray[np.intp]:
        """Find which of the rest are needed besides the ground for a contradiction."""
        nothing = np.empty(0, dtype=np.intp)
        if changed and self._contradicts(ground):
            return nothing
        if rest.size <= 1:
            return rest if changed or not self._contradicts(ground) else nothing
        half = rest.size // 2
        first, second = rest[:half], rest[half:]
        late = self._explained(np.concatenate([ground, first]), second, changed=True)
        early = self._explained(np.concatenate([ground, late]), first, changed=bool(late.size))
        return np.concatenate([early, late])

    def _contradicts(self, which: NDArray[np.intp]) -> bool:
        active = np.zeros(len(self.parts), dtype=bool)
        active[which] = True
        return self.solve(active) is None

    def _flows(self, open_now: NDArray[np.float64]) -> None:
        """Add columns for who goes where, if there are capacities."""
        self.first_flow = self.size
        self.arcs: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
        if not self.need.capacity or self.sites.capacity is None:
            return
        reach = np.hstack([self.near, self.rows.near(open_now)])
        row, site = np.nonzero(reach)
        self.arcs = (row, site)
        self.size += row.size

    def _write(self) -> None:
        """Write all demands as rows and bounds."""
        problem, need, sites = self.problem, self.need, self.sites
        count = len(sites.ids)
        for at, rule in enumerate(sites.rules.rules):
            unit = self.apart_unit() if rule.kind in PAIRS else ""
            demand = Demand(rule.kind, rule.subject, float(rule.number), unit)
            self._part(demand, row=at, low=sites.rules.lower[at], high=sites.rules.upper[at])
        self._add(sites.rules.matrix)
        ones = np.ones((1, count))
        if need.sites is not None:
            most = Demand("most_sites", "", float(need.sites))
            fewest = Demand("fewest_sites", "", float(need.sites))
            self._part(most, row=self._count, high=need.sites)
            self._part(fewest, row=self._count, low=need.sites)
            self._add(sparse.csr_array(ones))
        if need.budget is not None:
            budget = float(need.budget)
            high = budget * (1.0 + CLOSE)
            self._part(Demand("budget", "", budget), row=self._count, high=high)
            self._add(sparse.csr_array(sites.prices[np.newaxis]))
        for name in problem.roles.required:
            self._part(Demand("required", name, 0.0), column=sites.ids.index(name), low=1.0)
        for name, shut in zip(sites.ids, sites.barred, strict=True):
            if shut:
                self._part(Demand("forbidden", name, 0.0), column=sites.ids.index(name), high=0.0)
        self._write_rows()
        if self.arcs is not None:
            self._part(Demand("capacity", "", 0.0))
        wide = [_wide(block, self.size) for block in self._matrix]
        empty = sparse.csr_array(np.zeros((0, self.size)))
        self._rows = sparse.csr_array(sparse.vstack([empty, *wide], format="csr"))
        self.row_of = np.full(len(self.parts), -1)
        self.row_of[np.flatnonzero(self.places)] = np.arange(int(self.places.sum()))

    def _write_rows(self) -> None:
        """Write who must be served: each row by itself, or the share of all or of some."""
        need, rows = self.need, self.rows
        if need.partly:
            self._write_shares()
            return
        if self.arcs is not None:
            total = float(rows.persons.sum())
            demand = Demand("everybody", "", total)
            self._part(demand, row=self._count, low=total * (1.0 - CLOSE))
            self._add(self._sums(np.zeros_like(self.arcs[0]), 1))
            return
        lower = (need.times - self.standing).astype(np.float64)
        for at, name in enumerate(rows.names):
            limit = float(rows.limit[at])
            demand = Demand("within", name, limit, self.problem.unit)
            if need.limit is None:
                demand = Demand("reached", name, 0.0)
            elif need.times > 1:
                demand = Demand("times", name, float(need.times), self.problem.unit, limit)
            self._part(demand, row=self._count + at, low=lower[at])
        self._add(sparse.csr_array(self.near.astype(np.float64)))

    def _write_shares(self) -> None:
        """Write parts of the persons: of all, or of townships and groups."""
        need, rows = self.need, self.rows
        if not rows.place.size:
            return
        limit = None if need.limit is None or isinstance(need.limit, Mapping) else float(need.limit)
        if need.share is not None:
            kind = "share" if self.problem.counted else "share_of_places"
            demand = Demand(kind, "", float(need.share), self.problem.unit, limit)
            self._write_share(demand, *share_row(rows.persons, need.share))
        for floor in need.floors:
            demand = Demand(floor.kind, floor.name, float(floor.share), self.problem.unit, limit)
            whole = bool((floor.weights == np.rint(floor.weights)).all())
            weights = floor.weights[rows.place, rows.group]
            self._write_share(demand, weights, floor.least - (HALF if whole else 0.0))

    def _write_share(self, demand: Demand, weights: NDArray[np.float64], least: float) -> None:
        row = np.zeros((1, self.first_share + weights.size))
        row[0, self.first_share :] = weights
        self._part(demand, row=self._count, low=least)
        self._add(sparse.csr_array(row))

    def _sums(self, which: NDArray[np.intp], count: int) -> sparse.csr_array:
        """Write rows that add up the flows of each place or site."""
        columns = self.first_flow + np.arange(which.size)
        entries: Any = (np.ones(which.size), (which, columns))
        shape: Any = (count, self.size)
        return sparse.csr_array(entries, shape=shape)

    def _tied(self, *, capped: bool) -> tuple[sparse.csr_array, NDArray[np.float64]]:
        """Write what holds in any case, as rows with upper bounds.

        Shares follow the sites; flows follow them too, stay within their room and within the
        persons of a place. Where capacities are taken away each site has room for all.
        """
        blocks = [sparse.csr_array(np.zeros((0, self.size)))]
        upper: list[NDArray[np.float64]] = [np.empty(0)]
        rows, count = self.rows.place.size, len(self.sites.ids)
        if self.need.partly:
            near = -sparse.csr_array(self.near.astype(np.float64))
            own = float(self.need.times) * sparse.eye_array(rows)
            blocks.append(_wide(sparse.csr_array(sparse.hstack([near, own])), self.size))
            upper.append(self.standing.astype(np.float64))
        if self.arcs is not None and self.sites.capacity is not None:
            there = self.problem.opened
            total = float(self.rows.persons.sum())
            room, open_room = np.full(count, total), np.full(there.size, total)
            if capped and self.problem.capacity is not None:
                room, open_room = self.sites.capacity, self.problem.capacity[there]
            used = self._sums(self.arcs[1], count + there.size)
            given = sparse.csr_array(sparse.diags_array(room, shape=(count, count)))
            shape: Any = used.shape
            given.resize(shape)
            blocks += [sparse.csr_array(used - given), self._sums(self.arcs[0], rows)]
            upper += [np.zeros(count), open_room, self.rows.persons]
        return sparse.csr_array(sparse.vstack(blocks, format="csr")), np.concatenate(upper)

    def _part(
        self,
        demand: Demand,
        *,
        row: int = -1,
        column: int = -1,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> None:
        self.parts.append(_Part(demand, row, column, float(low), float(high)))

    def _add(self, matrix: sparse.csr_array) -> None:
        self._matrix.append(sparse.csr_array(matrix))
        self._count += matrix.shape[0]


def share_row(persons: NDArray[np.float64], share: float) -> tuple[NDArray[np.float64], float]:
    """Give the weights of a share and what they must add up to.

    Parameters
    ----------
    persons
        Persons of each row.
    share
        Part of all that must be covered.

    Returns
    -------
    tuple
        Weights and their least sum: whole numbers are compared exactly.

    Raises
    ------
    ValueError
        If `share` is no number.

    Examples
    --------
    >>> share_row(np.array([1.0, 2.0]), 0.5)
    (array([1., 2.]), 1.5)
    """
    if (persons == np.rint(persons)).all():
        total = Fraction(repr(float(share))) * int(persons.sum())
        return persons, float(-(-total.numerator // total.denominator)) - HALF
    return persons, float(share) * float(persons.sum()) * (1.0 - CLOSE)


def _wide(matrix: sparse.csr_array, size: int) -> sparse.csr_array:
    """Give rows over the first columns all columns."""
    wide = sparse.csr_array(matrix)
    shape: Any = (matrix.shape[0], size)
    wide.resize(shape)
    return wide
