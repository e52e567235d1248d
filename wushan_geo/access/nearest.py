"""How far the nearest facility is, and which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError

if TYPE_CHECKING:
    from wushan_geo.travel.matrix import TravelMatrix


def nearest_facility(matrix: TravelMatrix, rank: int = 1) -> pd.DataFrame:
    """Find the nearest facility of each origin, or the second, third ... nearest.

    For origin i the facilities are ordered by cost t_ij, equal costs by facility id, and the one at
    place `rank` is taken (Cui & Levinson 2020 call its cost the dual access).

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    rank
        Place in the order, from 1.

    Returns
    -------
    DataFrame
        Index: origin ids. Columns: ``facility_id`` (text, missing where there is none) and ``cost``
        in the matrix's unit (infinity where fewer than `rank` facilities can be reached, or where
        they lie beyond the matrix's limit).

    Raises
    ------
    ParameterError
        If `rank` is not a whole number of at least 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> table = pd.DataFrame({"o": ["a", "a"], "d": ["x", "y"], "t": [12.0, 7.0]})
    >>> matrix = TravelMatrix.from_table(
    ...     table, origin="o", destination="d", cost="t", unit="min"
    ... )
    >>> nearest_facility(matrix)
      facility_id  cost
    a           y   7.0
    """
    if type(rank) is not int or rank < 1:
        message = f"rank must be a whole number of at least 1, not {rank!r}"
        raise ParameterError(message)
    ids = np.asarray(matrix.destination_ids, dtype=object)
    by_id = np.argsort(ids.astype(str), kind="stable")
    costs = matrix.dense()[:, by_id]
    origins = pd.Index(matrix.origin_ids, dtype="str")
    cost = np.full(len(origins), np.inf)
    name = np.full(len(origins), None, dtype=object)
    if rank <= len(ids):
        # A stable sort keeps equal costs in the order of the ids, so that ties have one answer.
        order = np.argsort(costs, axis=1, kind="stable")[:, rank - 1]
        cost = costs[np.arange(len(origins)), order]
        reached = np.isfinite(cost)
        name[reached] = ids[by_id][order[reached]]
    return pd.DataFrame({"facility_id": pd.array(name, dtype="str"), "cost": cost}, index=origins)
