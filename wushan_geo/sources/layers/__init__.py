"""Vector layers from files: attributes as cells, shapes in longitude and latitude.

GeoPackage, GeoJSON, Shapefile (also zipped), KML, KMZ, GeoParquet and FlatGeobuf. Each is read from
memory, within stated limits; what cannot be read is one finding, and never a traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.sources.grid import Grid
from wushan_geo.sources.layers.features import Features, LayerGrid, Request, frame_of, grid_of
from wushan_geo.sources.layers.gdal import read_gdal
from wushan_geo.sources.layers.geojson import read_geojson
from wushan_geo.sources.layers.kml import read_kml, read_kmz
from wushan_geo.sources.layers.limits import LIMITS, sized, too_large
from wushan_geo.sources.layers.losses import shapefile_losses
from wushan_geo.sources.layers.parquet import read_parquet
from wushan_geo.sources.layers.reference import placed
from wushan_geo.sources.layers.repair import mend
from wushan_geo.sources.layers.shapefile import read_shapefile, read_zipped
from wushan_geo.study.answers import Answers
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from wushan_geo.errors import Fault

__all__ = [
    "LIMITS",
    "SUFFIXES",
    "LayerGrid",
    "mend",
    "points_as_columns",
    "read_layer",
    "read_layer_grid",
    "shapefile_losses",
]

_READERS: dict[str, Callable[[bytes, Request], tuple[Features | None, list[Fault]]]] = {
    ".geojson": read_geojson,
    ".json": read_geojson,
    ".gpkg": read_gdal,
    ".fgb": read_gdal,
    ".shp": read_shapefile,
    ".zip": read_zipped,
    ".kml": read_kml,
    ".kmz": read_kmz,
    ".parquet": read_parquet,
    ".geoparquet": read_parquet,
}
SUFFIXES = frozenset(_READERS)
_DECIMALS = 9  # of a degree: a tenth of a millimetre


def read_layer(content: bytes, path: Path) -> tuple[Raw | None, list[Fault]]:
    """Read a vector layer whose attributes have the names of the contract.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path; the other parts of a Shapefile are read from its folder.

    Returns
    -------
    tuple
        The layer (attributes as text, the index the number of the feature from 1, shapes, reference
        system or None), or None, and all faults.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = '{"type": "FeatureCollection", "features": []}'
    >>> read_layer(text.encode(), Path("a.geojson"))[1][0].rule
    'has at least one feature'
    """
    features, faults = _read(content, Request(path))
    faults = [one for one in faults if one.severity != "note"]
    if features is None:
        return None, faults
    return Raw(frame_of(features), path.name, features.geometry, features.crs), faults


def read_layer_grid(
    content: bytes,
    path: Path,
    *,
    table: str = "",
    answers: Answers | None = None,
    near: tuple[float, ...] | None = None,
) -> tuple[LayerGrid | None, list[Fault]]:
    """Read a vector layer of any office: attributes as a grid, shapes in longitude and latitude.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path; the other parts of a Shapefile are read from its folder.
    table
        Table of the study that it is read for, empty where any layer will do.
    answers
        What was decided before: which layer of a file (topic ``table``), which reference system
        (topic ``crs``), each for the table and the name of the file.
    near
        Where the county lies in degrees, if that is known: a point, or west, south, east and north.

    Returns
    -------
    tuple
        The layer, or None, and all findings. A layer whose system has to be decided first is given
        with its shapes as they stand in the file and no system.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = '{"features": [{"properties": {"名称": "甲"}, "geometry": null}]}'
    >>> layer, faults = read_layer_grid(text.encode(), Path("a.geojson"), table="villages")
    >>> layer.grid.rows, faults
    ((('名称',), ('甲',)), [])
    """
    request = Request(path, table, answers if answers is not None else Answers(), near)
    features, faults = _read(content, request)
    if features is None:
        return None, faults
    place = placed(features.geometry, features.crs, request)
    faults += place.faults
    if place.left_out:
        return None, faults
    layer = LayerGrid(
        grid_of(features, path.name),
        place.geometry,
        place.crs,
        features.format,
        features.encoding,
        tuple(place.notes),
    )
    return layer, faults


def points_as_columns(layer: LayerGrid) -> Grid:
    """Give the attributes of a layer of points with ``lon`` and ``lat`` as two more columns.

    Parameters
    ----------
    layer
        A layer of points, such as facilities drawn in an earth viewer.

    Returns
    -------
    Grid
        The attributes with two columns more, unless there are such columns; empty where a feature
        has no point.

    Raises
    ------
    AttributeError
        If `layer` is no layer.

    Examples
    --------
    >>> from pathlib import Path
    >>> point = "<Point><coordinates>109.9,31.1</coordinates></Point>"
    >>> text = f"<kml><Placemark><name>A</name>{point}</Placemark></kml>"
    >>> layer, _ = read_layer_grid(text.encode(), Path("a.kml"), table="facilities")
    >>> points_as_columns(layer).rows
    (('name', 'lon', 'lat'), ('A', 109.9, 31.1))
    """
    names = layer.grid.rows[0]
    if layer.crs is None or {"lon", "lat"} & {str(one).lower() for one in names}:
        return layer.grid
    points = [
        one if one is not None and one.geom_type == "Point" and not one.is_empty else None
        for one in layer.geometry
    ]
    places = [
        (None, None) if one is None else (round(one.x, _DECIMALS), round(one.y, _DECIMALS))
        for one in points
    ]
    rows = [(*names, "lon", "lat")]
    rows += [(*row, *place) for row, place in zip(layer.grid.rows[1:], places, strict=True)]
    grid = layer.grid
    return Grid(grid.file, grid.sheet, tuple(rows), (), 0, grid.format, grid.encoding)


def _read(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read a layer with the reader of its format, and check what every format can get wrong."""
    name = request.name
    refused = list(sized(name, content))
    if refused:
        return None, refused
    reader = _READERS.get(request.path.suffix.lower())
    if reader is None:
        return None, [fault(Where(name), rule("layer"), hint("layer_formats"))]
    features, faults = reader(content, request)
    if features is None:
        return None, faults
    more = list(_whole(features, name))
    if any(one.severity == "error" for one in more):
        return None, [*faults, *more]
    return _flat(features, name, [*faults, *more])


def _whole(features: Features, name: str) -> Iterable[Fault]:
    """Find what makes a layer none: no feature, or too many corners or attributes."""
    if not len(features.geometry):
        yield fault(Where(name), rule("features"), hint("export"))
    if len(features.names) > LIMITS.columns:
        yield too_large(name, "columns", len(features.names), LIMITS.columns)
    corners = int(shapely.get_num_coordinates(features.geometry).sum())
    if corners > LIMITS.vertices:
        yield too_large(name, "vertices", corners, LIMITS.vertices)


def _flat(features: Features, name: str, faults: list[Fault]) -> tuple[Features, list[Fault]]:
    """Leave heights out, and shapes whose coordinates are no numbers."""
    shapes = features.geometry
    if shapely.has_z(shapes).any() or shapely.has_m(shapes).any():
        shapes = shapely.force_2d(shapes)
        where = Where(name, None, "geometry")
        faults.append(fault(where, rule("heights"), hint("nothing"), severity="note"))
    points, owners = shapely.get_coordinates(shapes, return_index=True)
    wrong = np.unique(owners[~np.isfinite(points).all(axis=1)])
    if len(wrong):
        shapes = shapes.copy()
        shapes[wrong] = None
        for at in wrong.tolist():
            where = Where(name, at + 1, "geometry")
            faults.append(fault(where, rule("shape"), hint("export")))
    return (
        Features(
            features.names, features.rows, shapes, features.crs,
            features.format, features.encoding, features.sheet,
        ),
        faults,
    )  # fmt: skip
