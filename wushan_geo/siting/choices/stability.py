"""How sure a plan is: solved again and again with other speeds, counts and places, by seed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.reduction import ForkingPickler
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from wushan_geo.errors import InfeasibleError, ParameterError, shown
from wushan_geo.siting.choices.judging import judge_of
from wushan_geo.siting.problem import problem_of
from wushan_geo.storage import number_text
from wushan_geo.travel.matrix import LARGEST, TravelMatrix
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from wushan_geo.siting.choices.judging import Homes, Judge
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.travel.matrix import Unit
    from wushan_geo.wording import Language

    Persons = pd.DataFrame | pd.Series[Any] | Mapping[Any, float]
    Solve = Callable[[TravelMatrix, Any], SitingPlan]
    Limit = float | Mapping[str, float]
    Progress = Callable[[int, int], None]

INFEASIBLE = "infeasible"
DECIMALS = 3  # of persons in a draw, so that models that work in whole numbers stay exact
SAME = 6  # decimals up to which sums of such counts are the same
LOW = 0.1  # the draw that one in ten is worse than
PAYS = 20.0  # seconds of work from which further processes are worth their start
SHARES = 4  # portions of work for each process, so that none waits long for the last
SITE_COLUMNS = ("facility_id", "chosen_share", "in_best", "in_safe")
PLACE_COLUMNS = ("zone_id", "pass_best_share", "pass_safe_share")


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """How a plan stands when what it rests on is varied: the best plan and a safe one.

    Raises
    ------
    TypeError
        If a field is missing; `stability` makes it.

    Examples
    --------
    See ``tests/test_siting_stability.py``.
    """

    best: SitingPlan
    """The plan of the minutes and counts as they are stated."""
    safe: tuple[str, ...]
    """New sites of the safe plan, sorted: of the plans that were seen and have no more sites than
    the best one (any of them, where the model has a budget) the one whose largest regret, in what
    the model is after (`settings`, ``judged_by``), is smallest."""
    sites: pd.DataFrame
    """One row for each site that is not open yet: ``facility_id``, ``chosen_share`` (share of the
    draws whose own plan has it), ``in_best``, ``in_safe``."""
    places: pd.DataFrame
    """One row for each place: ``zone_id``, ``pass_best_share``, ``pass_safe_share`` (share of the
    draws in which it is covered, every group within its limit)."""
    draws: pd.DataFrame
    """One row for each draw: ``draw``, ``speed``, ``status`` (that of its own plan, or
    ``infeasible``), ``same`` (whether its own plan is the best one), ``own_sites`` (new sites of
    its own plan, which may be more than the best one has), persons covered by the best, the safe
    and its own plan (``best_persons``, ``safe_persons``, ``own_persons``; NaN where there is none),
    ``best_regret`` and ``safe_regret``: how many fewer than the most that any plan which may be
    compared covers in it; what the model is after for each of the three (``best_aim``,
    ``safe_aim``, ``own_aim``), and whether the best and the safe plan still keep to what was asked
    for (``best_meets``, ``safe_meets``; missing where no promise was)."""
    plans: pd.DataFrame
    """One row for each distinct plan: ``facility_ids`` (joined by semicolons), ``sites``,
    ``seen_share``, ``stated_persons`` (covered with minutes and counts as stated),
    ``low_persons`` (as few or fewer in one draw of ten), ``least_persons``, ``mean_regret``,
    ``worst_regret`` (both in persons), what the model is after as stated, in the median and in the
    worst draw (``stated_aim``, ``middle_aim``, ``worst_aim``), how much worse it is in a draw than
    with the best plan compared, at most (``aim_regret``), ``meets_share`` (share of the draws in
    which it keeps to what was asked for; NaN where no promise was), ``compared``, ``is_best``,
    ``is_safe``; smallest ``aim_regret`` first."""
    settings: Mapping[str, Any]
    """What was varied: ``draws``, ``seed``, ``speed``, ``counts``, ``coordinates``, ``limit``; what
    the model is after, ``judged_by`` (`judging.measure_of`), and what it must keep to, ``promise``
    (`judging.promise_of`)."""

    def explain(self, language: Language = "zh", names: Mapping[str, str] | None = None) -> str:
        """Say in words what was varied, and how the best and the safe plan stand it.

        Parameters
        ----------
        language
            ``"zh"`` or ``"en"``; both have the same numbers.
        names
            Names of sites by id; ids stand where there is none.

        Returns
        -------
        str
            One sentence a line.

        Raises
        ------
        ParameterError
            If the language is another one.

        Examples
        --------
        See ``tests/test_siting_stability.py``.
        """
        if language not in LANGUAGES:
            message = f"language must be 'zh' or 'en'. Got {language!r} instead."
            raise ParameterError(message)
        return "\n".join(_told(self, language, dict(names or {})))


def stability(  # noqa: PLR0913 -- each bound is stated by the caller; all but three by keyword
    solve: Solve,
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: Limit,
    draws: int,
    seed: int,
    speed: tuple[float, float],
    counts: float,
    coordinates: float | None = None,
    homes: Homes | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Solve a plan again under varied minutes and counts, and look for one that stands them all.

    In draw `d` the cost of place `i` to site `j` and the persons of group `g` at place `i` are

    ``t'_ij = max(0, t_ij + a_i + b_j) / v``    and    ``w'_ig = w_ig (1 + e_ig)``

    with one speed factor `v` for all costs of the draw, whose logarithm is uniform between those
    of the two bounds (it varies everything in the costs, boarding and ways inside villages too); a
    shift `a_i` of each place and `b_j` of each site for the error of its point, uniform within
    plus and minus `coordinates`, the same for all ways from or to it; and `e_ig` uniform
    within plus and minus `counts`, rounded to a thousandth of a person. All are independent of
    each other. What is unreachable stays unreachable. Draw `d` of a seed is the same however many
    draws there are, and each of the three varies alike whether or not the others do.

    The safe plan is the one of minimax regret (Savage 1951): the regret of a plan in a draw is
    how much worse it is than the best of the plans compared in what its model is after: persons
    within the limit, persons with two sites within it (`backup_covering`), cost of a person on the
    mean (`p_median`) or farthest cost (`p_center`); the safe plan is
    the one whose largest regret over all draws is smallest (then the smallest mean regret, then the
    best plan itself, then the smallest ids). Compared are the best one and that of each draw, as
    far as they have no more sites than the best one; with a budget all of them. So it is safe
    among these plans and within these bounds, and nothing is proven of others. A safe plan need not
    keep to what was asked for: whether a plan still covers its share of persons, every place or the
    floors of townships in a draw is told for each.

    Parameters
    ----------
    solve
        Called with a matrix and persons (as they are given here), answers with a plan; such as a
        `functools.partial` of a model of this room with everything else settled. Its limit must be
        `limit`, if it has one. In several processes it must be importable (no lambda).
    matrix
        Costs from places (origins) to sites (destinations), as stated.
    persons
        Persons at each origin, by id, or a table with a column for each group.
    limit
        Largest cost that is covered, one for all or one by group.
    draws
        Number of draws, at least 1.
    seed
        Seed of all that is drawn, a whole number of at least 0.
    speed
        Smallest and largest factor of speed, such as ``(0.8, 1.25)``; ``(1, 1)`` varies none.
    counts
        Largest share by which counts differ, at least 0 and less than 1.
    coordinates
        Largest error of each point, in the unit of the matrix; None or 0 varies none.
    homes
        Township of each place, by id, to see whether floors of townships still hold; without it
        that is not told.
    workers
        Processes; None takes as many as the machine has where the draws take long, else one. The
        answer is the same. A script that uses several needs ``if __name__ == "__main__":``.
    progress
        Called with the draws that are done and all of them.

    Returns
    -------
    Stability
        The best and the safe plan side by side.

    Raises
    ------
    ParameterError
        If a bound is out of range, the matrix is not known as far as the varied costs look, the
        plan has another limit, or `solve` cannot be taken to other processes.
    UnknownIdError
        If `persons` does not name exactly the origins, or `homes` lacks one with floors.
    InfeasibleError
        If there is no plan for what is stated. A draw without one is told in `draws`.

    Examples
    --------
    See ``tests/test_siting_stability.py``.
    """
    bounds = _bounds(draws, seed, speed, counts, coordinates)
    problem = problem_of(matrix, persons)
    drawing = _Drawing(_stated(problem), matrix.limit, *bounds)
    limits = problem.limits(limit)
    if matrix.limit is not None:
        far = float(limits.max()) * drawing.speed[1] + 2 * drawing.coordinates
        matrix.checked_reach(far, "limit x largest speed + twice coordinates =")
    begun = perf_counter()
    best = solve(matrix, persons)
    if np.isfinite(best.limit) and not (limits == best.limit).all():
        message = f"limit must be that of the plan ({best.limit:g}). Got {shown(limit)} instead."
        raise ParameterError(message)
    work = (perf_counter() - begun) * drawing.draws
    seen = list(_all_draws(solve, drawing, _processes(solve, workers, work), progress))
    base = drawing.base
    judge = judge_of(
        best, places=base.place_ids, groups=base.groups, limits=limits, homes=homes
    )  # fmt: skip
    return _Judging(best, drawing, limits, seen, limit, judge).answer()


def _bounds(
    draws: Any, seed: Any, speed: Any, counts: Any, coordinates: Any
) -> tuple[int, int, tuple[float, float], float, float]:
    """Refuse bounds that mean nothing."""
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0)):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
            message = f"{name} must be a whole number of at least {least}. Got {shown(value)}."
            raise ParameterError(message)
    given = tuple(speed) if isinstance(speed, (tuple, list)) else ()
    sound = len(given) == 2 and all(map(_is_number, given))  # noqa: PLR2004 -- two ends
    if not sound or not 0 < given[0] <= given[1] <= LARGEST:
        message = f"speed must be two numbers above 0, the smaller first. Got {shown(speed)}."
        raise ParameterError(message)
    if not _is_number(counts) or not 0 <= counts < 1:
        message = f"counts must be a share of at least 0 and less than 1. Got {shown(counts)}."
        raise ParameterError(message)
    far = 0.0 if coordinates is None else coordinates
    if not _is_number(far) or not 0 <= far <= LARGEST:
        message = f"coordinates must be a number of at least 0, or None. Got {shown(coordinates)}."
        raise ParameterError(message)
    ends = (float(given[0]), float(given[1]))
    return int(draws), int(seed), ends, float(counts), float(far)


def _is_number(value: Any) -> bool:
    """Say whether a value is a number, and no truth value."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True, eq=False)
class _Stated:
    """What is stated, in the order of the ids; all that a process is sent."""

    place_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    groups: tuple[str, ...]
    costs: NDArray[np.float64]
    persons: NDArray[np.float64]
    unit: str


def _stated(problem: Problem) -> _Stated:
    """Take what varies from a request; it holds every destination, for no roles were given."""
    return _Stated(
        problem.place_ids,
        problem.site_ids,
        problem.groups,
        problem.costs,
        problem.group_persons,
        problem.unit,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Costs and counts of one draw."""

    speed: float
    costs: NDArray[np.float64]
    persons: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    """What is stated and within which bounds it varies."""

    base: _Stated
    known: float | None
    draws: int
    seed: int
    speed: tuple[float, float]
    counts: float
    coordinates: float

    def drawn(self, at: int) -> _Drawn:
        """Draw once; each of the three has numbers of its own, the same without the others."""
        base, low, high = self.base, *self.speed
        pace, people, points = (np.random.default_rng([self.seed, at, one]) for one in range(3))
        speed = float(np.exp(pace.uniform(np.log(low), np.log(high)))) if low < high else low
        costs, persons = base.costs, base.persons
        if self.coordinates:
            far = self.coordinates
            start = points.uniform(-far, far, (len(base.place_ids), 1))
            end = points.uniform(-far, far, (1, len(base.site_ids)))
            costs = np.maximum(costs + start + end, 0.0)
        if self.counts:
            factor = people.uniform(1 - self.counts, 1 + self.counts, persons.shape)
            persons = np.round(persons * factor, DECIMALS)
        return _Drawn(speed, costs / speed, persons)

    def request(self, drawn: _Drawn) -> tuple[TravelMatrix, Any]:
        """Write a draw as a model takes it."""
        base = self.base
        places = pd.Index(base.place_ids, dtype="str")
        table = pd.DataFrame(drawn.persons, index=places, columns=list(base.groups))
        persons = table[""] if base.groups == ("",) else table
        known = self.known
        if known is not None:  # what lies beyond it may have come nearer, but nobody knows
            known = max(known - 2 * self.coordinates, 0.0) / drawn.speed
        unit = cast("Unit", base.unit)
        return TravelMatrix(base.place_ids, base.site_ids, unit, drawn.costs, known), persons


@dataclass(frozen=True, slots=True)
class _Own:
    """The plan of one draw."""

    status: str
    chosen: tuple[str, ...] | None


def _solved(solve: Solve, drawing: _Drawing, which: Iterable[int]) -> list[_Own]:
    """Solve some draws; runs in any process."""
    found = []
    for at in which:
        try:
            plan = solve(*drawing.request(drawing.drawn(at)))
        except InfeasibleError:
            found.append(_Own(INFEASIBLE, None))
        else:
            found.append(_Own(plan.status, plan.chosen))
    return found


def _all_draws(
    solve: Solve, drawing: _Drawing, processes: int, progress: Progress | None
) -> Iterator[_Own]:
    """Solve every draw, in their order."""
    size = 1 if processes == 1 else -(-drawing.draws // (processes * SHARES))
    parts = [range(at, min(at + size, drawing.draws)) for at in range(0, drawing.draws, size)]
    work = partial(_solved, solve, drawing)
    done = 0
    for found in map(work, parts) if processes == 1 else _in_parallel(work, parts, processes):
        done += len(found)
        if progress is not None:
            progress(done, drawing.draws)
        yield from found


def _in_parallel(
    work: Callable[[range], list[_Own]], parts: Sequence[range], processes: int
) -> Iterator[list[_Own]]:
    """Share the work among fresh processes, which is the one way that all systems have."""
    pool = ProcessPoolExecutor(min(processes, len(parts)), mp_context=get_context("spawn"))
    try:
        yield from pool.map(work, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _processes(solve: Solve, workers: Any, work: float) -> int:
    """Decide on the number of processes; no answer depends on it."""
    whole = isinstance(workers, (int, np.integer)) and not isinstance(workers, bool)
    if workers is not None and not (whole and workers >= 1):
        message = f"workers must be a whole number of at least 1, or None. Got {shown(workers)}."
        raise ParameterError(message)
    # A process that another one started is one of many already.
    if workers is None and (work < PAYS or parent_process() is not None):
        return 1
    wanted = _cores() if workers is None else int(workers)
    if wanted > 1:
        try:
            ForkingPickler.dumps(solve)
        except Exception as error:  # pickling fails in as many ways as there are objects
            if workers is None:
                return 1
            message = (
                "solve cannot be taken to another process. Give a function of a module (such as a "
                "functools.partial of a model), or workers=1."
            )
            raise ParameterError(message) from error
    return wanted


def _cores() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, eq=False)
class _Judging:
    """Compares all plans in all draws."""

    best: SitingPlan
    drawing: _Drawing
    limits: NDArray[np.float64]
    seen: list[_Own]
    limit: Limit
    judge: Judge

    def answer(self) -> Stability:
        plans = self._plans()
        seen = self._measured(plans)
        behind = seen.behind
        safe = min(
            np.flatnonzero(seen.compared),
            key=lambda at: (
                behind[:, at].max(),
                np.round(behind[:, at].mean(), SAME),
                at > 0,
                plans[at],
            ),
        )
        return Stability(
            best=self.best,
            safe=plans[safe],
            sites=self._sites(plans[safe]),
            places=self._places(plans[safe]),
            draws=self._draws(plans, seen, int(safe)),
            plans=self._table(plans, seen, int(safe)),
            settings=MappingProxyType(
                {
                    "draws": self.drawing.draws,
                    "seed": self.drawing.seed,
                    "speed": self.drawing.speed,
                    "counts": self.drawing.counts,
                    "coordinates": self.drawing.coordinates,
                    "limit": dict(self.limit) if isinstance(self.limit, Mapping) else self.limit,
                    "judged_by": self.judge.measure,
                    "promise": self.judge.promise,
                }
            ),
        )

    def _plans(self) -> list[tuple[str, ...]]:
        """List the distinct plans, the best one first, the others by their ids."""
        others = {one.chosen for one in self.seen if one.chosen is not None}
        return [self.best.chosen, *sorted(others - {self.best.chosen})]

    def _compared(self, chosen: tuple[str, ...]) -> bool:
        """Say whether a plan is no dearer than the best one, so that it is fair to compare."""
        priced = self.best.settings.get("budget") is not None
        return priced or len(chosen) <= len(self.best.chosen)

    def _open(self, plans: Sequence[tuple[str, ...]]) -> NDArray[np.float32]:
        """Say which sites are open in which plan: sites x plans."""
        at = {one: row for row, one in enumerate(self.drawing.base.site_ids)}
        table = np.zeros((len(at), len(plans)), dtype=np.float32)
        for column, chosen in enumerate(plans):
            table[[at[one] for one in (*chosen, *self.best.existing)], column] = 1.0
        return table

    def _inside(
        self, costs: NDArray[np.float64], sites: NDArray[np.float32]
    ) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        """Give, for each limit, the groups that have it and places x plans within it."""
        for value in np.unique(self.limits):
            near = (costs <= value).astype(np.float32)
            groups = np.asarray(self.limits == value, dtype=bool)
            yield groups, near @ sites > 0

    def _persons(self, drawn: _Drawn, sites: NDArray[np.float32]) -> NDArray[np.float64]:
        """Count the persons whom each plan covers."""
        total = np.zeros(sites.shape[1])
        for groups, inside in self._inside(drawn.costs, sites):
            total += drawn.persons[:, groups].sum(axis=1) @ inside
        return total

    def _measured(self, plans: list[tuple[str, ...]]) -> _Measured:
        """Measure every plan in every draw, and as stated."""
        sites, base = self._open(plans), self.drawing.base
        covered, values, kept, speeds = [], [], [], []
        for at in range(self.drawing.draws):
            drawn = self.drawing.drawn(at)
            covered.append(self._persons(drawn, sites))
            values.append(self._values(drawn, sites, covered[-1]))
            kept.append(self.judge.meets(drawn.costs, drawn.persons, sites))
            speeds.append(drawn.speed)
        as_stated = _Drawn(1.0, base.costs, base.persons)
        persons = self._persons(as_stated, sites)
        return _Measured(
            covered=np.array(covered),
            aims=np.array(values),
            kept=np.array(kept) if self.judge.promise else None,
            speeds=speeds,
            stated_persons=persons,
            stated_aim=self._values(as_stated, sites, persons),
            compared=np.array([self._compared(one) for one in plans]),
            smaller=self.judge.smaller,
        )

    def _values(
        self, drawn: _Drawn, sites: NDArray[np.float32], covered: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give what the model is after, for each plan."""
        if self.judge.measure == "persons":
            return covered
        return self.judge.values(drawn.costs, drawn.persons, sites)

    def _places(self, safe: tuple[str, ...]) -> pd.DataFrame:
        """Say how often each place is covered by the best and by the safe plan."""
        sites = self._open([self.best.chosen, safe])
        base = self.drawing.base
        passed = np.zeros((len(base.place_ids), 2))
        for at in range(self.drawing.draws):
            drawn = self.drawing.drawn(at)
            lived = drawn.persons > 0
            asked = lived | ~lived.any(axis=1, keepdims=True)
            covered = np.ones(passed.shape, dtype=bool)
            for groups, inside in self._inside(drawn.costs, sites):
                covered &= inside | ~np.any(asked[:, groups], axis=1, keepdims=True)
            passed += covered
        share = passed / self.drawing.draws
        places = pd.array(np.array(base.place_ids, dtype=object), dtype="str")
        columns = (places, share[:, 0], share[:, 1])
        return pd.DataFrame(dict(zip(PLACE_COLUMNS, columns, strict=True)))

    def _sites(self, safe: tuple[str, ...]) -> pd.DataFrame:
        """Say how often each site is chosen."""
        standing = {*self.best.existing, *self.best.forbidden}
        ids = [one for one in self.drawing.base.site_ids if one not in standing]
        times = Counter(one for plan in self.seen for one in plan.chosen or ())
        share = np.array([times[one] for one in ids], dtype=float) / len(self.seen)
        columns = (
            pd.array(np.array(ids, dtype=object), dtype="str"),
            share,
            [one in self.best.chosen for one in ids],
            [one in safe for one in ids],
        )
        return pd.DataFrame(dict(zip(SITE_COLUMNS, columns, strict=True)))

    def _draws(self, plans: list[tuple[str, ...]], seen: _Measured, safe: int) -> pd.DataFrame:
        """Lay the best, the safe and the own plan of each draw side by side."""
        at = {one: column for column, one in enumerate(plans)}
        own = [None if one.chosen is None else at[one.chosen] for one in self.seen]
        regret, covered, aims = seen.regret, seen.covered, seen.aims

        def of_own(table: NDArray[np.float64]) -> list[float]:
            return [
                np.nan if column is None else float(table[row, column])
                for row, column in enumerate(own)
            ]  # fmt: skip

        sites = [None if one is None else len(plans[one]) for one in own]
        return pd.DataFrame(
            {
                "draw": np.arange(1, len(self.seen) + 1),
                "speed": seen.speeds,
                "status": pd.array([one.status for one in self.seen], dtype="str"),
                "same": [one.chosen == self.best.chosen for one in self.seen],
                "own_sites": pd.array(sites, dtype="Int64"),
                "best_persons": covered[:, 0],
                "safe_persons": covered[:, safe],
                "own_persons": of_own(covered),
                "best_regret": regret[:, 0],
                "safe_regret": regret[:, safe],
                "best_aim": aims[:, 0],
                "safe_aim": aims[:, safe],
                "own_aim": of_own(aims),
                "best_meets": pd.array(seen.kept_by(0), dtype="boolean"),
                "safe_meets": pd.array(seen.kept_by(safe), dtype="boolean"),
            }
        )

    def _table(self, plans: list[tuple[str, ...]], seen: _Measured, safe: int) -> pd.DataFrame:
        """Describe every distinct plan."""
        times = Counter(one.chosen for one in self.seen)
        covered, aims, behind = seen.covered, seen.aims, seen.behind
        low = np.quantile(covered, LOW, axis=0, method="inverted_cdf")
        table = pd.DataFrame(
            {
                "facility_ids": pd.array([";".join(one) for one in plans], dtype="str"),
                "sites": [len(one) for one in plans],
                "seen_share": [times[one] / len(self.seen) for one in plans],
                "stated_persons": seen.stated_persons,
                "low_persons": low,
                "least_persons": covered.min(axis=0),
                "mean_regret": seen.regret.mean(axis=0),
                "worst_regret": seen.regret.max(axis=0),
                "stated_aim": seen.stated_aim,
                "middle_aim": np.median(aims, axis=0),
                "worst_aim": aims.max(axis=0) if seen.smaller else aims.min(axis=0),
                "aim_regret": behind.max(axis=0),
                "meets_share": np.nan if seen.kept is None else seen.kept.mean(axis=0),
                "compared": seen.compared,
                "is_best": [at == 0 for at in range(len(plans))],
                "is_safe": [at == safe for at in range(len(plans))],
            }
        )
        table["mean"] = behind.mean(axis=0)
        order = ["compared", "aim_regret", "mean", "facility_ids"]
        ordered = table.sort_values(order, ascending=[False, True, True, True], kind="stable")
        return ordered.drop(columns="mean").reset_index(drop=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """Every plan (columns) in every draw (rows)."""

    covered: NDArray[np.float64]
    """Persons within the limit."""
    aims: NDArray[np.float64]
    """What the model is after."""
    kept: NDArray[np.bool_] | None
    """Whether the plan keeps to what was asked for; None where no promise was."""
    speeds: list[float]
    stated_persons: NDArray[np.float64]
    stated_aim: NDArray[np.float64]
    compared: NDArray[np.bool_]
    """Plans that may be compared."""
    smaller: bool
    """Whether less is better."""

    @property
    def regret(self) -> NDArray[np.float64]:
        """How many persons fewer than the most of the plans compared; of others below 0."""
        most = self.covered[:, self.compared].max(axis=1, keepdims=True)
        fewer: NDArray[np.float64] = np.round(most - self.covered, SAME)
        return fewer

    @property
    def behind(self) -> NDArray[np.float64]:
        """How much worse than the best of the plans compared; of others below 0."""
        sign = 1.0 if self.smaller else -1.0
        aims = sign * self.aims
        best = aims[:, self.compared].min(axis=1, keepdims=True)
        worse: NDArray[np.float64] = np.round(aims - best, SAME)
        return worse

    def kept_by(self, plan: int) -> list[bool | None]:
        """Say in which draws a plan keeps to what was asked for."""
        if self.kept is None:
            return [None] * len(self.covered)
        return [bool(one) for one in self.kept[:, plan]]


def _told(found: Stability, language: Language, names: Mapping[str, str]) -> Iterator[str]:
    """Tell what was varied, and how both plans stand it."""
    settings = found.settings
    low, high = settings["speed"]
    yield say(
        "stability.varied",
        language,
        draws=settings["draws"],
        seed=settings["seed"],
        low=number_text(low),
        high=number_text(high),
        counts=number_text(round(100 * settings["counts"], 1)),
    )
    if settings["coordinates"]:
        far, unit = number_text(settings["coordinates"]), f"siting.unit.{found.best.unit}"
        yield say("stability.points", language, coordinates=far, unit=say(unit, language))
    same = number_text(round(100 * float(found.draws["same"].mean()), 1))
    yield say("stability.same", language, share=same, plans=len(found.plans))
    yield _comparison(found, language)
    if settings["promise"]:
        yield _promised(found, language)
    lost = int((found.draws["status"] == INFEASIBLE).sum())
    if lost:
        yield say("stability.infeasible", language, count=lost)
    unproven = int((~found.draws["status"].isin(["optimal", INFEASIBLE])).sum())
    if unproven:
        yield say("stability.unproven", language, count=unproven)
    if settings["judged_by"] != "persons":
        yield from _aimed(found, language)
    for name, chosen in (("best", found.best.chosen), ("safe", found.safe)):
        shown = ("、" if language == "zh" else ", ").join(names.get(one, one) for one in chosen)
        yield say(f"stability.{name}", language, names=shown or say("stability.nobody", language))
        row = found.plans[found.plans["facility_ids"].eq(";".join(chosen)).to_numpy()].iloc[0]
        yield say(
            "stability.stands",
            language,
            stated=number_text(round(float(row["stated_persons"]), 1)),
            middle=number_text(round(float(found.draws[f"{name}_persons"].median()), 1)),
            least=number_text(round(float(row["least_persons"]), 1)),
            share=number_text(round(100 * float((found.draws[f"{name}_regret"] == 0).mean()), 1)),
            low=number_text(round(float(row["low_persons"]), 1)),
            regret=number_text(round(float(row["worst_regret"]), 1)),
        )
    if found.safe == found.best.chosen:
        yield say("stability.one", language)


def _comparison(found: Stability, language: Language) -> str:
    """Say with which plans both are compared."""
    count = int(found.plans["compared"].sum())
    if found.best.settings.get("budget") is not None:
        return say("stability.compared_budget", language, count=count)
    sites, more = len(found.best.chosen), len(found.plans) - count
    key = "stability.compared_all" if not more else "stability.compared"
    values = {"more": more} if more else {}
    return say(key, language, count=count, sites=sites, **values)


def _promised(found: Stability, language: Language) -> str:
    """Say what was asked for, and in how many draws both plans keep to it."""
    kept, given = found.settings["promise"], found.best.settings
    values: dict[str, dict[str, object]] = {
        "share": {"share": number_text(round(100 * float(given.get("share") or 0), 6))},
        "everywhere": {"times": int(given.get("times", 1))},
    }
    asked = say(f"stability.promise.{kept}", language, **values.get(kept, {}))
    return say(
        "stability.meets", language, asked=asked, draws=len(found.draws),
        best=int(found.draws["best_meets"].sum()), safe=int(found.draws["safe_meets"].sum()),
    )  # fmt: skip


def _aimed(found: Stability, language: Language) -> Iterator[str]:
    """Say what the model is after and how both plans stand in that; persons are told besides."""
    aim = found.settings["judged_by"]
    told = say(f"stability.aim.{aim}", language)
    unit = "stability.persons" if aim == "backup_persons" else f"siting.unit.{found.best.unit}"
    for name in ("best", "safe"):
        row = found.plans[found.plans[f"is_{name}"].to_numpy()].iloc[0]
        numbers = {
            one: number_text(round(float(row[column]), 1))
            for one, column in (
                ("stated", "stated_aim"), ("middle", "middle_aim"), ("worst", "worst_aim"),
                ("regret", "aim_regret"),
            )
        }  # fmt: skip
        yield say(
            f"stability.aimed.{name}", language, aim=told, unit=say(unit, language), **numbers
        )
