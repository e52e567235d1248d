"""Bring your own times: from the file of any router to a travel matrix.

It stands above both rooms that it needs: only ``sources`` reads files, only ``travel`` makes a
matrix, and neither may know the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.sources.matrices import StatedPairs, read_pairs_table
from wushan_geo.study.bounds import plausible
from wushan_geo.travel.given import given_matrix, in_matrix_unit
from wushan_geo.travel.ids import id_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wushan_geo.travel.matrix import TravelMatrix


def read_matrix(  # noqa: PLR0913 - the public signature of the design; all but two are options
    path: str | Path,
    *,
    unit: str,
    origin: str = "origin",
    destination: str = "destination",
    cost: str = "cost",
    origins: Iterable[Any] | None = None,
    destinations: Iterable[Any] | None = None,
    limit: float | None = None,
) -> TravelMatrix:
    """Read a matrix of times or distances that any router has worked out.

    The file has a row for each pair: CSV, Excel, Parquet or another table. Without a limit every
    pair must be there, ``inf`` where there is no way; with one an absent pair is beyond it or
    unreachable. Ids stay text, so that codes keep their leading zeros.

    Parameters
    ----------
    path
        The file; a sheet of a workbook follows after ``#``.
    unit
        Unit of the costs: ``min``, ``s``, ``h``, ``m`` or ``km``. It has to be said: seconds pass
        for minutes too easily.
    origin, destination, cost
        Headers of the columns.
    origins, destinations
        All ids, in the order wanted: others in the file are refused, and missing ones are named.
        None takes those of the file in first-seen order.
    limit
        Largest cost that the file is complete for, in `unit`.

    Returns
    -------
    TravelMatrix
        In minutes (from min, s, h) or metres (from m, km), from origin to destination.

    Raises
    ------
    InputError
        With all faults of the file at once, each with its row; a time of more than a day is one,
        or a length of more than 2,880 km, since it is a mark for "no way" or in another unit.
    ParameterError
        If unit or limit is out of range, or a stated id is neither text nor whole number.
    UnknownIdError
        If a stated id is there twice.

    Examples
    --------
    See ``tests/test_matrices.py``.
    """
    in_matrix_unit(np.empty(0), unit)  # before a long file is read
    stated = StatedPairs(
        None if origins is None else id_texts(origins, "origins"),
        None if destinations is None else id_texts(destinations, "destinations"),
        complete=limit is None,
        most=plausible(unit),
    )
    return given_matrix(
        read_pairs_table(path, (origin, destination, cost), stated),
        unit=unit,
        origins=stated.origins,
        destinations=stated.destinations,
        limit=limit,
    )
