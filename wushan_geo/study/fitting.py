"""Settings of travel against the data of a study: what only both together can tell.

All of it is found when a study is opened. A run that found it would stop at the first, in English,
or show every village as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.study.bounds import FAR_KM, FASTEST_KMH, SPEED
from wushan_geo.study.closing import closing_faults
from wushan_geo.study.editions import edition_faults
from wushan_geo.study.faults import Where, fault, hint, rule, some
from wushan_geo.study.known_lengths import ENDS, pair_faults
from wushan_geo.study.terrain import BARRIER, HOLE, NO_COVER, OUT, standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.tables import Raw
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.study.travelling import TravelConfig

    Degrees = tuple[NDArray[np.float64], NDArray[np.float64]]

ON_ROADS = ("network", "terrain")
EARTH_KM = 6371.0088  # mean radius: a distance of tens of kilometres needs no ellipsoid
OVER_LAND = "terrain"
KINDS = VILLAGE, FACILITY = ("village", "facility")


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """What is held against each other; what could not be read is left out of it."""

    study: str
    """Name of the study file."""
    travel: TravelConfig
    """Its travel settings."""
    as_of: dt.date | None
    """Cut-off date; None where the settings have a fault."""
    clean: Mapping[str, pd.DataFrame]
    """Typed tables by name."""
    raw: Mapping[str, Raw]
    """The same tables as read."""
    roads: RoadNetwork | None = None
    """The network, where it comes as one file."""
    roads_file: str = ""
    """That file."""
    terrain: Terrain | None = None
    """Elevation and land cover."""
    named: frozenset[str] = field(default_factory=frozenset)
    """Tables that the study names, whether or not they could be read."""


def fitting_faults(fit: Fitting) -> Iterator[Fault]:
    """Find where settings and data do not fit each other.

    Settings that do nothing with the engine chosen (a note); known lengths of roads that cannot
    be, where the detour is told from them; conditions that close what there is not; editions
    that no calendar has, or later than the cut-off date (a note); speeds that nobody drives; a
    network of another county; land cover without a factor; villages and facilities off the raster
    (notes, or one fault where no village or no facility is on it).

    Parameters
    ----------
    fit
        Settings and data.

    Yields
    ------
    Fault
        One for each finding.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_study_fitting.py``.
    """
    yield from _idle(fit)
    if fit.travel.detour_from_pairs and "road_distances" in fit.clean:
        yield from _lengths(fit)
    yield from closing_faults(fit.study, fit.travel, _edges(fit), _crossings(fit))
    yield from _editions(fit)
    yield from _speeds(fit)
    if fit.travel.engine in ON_ROADS:
        yield from _far(fit)
    if fit.travel.engine == OVER_LAND and fit.terrain is not None:
        yield from _land(fit, fit.terrain)


def _idle(fit: Fitting) -> Iterator[Fault]:
    """Name the settings that do nothing: who wrote them must not take them for heeded."""
    if fit.travel.idle:
        where = Where(fit.study, None, ", ".join(fit.travel.idle), None)
        words = rule("idle_settings", engine=fit.travel.engine)
        yield fault(where, words, hint("idle_settings"), severity="note")


def _lengths(fit: Fitting) -> Iterator[Fault]:
    """Look at the known lengths of roads; a cell that could not be read has been told of."""
    table, raw = fit.clean["road_distances"], fit.raw["road_distances"]
    if table[[*ENDS, "road_km"]].notna().all(axis=None):
        yield from pair_faults(table, raw.where)


def _edges(fit: Fitting) -> NDArray[np.object_] | None:
    """Give the ids of the edges; None where no network was read."""
    if fit.roads is not None:
        return np.asarray(fit.roads.edge_ids)
    table = fit.clean.get("road_edges")
    return None if table is None else _texts(table["edge_id"])


def _crossings(fit: Fitting) -> NDArray[np.object_] | None:
    """Give the ids of crossings in the table and the network; None where one was not read."""
    parts = []
    if fit.roads is not None:
        parts.append(np.asarray(fit.roads.crossing_id))
    elif "road_edges" in fit.clean:
        parts.append(_texts(fit.clean["road_edges"]["crossing_id"]))
    if "crossings" in fit.clean:
        parts.append(_texts(fit.clean["crossings"]["crossing_id"]))
    elif "crossings" in fit.named or not parts:
        return None
    return np.concatenate(parts)


def _texts(cells: pd.Series) -> NDArray[np.object_]:
    return np.asarray(cells.dropna().astype("str").to_numpy(dtype=object))


def _editions(fit: Fitting) -> Iterator[Fault]:
    """Look at the dates of the network."""
    if fit.roads is not None:
        yield from edition_faults(
            fit.roads.edition,
            lambda _, text: Where(fit.roads_file, None, "edition", text),
            fit.as_of,
        )
    elif "road_edges" in fit.clean:
        raw = fit.raw["road_edges"]
        texts = fit.clean["road_edges"]["edition"].fillna("").to_numpy(dtype=object)
        yield from edition_faults(texts, lambda at, text: raw.where(at, "edition", text), fit.as_of)


def _speeds(fit: Fitting) -> Iterator[Fault]:
    """Look at the speeds of single roads in a file; those of a table are looked at there."""
    if fit.roads is None:
        return
    fast = fit.roads.speed_kmh > FASTEST_KMH
    if fast.any():
        place = Where(fit.roads_file, None, "speed_kmh", f"{fit.roads.speed_kmh[fast].max():g}")
        words = rule("road_too_fast", most=f"{FASTEST_KMH:g}", count=int(fast.sum()))
        yield fault(place, words, SPEED.advice)


def _far(fit: Fitting) -> Iterator[Fault]:
    """Find a network that lies far from every point of the study."""
    nodes, file = _nodes(fit)
    points = np.concatenate([_sphere(one) for one in _points(fit)])
    if not len(nodes) or not len(points):
        return
    # One place near the roads is enough, and of most studies it is the first.
    if _km(float(np.min(np.linalg.norm(nodes - points[0], axis=1)))) <= FAR_KM:
        return
    from scipy.spatial import KDTree

    km = _km(float(np.min(KDTree(nodes).query(points)[0])))
    if km > FAR_KM:
        yield fault(Where(file), rule("roads_far", km=f"{km:.0f}"), hint("roads_far"))


def _km(chord: float) -> float:
    """Give the way along the globe between two points of the unit sphere."""
    return 2 * EARTH_KM * float(np.arcsin(min(1.0, chord / 2)))


def _nodes(fit: Fitting) -> tuple[NDArray[np.float64], str]:
    """Give the nodes of the network on the unit sphere, and their file."""
    if fit.roads is not None:
        return _sphere((fit.roads.lon, fit.roads.lat)), fit.roads_file
    if "road_nodes" in fit.clean:
        return _sphere(_degrees(fit.clean["road_nodes"])), fit.raw["road_nodes"].file
    return np.empty((0, 3)), ""


def _points(fit: Fitting) -> Iterator[Degrees]:
    """Give the points of villages, their people and facilities."""
    for table, before in (("villages", "demand_"), ("demand_points", ""), ("facilities", "")):
        if table in fit.clean:
            yield _degrees(fit.clean[table], before)
    yield np.empty(0), np.empty(0)


def _degrees(table: pd.DataFrame, before: str = "") -> Degrees:
    lon, lat = (
        table[f"{before}{one}"].to_numpy(dtype=np.float64, na_value=np.nan)
        for one in ("lon", "lat")
    )
    return lon, lat


def _sphere(at: Degrees) -> NDArray[np.float64]:
    """Give points on the unit sphere; those that are not known are left out."""
    known = np.isfinite(at[0]) & np.isfinite(at[1])
    lon, lat = np.radians(at[0][known]), np.radians(at[1][known])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _land(fit: Fitting, terrain: Terrain) -> Iterator[Fault]:
    """Hold the rasters against the factors and the places."""
    land = fit.travel.terrain
    if land is None:
        return
    lost = [*_factors(fit.study, terrain, land.factors)]
    yield from lost
    if not lost:  # without its factor a kind of land would look like a barrier
        yield from _on_land(fit, terrain, land.factors, land.elevation)


def _factors(study: str, terrain: Terrain, factors: Mapping[int, float]) -> Iterator[Fault]:
    """Find codes of the land cover without a factor, and factors that bear on nothing."""
    column = "travel.terrain.factors"
    if terrain.land_cover is None:
        if factors:
            words, advice = rule("terrain_factors_alone"), hint("terrain_factors_alone")
            yield fault(Where(study, None, column), words, advice)
        return
    codes, cells = np.unique(terrain.land_cover, return_counts=True)
    for code, count in zip(codes.tolist(), cells.tolist(), strict=True):
        if code != NO_COVER and code not in factors:
            place = Where(study, None, f"{column}.{code}")
            yield fault(place, rule("terrain_factor", cells=f"{count:,}"), hint("terrain_factor"))


def _on_land(
    fit: Fitting, terrain: Terrain, factors: Mapping[int, float], file: str
) -> Iterator[Fault]:
    """Name villages and facilities for which no time over land can be told."""
    known = on_land(terrain, factors, fit.clean)
    villages, facilities = (known[(known["kind"] == one).to_numpy()] for one in KINDS)
    if villages.empty or facilities.empty:
        return  # nothing to go to, or from: that is said elsewhere
    inside = [int((one["why"] == "").sum()) for one in (villages, facilities)]
    if not all(inside):
        words = rule("terrain_no_place", villages=inside[0], facilities=inside[1])
        yield fault(Where(file), words, hint("terrain_no_place"))
        return
    for why in (OUT, HOLE, BARRIER):
        rows = known[(known["why"] == why).to_numpy()]
        if len(rows):
            names = some(rows["zh"])[0], some(rows["en"])[1]
            told = {
                OUT: rule("terrain_outside", count=len(rows), names=names),
                HOLE: rule("terrain_hole", count=len(rows), names=names),
                BARRIER: rule("terrain_barrier", count=len(rows), names=names),
            }
            yield fault(Where(file), told[why], hint("terrain_places"), severity="note")


def on_land(
    terrain: Terrain, factors: Mapping[int, float], tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Say of villages and facilities why no trip over land starts or ends there.

    A village of whose people some live at a point where nobody can walk counts as one: its mean
    time is not known.

    Parameters
    ----------
    terrain
        The land.
    factors
        Multiplier of the walking speed by land cover code; 0 is a barrier.
    tables
        ``villages``, ``facilities`` and ``demand_points`` of a study; any may lack.

    Returns
    -------
    DataFrame
        ``kind`` (village or facility), ``id``, ``why`` (``outside``, ``no_data`` or ``barrier``;
        empty where all is well) and the names ``zh`` and ``en``, for every one that has a point.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_study_fitting.py``.
    """
    parts = [_named(VILLAGE, pd.DataFrame(columns=["zone_id", "name", "name_en"]), "zone_id", "")]
    if "villages" in tables:
        parts.append(_villages(terrain, factors, tables))
    if "facilities" in tables:
        table = pd.DataFrame(tables["facilities"])
        why = standing(terrain, factors, *_degrees(table))
        parts.append(_named(FACILITY, table, "facility_id", why)[np.isfinite(table["lon"])])
    return pd.concat(parts, ignore_index=True)


def _villages(
    terrain: Terrain, factors: Mapping[int, float], tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Look at the points of villages, and of their people where there are some."""
    table = pd.DataFrame(tables["villages"])
    why = standing(terrain, factors, *_degrees(table, "demand_"))
    found = _named(VILLAGE, table, "zone_id", why)
    there = np.isfinite(_degrees(table, "demand_")[0])
    points = tables.get("demand_points")
    if points is not None:
        points = points[(points["persons"] > 0).to_numpy()]
        zones = points["zone_id"].astype("str").to_numpy(dtype=object)
        # Any reason comes after none in the order of texts.
        worst = pd.Series(standing(terrain, factors, *_degrees(points)), index=zones)
        worst = worst.groupby(level=0).max()
        spread = found["id"].isin(worst.index)
        found["why"] = found["id"].map(worst).where(spread, found["why"])
        there |= spread.to_numpy()
    return found[there]


def _named(kind: str, table: pd.DataFrame, key: str, why: Any) -> pd.DataFrame:
    """Put reasons beside ids and names."""
    ids = table[key].astype(object).fillna("")
    zh = table["name"].astype(object).where(table["name"].notna(), ids)
    en = table["name_en"].astype(object).where(table["name_en"].notna(), zh)
    return pd.DataFrame({"kind": kind, "id": ids, "why": why, "zh": zh, "en": en}, dtype=object)
