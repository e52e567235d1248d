"""Candidates that the settings of a study place: township seats, communities, centres of people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.eligibility import group_count
from wushan_geo.errors import InputError, ParameterError
from wushan_geo.siting.candidates import generated_candidates
from wushan_geo.study.candidates import COMMUNITIES, GENERATED, SEATS, TABLE
from wushan_geo.study.placing import placed_faults, seats_of, too_many
from wushan_geo.study.study import weakest
from wushan_geo.study.tables import CONTRACTS, TOWNSHIP_DIGITS, Raw, check_table
from wushan_geo.travel.times import between_villages, can_travel
from wushan_geo.wording import both, put

if TYPE_CHECKING:
    import geopandas as gpd

    from wushan_geo.study.config import SitingConfig
    from wushan_geo.study.study import Study

PREFIX = "at-"  # of the id of a candidate, before the code of its village or township
KIND = "candidate_site"
BASIS = "inferred"  # at best: nobody has looked at a building there
ORIGIN = {SEATS: "seat", COMMUNITIES: "community", GENERATED: "generated"}
FILE = "study.toml"
COLUMNS = ["zone_id", "lon", "lat", "point_basis", "origin"]
DECIMALS = 6  # of a degree, to which two points are the same


def with_candidates(study: Study) -> Study:
    """Give a study the candidates that its settings place besides those that are listed.

    Seats stand in the village that is marked as one, else at the township's own point; communities
    at their demand point; generated ones in the villages of `generated_candidates`, for the persons
    whom siting is for and the central times between villages. A village where a candidate stands
    already gets no second one, nor does a point, nor a township with a candidate of origin
    ``seat`` a seat. Where there are no times, none are generated: there are no plans either.

    Parameters
    ----------
    study
        The study; not changed.

    Returns
    -------
    Study
        The study itself if its settings place none; else one with further rows in ``facilities``
        (status ``candidate``, id ``at-`` and the code of the village or township, the services and
        admission of new sites) and in ``candidates`` (``origin``).

    Raises
    ------
    InputError
        If a seat is not known, there are fewer villages than candidates to generate, or times
        come from elsewhere; all faults at once.

    Examples
    --------
    See ``tests/test_siting_placed.py``.
    """
    settings = study.config.siting
    if settings is None or not settings.candidates:
        return study
    faults = [*placed_faults(study.config, study.townships, study.villages, FILE)]
    if faults:
        raise InputError(faults)
    parts = {SEATS: _seats, COMMUNITIES: _communities, GENERATED: _generated}
    found = [
        parts[one](study, settings).sort_values("zone_id").assign(origin=ORIGIN[one])[COLUMNS]
        for one in settings.candidates
    ]
    places = _new(study, pd.concat(found, ignore_index=True))
    if places.empty:
        return study
    facilities = _facilities(study, settings, places)
    return replace(
        study,
        facilities=_more(study.facilities, facilities),
        candidates=_more(study.candidates, _known(facilities, places)),
    )


def placed_origins(study: Study) -> dict[str, str]:
    """Say which candidates the settings placed, and as what; a row that is listed is not told.

    Parameters
    ----------
    study
        A study, as `with_candidates` gives it.

    Returns
    -------
    dict
        ``seat``, ``community`` or ``generated`` by id of the candidate, in the order of the ids.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_siting_placed.py``.
    """
    if study.candidates is None:
        return {}
    # Who lists one copies the row of facilities alone, or knows more of it than its origin.
    ours = study.facilities["note"].eq(_note()).to_numpy(dtype=bool, na_value=False)
    known = study.candidates
    own = known["facility_id"].isin(study.facilities.loc[ours, "facility_id"])
    own &= known["facility_id"].str.startswith(PREFIX) & known["origin"].isin(ORIGIN.values())
    own &= known.drop(columns=["facility_id", "origin", "basis"]).isna().all(axis=1)
    rows = known[own.to_numpy(dtype=bool)].sort_values("facility_id")
    return dict(zip(map(str, rows["facility_id"]), map(str, rows["origin"]), strict=True))


def _note() -> str:
    return "；".join(both("placed.note"))


def _seats(study: Study, _settings: SitingConfig) -> pd.DataFrame:
    return seats_of(study.townships, study.villages)


def _communities(study: Study, _settings: SitingConfig) -> pd.DataFrame:
    return _villages(study)[(study.villages["kind"] == "community").to_numpy()]


def _generated(study: Study, settings: SitingConfig) -> pd.DataFrame:
    """Take the villages in the middle of where the persons live whom siting is for."""
    villages = _villages(study)
    chosen = _centres(study, settings, villages)
    return villages[villages["zone_id"].isin(chosen).to_numpy()]


def _centres(study: Study, settings: SitingConfig, villages: pd.DataFrame) -> tuple[str, ...]:
    persons = group_count(study, settings.demand).persons
    # Trips between villages end at no facility, yet a study without one has no trips at all.
    everywhere = _facilities(study, settings, villages.assign(origin=ORIGIN[GENERATED]))
    there = replace(study, facilities=everywhere)
    if persons.isna().all() or can_travel(there):
        return ()
    try:
        matrix = between_villages(there)
    except ParameterError:  # all roads closed, say; whoever asks for times is told
        return ()
    count = settings.generated or 0
    if count > len(matrix.destination_ids):
        raise InputError([too_many(count, len(matrix.destination_ids), FILE)])
    counted = persons.reindex(list(matrix.origin_ids)).fillna(0.0)
    return generated_candidates(matrix, counted, count=count)


def _villages(study: Study) -> pd.DataFrame:
    """Give the villages with their points."""
    names = {"demand_lon": "lon", "demand_lat": "lat"}
    table = pd.DataFrame(study.villages).rename(columns=names)
    return table.reindex(columns=COLUMNS[:-1])


def _new(study: Study, places: pd.DataFrame) -> pd.DataFrame:
    """Leave out what is a candidate already; the first of several words names the origin."""
    own = study.facilities
    listed = pd.DataFrame(own[(own["status"] == "candidate").to_numpy()])
    zones, spots = set(listed["zone_id"].dropna()), set(_spots(listed))
    seats, ids = _listed_seats(study, listed), set(own["facility_id"])
    kept = []
    rows = zip(places["zone_id"].tolist(), places["origin"].tolist(), _spots(places), strict=True)
    for zone, origin, spot in rows:
        again = zone in zones or spot in spots or f"{PREFIX}{zone}" in ids
        again = again or (origin == ORIGIN[SEATS] and zone[:TOWNSHIP_DIGITS] in seats)
        kept.append(not again)
        if not again:
            zones.add(zone)
            spots.add(spot)
    return places[np.array(kept, dtype=bool)].sort_values("zone_id", ignore_index=True)


def _listed_seats(study: Study, listed: pd.DataFrame) -> set[str]:
    """Name the townships whose seat is a candidate already, wherever in the township it stands."""
    if study.candidates is None:
        return set()
    rows = study.candidates[(study.candidates["origin"] == ORIGIN[SEATS]).to_numpy()]
    named = listed["facility_id"].isin(rows["facility_id"]).to_numpy()
    return set(listed.loc[named, "zone_id"].dropna().str[:TOWNSHIP_DIGITS])


def _spots(table: pd.DataFrame) -> list[tuple[float, float]]:
    """Give points that can be compared; what has none (NaN) is equal to nothing."""
    points = table[["lon", "lat"]].to_numpy(dtype=float).round(DECIMALS)
    return [(float(lon), float(lat)) for lon, lat in points]


def _facilities(study: Study, settings: SitingConfig, places: pd.DataFrame) -> gpd.GeoDataFrame:
    """Write places as rows of the table of facilities."""
    import geopandas as gpd
    import shapely

    zones = places["zone_id"].astype(str).tolist()
    names = _names(study, zones, places["origin"].tolist())
    told = [None if pd.isna(one) else str(one) for one in places["point_basis"]]
    texts = {
        "facility_id": [f"{PREFIX}{one}" for one in zones],
        "name": [one[0] for one in names],
        "name_en": [one[1] for one in names],
        "kind": KIND,
        "services": ";".join(sorted(settings.services)),
        "status": "candidate",
        "admits": settings.admits,
        "zone_id": zones,
        "basis": [BASIS if one is None else weakest([BASIS, one]) for one in told],
        "point_basis": told,
        "note": _note(),
    }
    table = _typed("facilities", texts, len(zones))
    lon, lat = (places[axis].to_numpy(dtype=float) for axis in ("lon", "lat"))
    there = ~(np.isnan(lon) | np.isnan(lat))
    points = np.full(lon.size, None, dtype=object)
    points[there] = shapely.points(lon[there], lat[there])
    table = table.assign(lon=lon, lat=lat)
    return gpd.GeoDataFrame(table, geometry=points, crs=study.facilities.crs)


def _known(facilities: gpd.GeoDataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Say of each where it comes from; nothing else is known of it."""
    texts = {
        "facility_id": facilities["facility_id"].tolist(),
        "origin": places["origin"].tolist(),
        "basis": facilities["basis"].tolist(),
    }
    return _typed(TABLE, texts, len(places))


def _typed(name: str, texts: dict[str, Any], rows: int) -> pd.DataFrame:
    """Give texts the types of a table of the study."""
    columns = [one.name for one in CONTRACTS[name].columns]
    blank = pd.DataFrame(index=pd.RangeIndex(rows))
    frame = blank.assign(**texts).reindex(columns=columns).astype("str")
    return check_table(name, Raw(frame, FILE))[0]


def _names(study: Study, zones: list[str], origins: list[str]) -> list[tuple[str, str | None]]:
    """Name candidates as offices do: the township's seat, or township and village."""
    known = {
        str(one): (str(zh), None if pd.isna(en) else str(en))
        for layer in (study.townships, study.villages)
        for one, zh, en in layer[["zone_id", "name", "name_en"]].itertuples(index=False)
    }
    found: list[tuple[str, str | None]] = []
    for zone, origin in zip(zones, origins, strict=True):
        town, own = known[zone[:TOWNSHIP_DIGITS]], known[zone]
        if origin == ORIGIN[SEATS]:
            there = town[1] is not None
            zh, en = put("placed.seat", {"township": (town[0], town[1] or "")})
        else:
            there = None not in {town[1], own[1]}
            names = (f"{town[0]}{own[0]}", f"{own[1]}, {town[1]}")
            zh, en = put("placed.village", {"village": names})
        found.append((zh, en if there else None))
    return found


def _more(table: Any, rows: Any) -> Any:
    """Add rows to a table of the study, and sort it as it was."""
    found = rows
    if table is not None and not table.empty:
        found = pd.concat([table, rows.reindex(columns=table.columns)], ignore_index=True)
    return found.sort_values("facility_id", kind="stable", ignore_index=True)
