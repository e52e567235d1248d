"""What a road network is made of: classes, closures, parts that do not hang together, traps.

Every part is reported, however large: an island of a thousand roads is as cut off as one of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.study.road_report import RoadReport
from wushan_geo.study.roads import METRES_A_KM
from wushan_geo.study.tables import ROAD_CLASSES
from wushan_geo.travel.edges import EdgeMinutes
from wushan_geo.travel.network import components
from wushan_geo.travel.places import places
from wushan_geo.travel.snap import FERRY, snap

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.study import Study
    from wushan_geo.travel.snap import Snaps

__all__ = ["RoadReport", "network_report", "road_report"]

VILLAGE, FACILITY = "village", "facility"
_PLACES = ["kind", "id", "name", "name_en", "part", "edge_id", "snap_m", "leaves", "returns"]


def road_report(study: Study) -> RoadReport:
    """Report on the roads of a study.

    Parts are the weakly connected components of the open edges. The main body of a part is its
    largest strongly connected component: there each place can be reached from each other one. Who
    hangs on a one-way road that only leads out of the main body, or only into it, is named.
    Places hang on the nearest edge that they can enter, as they do when times are worked out.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    RoadReport
        The report; seasons, crossings with hours and scenarios are not looked at.

    Raises
    ------
    ParameterError
        If the study has no road network.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> report = road_report(wg.open_study("wushan"))
    >>> len(report.parts), report.places["part"].unique().tolist()
    (1, [0])
    """
    roads = study.roads
    if roads is None:
        message = "the study has no road network."
        raise ParameterError(message)
    part: NDArray[np.intp] = np.asarray(components(roads), dtype=np.intp)
    return _report(roads, part, *_places(study, roads, part))


def network_report(roads: RoadNetwork) -> RoadReport:
    """Report on a road network alone, before the study that it is for can be opened.

    Parameters
    ----------
    roads
        Road network.

    Returns
    -------
    RoadReport
        The report, on which no village and no facility hangs.

    Raises
    ------
    AttributeError
        If `roads` is no network.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> network_report(wg.open_study("wushan").roads).places.empty
    True
    """
    part: NDArray[np.intp] = np.asarray(components(roads), dtype=np.intp)
    return _report(roads, part, pd.DataFrame(columns=_PLACES), ())


def _report(
    roads: RoadNetwork, part: NDArray[np.intp], hung: pd.DataFrame, left_out: tuple[str, ...]
) -> RoadReport:
    """Put the report together from the part of each node and what hangs on the roads."""
    closed = np.flatnonzero(roads.closed)
    editions = pd.Series(roads.edition, dtype=object).value_counts(sort=False)
    parts, lone = _parts(roads, part, hung)
    return RoadReport(
        nodes=roads.lon.size,
        edges=roads.u.size,
        km=float(roads.length_m.sum()) / METRES_A_KM,
        classes=_classes(roads),
        oneway=int(roads.oneway.sum()),
        ferries=int((roads.road_class == FERRY).sum()),
        bridges=int(roads.bridge.sum()),
        closed=pd.DataFrame(
            {
                "edge_id": roads.edge_ids[closed],
                "name": roads.name[closed],
                "road_class": roads.road_class[closed],
                "km": roads.length_m[closed] / METRES_A_KM,
            }
        ),
        editions={str(day): int(editions[day]) for day in sorted(editions.index)},
        parts=parts,
        lone_nodes=lone,
        places=hung,
        left_out=left_out,
    )


def _classes(roads: RoadNetwork) -> pd.DataFrame:
    """Count edges and kilometres by class, known classes in their order and then the others."""
    table = pd.DataFrame({"road_class": roads.road_class, "km": roads.length_m / METRES_A_KM})
    found = table.groupby("road_class")["km"].agg(["size", "sum"])
    others = sorted(set(found.index) - set(ROAD_CLASSES))
    found = found.loc[[one for one in (*ROAD_CLASSES, *others) if one in found.index]]
    return found.reset_index().set_axis(["road_class", "edges", "km"], axis=1)


def _parts(
    roads: RoadNetwork, part: NDArray[np.intp], hung: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Measure each part, and count what hangs on it."""
    usable = ~roads.closed
    size = int(part.max()) + 1 if part.size else 0
    of_edge = part[roads.u[usable]]
    edges = np.bincount(of_edge, minlength=size)
    table = pd.DataFrame(
        {
            "part": np.arange(size),
            "nodes": np.bincount(part, minlength=size),
            "edges": edges,
            "km": np.bincount(of_edge, roads.length_m[usable], minlength=size) / METRES_A_KM,
        }
    )
    for kind, name in ((VILLAGE, "villages"), (FACILITY, "facilities")):
        of_kind = hung.loc[(hung["kind"] == kind).to_numpy(), "part"].to_numpy(dtype=np.intp)
        table[name] = np.bincount(of_kind, minlength=size)
    return table[edges > 0].reset_index(drop=True), int((edges == 0).sum())


def _places(
    study: Study, roads: RoadNetwork, part: NDArray[np.intp]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Hang the villages and the facilities of a study on its roads."""
    villages, facilities = study.villages, study.facilities
    leaving, returning = _both_ways(roads, part)
    tables, left_out = [], []
    for kind, points, table in (
        (VILLAGE, villages["demand_point"].set_axis(villages["zone_id"]), villages),
        (FACILITY, facilities.geometry.set_axis(facilities["facility_id"]), facilities),
    ):
        english = table["name_en"].where(table["name_en"].notna(), table["name"])
        there = ~(points.isna() | points.is_empty).to_numpy(dtype=bool)
        left_out += points.index[~there].tolist()
        if not there.any() or roads.closed.all():
            left_out += points.index[there].tolist()
            continue
        at = places(cast("gpd.GeoSeries", points.iloc[np.flatnonzero(there)]), kind)
        spots = snap(roads, at, _open_minutes(roads), kind)
        node = np.where(spots.node >= 0, spots.node, roads.u[spots.edge])
        tables.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "id": list(at.ids),
                    "name": table["name"].to_numpy(dtype=object)[there],
                    "name_en": english.to_numpy(dtype=object)[there],
                    "part": part[node],
                    "edge_id": np.where(spots.edge >= 0, roads.edge_ids[spots.edge], ""),
                    "snap_m": spots.metres,
                    "leaves": _from_any(roads, spots, leaving, into=True),
                    "returns": _from_any(roads, spots, returning, into=False),
                }
            )
        )
    if not tables:
        return pd.DataFrame(columns=_PLACES), tuple(left_out)
    return pd.concat(tables, ignore_index=True), tuple(left_out)


def _open_minutes(roads: RoadNetwork) -> EdgeMinutes:
    """Let every open edge be passed as it may be; how long it takes is no matter."""
    forward = np.where(roads.closed, np.inf, 0.0)
    return EdgeMinutes(forward, np.where(roads.oneway, np.inf, forward))


def _from_any(
    roads: RoadNetwork, spots: Snaps, good: NDArray[np.bool_], *, into: bool
) -> NDArray[np.bool_]:
    """Say the same of places, which may hang on both carriageways of a road."""
    every, place = spots.spots()
    found = np.zeros(spots.node.size, dtype=bool)
    np.logical_or.at(found, place, _from(roads, every, good, into=into))
    return found


def _from(
    roads: RoadNetwork, spots: Snaps, good: NDArray[np.bool_], *, into: bool
) -> NDArray[np.bool_]:
    """Say of each place whether an end that its own road lets it go to (or come from) is good."""
    edge = spots.edge
    both = ~roads.oneway[edge]
    ahead, behind = (roads.v, roads.u) if into else (roads.u, roads.v)
    on_edge = good[ahead[edge]] | (both & good[behind[edge]])
    found: NDArray[np.bool_] = np.where(spots.node >= 0, good[spots.node], on_edge)
    return found


def _both_ways(
    roads: RoadNetwork, part: NDArray[np.intp]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say from which nodes the main body of their part is reached, and which it reaches."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    size = part.size
    usable = ~roads.closed
    both = usable & ~roads.oneway
    start = np.concatenate([roads.u[usable], roads.v[both]])
    end = np.concatenate([roads.v[usable], roads.u[both]])
    ways = coo_array((np.ones(start.size), (start, end)), shape=(size, size)).tocsr()
    body = connected_components(ways, connection="strong")[1] if size else np.empty(0, np.intp)
    _, first, label, count = np.unique(
        body, return_index=True, return_inverse=True, return_counts=True
    )
    # The largest of each part, of equally large ones the one with the first node.
    order = np.lexsort((first, -count, part[first]))
    _, main = np.unique(part[first][order], return_index=True)
    core = np.flatnonzero(np.isin(label, order[main]))
    found = []
    for one, other in ((end, start), (start, end)):
        # From one more node, which leads into every main body, all is searched at once.
        tail = np.concatenate([one, np.full(core.size, size)])
        head = np.concatenate([other, core])
        graph = coo_array((np.ones(tail.size), (tail, head)), shape=(size + 1, size + 1)).tocsr()
        reached = np.zeros(size + 1, dtype=bool)
        reached[breadth_first_order(graph, size, return_predecessors=False)] = True
        found.append(reached[:size])
    return found[0], found[1]
