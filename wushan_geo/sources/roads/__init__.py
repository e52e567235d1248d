"""Road networks: from the tables of a study, from files of OpenStreetMap, from an Overpass server.

`classes` tells the class of a road from its number, an office's word or a map's tag; `osm` makes a
network of the ways and nodes of OpenStreetMap, which `files` and `download` bring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.study.roads import RoadNetwork

if TYPE_CHECKING:
    import pandas as pd


def road_network(nodes: pd.DataFrame | None, edges: pd.DataFrame | None) -> RoadNetwork | None:
    """Make the network of a study from its two checked tables.

    Parameters
    ----------
    nodes
        Table ``road_nodes``, or None.
    edges
        Table ``road_edges``, or None.

    Returns
    -------
    RoadNetwork or None
        The network; None if the study has none, or only one of the two tables.

    Raises
    ------
    InputError
        If the tables contradict each other.

    Examples
    --------
    >>> road_network(None, None) is None
    True
    """
    if nodes is None or edges is None:
        return None
    return RoadNetwork.from_tables(nodes, edges)
