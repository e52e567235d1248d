"""Service-coverage analysis for a county: gaps, scoreboard, next sites, maps and reports.

Importing the package is cheap: a name brings in its libraries when it is first used.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wushan_geo import siting as siting
    from wushan_geo.access import decay as decay
    from wushan_geo.access import equity as equity
    from wushan_geo.access import rates as rates
    from wushan_geo.access.agents import RationalAgentAccess as RationalAgentAccess
    from wushan_geo.access.agents import rational_agent_access as rational_agent_access
    from wushan_geo.access.allocation import Allocation as Allocation
    from wushan_geo.access.allocation import allocate as allocate
    from wushan_geo.access.allocation import nearest_allocation as nearest_allocation
    from wushan_geo.access.allocation import value_of_places as value_of_places
    from wushan_geo.access.catchment import floating_catchment as floating_catchment
    from wushan_geo.access.catchment import spatial_availability as spatial_availability
    from wushan_geo.access.clusters import Chance as Chance
    from wushan_geo.access.clusters import gap_clusters as gap_clusters
    from wushan_geo.access.clusters import hot_spots as hot_spots
    from wushan_geo.access.coverage import Coverage as Coverage
    from wushan_geo.access.coverage import coverage as coverage
    from wushan_geo.access.nearest import nearest_facility as nearest_facility
    from wushan_geo.access.opportunities import balancing_cost as balancing_cost
    from wushan_geo.access.opportunities import container_ratio as container_ratio
    from wushan_geo.access.opportunities import coverage_curve as coverage_curve
    from wushan_geo.access.opportunities import cumulative as cumulative
    from wushan_geo.access.opportunities import gravity as gravity
    from wushan_geo.access.tiers import Level as Level
    from wushan_geo.access.tiers import hierarchical_catchment as hierarchical_catchment
    from wushan_geo.access.tiers import variable_catchment as variable_catchment
    from wushan_geo.analysis.asked import ServiceAsked as ServiceAsked
    from wushan_geo.comparison import compare as compare
    from wushan_geo.errors import WushanGeoError as WushanGeoError
    from wushan_geo.maps import coverage_map as coverage_map
    from wushan_geo.maps import save_map as save_map
    from wushan_geo.maps.comparison import comparison_map as comparison_map
    from wushan_geo.maps.siting import siting_map as siting_map
    from wushan_geo.matrices import read_matrix as read_matrix
    from wushan_geo.pipeline import analyse_gaps as analyse_gaps
    from wushan_geo.pipeline import propose_sites as propose_sites
    from wushan_geo.pipeline import run_study as run_study
    from wushan_geo.pipeline import service_asked as service_asked
    from wushan_geo.policy.scoreboard import scoreboard as scoreboard
    from wushan_geo.reports import write_report as write_report
    from wushan_geo.results import GapAnalysis as GapAnalysis
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
    from wushan_geo.travel.network import prepare_roads as prepare_roads
    from wushan_geo.travel.times import between_villages as between_villages
    from wushan_geo.travel.times import travel_matrix as travel_matrix
    from wushan_geo.travel.times import travel_profiles as travel_profiles

_ROOMS = {
    "datum",
    "decay",
    "divisions",
    "equity",
    "rates",
    "siting",
}  # names that are modules themselves
_HOMES = {
    "Allocation": "wushan_geo.access.allocation",
    "Chance": "wushan_geo.access.clusters",
    "Coverage": "wushan_geo.access.coverage",
    "GapAnalysis": "wushan_geo.results",
    "SiteProposal": "wushan_geo.results",
    "Level": "wushan_geo.access.tiers",
    "RationalAgentAccess": "wushan_geo.access.agents",
    "ServiceAsked": "wushan_geo.analysis.asked",
    "Study": "wushan_geo.study.study",
    "StudyResult": "wushan_geo.results",
    "TravelMatrix": "wushan_geo.travel.matrix",
    "WushanGeoError": "wushan_geo.errors",
    "allocate": "wushan_geo.access.allocation",
    "analyse_gaps": "wushan_geo.pipeline",
    "balancing_cost": "wushan_geo.access.opportunities",
    "between_villages": "wushan_geo.travel.times",
    "compare": "wushan_geo.comparison",
    "comparison_map": "wushan_geo.maps.comparison",
    "container_ratio": "wushan_geo.access.opportunities",
    "coverage": "wushan_geo.access.coverage",
    "coverage_curve": "wushan_geo.access.opportunities",
    "coverage_map": "wushan_geo.maps",
    "cumulative": "wushan_geo.access.opportunities",
    "datum": "wushan_geo.sources.datum",
    "decay": "wushan_geo.access.decay",
    "divisions": "wushan_geo.sources.divisions",
    "equity": "wushan_geo.access.equity",
    "floating_catchment": "wushan_geo.access.catchment",
    "friction_matrix": "wushan_geo.travel.friction",
    "gap_clusters": "wushan_geo.access.clusters",
    "gravity": "wushan_geo.access.opportunities",
    "hierarchical_catchment": "wushan_geo.access.tiers",
    "hot_spots": "wushan_geo.access.clusters",
    "isochrones": "wushan_geo.travel.isochrones",
    "nearest_allocation": "wushan_geo.access.allocation",
    "nearest_by_road": "wushan_geo.travel.network",
    "nearest_facility": "wushan_geo.access.nearest",
    "network_matrix": "wushan_geo.travel.network",
    "prepare_roads": "wushan_geo.travel.network",
    "open_either": "wushan_geo.sources.scenarios",
    "open_study": "wushan_geo.sources.opening",
    "rational_agent_access": "wushan_geo.access.agents",
    "propose_sites": "wushan_geo.pipeline",
    "rates": "wushan_geo.access.rates",
    "read_matrix": "wushan_geo.matrices",
    "read_roads": "wushan_geo.sources.roads.reading",
    "read_terrain": "wushan_geo.sources.terrain",
    "run_study": "wushan_geo.pipeline",
    "save_map": "wushan_geo.maps",
    "scoreboard": "wushan_geo.policy.scoreboard",
    "service_asked": "wushan_geo.pipeline",
    "siting": "wushan_geo.siting",
    "siting_map": "wushan_geo.maps.siting",
    "spatial_availability": "wushan_geo.access.catchment",
    "travel_matrix": "wushan_geo.travel.times",
    "travel_profiles": "wushan_geo.travel.times",
    "value_of_places": "wushan_geo.access.allocation",
    "variable_catchment": "wushan_geo.access.tiers",
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
