"""From places to cells: where a trip over land starts and ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.study.fitting import KINDS, on_land
from wushan_geo.travel.places import Places, require_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wushan_geo.study.study import Study
    from wushan_geo.study.terrain import Terrain


class Seats(NamedTuple):
    """The cells at which places lie."""

    cell: NDArray[np.intp]
    """Number of the cell."""
    moved_m: NDArray[np.float64]
    """Metres to the middle of that cell for a place that was moved to it; 0 for all others."""


def seats(
    terrain: Terrain,
    passable: NDArray[np.bool_],
    ends: tuple[Places, Places],
    nearest_within_m: float | None,
) -> tuple[Seats, Seats]:
    """Find the cell of each origin and destination.

    A place lies in the cell that holds it, and its way starts in the middle of that cell. One that
    lies outside the raster, or in a cell that cannot be entered, is refused, or moved to the cell
    whose middle is nearest (of equally near ones the first), if that is near enough. A place on the
    bank may so be moved to the other bank: look at what was moved.

    Parameters
    ----------
    terrain
        The land.
    passable
        Whether each cell can be entered, cell after cell.
    ends
        Origins and destinations.
    nearest_within_m
        How far a place may be moved, in metres; None moves none.

    Returns
    -------
    tuple of Seats
        Of the origins and of the destinations.

    Raises
    ------
    ParameterError
        If a place has no coordinates, or no cell near enough; all of them are named.

    Examples
    --------
    See ``tests/test_travel_friction.py``.
    """
    faults: list[str] = []
    found = []
    for at, what in zip(ends, ("origins", "destinations"), strict=True):
        require_points(at, what)
        column, row = terrain.grid(at.lon, at.lat)
        cell = terrain.cells_at(column, row)
        metres = np.zeros(cell.size)
        outside = cell < 0
        seated = ~outside
        seated[seated] = passable[cell[seated]]
        for one in np.flatnonzero(~seated).tolist() if nearest_within_m is not None else ():
            cell[one], metres[one] = _nearest(
                terrain, passable, (float(column[one]), float(row[one])), nearest_within_m or 0.0
            )
            seated[one] = cell[one] >= 0
        faults += _faults(terrain, at, what, cell, (seated, outside))
        found.append(Seats(cell, metres))
    if faults:
        near = (
            "Move them, mend the rasters, or state nearest_within_m to take the nearest cell."
            if nearest_within_m is None
            else f"No cell that can be entered lies within {nearest_within_m:g} m of them."
        )
        message = f"these places cannot be reached on the terrain: {'; '.join(faults)}. {near}"
        raise ParameterError(message)
    return found[0], found[1]


def off_land(study: Study) -> tuple[frozenset[str], frozenset[str]]:
    """Name the villages and facilities of a study for which no time over land can be told.

    They lie outside the raster, where it has no data, or on a barrier. What is not known of one
    village says nothing of another, so that the others keep their times.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of frozenset
        Ids of the villages and of the facilities that have a point; none unless the study's engine
        is ``terrain``.

    Raises
    ------
    KeyError
        If the tables of the study lack a column of their contract.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> off_land(wg.open_study("example"))
    (frozenset(), frozenset())
    """
    land, terrain = study.config.travel.terrain, study.terrain
    if land is None or terrain is None:
        return frozenset(), frozenset()
    tables: dict[str, Any] = {"villages": study.villages, "facilities": study.facilities}
    if study.demand_points is not None:
        tables["demand_points"] = study.demand_points
    found = on_land(terrain, land.factors, tables)
    off = found[(found["why"] != "").to_numpy()]
    villages, facilities = (
        frozenset(off.loc[(off["kind"] == one).to_numpy(), "id"].astype(str)) for one in KINDS
    )
    return villages, facilities


def _nearest(
    terrain: Terrain,
    passable: NDArray[np.bool_],
    place: tuple[float, float],
    most_m: float,
) -> tuple[int, float]:
    """Give the nearest cell that can be entered and the metres to its middle; -1 if none."""
    rows, columns = terrain.shape
    if not (math.isfinite(place[0]) and math.isfinite(place[1])):
        return -1, 0.0
    reach = most_m / terrain.cell_m + 1
    window = [
        np.arange(max(0, math.floor(at - reach)), min(count, math.ceil(at + reach) + 1))
        for at, count in zip(place, (columns, rows), strict=True)
    ]
    across, down = np.meshgrid(*window)
    metres = np.hypot(across + 0.5 - place[0], down + 0.5 - place[1]) * terrain.cell_m
    cell = down * columns + across
    # To the millimetre, so that rounding does not decide between cells that are equally near.
    metres = np.where(passable[cell], metres.round(3), np.inf)
    if not metres.size or metres.min() > most_m:
        return -1, 0.0
    at = int(np.argmin(metres))
    return int(cell.flat[at]), float(metres.flat[at])


def _faults(
    terrain: Terrain,
    at: Places,
    what: str,
    cell: NDArray[np.intp],
    which: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Iterator[str]:
    """Name the places without a cell, by what is the matter with it."""
    seated, outside = which
    held = terrain.cells(at.lon, at.lat) if cell.size else cell
    hole = np.zeros(cell.size, dtype=bool)
    hole[~outside] = np.isnan(terrain.elevation.ravel()[held[~outside]])
    if terrain.land_cover is not None:
        hole[~outside] |= terrain.land_cover.ravel()[held[~outside]] < 0
    for wrong, text in (
        (~seated & outside, "outside the raster"),
        (~seated & ~outside & hole, "in a cell without data"),
        (~seated & ~outside & ~hole, "on a barrier"),
    ):
        if wrong.any():
            names = ", ".join(at.ids[one] for one in np.flatnonzero(wrong).tolist())
            yield f"{what} {text}: {names}"
