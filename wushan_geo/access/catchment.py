"""Places per person: the family of floating catchment areas, where places are shared by all near.

A facility's places are divided among the persons in its catchment, and each place adds up what the
facilities in its own catchment hold for one person. All methods are that, with other weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from wushan_geo.access.arguments import one_of
from wushan_geo.access.meaning import PLACES_PER_PERSON, Meaning, described
from wushan_geo.access.weighing import quotient, told, weighed
from wushan_geo.travel.ids import align_counts
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.access.decay import Decay
    from wushan_geo.access.weighing import Weights
    from wushan_geo.travel.matrix import TravelMatrix

    Shared = tuple[NDArray[np.float64], NDArray[np.float64]]  # by place, and demand by facility

__all__ = ["Method", "floating_catchment", "spatial_availability"]

Method = Literal["2sfca", "e2sfca", "gaussian", "kd2sfca", "g2sfca", "m2sfca", "3sfca", "bfca"]
AUTHORS_DECAYS: dict[str, tuple[str, ...]] = {
    "2sfca": ("binary",),
    "e2sfca": ("stepped",),
    "gaussian": ("dai", "gaussian"),
    "kd2sfca": ("kernel",),
}
"""The families of decay that the name of a method stands for; the other methods take any."""
LOSES_SUPPLY = ("m2sfca", "bfca")


def floating_catchment(
    matrix: TravelMatrix,
    persons: pd.Series | Mapping[str, float],
    capacity: pd.Series | Mapping[str, float],
    *,
    method: Method,
    decay: Decay,
) -> pd.Series:
    """Measure places per person by a floating catchment.

    With weights f_ij = f(t_ij), persons P_i and capacities S_j:

    - ``2sfca``, ``e2sfca``, ``gaussian``, ``kd2sfca`` and ``g2sfca`` are one formula,
      R_j = S_j / sum_k P_k f_kj and A_i = sum_j R_j f_ij, named by the decay that their authors
      used: :func:`~wushan_geo.access.decay.binary` (Luo & Wang 2003),
      :func:`~wushan_geo.access.decay.stepped` (Luo & Qi 2009),
      :func:`~wushan_geo.access.decay.dai` (Dai 2010; the plain
      :func:`~wushan_geo.access.decay.gaussian` is another curve),
      :func:`~wushan_geo.access.decay.kernel` (Dai & Wang 2011), and any (generalised, Wang 2012).
      With a decay of another family the numbers are those of ``g2sfca``, and ``parameters`` says
      so.
    - ``m2sfca``: A_i = sum_j R_j f_ij^2 with the same R_j; supply far away is lost and not shared
      out again (Delamater 2013). Alone among the methods it is multiplied by what multiplies the
      decay, so that a decay with weight 1 at no cost suits it.
    - ``3sfca``: each person is first split over the facilities, G_ij = f_ij / sum_j f_ij; then
      R_j = S_j / sum_k P_k G_kj f_kj and A_i = sum_j R_j G_ij f_ij (Wan, Zou & Sternberg 2012, with
      selection weights from the same decay).
    - ``bfca``: R_j = S_j / sum_k P_k f_kj / (sum_j f_kj) and A_i = sum_j R_j f_ij / (sum_i f_ij),
      so that each person is counted once and each level of service handed out once (Paez, Higgins
      & Vivona 2019). Alone among the methods it depends on how places are cut: one place split in
      two at the same spot changes everybody's value.

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    capacity
        Places by facility id, at least 0; every destination must be named.
    method
        One of the names above.
    decay
        Weight by cost, in the matrix's unit; it must not reach past the matrix's limit.

    Returns
    -------
    Series
        Places per person by origin, never NaN; 0 where no facility with weight is in reach. Places
        without persons have a value too: what a person there would find. A facility whose catchment
        holds no person serves nobody: its places are in ``attrs["supply_unused"]``. Beside it stand
        ``measure`` (the method), ``unit``, ``parameters``, ``reading`` and ``conserves_supply``:
        True where the sum of value x persons is all supply but the unused; False for ``m2sfca`` and
        ``bfca``.

    Raises
    ------
    UnknownIdError
        If `persons` or `capacity` lacks an id of the matrix or names another one.
    ParameterError
        If `matrix` is no TravelMatrix, a count is negative, infinite or NaN, `method` has another
        name, or `decay` is no decay or reaches past the matrix's limit.

    Examples
    --------
    >>> from wushan_geo.access.decay import binary
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = np.array([[5.0, 70.0], [50.0, 40.0], [25.0, 30.0]])
    >>> matrix = TravelMatrix(("a", "b", "c"), ("x", "y"), "min", costs)
    >>> found = floating_catchment(
    ...     matrix,
    ...     {"a": 5, "b": 10, "c": 50},
    ...     {"x": 50, "y": 100},
    ...     method="2sfca",
    ...     decay=binary(30),
    ... )
    >>> found.round(7).tolist()
    [0.9090909, 0.0, 2.9090909]
    """
    one_of(method, get_args(Method), "method")
    checked_matrix(matrix)
    people = align_counts(persons, matrix.origin_ids, "persons")
    places = align_counts(capacity, matrix.destination_ids, "capacity")
    shares = {"m2sfca": _modified, "3sfca": _three_steps, "bfca": _balanced}.get(method, _two_steps)
    found, demand = shares(weighed(matrix, decay), people, places)
    own = AUTHORS_DECAYS.get(method, (decay.kind,))
    named = method if decay.kind in own else f"{method} generalised to another decay"
    meaning = Meaning(
        measure=method,
        unit=PLACES_PER_PERSON,
        parameters=told(matrix, method=named, decay=decay),
        conserves_supply=method not in LOSES_SUPPLY,
    )
    series = described(found, matrix.origin_ids, meaning)
    series.attrs["supply_unused"] = _unused(places, demand)
    return series


def spatial_availability(
    matrix: TravelMatrix,
    persons: pd.Series | Mapping[str, float],
    capacity: pd.Series | Mapping[str, float],
    *,
    decay: Decay,
) -> pd.Series:
    """Share out every facility's places among the places in its reach.

    V_i = sum_j S_j P_i f_ij / sum_k P_k f_kj (Soukhov et al. 2023): the persons of place i times
    their generalised two-step floating catchment.

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    capacity
        Places by facility id, at least 0; every destination must be named.
    decay
        Weight by cost, in the matrix's unit; it must not reach past the matrix's limit.

    Returns
    -------
    Series
        Places (of care, not per person) by origin, never NaN; 0 where nobody lives or no facility
        is in reach. They add up to all supply but ``attrs["supply_unused"]``, the places of
        facilities that nobody reaches.

    Raises
    ------
    UnknownIdError
        If `persons` or `capacity` lacks an id of the matrix or names another one.
    ParameterError
        If `matrix` is no TravelMatrix, a count is negative, infinite or NaN, or `decay` is no decay
        or reaches past the matrix's limit.

    Examples
    --------
    >>> from wushan_geo.access.decay import exponential
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = np.array([[15.0, 30, 100], [30, 15, 100], [100, 100, 15]])
    >>> matrix = TravelMatrix(("a", "b", "c"), ("x", "y", "z"), "min", costs)
    >>> found = spatial_availability(
    ...     matrix,
    ...     {"a": 50_000, "b": 150_000, "c": 10_000},
    ...     {"x": 100_000, "y": 100_000, "z": 10_000},
    ...     decay=exponential(0.1),
    ... )
    >>> found.round().tolist()
    [66833.0, 133203.0, 9963.0]
    """
    checked_matrix(matrix)
    people = align_counts(persons, matrix.origin_ids, "persons")
    places = align_counts(capacity, matrix.destination_ids, "capacity")
    found, demand = _two_steps(weighed(matrix, decay), people, places)
    meaning = Meaning(
        measure="spatial_availability",
        unit="places",
        parameters=told(matrix, decay=decay),
        conserves_supply=True,
    )
    series = described(people * found, matrix.origin_ids, meaning)
    series.attrs["supply_unused"] = _unused(places, demand)
    return series


def _unused(capacity: NDArray[np.float64], demand: NDArray[np.float64]) -> float:
    """Add up the places of facilities that nobody shares, as :func:`quotient` sees it."""
    return float(capacity[quotient(capacity, demand) == 0].sum())


def _two_steps(
    weights: Weights, persons: NDArray[np.float64], capacity: NDArray[np.float64]
) -> Shared:
    """Share places among the persons in reach."""
    demand = weights.over_places(persons)
    return weights.over_facilities(quotient(capacity, demand)), demand


def _modified(
    weights: Weights, persons: NDArray[np.float64], capacity: NDArray[np.float64]
) -> Shared:
    """Share places as in two steps, and weigh the shares once more on the way home."""
    demand = weights.over_places(persons)
    weights.square()
    return weights.over_facilities(quotient(capacity, demand)), demand


def _three_steps(
    weights: Weights, persons: NDArray[np.float64], capacity: NDArray[np.float64]
) -> Shared:
    """Split persons over facilities first.

    G_ij f_ij = f_ij^2 / F_i with F_i = sum_j f_ij: persons and results are divided by F once each,
    and no pair has to be.
    """
    choice = weights.over_facilities(np.ones_like(capacity))
    weights.square()
    demand = weights.over_places(quotient(persons, choice))
    return quotient(weights.over_facilities(quotient(capacity, demand)), choice), demand


def _balanced(
    weights: Weights, persons: NDArray[np.float64], capacity: NDArray[np.float64]
) -> Shared:
    """Count each person once over all facilities, and each level of service once over all homes."""
    choice = weights.over_facilities(np.ones_like(capacity))
    homes = weights.over_places(np.ones_like(persons))
    demand = weights.over_places(quotient(persons, choice))
    level = quotient(capacity, demand)
    return weights.over_facilities(quotient(level, homes)), demand
