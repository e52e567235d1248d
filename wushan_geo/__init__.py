"""Service-coverage analysis for a county: gaps, scoreboard, next sites, maps and reports.

Importing the package is cheap: a name brings in its libraries when it is first used.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wushan_geo import siting as siting
    from wushan_geo.access.coverage import Coverage as Coverage
    from wushan_geo.access.coverage import coverage as coverage
    from wushan_geo.access.nearest import nearest_facility as nearest_facility
    from wushan_geo.comparison import compare as compare
    from wushan_geo.errors import WushanGeoError as WushanGeoError
    from wushan_geo.maps import coverage_map as coverage_map
    from wushan_geo.maps import save_map as save_map
    from wushan_geo.maps.comparison import comparison_map as comparison_map
    from wushan_geo.matrices import read_matrix as read_matrix
    from wushan_geo.pipeline import run_study as run_study
    from wushan_geo.policy.scoreboard import scoreboard as scoreboard
    from wushan_geo.reports import write_report as write_report
    from wushan_geo.results import StudyResult as StudyResult
    from wushan_geo.sources import datum as datum
    from wushan_geo.sources import divisions as divisions
    from wushan_geo.sources.opening import open_study as open_study
    from wushan_geo.sources.roads.reading import read_roads as read_roads
    from wushan_geo.sources.scenarios import open_either as open_either
    from wushan_geo.sources.terrain import read_terrain as read_terrain
    from wushan_geo.study.study import Study as Study
    from wushan_geo.travel.friction import friction_matrix as friction_matrix
    from wushan_geo.travel.isochrones import isochrones as isochrones
    from wushan_geo.travel.matrix import TravelMatrix as TravelMatrix
    from wushan_geo.travel.network import nearest_by_road as nearest_by_road
    from wushan_geo.travel.network import network_matrix as network_matrix
    from wushan_geo.travel.times import travel_matrix as travel_matrix
    from wushan_geo.travel.times import travel_profiles as travel_profiles

_ROOMS = {"datum", "divisions", "siting"}  # names that are modules themselves
_HOMES = {
    "Coverage": "wushan_geo.access.coverage",
    "Study": "wushan_geo.study.study",
    "StudyResult": "wushan_geo.results",
    "TravelMatrix": "wushan_geo.travel.matrix",
    "WushanGeoError": "wushan_geo.errors",
    "compare": "wushan_geo.comparison",
    "comparison_map": "wushan_geo.maps.comparison",
    "coverage": "wushan_geo.access.coverage",
    "coverage_map": "wushan_geo.maps",
    "datum": "wushan_geo.sources.datum",
    "divisions": "wushan_geo.sources.divisions",
    "friction_matrix": "wushan_geo.travel.friction",
    "isochrones": "wushan_geo.travel.isochrones",
    "nearest_by_road": "wushan_geo.travel.network",
    "nearest_facility": "wushan_geo.access.nearest",
    "network_matrix": "wushan_geo.travel.network",
    "open_either": "wushan_geo.sources.scenarios",
    "open_study": "wushan_geo.sources.opening",
    "read_matrix": "wushan_geo.matrices",
    "read_roads": "wushan_geo.sources.roads.reading",
    "read_terrain": "wushan_geo.sources.terrain",
    "run_study": "wushan_geo.pipeline",
    "save_map": "wushan_geo.maps",
    "scoreboard": "wushan_geo.policy.scoreboard",
    "siting": "wushan_geo.siting",
    "travel_matrix": "wushan_geo.travel.times",
    "travel_profiles": "wushan_geo.travel.times",
    "write_report": "wushan_geo.reports",
}
__all__ = [  # noqa: PLE0604 -- the names are those of the table above, and a test compares them
    "__version__",
    *_HOMES,
]


def __getattr__(name: str) -> Any:
    """Bring a public name in when it is first used."""
    if name == "__version__":
        return metadata.version("wushan-geo")
    if name not in _HOMES:
        message = f"module 'wushan_geo' has no attribute {name!r}"
        raise AttributeError(message)
    home = import_module(_HOMES[name])
    return home if name in _ROOMS else getattr(home, name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
