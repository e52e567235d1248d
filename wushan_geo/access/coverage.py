"""Who is within a limit of a facility, counted in places and in persons side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.access.nearest import nearest_costs
from wushan_geo.access.weighing import told
from wushan_geo.travel.ids import align_counts, index_of
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.travel.matrix import TravelMatrix, Unit


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many are covered; places and persons are never given without each other."""

    limit: float
    """Largest cost that counts as covered, in the matrix's unit."""
    places: int
    """Origins covered."""
    total_places: int
    """All origins."""
    persons: float
    """Persons at covered origins."""
    total_persons: float
    """All persons."""
    place_share: float
    """Share of origins covered, 0 to 1; NaN if there is none."""
    person_share: float
    """Share of persons covered, 0 to 1; NaN if there is none."""
    covered: pd.Series
    """True for each covered origin, by origin id."""
    unit: Unit
    """Unit of the limit: ``"min"`` or ``"m"``."""
    parameters: str
    """Every parameter with its value, such as ``"limit=30; unit=min"``."""


def coverage(
    matrix: TravelMatrix, persons: pd.Series | Mapping[str, float], *, limit: float
) -> Coverage:
    """Count the places and the persons within a limit of at least one facility.

    Origin i is covered if min_j t_ij <= limit: a place exactly at the limit is covered.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    limit
        Largest cost that counts as covered, in the matrix's unit.

    Returns
    -------
    Coverage
        Counts and shares of places and persons, which origins are covered, and at which limit in
        which unit.

    Raises
    ------
    UnknownIdError
        If `persons` lacks an origin or names another one.
    ParameterError
        If `matrix` is no TravelMatrix, a count is negative or NaN, or `limit` is negative or beyond
        the matrix's own limit.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> table = pd.DataFrame({"o": ["a", "b"], "d": ["x", "x"], "t": [30.0, 31.0]})
    >>> matrix = TravelMatrix.from_table(
    ...     table, origin="o", destination="d", cost="t", unit="min"
    ... )
    >>> found = coverage(matrix, {"a": 3, "b": 1}, limit=30)
    >>> found.places, found.persons, found.place_share, found.person_share
    (1, 3.0, 0.5, 0.75)
    >>> found.parameters
    'limit=30; unit=min'
    """
    checked_matrix(matrix)
    counts = align_counts(persons, matrix.origin_ids, "persons")
    reach = matrix.checked_reach(limit, "limit")
    covered = nearest_costs(matrix) <= reach
    all_places = len(matrix.origin_ids)
    places, persons_in = int(covered.sum()), float(counts[covered].sum())
    total = float(counts.sum())
    return Coverage(
        limit=reach,
        places=places,
        total_places=all_places,
        persons=persons_in,
        total_persons=total,
        place_share=places / all_places if all_places else float("nan"),
        person_share=persons_in / total if total else float("nan"),
        covered=pd.Series(covered, index=index_of(matrix.origin_ids), name="covered"),
        unit=matrix.unit,
        parameters=told(matrix, limit=reach),
    )
