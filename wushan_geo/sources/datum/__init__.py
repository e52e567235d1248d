"""Datums: convert coordinates, read them from text, and notice a wrong one."""

from wushan_geo.sources.datum.border import outside
from wushan_geo.sources.datum.degrees import read_coordinates
from wushan_geo.sources.datum.guard import CANNOT_TELL, DatumVerdict, guard
from wushan_geo.sources.datum.points import apply_datum, check_points
from wushan_geo.sources.datum.references import Reference
from wushan_geo.sources.datum.tidying import tidy
from wushan_geo.sources.datum.transforms import DATUMS, convert, known
from wushan_geo.sources.datum.weighing import Fit, Weighing

__all__ = [
    "CANNOT_TELL",
    "DATUMS",
    "DatumVerdict",
    "Fit",
    "Reference",
    "Weighing",
    "apply_datum",
    "check_points",
    "convert",
    "guard",
    "known",
    "outside",
    "read_coordinates",
    "tidy",
]
