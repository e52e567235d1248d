"""Catchments of several sizes: those that grow to fit, and those of several levels of facility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import above_zero, checked_kind, several
from wushan_geo.access.catchment import floating_catchment
from wushan_geo.access.meaning import PLACES_PER_PERSON, Meaning, described
from wushan_geo.access.weighing import quotient, told
from wushan_geo.errors import ParameterError, listed, shown
from wushan_geo.travel.ids import align_counts, index_of
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.access.decay import Decay
    from wushan_geo.travel.matrix import TravelMatrix

    Counts = pd.Series | Mapping[str, float]

__all__ = [
    "HierarchicalCatchment",
    "Level",
    "VariableCatchment",
    "hierarchical_catchment",
    "variable_catchment",
]

ROUNDING = 1e-12  # share of a sum of ratios that adding up in another order may change


@dataclass(frozen=True, slots=True, eq=False)
class VariableCatchment:
    """Places per person with catchments that grew, and how far each one grew."""

    access: pd.Series
    """Places per person by origin, with its meaning in ``attrs``."""
    place_limits: pd.Series
    """How far the catchment of each origin grew, in the matrix's unit."""
    facility_limits: pd.Series
    """How far the catchment of each facility grew."""
    places_short: tuple[str, ...]
    """Origins that do not get the target even at the last step."""
    facilities_short: tuple[str, ...]
    """Facilities that do not find their base of persons even at the last step."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of facility: who belongs to it, how far it reaches, how to get there."""

    name: str
    """Name of the level, such as ``"township home"``."""
    matrix: TravelMatrix
    """Costs from the places to the facilities of this level, by the mode used for it."""
    capacity: Counts
    """Places by facility id, every destination of the matrix named."""
    decay: Decay
    """Weight by cost at this level; its limit is the level's catchment."""


@dataclass(frozen=True, slots=True, eq=False)
class HierarchicalCatchment:
    """Places per person over all levels, and at each."""

    total: pd.Series
    """Places per person by origin, added up over the levels, with its meaning in ``attrs``."""
    by_level: pd.DataFrame
    """The same for each level: one column for each, in their order."""


def variable_catchment(
    matrix: TravelMatrix,
    persons: Counts,
    capacity: Counts,
    *,
    steps: Iterable[float],
    base_persons: float,
    target: float,
) -> VariableCatchment:
    """Measure places per person by catchments that grow until they suffice (V2SFCA).

    Step 1: the catchment of facility j grows through `steps` until it holds `base_persons`, and
    R_j = S_j / persons in it. Step 2: the catchment of place i grows through `steps` until the
    ratios of the facilities in it add up to `target`; A_i is that sum (Luo & Whippo 2012). What
    does not suffice at the last step stays there. All within a catchment count alike.

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    capacity
        Places by facility id, at least 0; every destination must be named.
    steps
        Costs that a catchment may reach to, ascending, in the matrix's unit; the last is the
        largest allowed.
    base_persons
        Persons that a facility should serve, above 0.
    target
        Places per person that suffice for a place, above 0.

    Returns
    -------
    VariableCatchment
        Places per person (0 where nothing is in reach at the last step), and how far each
        catchment grew. Supply is not conserved: the two sides grow apart, so that a place may
        count a facility that does not count its persons. ``access.attrs["supply_unused"]`` adds up
        the places of facilities that find nobody.

    Raises
    ------
    UnknownIdError
        If `persons` or `capacity` lacks an id of the matrix or names another one.
    ParameterError
        If a count is negative, infinite or NaN, the steps do not ascend or reach past the matrix's
        limit, or `base_persons` or `target` is not a finite number above 0.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = np.array([[5.0, 70.0], [50.0, 40.0], [25.0, 30.0]])
    >>> matrix = TravelMatrix(("a", "b", "c"), ("x", "y"), "min", costs)
    >>> found = variable_catchment(
    ...     matrix,
    ...     {"a": 5, "b": 10, "c": 50},
    ...     {"x": 50, "y": 100},
    ...     steps=(10, 20, 30, 40),
    ...     base_persons=20,
    ...     target=0.5,
    ... )
    >>> found.access.round(4).tolist(), found.place_limits.tolist()
    ([0.9091, 2.0, 2.9091], [10.0, 40.0, 30.0])
    """
    checked_matrix(matrix)
    people = align_counts(persons, matrix.origin_ids, "persons")
    places = align_counts(capacity, matrix.destination_ids, "capacity")
    ends = _ascending(steps, matrix)
    base, enough = above_zero(base_persons, "base_persons"), above_zero(target, "target")
    origin, facility, cost = matrix.pairs()
    zone = np.searchsorted(ends, cost, side="left")
    near = zone < ends.size
    origin, facility, zone = origin[near], facility[near], zone[near]
    there = _grown(facility, zone, people[origin], (places.size, ends.size))
    site_step, demand = _first_enough(there, base)
    ratio = quotient(places, demand)
    got = _grown(origin, zone, ratio[facility], (people.size, ends.size))
    place_step, access = _first_enough(got, enough)
    meaning = Meaning(
        measure="v2sfca",
        unit=PLACES_PER_PERSON,
        parameters=told(
            matrix,
            steps=", ".join(f"{one:.12g}" for one in ends.tolist()),
            base_persons=base,
            target=enough,
        ),
        conserves_supply=False,
    )
    series = described(access, matrix.origin_ids, meaning)
    series.attrs["supply_unused"] = float(places[ratio == 0].sum())
    return VariableCatchment(
        access=series,
        place_limits=_by_id(ends[place_step], matrix.origin_ids),
        facility_limits=_by_id(ends[site_step], matrix.destination_ids),
        places_short=_named(matrix.origin_ids, ~_suffices(access, enough)),
        facilities_short=_named(matrix.destination_ids, ~_suffices(demand, base)),
    )


def hierarchical_catchment(persons: Counts, levels: Sequence[Level]) -> HierarchicalCatchment:
    """Measure places per person over levels of facility, each with its own catchment (H2SFCA).

    A_i = sum over levels l of sum_j R_j f_l(t_ij), with R_j = S_j / sum_k P_k f_l(t_kj) (Tao et
    al. 2020): a village point counts near by and a county centre far away, and none is a
    substitute for the others, so that the levels are given beside their sum.

    Parameters
    ----------
    persons
        Persons by origin id, at least 0; every origin must be named.
    levels
        At least one level; all matrices have the same places as origins, in any order, and may
        differ in unit, since costs of different levels are never compared.

    Returns
    -------
    HierarchicalCatchment
        Places per person by origin in the order of the first level's matrix, never NaN; 0 where
        nothing is in reach. Supply is conserved at each level and in the sum;
        ``total.attrs["supply_unused"]`` adds up the places of facilities that find nobody.

    Raises
    ------
    UnknownIdError
        If `persons` and the matrices do not name the same places, or a capacity does not name the
        facilities of its level.
    ParameterError
        If there is no level or two have one name, a count is negative, infinite or NaN, or a decay
        reaches past the limit of its matrix.

    Examples
    --------
    >>> from wushan_geo.access.decay import binary
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> near = TravelMatrix(("a", "b"), ("x",), "min", np.array([[5.0], [40.0]]))
    >>> far = TravelMatrix(("a", "b"), ("z",), "min", np.array([[90.0], [60.0]]))
    >>> found = hierarchical_catchment(
    ...     {"a": 20, "b": 30},
    ...     [
    ...         Level("point", near, {"x": 2}, binary(15)),
    ...         Level("centre", far, {"z": 5}, binary(90)),
    ...     ],
    ... )
    >>> found.by_level.to_dict("list"), found.total.tolist()
    ({'point': [0.1, 0.0], 'centre': [0.1, 0.1]}, [0.2, 0.1])
    """
    levels = _checked_levels(levels)
    names = [one.name for one in levels]
    found = [
        floating_catchment(one.matrix, persons, one.capacity, method="g2sfca", decay=one.decay)
        for one in levels
    ]
    origins = levels[0].matrix.origin_ids
    by_level = pd.DataFrame(
        {name: one.reindex(origins) for name, one in zip(names, found, strict=True)}
    )
    parts = [f"{one.name}: {told(one.matrix, decay=one.decay)}" for one in levels]
    meaning = Meaning("h2sfca", PLACES_PER_PERSON, " | ".join(parts), conserves_supply=True)
    total = described(by_level.to_numpy().sum(axis=1), origins, meaning)
    by_level.attrs = {"unit": PLACES_PER_PERSON, "parameters": meaning.parameters}
    total.attrs["supply_unused"] = float(sum(one.attrs["supply_unused"] for one in found))
    return HierarchicalCatchment(total, by_level)


def _checked_levels(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Make sure that there are levels, and that each can be told from the others."""
    hint = "such as Level('centre', matrix, capacity, decay)"
    given = several(levels, "levels", "[Level(...), Level(...)]")
    found = tuple(checked_kind(one, Level, "each of levels", hint) for one in given)
    for one in found:
        name: Any = one.name
        if not isinstance(name, str) or not name.strip():
            message = f"the name of a level must be a text. Got {shown(name)} instead."
            raise ParameterError(message)
        checked_matrix(one.matrix, f"the matrix of level {name}")
    names = [one.name for one in found]
    if not names or len(set(names)) < len(names):
        message = f"levels must be at least one, each with a name of its own. Got {listed(names)}."
        raise ParameterError(message)
    return found


def _grown(
    at: NDArray[np.intp],
    zone: NDArray[np.intp],
    amounts: NDArray[np.float64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Add up amounts within each step: one row for each catchment, one column for each step."""
    flat = np.bincount(at * shape[1] + zone, weights=amounts, minlength=shape[0] * shape[1])
    return np.cumsum(flat.reshape(shape), axis=1)


def _first_enough(
    sums: NDArray[np.float64], enough: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give the first step at which a sum is enough, or the last one, and the sum there."""
    met = _suffices(sums, enough)
    step = np.where(met.any(axis=1), met.argmax(axis=1), sums.shape[1] - 1)
    return step, sums[np.arange(len(sums)), step]


def _suffices(sums: NDArray[np.float64], enough: float) -> NDArray[np.bool_]:
    """Say which sums are enough; one that rounding took just below is."""
    return sums >= enough * (1.0 - ROUNDING)


def _ascending(steps: Iterable[float], matrix: TravelMatrix) -> NDArray[np.float64]:
    """Check the steps of growth."""
    given = several(steps, "steps", "[10, 20, 30]")
    ends = np.array([matrix.checked_reach(one, "a step") for one in given], dtype=np.float64)
    if not ends.size or (np.diff(ends) <= 0).any():
        message = f"steps must be at least one cost, and ascend. Got {ends.tolist()} instead."
        raise ParameterError(message)
    return ends


def _by_id(values: NDArray[np.float64], ids: Sequence[str]) -> pd.Series:
    return pd.Series(values, index=index_of(ids), name="limit")


def _named(ids: Sequence[str], wanted: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(one for one, is_wanted in zip(ids, wanted.tolist(), strict=True) if is_wanted)
