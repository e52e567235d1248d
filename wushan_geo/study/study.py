"""One county at one date: settings, checked tables, plan and provenance, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.errors import ParameterError, listed
from wushan_geo.study.tables import BASES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd

    from wushan_geo.study.config import StudyConfig
    from wushan_geo.study.plan import Plan
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.wording.notices import ScenarioWords

MISSING = "missing"  # the basis of what is not there

# Tables on which a verdict or a class rests: where one of them is modelled, nothing official
# follows.
DECISIVE = ("facilities", "persons", "services", "road_edges")


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything that is known of a county, checked; a study computes nothing.

    Tables are sorted by their ids and hold typed columns (numbers as float with NaN for no data,
    flags as nullable booleans, sets of services as frozensets). A table that the study does not
    have is None. Shapes are in longitude and latitude (EPSG:4326 or 4490).
    """

    config: StudyConfig
    """Settings from study.toml."""
    county: gpd.GeoDataFrame
    """Outline of the county, one row."""
    townships: gpd.GeoDataFrame
    """Townships by ``zone_id``; `demand_point` is the seat."""
    villages: gpd.GeoDataFrame
    """Villages by ``zone_id``; a village may have no shape and no `demand_point`."""
    facilities: gpd.GeoDataFrame
    """Facilities by ``facility_id``, with their points."""
    persons: pd.DataFrame | None
    """Persons by village and group; groups overlap and are never added to each other."""
    residence: pd.DataFrame | None
    """Persons by village, group and where they live."""
    services: pd.DataFrame | None
    """Village services and how they stand."""
    eligibility: pd.DataFrame | None
    """Who each service is for."""
    crossings: pd.DataFrame | None
    """Bridges and ferries."""
    indicators: pd.DataFrame | None
    """Observed values of the plan's indicators."""
    roads: RoadNetwork | None
    """Road network."""
    rivers: gpd.GeoDataFrame | None
    """Rivers to draw."""
    plan: Plan | None
    """What the plan asks."""
    assumptions: pd.DataFrame
    """One row for each number that was chosen, not found."""
    provenance: pd.DataFrame
    """One row for each file: what it is, where it comes from, its checksum and weakest basis."""
    road_distances: pd.DataFrame | None = None
    """Known road distances, from which a detour factor is estimated."""
    travel_times: pd.DataFrame | None = None
    """Times or distances from another router: ``origin``, ``destination``, ``cost`` in the unit
    that the settings name."""
    terrain: Terrain | None = None
    """Elevation and land cover, where trips go over land."""
    demand_points: pd.DataFrame | None = None
    """Points where the people of villages live: ``zone_id``, ``point_id``, ``lon``, ``lat`` and
    ``persons``. Trips of a village that has some start there and not at its `demand_point`."""
    person_cells: pd.DataFrame | None = None
    """Persons by village, type, severity and age band at once: ``zone_id``, ``type``, ``severity``,
    ``age_band``, ``persons``. A cell that a listed village leaves out holds nobody."""
    costs: pd.DataFrame | None = None
    """What each way of serving costs and can do: ``way``, ``facility_id`` (empty for any site),
    ``build``, ``years``, ``run``, ``unit_run``, ``capacity``, ``minimum_load``, ``staff``."""

    candidates: pd.DataFrame | None = None
    """What is known of candidate sites beyond the table of facilities: ``facility_id``, ``origin``,
    ``hazard``, ``reservoir_zone``, ``slope_deg``, ``road_m``, ``area_m2``, ``ground_floor``."""

    scenario: ScenarioWords | None = None
    """The scenario that this study stands under; None for the study as it is."""
    own_roads: str = ""
    """Basis of the roads of the study itself, where a scenario has others."""

    register_basis: str = field(init=False, repr=False)
    """Weakest basis of the facilities that there are; candidate sites decide no verdict."""
    demonstration: bool = field(init=False, repr=False)
    """Whether a decisive input is modelled, so that nothing official follows from the study. What
    a scenario assumes is no input of the study: it weakens what rests on roads, and no more."""

    _groups: dict[str, pd.Series] = field(init=False, repr=False, default_factory=dict)
    """Persons by group as asked for before; they are asked for again and again."""

    def __post_init__(self) -> None:
        """Work out once what everything that is shown asks."""
        real = self.facilities[(self.facilities["status"] != "candidate").to_numpy()]
        register = self.basis_of("facilities") if real.empty else weakest(real["basis"].tolist())
        object.__setattr__(self, "register_basis", register)
        more = ("travel_times", "demand_points", "person_cells", "residence")
        others = (one for one in (*DECISIVE, *more) if one != "facilities")
        own = {"road_edges": self.own_roads} if self.own_roads else {}
        modelled = "modelled" in (register, *(own.get(one) or self.basis_of(one) for one in others))
        object.__setattr__(self, "demonstration", modelled)

    def basis_of(self, *tables: str) -> str:
        """Give the weakest basis among some tables of the study.

        Parameters
        ----------
        *tables
            Table names as in the study file.

        Returns
        -------
        str
            ``measured``, ``stated``, ``inferred`` or ``modelled``; ``missing`` if one of the tables
            is not there.

        Raises
        ------
        ParameterError
            If a basis of the provenance is none of the known words.

        Examples
        --------
        >>> import wushan_geo as wg
        >>> wg.open_study("wushan").basis_of("persons")
        'modelled'
        """
        known = dict(zip(self.provenance["table"], self.provenance["basis"], strict=True))
        if any(one not in known for one in tables):
            return MISSING
        return weakest(known[one] for one in tables)

    def group(self, name: str) -> pd.Series:
        """Give the persons of one group by village.

        Parameters
        ----------
        name
            Group of persons, such as ``all`` or ``eligible_day_care``.

        Returns
        -------
        Series
            Persons by ``zone_id`` for every village of the study, NaN where there is no data.

        Raises
        ------
        KeyError
            Never for an unknown group: a group that the study does not count is all NaN.

        Examples
        --------
        >>> import wushan_geo as wg
        >>> int(wg.open_study("wushan").group("all").sum())
        19000
        """
        import pandas as pd

        if name not in self._groups:
            zones = pd.Index(self.villages["zone_id"], name="zone_id")
            counts = pd.Series(float("nan"), index=zones)
            if self.persons is not None:
                rows = self.persons[(self.persons["group"] == name).to_numpy()]
                found = dict(zip(rows["zone_id"].tolist(), rows["persons"].tolist(), strict=True))
                known = [found.get(one, float("nan")) for one in zones.tolist()]
                counts = pd.Series(known, index=zones)
            self._groups[name] = counts.astype(float).rename(name)
        return self._groups[name].copy()


def weakest(bases: Iterable[str]) -> str:
    """Give the weakest of some bases: a result rests on its weakest decisive input.

    Parameters
    ----------
    bases
        Words of ``measured``, ``stated``, ``inferred``, ``modelled``; ``missing`` is passed over.

    Returns
    -------
    str
        The weakest; ``missing`` if there is none.

    Raises
    ------
    ParameterError
        If a word is not known.

    Examples
    --------
    >>> weakest(["measured", "inferred", "stated"])
    'inferred'
    """
    known = [one for one in bases if one != MISSING]
    strange = sorted(set(known) - set(BASES))
    if strange:
        message = f"a basis is one of {', '.join(BASES)}, not {listed(strange)}"
        raise ParameterError(message)
    ranks = [BASES.index(one) for one in known]
    return BASES[max(ranks)] if ranks else MISSING
