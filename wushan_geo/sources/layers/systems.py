"""Reference systems as Chinese offices use them: families of datums, zones and their codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyproj import CRS

Family = Literal["cgcs2000", "wgs84", "twd97", "xian80", "beijing54", ""]

CGCS2000 = 4490
# Families whose longitudes and latitudes agree: all are tied to the international frame, and the
# drift of the plates since their epochs is under a metre in China.
AGREEING = frozenset({"cgcs2000", "wgs84", "twd97"})
AGREEING_M = 1
# Xian 80 and Beijing 54: their exact parameters are kept by the surveying authority. Taken as they
# are, places are off by tens of metres to about this much.
SHIFTED_M = 100

# Semi-major axis and inverse flattening, for files whose datum has an unknown name.
_ELLIPSOIDS: dict[tuple[float, float], Family] = {
    (6378137.0, 298.257222101): "cgcs2000",
    (6378137.0, 298.257223563): "wgs84",
    (6378140.0, 298.257): "xian80",
    (6378245.0, 298.3): "beijing54",
}
_DATUMS: tuple[tuple[str, Family], ...] = (
    ("china 2000", "cgcs2000"), ("china_2000", "cgcs2000"), ("cgcs", "cgcs2000"),
    ("china geodetic", "cgcs2000"), ("china_geodetic", "cgcs2000"),
    ("wgs 84", "wgs84"), ("wgs84", "wgs84"), ("wgs_84", "wgs84"), ("wgs_1984", "wgs84"),
    ("wgs 1984", "wgs84"), ("world geodetic", "wgs84"),
    ("twd97", "twd97"), ("twd_1997", "twd97"), ("taiwan datum 1997", "twd97"),
    ("taiwan_datum_1997", "twd97"),
    ("xian", "xian80"), ("beijing", "beijing54"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Zones:
    """A row of Gauss-Kruger or UTM zones whose codes run on."""

    family: Family
    """Datum."""
    width: int
    """Width of a zone in degrees."""
    first_code: int
    """EPSG code of the first zone."""
    first_zone: int
    """Number of the first zone."""
    last_zone: int
    """Number of the last zone."""
    prefix: bool = False
    """Whether eastings begin with the number of the zone."""
    utm: bool = False
    """Whether the zones are those of UTM, numbered from 180 degrees west."""

    def meridian(self, zone: int) -> int:
        """Give the central meridian of a zone."""
        if self.utm:
            return zone * 6 - 183
        return zone * 3 if self.width == 3 else zone * 6 - 3  # noqa: PLR2004 -- the narrow zones

    def code(self, zone: int) -> int:
        """Give the EPSG code of a zone."""
        return self.first_code + zone - self.first_zone

    def zones(self) -> Iterator[int]:
        """Give the zone numbers."""
        yield from range(self.first_zone, self.last_zone + 1)


ZONES = (
    Zones("cgcs2000", 3, 4513, 25, 45, prefix=True),
    Zones("cgcs2000", 6, 4491, 13, 23, prefix=True),
    Zones("cgcs2000", 3, 4534, 25, 45),
    Zones("cgcs2000", 6, 4502, 13, 23),
    Zones("xian80", 3, 2349, 25, 45, prefix=True),
    Zones("xian80", 6, 2327, 13, 23, prefix=True),
    Zones("xian80", 3, 2370, 25, 45),
    Zones("xian80", 6, 2338, 13, 23),
    Zones("beijing54", 3, 2401, 25, 45, prefix=True),
    Zones("beijing54", 6, 21413, 13, 23, prefix=True),
    Zones("beijing54", 3, 2422, 25, 45),
    Zones("beijing54", 6, 21453, 13, 23),
    Zones("wgs84", 6, 32643, 43, 53, utm=True),
)


@dataclass(frozen=True, slots=True)
class System:
    """A reference system as it was understood."""

    crs: CRS
    """The system, without heights."""
    family: Family
    """Datum, empty if it is none of those known here."""
    code: int | None
    """EPSG code, None if it has none."""
    towgs84: tuple[float, ...] | None = None
    """Parameters of the datum, where the file brings its own."""
    flattened: bool = False
    """Whether heights were left out."""
    guessed: bool = False
    """Whether the datum was told by its ellipsoid alone."""

    @property
    def name(self) -> str:
        """Code and name, for a reader."""
        return f"EPSG:{self.code} {self.crs.name}" if self.code else str(self.crs.name)


def understood(crs: CRS) -> System | None:
    """Understand a reference system: flat, its datum and its code.

    Parameters
    ----------
    crs
        The system that a file names.

    Returns
    -------
    System or None
        The system; None if it is none of the earth (a local one of a building site, say).

    Raises
    ------
    AttributeError
        If `crs` is no reference system.

    Examples
    --------
    >>> from pyproj import CRS
    >>> esri = CRS.from_epsg(4546).to_wkt("WKT1_ESRI")
    >>> system = understood(CRS.from_wkt(esri))
    >>> system.family, system.code
    ('cgcs2000', 4546)
    """
    towgs84 = None
    if crs.is_bound and crs.source_crs is not None:
        operation = crs.coordinate_operation
        given = tuple(operation.towgs84) if operation is not None else ()
        towgs84 = given if any(given) else None  # many programs write zeros for not known
        crs = crs.source_crs
    flat = crs
    if crs.is_compound:
        flat = crs.sub_crs_list[0]
    # A system of three axes is told by its code as well, so it is flattened before it is named.
    elif len(crs.axis_info) > 2:  # noqa: PLR2004 -- east, north and up
        flat = crs.to_2d()
    if flat.geodetic_crs is None:
        return None
    family, guessed = _family(flat)
    code = flat.to_epsg(min_confidence=70)
    return System(flat, family, code, towgs84, flattened=flat is not crs, guessed=guessed)


def _family(crs: CRS) -> tuple[Family, bool]:
    """Give the datum, and whether only its ellipsoid told it."""
    geodetic = crs.geodetic_crs
    assert geodetic is not None  # noqa: S101 -- asked by understood
    datum = geodetic.datum.name.lower() if geodetic.datum else ""
    # PROJ calls a datum without a name "Unknown based on ..." and adds what it knows of it.
    names = "" if datum.startswith("unknown") else f"{geodetic.name.lower()} {datum}"
    for word, family in _DATUMS:
        if word in names:
            return family, False
    ellipsoid = geodetic.ellipsoid
    if ellipsoid is None or geodetic.to_epsg() is not None:
        return "", False  # a datum of its own, such as Tokyo
    shape = (round(ellipsoid.semi_major_metre, 3), round(ellipsoid.inverse_flattening, 9))
    return _ELLIPSOIDS.get(shape, ""), True
