"""Where roads cross the county line, as places where trips end or start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.study.metric import metric_crs
from wushan_geo.travel.places import Places
from wushan_geo.travel.trips import positive

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes

# A network cut along the county line has ends that hang over it by some metres: only one that
# goes on for a kilometre was made to be used beyond.
BEYOND_M = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """Roads over the county line; made by :func:`gates`.

    Examples
    --------
    See ``tests/test_travel_gates.py``.
    """

    edge: NDArray[np.intp]
    """Edge over the line."""
    node: NDArray[np.intp]
    """Its end inside the county."""
    out: NDArray[np.float64]
    """Minutes along it from that end to the line; infinite if it does not lead out."""
    into: NDArray[np.float64]
    """Minutes along it from the line to that end; infinite if it does not lead in."""


def gates(roads: RoadNetwork, minutes: EdgeMinutes, county: BaseGeometry) -> Gates | None:
    """Find where roads cross the county line.

    Parameters
    ----------
    roads
        Road network.
    minutes
        Minutes along its edges; those that cannot be travelled lead nowhere.
    county
        The county (Polygon or MultiPolygon in degrees); its line belongs to it.

    Returns
    -------
    Gates or None
        One for each edge with one end inside and one outside, crossed where it first meets the
        line. None if the network ends with the county (no node that a road leads to lies farther
        than 1 km outside), so that it cannot tell what is in reach beyond.

    Raises
    ------
    CrsError
        If the county lies outside the metric zones of CGCS2000.

    Examples
    --------
    See ``tests/test_travel_gates.py``.
    """
    import shapely

    shapely.prepare(county)
    inside = shapely.intersects_xy(county, roads.lon, roads.lat)
    used = np.zeros(roads.lon.size, dtype=bool)
    used[roads.u] = used[roads.v] = True
    outside = np.flatnonzero(used & ~inside)
    if not (_metres_from(county, roads.lon[outside], roads.lat[outside]) > BEYOND_M).any():
        return None
    edge = np.flatnonzero((inside[roads.u] != inside[roads.v]) & minutes.passable)
    starts = inside[roads.u[edge]]
    share = _to_line(roads, edge, county, starts)
    forward, backward = minutes.forward[edge] * share, minutes.backward[edge] * share
    return Gates(
        edge,
        np.where(starts, roads.u[edge], roads.v[edge]),
        _no_nan(np.where(starts, forward, backward)),
        _no_nan(np.where(starts, backward, forward)),
    )


def exits(roads: RoadNetwork, found: Gates, factor: float) -> Places:
    """Give the county line as places where trips end.

    Parameters
    ----------
    roads
        Road network.
    found
        Where roads cross the line.
    factor
        Multiplier of the minutes from the last node to the line, as of every road.

    Returns
    -------
    Places
        The inner node of each edge that leads out (ids are those of the edges), charged with the
        minutes from there to the line.

    Raises
    ------
    ParameterError
        If the factor is not above 0.

    Examples
    --------
    See ``tests/test_travel_gates.py``.
    """
    return _at_gates(roads, found, found.out * positive(factor, "factor"))


def entries(roads: RoadNetwork, found: Gates, factor: float, fixed_min: float) -> Places:
    """Give the county line as places where trips start.

    Parameters
    ----------
    roads
        Road network.
    found
        Where roads cross the line.
    factor
        Multiplier of the minutes from the line to the first node, as of every road.
    fixed_min
        Minutes that every trip is charged beside the road, such as boarding.

    Returns
    -------
    Places
        The inner node of each edge that leads in (ids are those of the edges), charged with the
        minutes from the line to it and what every trip is charged.

    Raises
    ------
    ParameterError
        If the factor is not above 0.

    Examples
    --------
    See ``tests/test_travel_gates.py``.
    """
    return _at_gates(roads, found, found.into * positive(factor, "factor") + fixed_min)


def _at_gates(roads: RoadNetwork, found: Gates, more: NDArray[np.float64]) -> Places:
    """Give the inner ends of roads over the line, with the minutes from there to the line."""
    there = np.isfinite(more)
    node = found.node[there]
    return Places(
        tuple(roads.edge_ids[found.edge[there]].tolist()),
        roads.lon[node],
        roads.lat[node],
        tuple(roads.node_ids[node].tolist()),
        more[there],
    )


def _to_line(
    roads: RoadNetwork,
    edge: NDArray[np.intp],
    county: BaseGeometry,
    starts: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Give the share of each edge from its inner end to where it first meets the county line."""
    import shapely

    points, of_edge = roads.lines()
    wanted = np.isin(of_edge, edge)
    which = np.searchsorted(edge, of_edge[wanted])
    drawn = np.asarray(shapely.linestrings(points[wanted], indices=which))
    lines = np.where(starts, drawn, shapely.reverse(drawn))
    met = shapely.intersection(lines, shapely.boundary(county))
    corners, line = shapely.get_coordinates(met, return_index=True)
    along = shapely.line_locate_point(lines[line], shapely.points(corners), normalized=True)
    share = np.ones(edge.size)
    np.minimum.at(share, line, along)
    return share


def _metres_from(
    county: BaseGeometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    import geopandas as gpd
    import shapely

    west, _, east, _ = county.bounds
    code = metric_crs((west + east) / 2)
    area = gpd.GeoSeries([county], crs=4326).to_crs(code).iloc[0]
    points = gpd.GeoSeries(shapely.points(lon, lat), crs=4326).to_crs(code)
    return shapely.distance(area, points.to_numpy())


def _no_nan(minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let no way of infinite minutes and no length be no way."""
    return np.where(np.isnan(minutes), np.inf, minutes)
