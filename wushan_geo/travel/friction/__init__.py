"""How long it takes over land: least cost on a raster, with roads burnt in."""

from wushan_geo.travel.friction.land import land_graph
from wushan_geo.travel.friction.matrix import (
    FrictionGraph,
    Way,
    friction_graph,
    friction_matrix,
    friction_trips,
)
from wushan_geo.travel.friction.moves import metrication_error
from wushan_geo.travel.friction.seats import off_land
from wushan_geo.travel.friction.speed import tobler_kmh

__all__ = [
    "FrictionGraph",
    "Way",
    "friction_graph",
    "friction_matrix",
    "friction_trips",
    "land_graph",
    "metrication_error",
    "off_land",
    "tobler_kmh",
]
