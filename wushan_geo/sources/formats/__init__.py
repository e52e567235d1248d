"""Any office table file to its sheets as they stand."""

from wushan_geo.sources.formats.reading import read_grids

__all__ = ["read_grids"]
