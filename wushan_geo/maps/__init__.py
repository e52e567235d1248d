"""One page with the map of a finished result; it opens with the network cable out."""

from wushan_geo.maps.coverage import coverage_map
from wushan_geo.maps.offline import map_html, save_map

__all__ = ["coverage_map", "map_html", "save_map"]
