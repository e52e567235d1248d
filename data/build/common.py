"""Helpers shared by every step of the data build: reading facts, writing the same bytes each time.

Every text file is UTF-8 with LF line ends and is replaced whole (a temporary name, then a rename),
so that an interrupted build leaves the last complete file in place.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry import mapping, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).resolve().parents[1]
"""The committed data folder, the default output of every step."""
FACTS = Path(__file__).resolve().parent / "facts"
"""The public facts the build starts from (see its README for sources and licences)."""
METRIC_CRS = "EPSG:4546"
"""CGCS2000, three-degree Gauss-Krueger zone with central meridian 111 E; metres."""
GEOGRAPHIC_CRS = "EPSG:4326"
"""Longitude and latitude of all input facts and of all output layers; degrees."""
DECIMALS = 6
"""Decimals of every written coordinate: about 0.1 m."""


def read_facts(name: str) -> pd.DataFrame:
    """Read one fact table with every cell as text.

    Parameters
    ----------
    name
        File name without its ending, such as ``townships``.

    Returns
    -------
    DataFrame of text; an empty cell (not found) is the empty string, never NaN.

    Raises
    ------
    FileNotFoundError
        If there is no such table.

    Examples
    --------
    >>> len(read_facts("villages"))
    340
    """
    return read_table(FACTS / f"{name}.csv")


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV file of an earlier step with every cell as text (empty cell = empty string).

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> str(read_table(FACTS / "townships.csv").loc[0, "code"])
    '500237001'
    """
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def read_layer(path: Path) -> pd.DataFrame:
    """Read a GeoJSON file into a table with its properties and a ``geometry`` column (degrees).

    A property that is ``null`` comes back as None.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> len(read_layer(FACTS / "county_outline.geojson"))
    1
    """
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    records = [{**one["properties"], "geometry": shape(one["geometry"])} for one in features]
    return pd.DataFrame.from_records(records).astype({"geometry": object})


def write_text(path: Path, text: str) -> None:
    r"""Replace a file whole, UTF-8 and with the line ends given in ``text``.

    Raises
    ------
    OSError
        If the folder cannot be written to; the old file is then untouched.

    Examples
    --------
    >>> target = Path(tempfile.mkdtemp()) / "one.txt"
    >>> write_text(target, "a\n")
    >>> target.read_bytes()
    b'a\n'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        # mkstemp makes the file private; a committed data file is readable by all.
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as the project's CSV: BOM, LF, header in row 1, the rows in the order given.

    Missing cells are empty, True and False become ``yes`` and ``no``, sets and lists are joined
    with ``;`` (sets sorted). Round the floats before: they are
    written in full, a whole one without ``.0``.

    Raises
    ------
    ValueError
        If a cell holds infinity, which a data file must state in another way.

    Examples
    --------
    >>> target = Path(tempfile.mkdtemp()) / "one.csv"
    >>> write_csv(target, pd.DataFrame({"id": ["01"], "ok": [True], "n": [float("nan")]}))
    >>> target.read_text(encoding="utf-8-sig").splitlines()
    ['id,ok,n', '01,yes,']
    """
    plain = pd.DataFrame(
        {column: [_cell(value) for value in table[column]] for column in table.columns},
        columns=table.columns,
        dtype=object,
    )
    write_text(path, "\ufeff" + plain.to_csv(index=False, lineterminator="\n"))


def write_geojson(path: Path, layer: pd.DataFrame, key: str = "zone_id") -> None:
    """Write a layer as GeoJSON by our own writer, so that bytes do not depend on a library.

    One feature a line, sorted by ``key``, coordinates with six decimals, outer rings counter
    clockwise from their smallest corner, properties in the order of the columns.

    Parameters
    ----------
    path
        File to replace.
    layer
        Any table (also a GeoDataFrame) with a ``geometry`` column in longitude and latitude.
    key
        Column that identifies and sorts the features.

    Raises
    ------
    ValueError
        If the key is not unique, or a geometry is missing, empty or invalid.

    Examples
    --------
    >>> target = Path(tempfile.mkdtemp()) / "one.geojson"
    >>> point = shapely.Point(109.8763901, 31.5)
    >>> write_geojson(target, pd.DataFrame({"zone_id": ["1"], "geometry": [point]}))
    >>> "[109.876390,31.500000]" in target.read_text(encoding="utf-8")
    True
    """
    rows = layer.sort_values(key, kind="stable")
    if rows[key].duplicated().any():
        raise ValueError(f"{path.name}: {key} is not unique.")
    names = [column for column in rows.columns if column != "geometry"]
    lines = []
    for record in rows.to_dict("records"):
        geometry = record["geometry"]
        if geometry is None or geometry.is_empty or not geometry.is_valid:
            raise ValueError(f"{path.name}: {record[key]} has no valid geometry.")
        properties = {str(name): _json_value(record[name]) for name in names}
        text = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
        lines.append(
            f'{{"type":"Feature","properties":{text},"geometry":{geometry_text(geometry)}}}'
        )
    head = f'{{"type":"FeatureCollection","name":"{path.stem}","features":[\n'
    write_text(path, head + ",\n".join(lines) + "\n]}\n")


def geometry_text(geometry: BaseGeometry) -> str:
    """Write a geometry as GeoJSON text with six decimals and a fixed order of its points.

    Raises
    ------
    ValueError
        If the geometry is a collection of mixed kinds.

    Examples
    --------
    >>> geometry_text(shapely.Point(1, 2))
    '{"type":"Point","coordinates":[1.000000,2.000000]}'
    """
    if geometry.geom_type == "GeometryCollection":
        raise ValueError("A collection of mixed geometries has no place in a layer.")
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        # normalize() fixes the first corner and the order of parts; GeoJSON wants the outer ring
        # counter clockwise. A line keeps its direction: it may mean something (a river flows).
        geometry = shapely.orient_polygons(shapely.normalize(geometry))
    plain: Mapping[str, Any] = mapping(geometry)
    return f'{{"type":"{plain["type"]}","coordinates":{_coordinates(plain["coordinates"])}}}'


def largest_remainder(weights: Iterable[float], total: int) -> np.ndarray:
    """Share a whole number out in proportion to weights (Hamilton's method of largest remainders).

    Each part first takes the whole share below its quota; what is left goes one by one to the
    largest remainders, ties to the earlier position. Exact fractions are used, so the result does
    not depend on the last bit of a float.

    Parameters
    ----------
    weights
        Finite numbers of at least 0.
    total
        Whole number of at least 0 to share out.

    Returns
    -------
    Array of whole numbers in the order of the weights that adds up to ``total``.

    Raises
    ------
    ValueError
        If a weight is negative, NaN or infinite, or if there is something to share and all weights
        are 0.

    Examples
    --------
    >>> largest_remainder([1, 1, 1], 4).tolist()
    [2, 1, 1]
    """
    shares = [float(weight) for weight in weights]
    if any(not math.isfinite(share) or share < 0 for share in shares) or total < 0:
        raise ValueError("Weights and total must be finite and at least 0.")
    exact = [Fraction(share) for share in shares]
    whole = sum(exact, Fraction(0))
    if whole == 0:
        if total:
            raise ValueError("There is something to share, and all weights are 0.")
        return np.zeros(len(exact), dtype=np.int64)
    quotas = [share * total / whole for share in exact]
    parts = [math.floor(quota) for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda i: (parts[i] - quotas[i], i))
    for position in order[: total - sum(parts)]:
        parts[position] += 1
    return np.array(parts, dtype=np.int64)


def to_metres(geometry: BaseGeometry) -> BaseGeometry:
    """Project a geometry from longitude and latitude to metres of EPSG:4546 (x = east).

    Raises
    ------
    pyproj.exceptions.ProjError
        If a point lies beyond the projection.

    Examples
    --------
    >>> round(to_metres(shapely.Point(111, 31)).x)
    500000
    """
    return _project(geometry, GEOGRAPHIC_CRS, METRIC_CRS)


def to_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """Bring a geometry from metres of EPSG:4546 back to longitude and latitude (not rounded).

    Raises
    ------
    pyproj.exceptions.ProjError
        If a point lies beyond the projection.

    Examples
    --------
    >>> round(to_degrees(to_metres(shapely.Point(110, 31))).x, 6)
    110.0
    """
    return _project(geometry, METRIC_CRS, GEOGRAPHIC_CRS)


def _project(geometry: BaseGeometry, source: str, target: str) -> BaseGeometry:
    transformer = _transformer(source, target)

    def move(points: np.ndarray) -> np.ndarray:
        x, y = transformer.transform(points[:, 0], points[:, 1], errcheck=True)
        return np.column_stack([x, y])

    moved: BaseGeometry = shapely.transform(geometry, move)
    return moved


@lru_cache(maxsize=2)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _coordinates(values: Sequence[Any]) -> str:
    if isinstance(values[0], (int, float)):
        # Adding 0.0 after rounding turns -0.0 into 0.0, which would print as another text.
        return "[" + ",".join(f"{round(v, DECIMALS) + 0.0:.{DECIMALS}f}" for v in values) + "]"
    return "[" + ",".join(_coordinates(part) for part in values) + "]"


def _json_value(value: Any) -> Any:
    cell = _cell(value)
    return None if cell == "" else cell


def _cell(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return ";".join(sorted(str(one) for one in value))
    if isinstance(value, (list, tuple)):
        return ";".join(str(one) for one in value)
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if math.isinf(value):
            raise ValueError("Infinity has no place in a data file.")
        return int(value) if value.is_integer() else value
    return value
