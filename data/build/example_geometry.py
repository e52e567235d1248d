"""Boundaries, points and the river of the fictional county, from a grid with shifted corners.

Neighbouring cells share their corners and the middle of their common side to the last digit, so the
coverage is valid by construction; townships and the county are unions of whole cells.
"""

from __future__ import annotations

import pandas as pd
import shapely
from example_design import (
    CELL_LAT,
    CELL_LON,
    COMMUNITIES,
    COUNTY,
    COUNTY_NAME,
    GRID,
    KIND_NAMES,
    LABELS,
    NORTH,
    POINT_SHIFTS,
    RIVER_BELOW,
    RIVER_NAME,
    TOWNSHIPS,
    WEST,
    township_of,
    village_kind,
    zone_id,
)

Point = tuple[float, float]

COLUMNS = len(GRID[0].split())
CELLS = {label: (i, j) for j, line in enumerate(GRID) for i, label in enumerate(line.split())}
"""Column and line of each village in the grid."""

_STEP = 0.002  # degrees; corners move by up to three steps
_BEND = 0.003  # degrees; the middle of a side moves by one bend
_REACH = 0.03  # degrees that the river runs on beyond the county
_BANK = 0.0015  # degrees from the river to the landing on either side


def points() -> dict[str, Point]:
    """Place every road node: villages, landings, a hamlet and two points beyond the county.

    Returns
    -------
    Longitude and latitude in degrees with six decimals, by node label.

    Raises
    ------
    KeyError
        If the grid and the design name different villages.

    Examples
    --------
    >>> points()["Z1"]
    (101.076, 31.142)
    """
    found = {label: _demand_point(label) for label in LABELS}
    for column, north, south in ((1, "K1", "K2"), (5, "P1", "P2")):
        lon, lat = _side(column, RIVER_BELOW, across=True)
        found[north] = _rounded(lon, lat + _BANK)
        found[south] = _rounded(lon, lat - _BANK)
    for label, start, shift in (
        ("H1", "T4", (0.006, -0.006)),
        ("X1", "T3", (0.04, 0.0)),
        ("X2", "T8", (0.04, -0.004)),
    ):
        lon, lat = found[start]
        found[label] = _rounded(lon + shift[0], lat + shift[1])
    return found


def villages() -> pd.DataFrame:
    """Make the village layer.

    Raises
    ------
    KeyError
        If the grid and the design name different villages.

    Examples
    --------
    >>> len(villages())
    40
    """
    places = points()
    rows = []
    for label in LABELS:
        township, kind = township_of(label), village_kind(label)
        suffix = KIND_NAMES[kind]
        rows.append(
            {
                "zone_id": zone_id(label),
                "name": f"{township.stem}{'一二三四五六七八'[int(label[1]) - 1]}{suffix[0]}",
                "name_en": f"{township.stem_en} No. {label[1]} {suffix[1]}",
                "kind": kind,
                "parent_id": township.code,
                "is_seat": label[1] == "1",
                "bank": township.bank,
                "priority": township.priority,
                **_signed(places[label]),
                "geometry": _cell(label),
            }
        )
    return pd.DataFrame(rows)


def townships(layer: pd.DataFrame) -> pd.DataFrame:
    """Join the villages of each township; its demand point is that of its seat.

    Raises
    ------
    KeyError
        If the layer is not the one of ``villages``.

    Examples
    --------
    >>> list(townships(villages())["name_en"])[:2]
    ['Zixu Town', 'Wuyou Town']
    """
    places = points()
    rows = []
    for township in TOWNSHIPS:
        suffix = KIND_NAMES[township.kind]
        inside = layer.loc[layer["parent_id"] == township.code, "geometry"]
        rows.append(
            {
                "zone_id": township.code,
                "name": f"{township.stem}{suffix[0]}",
                "name_en": f"{township.stem_en} {suffix[1]}",
                "kind": township.kind,
                "bank": township.bank,
                "priority": township.priority,
                **_signed(places[f"{township.letter}1"]),
                "geometry": shapely.coverage_union_all(inside.to_numpy()),
            }
        )
    return pd.DataFrame(rows)


def county(layer: pd.DataFrame) -> pd.DataFrame:
    """Join all villages to the county.

    Raises
    ------
    KeyError
        If the layer is not the one of ``villages``.

    Examples
    --------
    >>> county(villages())["zone_id"].tolist()
    ['990101']
    """
    outline = shapely.coverage_union_all(layer["geometry"].to_numpy())
    row = {
        "zone_id": COUNTY,
        "name": COUNTY_NAME[0],
        "name_en": COUNTY_NAME[1],
        "basis": "measured",
        "geometry": outline,
    }
    return pd.DataFrame([row])


def river() -> pd.DataFrame:
    """Draw the river along the border of the second and third line, west to east.

    Raises
    ------
    ValueError
        Never; the grid is fixed.

    Examples
    --------
    >>> river()["name_en"].tolist()
    ['Yinhan River (fictional)']
    """
    line = [_corner(0, RIVER_BELOW)]
    for column in range(COLUMNS):
        line += [_side(column, RIVER_BELOW, across=True), _corner(column + 1, RIVER_BELOW)]
    line = [
        _rounded(line[0][0] - _REACH, line[0][1]),
        *line,
        _rounded(line[-1][0] + _REACH, line[-1][1]),
    ]
    row = {
        "name": RIVER_NAME[0],
        "name_en": RIVER_NAME[1],
        "basis": "measured",
        "geometry": shapely.LineString(line),
    }
    return pd.DataFrame([row])


def _signed(place: Point) -> dict[str, object]:
    return {
        "basis": "measured",
        "point_basis": "measured",
        "boundary_basis": "measured",
        "demand_lon": place[0],
        "demand_lat": place[1],
    }


def _demand_point(label: str) -> Point:
    column, line = CELLS[label]
    # A small fixed pattern keeps the map from looking ruled.
    pattern = (0.001 * ((column * 2 + line) % 5 - 2), 0.001 * ((column + line * 3) % 5 - 2))
    shift = POINT_SHIFTS.get(label, pattern)
    lon = WEST + CELL_LON * (column + 0.5) + shift[0]
    lat = NORTH - CELL_LAT * (line + 0.5) + shift[1]
    return _rounded(lon, lat)


def _cell(label: str) -> shapely.Polygon:
    column, line = CELLS[label]
    ring = [
        _corner(column, line),
        _side(column, line, across=True),
        _corner(column + 1, line),
        _side(column + 1, line, across=False),
        _corner(column + 1, line + 1),
        _side(column, line + 1, across=True),
        _corner(column, line + 1),
        _side(column, line, across=False),
    ]
    return shapely.Polygon(ring)


def _corner(column: int, line: int) -> Point:
    lon = WEST + CELL_LON * column + _STEP * ((3 * column + 5 * line) % 7 - 3)
    lat = NORTH - CELL_LAT * line + _STEP * ((5 * column + 2 * line) % 7 - 3)
    return _rounded(lon, lat)


def _side(column: int, line: int, *, across: bool) -> Point:
    """Give the bent middle of the side that starts at a corner and runs east (across) or south."""
    start = _corner(column, line)
    end = _corner(column + 1, line) if across else _corner(column, line + 1)
    bend = _BEND * ((column + 2 * line) % 3 - 1)
    lon, lat = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return _rounded(lon, lat + bend) if across else _rounded(lon + bend, lat)


def _rounded(lon: float, lat: float) -> Point:
    return round(lon, 6), round(lat, 6)


if not CELLS.keys() >= COMMUNITIES:
    raise ValueError("A community of the design is not on the grid.")
