"""Step 1 of the build: county outline, 26 townships and 340 villages as nested coverages.

The outline and the seats are real. The lines inside are not public; they are schematic (分析分区
（示意）) and no basis for delimitation. Townships are the power diagram of the seats fitted to the
stated areas (`partition`); villages are relaxed Voronoi cells inside their township (`villages`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from banks import NORTH_BANK, bank_of, yangtze
from boundary_notes import readme
from common import (
    DECIMALS,
    FACTS,
    read_facts,
    read_layer,
    read_table,
    to_degrees,
    to_metres,
    write_csv,
    write_geojson,
    write_text,
)
from partition import (
    FREE,
    LOWER,
    STATED,
    Fit,
    Problem,
    fit_weights,
    point_slack,
    power_diagram,
    seat_slack,
)
from roads_river import bank_of as side_of
from shapely.geometry import Point, Polygon
from villages import Unit, assign, relaxed_points, voronoi_cells, whole_cells
from zone_coverage import dissolved, noded, on_degree_grid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FITTED = FACTS.parent / "fitted_weights.csv"
"""The fitted weights, kept so that no byte depends on the version of the optimiser."""
WUXIA = "500237111"
"""Its seat is inferred, good to about 2 km, and may move within that distance."""
SEAT_REACH = 1990.0
"""Metres that Wuxia's seat may move: 2 km less what rounding can add."""
LOWER_BOUNDS = ("500237110", "500237219")
"""Tonggu and Dangyang: areas of the 1990s, before mergers; the unit measures at least that."""
TOLERANCE = 0.005
"""Largest relative error of a stated area in the fit; the promise to the reader is 2 %."""
SEAT_MARGIN = 600.0
"""Metres every seat keeps from the border lines of its township. Gaotang's and Longmen's seats are
1.7 km apart; beyond about 700 m the unknown areas would have to leave their Voronoi shares far.
"""
ZAOYANG_MARGIN = 150.0
"""Metres that Zaoyang keeps from the border lines of Wuxia."""
REFIT_TOLERANCE = 0.002
"""Largest relative difference of an area between the kept weights and a new fit."""
POINT_MARGIN = 50.0
"""Metres every village's demand point keeps from the border of its village."""
ZAOYANG = "zaoyang_new_town"
"""Key of Zaoyang New Town in the places."""
GUIHUA = "500237111217"
"""The village of the railway station in Zaoyang: its demand point is put there."""
SHILI = "500237111003"
"""The community that once belonged to Zaoyang Township: it takes the next point."""
POINT_BASIS = {"exact": "stated", "approx": "inferred", "inferred": "inferred"}
"""Basis of a seat's point, by the quality of its coordinates."""


@dataclass(frozen=True)
class Townships:
    """Codes, seats and cells of the townships, in the order of the codes (metres)."""

    codes: tuple[str, ...]
    seats: np.ndarray
    cells: tuple[Polygon, ...]


def build(out: Path) -> None:
    """Write ``boundaries/`` (three layers and a README) below a data folder.

    Raises
    ------
    ValueError
        If the kept weights no longer fit the facts, or a coverage or a point is not sound.

    Examples
    --------
    >>> from pathlib import Path
    >>> build(Path("elsewhere"))  # doctest: +SKIP
    """
    check_weights()
    towns = township_cells()
    points = village_points(towns)
    layers = make_layers(towns, points)
    folder = out / "boundaries"
    for name, layer in layers.items():
        write_geojson(folder / f"{name}.geojson", layer)
    write_text(folder / "README.md", readme(folder, layers, area_table(towns, layers)))


def refit() -> None:
    """Fit the weights anew and keep them in ``fitted_weights.csv``.

    Raises
    ------
    ValueError
        If no weights satisfy the constraints.

    Examples
    --------
    >>> refit()  # doctest: +SKIP
    """
    problem = township_problem()
    fit = fit_weights(problem)
    lon_lat = [shapely.get_coordinates(to_degrees(Point(seat)))[0] for seat in fit.seats]
    table = pd.DataFrame(
        {
            "code": read_facts("townships")["code"],
            "seat_lon": [f"{lon:.{DECIMALS}f}" for lon, _ in lon_lat],
            "seat_lat": [f"{lat:.{DECIMALS}f}" for _, lat in lon_lat],
            "weight_m2": fit.weights.astype(np.int64),
        }
    )
    write_csv(FITTED, table)


def township_problem() -> Problem:
    """Put the partition into numbers: seats, targets, lower bounds, the free seat and Zaoyang.

    The target of a stated area is that area; of all others the Voronoi share of the unit, which is
    its area when all weights are equal. All areas are those of the plane of EPSG:4546.

    Raises
    ------
    ValueError
        If a coordinate or an area in the facts is no number.

    Examples
    --------
    >>> township_problem().meanings.count("stated")
    10
    """
    towns = read_facts("townships")
    codes = list(towns["code"])
    outline = county_outline()
    seats = _points(towns)
    areas = np.array([float(cell or 0) for cell in towns["area_km2"]]) * 1e6
    meanings = tuple(
        FREE if not area else LOWER if code in LOWER_BOUNDS else STATED
        for code, area in zip(codes, areas, strict=True)
    )
    shares = power_diagram(seats, np.zeros(len(seats)), outline).areas
    stated = np.array([meaning == STATED for meaning in meanings])
    zaoyang = place(ZAOYANG)
    return Problem(
        outline=outline,
        seats=seats,
        targets=np.where(stated, areas, np.maximum(shares, areas)),
        meanings=meanings,
        least=areas,
        tolerance=TOLERANCE,
        margin=SEAT_MARGIN,
        free_seat=codes.index(WUXIA),
        reach=SEAT_REACH,
        inside=((zaoyang.x, zaoyang.y, codes.index(WUXIA)),),
        inside_margin=ZAOYANG_MARGIN,
    )


def check_weights() -> None:
    """Fit the weights anew and compare: the kept ones must give the same areas within 0.2 %.

    The new fit sets out from the kept weights: it stays there when they are still the best.

    Raises
    ------
    ValueError
        If they do not, as after a change of the facts or of the method.

    Examples
    --------
    >>> check_weights()
    """
    seats, weights = kept_weights()
    problem = township_problem()
    fit = fit_weights(problem, Fit(weights, seats, "kept"))
    kept = power_diagram(seats, weights, problem.outline).areas
    new = power_diagram(fit.seats, fit.weights, problem.outline).areas
    if float(np.abs(kept / new - 1).max()) > REFIT_TOLERANCE:
        raise ValueError("fitted_weights.csv is out of date: run build.py --refit.")
    inside = [point_slack(point, seats, weights) for point in problem.inside]
    # One metre is more than the rounding of weights and seats can take.
    if seat_slack(seats, weights).min() < SEAT_MARGIN - 1 or min(inside) < ZAOYANG_MARGIN - 1:
        raise ValueError("A seat or Zaoyang is too near the border of its township.")


def kept_weights() -> tuple[np.ndarray, np.ndarray]:
    """Read the kept seats (metres) and weights (square metres), in the order of the codes.

    Raises
    ------
    FileNotFoundError
        If the weights were never fitted.

    Examples
    --------
    >>> kept_weights()[0].shape
    (26, 2)
    """
    table = read_table(FITTED)
    return _points(table), table["weight_m2"].astype(float).to_numpy()


def county_outline() -> Polygon:
    """Read the county outline of the facts, in metres.

    Raises
    ------
    ValueError
        If it is not one polygon.

    Examples
    --------
    >>> round(county_outline().area / 1e6)
    2973
    """
    parts = shapely.get_parts(read_layer(FACTS / "county_outline.geojson")["geometry"].iloc[0])
    if len(parts) != 1:
        raise ValueError("The county outline must be one polygon.")
    outline = to_metres(parts[0])
    if not isinstance(outline, Polygon) or not outline.is_valid:
        raise ValueError("The county outline must be a valid polygon.")
    return outline


def place(key: str) -> Point:
    """Give a located place of the facts as a point in metres.

    Raises
    ------
    KeyError
        If there is no such place.

    Examples
    --------
    >>> round(place("county_seat").y / 1e6, 2)
    3.44
    """
    places = read_facts("places").set_index("key")
    lon, lat = places["lon"].loc[key], places["lat"].loc[key]
    return Point(shapely.get_coordinates(to_metres(Point(float(lon), float(lat))))[0])


def township_cells() -> Townships:
    """Cut the outline into the power cells of the kept weights, one polygon a township.

    Raises
    ------
    ValueError
        If a seat lies outside its cell.

    Examples
    --------
    >>> len(township_cells().cells)
    26
    """
    seats, weights = kept_weights()
    diagram = power_diagram(seats, weights, county_outline())
    cells = whole_cells(diagram.cells, [Point(seat) for seat in seats])
    return Townships(tuple(read_facts("townships")["code"]), seats, tuple(cells))


def seat_village(seat_place: str, villages: pd.DataFrame) -> str:
    """Name the village at the seat of a township by its code.

    The first that applies: urban-rural code 121 (town centre); the stated seat place, where it
    names a village or community; code 210 (township centre); the first community; the first code.

    Parameters
    ----------
    seat_place
        What the facts say about where the seat stands; empty when nothing is known.
    villages
        Rows of its villages.

    Raises
    ------
    IndexError
        If the township has no village.

    Examples
    --------
    >>> rows = pd.DataFrame({"code": ["2", "1"], "urban_rural": ["", ""],
    ...                      "kind": ["village", "village"], "short_name_zh": ["甲村", "乙村"]})
    >>> seat_village("甲村3组", rows), seat_village("", rows)
    ('2', '1')
    """
    rows = villages.sort_values("code")
    named = pd.Series([name in seat_place for name in rows["short_name_zh"]], rows.index)
    rules = [
        rows["urban_rural"] == "121",
        named,
        rows["urban_rural"] == "210",
        rows["kind"] == "community",
        pd.Series(data=True, index=rows.index),
    ]
    return str(next(rows.loc[rule, "code"].iloc[0] for rule in rules if rule.any()))


def village_points(towns: Townships) -> pd.DataFrame:
    """Place every village: its demand point and cell, in metres.

    Returns
    -------
    DataFrame indexed by village code, with ``point``, ``cell``, ``is_seat`` and ``point_basis``.

    Raises
    ------
    ValueError
        If a demand point stands too near the border of its village.

    Examples
    --------
    >>> village_points(township_cells())["is_seat"].sum()
    np.int64(26)
    """
    facts = read_facts("townships").set_index("code")
    villages = read_facts("villages")
    records: list[dict[str, object]] = []
    for code, seat, cell in zip(towns.codes, towns.seats, towns.cells, strict=True):
        rows = villages[villages["township_code"] == code]
        at_seat = seat_village(str(facts["seat_place_zh"].loc[code]), rows)
        units = [
            Unit(str(own), kind == "community")
            for own, kind in zip(rows["code"], rows["kind"], strict=True)
        ]
        fixed = [Point(seat)] + ([place(ZAOYANG)] if code == WUXIA else [])
        points = relaxed_points(cell, fixed, len(units))
        pinned = {GUIHUA: 1} if code == WUXIA else {}
        near = {SHILI: place(ZAOYANG)} if code == WUXIA else {}
        cells = voronoi_cells(cell, points)
        basis = {at_seat: POINT_BASIS[str(facts["coord_quality"].loc[code])], GUIHUA: "inferred"}
        records += [
            {
                "code": own,
                "point": points[position],
                "cell": cells[position],
                "is_seat": own == at_seat,
                "point_basis": basis.get(own, "modelled"),
            }
            for own, position in assign(units, points, at_seat, pinned, near).items()
        ]
    table = pd.DataFrame.from_records(records).set_index("code").sort_index()
    room = [
        cell.boundary.distance(point)
        for cell, point in zip(table["cell"], table["point"], strict=True)
    ]
    if min(room) < POINT_MARGIN:
        raise ValueError(f"{table.index[int(np.argmin(room))]}: its point is too near its border.")
    return table


def make_layers(towns: Townships, points: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make the three layers on the six-decimal grid: villages, then what they add up to.

    Raises
    ------
    ValueError
        If a coverage is not valid, or a demand point lies outside its zone or, in Gaotang, south of
        the Yangtze.

    Examples
    --------
    >>> towns = township_cells()
    >>> [len(one) for one in make_layers(towns, village_points(towns)).values()]
    [1, 26, 340]
    """
    cells = on_degree_grid(noded(list(points["cell"])))
    shapes = pd.Series(cells, index=points.index, dtype=object)
    parents = points.index.str[:9]
    unions = {code: dissolved(list(shapes[parents == code])) for code in towns.codes}
    county = dissolved(list(unions.values()))
    line = yangtze(county)
    villages = _village_layer(points, shapes, line)
    townships = _township_layer(towns, unions, line)
    county_layer = pd.DataFrame(
        {
            "zone_id": ["500237"],
            "name": ["巫山县"],
            "name_en": ["Wushan County"],
            "basis": ["stated"],
            "boundary_basis": ["stated"],
            "geometry": [county],
        }
    )
    layers = {"county": county_layer, "townships": townships, "villages": villages}
    for layer in (townships, villages):
        _check_points(layer, line)
    return layers


def area_table(towns: Townships, layers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare for each township the stated area, the Voronoi share and what was built (km2).

    Raises
    ------
    KeyError
        If the layer of the townships is missing.

    Examples
    --------
    >>> towns = township_cells()
    >>> layers = make_layers(towns, village_points(towns))
    >>> bool(area_table(towns, layers)["built"].sum() > 2970)
    True
    """
    problem = township_problem()
    shares = power_diagram(problem.seats, np.zeros(len(problem.seats)), problem.outline).areas
    seats, weights = kept_weights()
    return pd.DataFrame(
        {
            "code": towns.codes,
            "name": layers["townships"]["name"].to_list(),
            "name_en": layers["townships"]["name_en"].to_list(),
            "meaning": problem.meanings,
            "stated": [area / 1e6 or np.nan for area in problem.least],
            "voronoi": shares / 1e6,
            "built": [to_metres(one).area / 1e6 for one in layers["townships"]["geometry"]],
            "room": seat_slack(seats, weights).min(axis=1),
            "moved": np.hypot(*(seats - problem.seats).T),
            "lon": layers["townships"]["demand_lon"].to_list(),
            "lat": layers["townships"]["demand_lat"].to_list(),
        }
    )


def _village_layer(
    points: pd.DataFrame, shapes: pd.Series, line: shapely.LineString
) -> pd.DataFrame:
    facts = read_facts("villages").set_index("code").loc[points.index]
    demand = [_rounded(point) for point in points["point"]]
    parents = [code[:9] for code in points.index]
    return pd.DataFrame(
        {
            "zone_id": list(points.index),
            "parent_id": parents,
            "name": facts["short_name_zh"].to_list(),
            "full_name": facts["name_zh"].to_list(),
            "name_en": facts["name_pinyin"].to_list(),
            "kind": facts["kind"].to_list(),
            "bank": [bank_of(p, line, parent) for p, parent in zip(demand, parents, strict=True)],
            "priority": "",
            "is_seat": points["is_seat"].to_list(),
            "basis": "stated",
            "point_basis": points["point_basis"].to_list(),
            "boundary_basis": "modelled",
            "demand_lon": [point.x for point in demand],
            "demand_lat": [point.y for point in demand],
            "geometry": shapes.to_list(),
        }
    )


def _township_layer(
    towns: Townships, unions: Mapping[str, Polygon], line: shapely.LineString
) -> pd.DataFrame:
    facts = read_facts("townships").set_index("code").loc[list(towns.codes)]
    demand = [_rounded(Point(seat)) for seat in towns.seats]
    return pd.DataFrame(
        {
            "zone_id": list(towns.codes),
            "name": facts["name_zh"].to_list(),
            "name_en": facts["name_en"].to_list(),
            "kind": facts["kind"].to_list(),
            "bank": [bank_of(p, line, code) for p, code in zip(demand, towns.codes, strict=True)],
            "priority": "",
            "basis": "stated",
            "point_basis": [POINT_BASIS[quality] for quality in facts["coord_quality"]],
            "boundary_basis": "modelled",
            "demand_lon": [point.x for point in demand],
            "demand_lat": [point.y for point in demand],
            "geometry": list(unions.values()),
        }
    )


def _check_points(layer: pd.DataFrame, line: shapely.LineString) -> None:
    for code, lon, lat, shape in zip(
        layer["zone_id"], layer["demand_lon"], layer["demand_lat"], layer["geometry"], strict=True
    ):
        if not shape.contains(Point(lon, lat)):
            raise ValueError(f"{code}: the demand point lies outside its zone.")
        if code.startswith(NORTH_BANK) and side_of((lon, lat), line) != "N":
            raise ValueError(f"{code}: the stated border of Gaotang is north of its point.")


def _points(table: pd.DataFrame) -> np.ndarray:
    lon_lat = table[["seat_lon", "seat_lat"]].astype(float).to_numpy()
    return np.array([shapely.get_coordinates(to_metres(Point(pair)))[0] for pair in lon_lat])


def _rounded(point: Point) -> Point:
    lon, lat = shapely.get_coordinates(to_degrees(point))[0]
    return Point(round(lon, DECIMALS), round(lat, DECIMALS))
