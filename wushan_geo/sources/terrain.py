"""Elevation and land cover from raster files, brought onto one grid in metres."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import CrsError, InputError
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.metric import metric_crs
from wushan_geo.study.terrain import (
    ELEVATION,
    LAND_COVER,
    MOST_CELLS,
    MOST_CODE,
    NO_COVER,
    SQUARE,
    Terrain,
    check_metres,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from pyproj import CRS

    from wushan_geo.errors import Fault
    from wushan_geo.study.faults import Pair

# Kinds of rasters that lie in files beside each other. Kinds that can name an address (VRT, WMS,
# WMTS, STAC and others) are not opened at all, so that no file makes this program reach a network.
DRIVERS = [
    "GTiff", "HFA", "AAIGrid", "GRASSASCIIGrid", "AIG", "EHdr", "ENVI", "SRTMHGT", "DTED",
    "USGSDEM", "GSAG", "GSBG", "GS7BG", "SAGA", "RST", "PCRaster", "ILWIS", "BT", "SDTS", "RMF",
]  # fmt: skip
# Should a side file name an address all the same, only one of this name would be fetched.
SETTINGS = {"CPL_VSIL_CURL_ALLOWED_FILENAME": "none"}
ADDRESSES = ("/vsi", "\\vsi")
METRES = {"", "m", "metre", "metres", "meter", "meters", "米"}
GEOGRAPHIC = 4490
ALIKE = 1e-3  # grids that differ by less than a thousandth of a cell are the same
EDGE_POINTS = 21  # along each side of a raster: a straight side is a curve in another system
SCREEN = 4  # figures of a size shown to a reader

Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Raster:
    """A band and its place."""

    name: str
    values: NDArray[Any]
    """Floats (NaN = no data) of an elevation, whole numbers (-1 = no data) of a land cover."""
    transform: Affine
    crs: CRS


def read_terrain(
    elevation: str | Path, land_cover: str | Path | None = None, *, crs: str | None = None
) -> Terrain:
    """Read a digital elevation model, and land cover with it, onto one grid of square cells.

    An elevation in degrees, in a system that distorts lengths, or on a grid that is not square and
    north up, is resampled by bilinear interpolation to the CGCS2000 3-degree zone of its middle
    (a metric system of its own is kept; GDAL places cells to an eighth of a cell). Land cover on
    another grid is resampled to that of the elevation by nearest neighbour. Both are noted in
    :attr:`Terrain.notes`, and so are cells that have an elevation and no land cover. Values for no
    data, masks, and scales of the files hold. Needs the extra ``terrain`` (rasterio); files are
    read from this computer only.

    Parameters
    ----------
    elevation
        File of one band in metres: GeoTIFF, Erdas ``.img``, ESRI ``.asc`` with ``.prj``, SRTM
        ``.hgt``, Surfer grids and others that GDAL reads from a file.
    land_cover
        File of one band of codes; None if all land is alike.
    crs
        Reference system of the rasters that do not name their own, such as ``EPSG:4490``.

    Returns
    -------
    Terrain
        At most 50 million cells; 12 bytes each, and about 40 while it is read.

    Raises
    ------
    InputError
        With all faults of both files at once: a file that is missing, damaged, of an unknown kind
        or an address on a network, several bands, no reference system, another unit than metres,
        land cover elsewhere, and what :class:`Terrain` refuses; also if the extra is missing.

    Examples
    --------
    See ``tests/test_sources_terrain.py``.
    """
    faults: list[Fault] = []
    system = _named_crs(crs, faults)
    ground = _read(str(elevation), system, faults, codes=False)
    cover = None if land_cover is None else _read(str(land_cover), system, faults, codes=True)
    if ground is not None and not faults:
        notes: list[Fault] = []
        ground = _on_metres(ground, notes, faults)
        codes = None if cover is None else _on_grid(cover, ground, notes, faults)
        if not faults:
            return _terrain(ground, codes, notes, {LAND_COVER: str(land_cover)})
    raise InputError(faults)


def _terrain(
    ground: _Raster, codes: NDArray[Any] | None, notes: list[Fault], names: dict[str, str]
) -> Terrain:
    """Put the terrain together; its faults are told of the files."""
    code = ground.crs.to_epsg()
    text = f"EPSG:{code}" if code else ground.crs.to_wkt()
    try:
        return Terrain(ground.values, codes, ground.transform, text, tuple(notes))
    except InputError as error:
        files = names | {ELEVATION: ground.name}
        faults = [replace(one, file=files.get(one.file, one.file)) for one in error.faults]
        raise InputError(faults) from None


def _named_crs(crs: str | None, faults: list[Fault]) -> CRS | None:
    """Read the system that the caller names."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if crs is None:
        return None
    try:
        return CRS.from_user_input(crs)
    except CRSError:
        where = Where("crs", None, "", crs)
        faults.append(fault(where, rule("terrain_crs_known"), hint("terrain_crs")))
        return None


def _read(name: str, system: CRS | None, faults: list[Fault], *, codes: bool) -> _Raster | None:
    """Read one file, or tell what is wrong with it."""
    refused = _refused(name)
    if refused is not None:
        faults.append(refused)
        return None
    try:
        import rasterio
        from rasterio.errors import NotGeoreferencedWarning, RasterioError
        from rasterio.io import DatasetReader
        from rasterio.session import DummySession
    except ImportError:
        faults.append(fault(Where(name), rule("terrain_extra"), hint("terrain_extra")))
        return None
    try:
        with warnings.catch_warnings():
            # A raster without a place is a fault here, and told as one.
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with (
                rasterio.Env(session=DummySession(), **SETTINGS),
                DatasetReader(str(Path(name).absolute()), driver=DRIVERS) as file,
            ):
                own = _own_crs(file)
                found = [*_about(file, name, codes=codes), *_crs_faults(file, name, own, system)]
                faults += found
                if found:
                    return None
                transform: Any = tuple(file.transform)[:6]
                values = _codes(file) if codes else _elevations(file)
                return _Raster(name, values, transform, _flat(own or system))
    except (RasterioError, OSError, ValueError, MemoryError):
        faults.append(fault(Where(name), rule("terrain_readable"), hint("terrain_readable")))
    return None


def _refused(name: str) -> Fault | None:
    """Refuse what is no file on this computer."""
    if "://" in name or name.startswith(ADDRESSES):
        return fault(Where(name), rule("terrain_local"), hint("terrain_local"))
    try:
        there = Path(name).exists()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    return None if there else fault(Where(name), rule("terrain_file"), hint("terrain_file"))


def _own_crs(file: Any) -> CRS | None:
    """Give the system that a file names."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not file.crs:
        return None
    try:
        return CRS.from_wkt(file.crs.to_wkt())
    except CRSError:
        return None


def _flat(crs: Any) -> CRS:
    """Leave out the system of heights, of which only the unit matters here."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    found: CRS = crs.source_crs if crs.is_bound else crs
    return found


def _about(file: Any, name: str, *, codes: bool) -> Iterator[Fault]:
    """Find what a file itself says that cannot be used."""
    if file.count != 1:
        yield _blame(name, file.count, "terrain_one_band", "bands")
    if file.width * file.height > MOST_CELLS:
        where = Where(name, None, "", f"{file.width * file.height:,}")
        yield fault(where, rule("terrain_large", most=f"{MOST_CELLS:,}"), hint("terrain_large"))
    kind = np.dtype(file.dtypes[0]).kind
    if kind not in "iuf":
        yield _blame(name, file.dtypes[0], "terrain_raster")
    unit = (file.units[0] or "").strip().lower()
    if not codes and unit not in METRES:
        yield _blame(name, unit, "terrain_unit")
    if file.transform.is_identity or not file.transform.determinant:
        yield _blame(name, "", "terrain_placed")


def _crs_faults(file: Any, name: str, own: CRS | None, system: CRS | None) -> Iterator[Fault]:
    """Find whether it is clear in which system a file is."""
    if own is None and system is None and not file.transform.is_identity:
        yield _blame(name, "", "terrain_crs")
    elif own is not None and system is not None and not _same(_flat(own), _flat(system)):
        where = Where(name, None, "crs", system.name)
        words = rule("terrain_crs_same", own=own.name)
        yield fault(where, words, hint("terrain_crs_same"))


def _same(one: CRS, other: CRS) -> bool:
    """Tell whether two systems are the same, however they are written."""
    codes = one.to_epsg(), other.to_epsg()
    return one.equals(other, ignore_axis_order=True) or (
        codes[0] is not None and len({*codes}) == 1
    )


def _elevations(file: Any) -> NDArray[np.float64]:
    """Read elevations, NaN where there is no data."""
    band = file.read(1, masked=True)
    values = band.astype(np.float64).filled(np.nan)
    found: NDArray[np.float64] = values * file.scales[0] + file.offsets[0]
    return found


def _codes(file: Any) -> NDArray[Any]:
    """Read codes, -1 where there is no data; floats stay floats if one is no whole number."""
    band = file.read(1, masked=True)
    values = np.ma.getdata(band)
    gone = np.ma.getmaskarray(band)
    if values.dtype.kind == "f":
        gone = gone | np.isnan(values)
        if not (values[~gone] == np.round(values[~gone])).all():
            return values
    values = np.where(gone, 0, values).astype(np.int64)  # unsigned codes have no -1
    if int(values.min(initial=0)) < 0:
        return values - 1  # a code below 0 is a fault, and not "no data"
    return np.where(gone, NO_COVER, values)


def _on_metres(ground: _Raster, notes: list[Fault], faults: list[Fault]) -> _Raster:
    """Bring the elevation onto a grid of square cells in metres."""
    lon, lat = _middle(ground)
    crooked = bool(check_metres(ground.crs, lon, lat))
    if not crooked and _is_square(ground.transform):
        return ground
    target = ground.crs
    if crooked:
        from pyproj import CRS

        try:
            target = CRS.from_epsg(metric_crs(lon))
        except CrsError:
            faults.append(_blame(ground.name, f"{lon:.3f}, {lat:.3f}", "terrain_zone"))
            return ground
    transform, shape = _new_grid(ground, target)
    if shape[0] * shape[1] > MOST_CELLS:
        where = Where(ground.name, None, "", f"{shape[0] * shape[1]:,}")
        words = rule("terrain_large", most=f"{MOST_CELLS:,}")
        faults.append(fault(where, words, hint("terrain_large")))
        return ground
    moved = _Raster(ground.name, np.full(shape, np.nan), transform, target)
    _resample(ground, moved, "bilinear")
    own = ground.crs.name
    words = rule("terrain_projected", own=own, crs=target.name, cell=f"{transform[0]:.{SCREEN}g}")
    notes.append(_note(ground.name, words, hint("terrain_projected")))
    return moved


def _on_grid(
    cover: _Raster, ground: _Raster, notes: list[Fault], faults: list[Fault]
) -> NDArray[Any]:
    """Bring the land cover onto the grid of the elevation."""
    codes = cover.values
    if codes.dtype.kind == "f" or not NO_COVER <= codes.min() <= codes.max() <= MOST_CODE:
        faults.append(_blame(cover.name, codes.dtype, "terrain_codes"))
        return codes
    cover = replace(cover, values=codes.astype(np.int32))
    codes = cover.values
    alike = np.abs(np.subtract(cover.transform, ground.transform)).max()
    if (
        codes.shape != ground.values.shape
        or alike > ALIKE * ground.transform[0]
        or not _same(cover.crs, ground.crs)
    ):
        moved = _Raster(
            cover.name,
            np.full(ground.values.shape, NO_COVER, dtype=np.int32),
            ground.transform,
            ground.crs,
        )
        _resample(cover, moved, "nearest")
        codes = moved.values
        unit = "°" if cover.crs.is_geographic else " m"
        words = rule(
            "terrain_cover_moved",
            own=f"{_side(cover.transform):.{SCREEN}g}{unit}",
            cell=f"{ground.transform[0]:.{SCREEN}g}",
        )
        notes.append(_note(cover.name, words, hint("terrain_cover_moved")))
    land = np.isfinite(ground.values)
    lost = int((land & (codes == NO_COVER)).sum())
    if lost and lost == land.sum():
        faults.append(_blame(cover.name, "", "terrain_overlap"))
    elif lost:
        share = f"{lost / land.sum() * 100:.1f}"
        words = rule("terrain_cover_part", cells=f"{lost:,}", share=share)
        notes.append(_note(cover.name, words, hint("terrain_cover_part")))
    return codes


def _is_square(transform: Affine) -> bool:
    """Tell whether cells are square and north up."""
    a, b, _, d, e, _ = transform
    return not b and not d and a > 0 > e and abs(a + e) <= SQUARE * max(a, -e)


def _side(transform: Affine) -> float:
    """Give the side of a square as large as a cell."""
    a, b, _, d, e, _ = transform
    return float(abs(a * e - b * d) ** 0.5)


def _middle(ground: _Raster) -> tuple[float, float]:
    """Give the middle of a raster in degrees."""
    from pyproj import Transformer

    rows, columns = ground.values.shape
    x, y = _at(ground.transform, np.array([columns / 2]), np.array([rows / 2]))
    lon, lat = Transformer.from_crs(ground.crs, GEOGRAPHIC, always_xy=True).transform(x, y)
    return float(lon[0]), float(lat[0])


def _at(
    transform: Affine, column: NDArray[np.float64], row: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give coordinates of places on a grid."""
    a, b, c, d, e, f = transform
    return a * column + b * row + c, d * column + e * row + f


def _new_grid(ground: _Raster, target: CRS) -> tuple[Affine, tuple[int, int]]:
    """Lay out a grid north up that holds a raster, its cells as large as those in the middle.

    Unlike GDAL's own proposal this one has square cells whatever the raster's grid is like.
    """
    from pyproj import Transformer

    rows, columns = ground.values.shape
    along = np.linspace(0, 1, EDGE_POINTS)
    none, all_ = np.zeros(EDGE_POINTS), np.ones(EDGE_POINTS)
    column = np.concatenate([along, along, none, all_]) * columns
    row = np.concatenate([none, all_, along, along]) * rows
    transformer = Transformer.from_crs(ground.crs, target, always_xy=True)
    x, y = transformer.transform(*_at(ground.transform, column, row))
    middle = np.array([columns / 2, columns / 2 + 1, columns / 2])
    east, north = transformer.transform(
        *_at(ground.transform, middle, np.array([rows / 2, rows / 2, rows / 2 + 1]))
    )
    across = east[1:] - east[0], north[1:] - north[0]
    cell = float(abs(across[0][0] * across[1][1] - across[0][1] * across[1][0]) ** 0.5)
    west, top = float(np.min(x)), float(np.max(y))
    # What rounding adds to the span makes no cell of its own.
    shape = tuple(
        max(1, int(np.ceil(span / cell - ALIKE))) for span in (top - np.min(y), np.max(x) - west)
    )
    return (cell, 0.0, west, 0.0, -cell, top), (shape[0], shape[1])


def _resample(source: _Raster, target: _Raster, method: str) -> None:
    """Fill a raster from another one."""
    import rasterio
    from rasterio.session import DummySession
    from rasterio.transform import Affine as Place
    from rasterio.warp import Resampling, reproject

    none = np.nan if source.values.dtype.kind == "f" else NO_COVER
    with rasterio.Env(session=DummySession(), **SETTINGS):
        reproject(
            source.values,
            target.values,
            src_transform=Place(*source.transform),
            src_crs=source.crs.to_wkt(),
            src_nodata=none,
            dst_transform=Place(*target.transform),
            dst_crs=target.crs.to_wkt(),
            dst_nodata=none,
            resampling=Resampling[method],
            # Where cells get larger GDAL would average over more than the four nearest ones, and
            # unevenly: a plane would no longer be one.
            XSCALE=1,
            YSCALE=1,
        )


def _blame(name: str, shown: object, key: str, column: str = "") -> Fault:
    """Make a fault of which the rule and the hint have one key."""
    return fault(Where(name, None, column, shown), rule(key), hint(key))


def _note(name: str, words: Pair, advice: Pair) -> Fault:
    """Make a note of what was done."""
    return fault(Where(name), words, advice, severity="note")
