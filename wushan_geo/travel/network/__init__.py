"""How long it takes by road: shortest times on a network of nodes and edges."""

from wushan_geo.travel.network.matrix import components, network_matrix, road_trips
from wushan_geo.travel.network.nearest import nearest_by_road
from wushan_geo.travel.network.prepared import PreparedRoads, prepare_roads, with_places

__all__ = [
    "PreparedRoads",
    "components",
    "nearest_by_road",
    "network_matrix",
    "prepare_roads",
    "road_trips",
    "with_places",
]
