"""KML and KMZ: placemarks with their folders, attributes and shapes.

Read with the parser of the standard library, which follows no address and, as told here, no entity
either: a text that defines its own could grow without end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import numpy as np
import shapely
from pyproj import CRS
from shapely.errors import ShapelyError

from wushan_geo.sources.layers.archives import listed, unpacked
from wushan_geo.sources.layers.balloons import told_in
from wushan_geo.sources.layers.encodings import decode_xml
from wushan_geo.sources.layers.features import Features, collected
from wushan_geo.sources.layers.limits import LIMITS, too_large
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers.features import Request

_WGS84 = 4326  # the standard knows no other system
_SIMPLE = {"Point", "LineString", "LinearRing", "Polygon"}
_SHAPES = {*_SIMPLE, "MultiGeometry"}
_TEXTS = {"name", "description", "address", "phoneNumber", "value", "SimpleData", "coordinates"}
_NOT_READ = {"NetworkLink", "Track", "MultiTrack", "Model", "GroundOverlay"}
_COMMA = re.compile(r"\s*,\s*")
_CORNERS = 4  # a ring has three corners and comes back to the first


class _TooDeep(Exception):  # noqa: N818 -- a signal inside this module
    """The elements lie too deep within each other."""


class _Entities(Exception):  # noqa: N818 -- a signal inside this module
    """The text defines entities of its own."""


@dataclass(slots=True)
class _Placemark:
    """What is gathered of one placemark."""

    told: dict[str, Any]
    shapes: list[Any] = field(default_factory=list)
    broken: bool = False


class _Reader:
    """Gathers placemarks while the parser goes through the text."""

    def __init__(self) -> None:
        self.placemarks: list[_Placemark] = []
        self.unread: dict[str, int] = {}
        self.path: list[str] = []
        self.folders: list[str] = []
        self.text: list[str] | None = None
        self.key = ""
        self.now: _Placemark | None = None
        self.rings: list[Any] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        name = tag.rpartition(":")[2]
        self.path.append(name)
        if len(self.path) > LIMITS.depth:
            raise _TooDeep
        if name in {"Folder", "Document"}:
            self.folders.append("")
        elif name == "Placemark":
            folder = " / ".join(one for one in self.folders if one)
            self.now = _Placemark({"folder": folder} if folder else {})
            self.placemarks.append(self.now)
        elif name in {"Data", "SimpleData"}:
            self.key = attributes.get("name", "").strip()
        elif name == "Polygon":
            self.rings = []
        elif name in _NOT_READ:
            self.unread[name] = self.unread.get(name, 0) + 1
        self.text = [] if name in _TEXTS else None

    def characters(self, text: str) -> None:
        """Take a piece of text."""
        if self.text is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        """End an element."""
        name = tag.rpartition(":")[2]
        self.path.pop()
        text = "" if self.text is None else "".join(self.text).strip()
        above = self.path[-1] if self.path else ""
        if self.text is not None:
            self.text = None
            self._told(name, text, above)
        if name == "Polygon" and self.now is not None:
            self._polygon(self.now)
        elif name in {"Folder", "Document"}:
            self.folders.pop()
        elif name == "Placemark":
            self.now = None

    def _told(self, name: str, text: str, above: str) -> None:
        if name == "coordinates":
            self._coordinates(text, above)
        elif name == "name" and above in {"Folder", "Document"}:
            self.folders[-1] = text
        elif self.now is None:
            return
        elif name == "SimpleData" or (name == "value" and above == "Data"):
            if self.key:
                self.now.told[self.key] = text
        elif name == "description" and above == "Placemark":
            table = told_in(text)
            self.now.told.update(table or {"description": text})
        elif above == "Placemark":
            self.now.told.setdefault(name, text)

    def _coordinates(self, text: str, above: str) -> None:
        if self.now is None:
            return
        try:
            corners = _corners(text)
            if above == "Point":
                self.now.shapes.append(shapely.Point(corners[0]))
            elif above == "LineString":
                self.now.shapes.append(shapely.LineString(corners))
            elif above == "LinearRing":
                self.rings.append((_role(self.path), _ring(corners)))
                if "Polygon" not in self.path:
                    self.now.shapes.append(shapely.LineString(self.rings.pop()[1]))
        except (ValueError, IndexError, ShapelyError):
            self.now.broken = True

    def _polygon(self, now: _Placemark) -> None:
        outer = [ring for role, ring in self.rings if role == "outerBoundaryIs"]
        inner = [ring for role, ring in self.rings if role != "outerBoundaryIs"]
        self.rings = []
        if len(outer) != 1:
            now.broken = True
            return
        now.shapes.append(shapely.Polygon(outer[0], inner))


def _role(path: list[str]) -> str:
    """Give the element in which a ring stands."""
    return path[-2] if len(path) > 1 else ""


def _corners(text: str) -> np.ndarray:
    """Read corners; heights are left out, and spaces around a comma are forgiven."""
    words = _COMMA.sub(",", text).split()
    return np.array([[float(one) for one in word.split(",")[:2]] for word in words], dtype=float)


def _ring(corners: np.ndarray) -> np.ndarray:
    """Close a ring that its writer left open."""
    if len(corners) and not (corners[0] == corners[-1]).all():
        corners = np.vstack([corners, corners[:1]])
    if len(corners) < _CORNERS:
        message = "a ring of fewer than three corners"
        raise ValueError(message)
    return corners


def read_kml(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read a KML: one feature for each placemark, its folder as an attribute.

    Parameters
    ----------
    content
        Bytes of the file.
    request
        The file.

    Returns
    -------
    tuple
        The features or None, and all faults.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.layers.features import Request
    >>> point = "<Point><coordinates>109.9,31.1,0</coordinates></Point>"
    >>> text = f"<kml><Placemark><name>甲</name>{point}</Placemark></kml>"
    >>> read_kml(text.encode(), Request(Path("a.kml")))[0].geometry
    array([<POINT (109.9 31.1)>], dtype=object)
    """
    name = request.name
    text, encoding = decode_xml(content)
    if not encoding:
        return None, [_damaged(name)]
    reader = _Reader()
    try:
        _parse(reader, text)
    except _TooDeep:
        return None, [too_large(name, "depth", LIMITS.depth + 1, LIMITS.depth)]
    except _Entities:
        return None, [fault(Where(name), rule("kml_entities"), hint("export"))]
    except (expat.ExpatError, ValueError):
        where = Where(name, None, "", "" if not reader.placemarks else len(reader.placemarks))
        return None, [fault(where, rule("kml"), hint("export"))]
    return _features(reader, name, encoding)


def _parse(reader: _Reader, text: str) -> None:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.EntityDeclHandler = _refused
    parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 -- the parser's own signature


def _refused(*_: Any) -> None:
    raise _Entities


def _features(reader: _Reader, name: str, encoding: str) -> tuple[Features | None, list[Fault]]:
    faults = []
    for kind, count in sorted(reader.unread.items()):
        where = Where(name, None, kind, count)
        faults.append(fault(where, rule("kml_unread"), hint("kml_unread"), severity="note"))
    found = reader.placemarks
    if not found:
        return None, [*faults, fault(Where(name), rule("features"), hint("export"))]
    if len(found) > LIMITS.features:
        return None, [too_large(name, "features", len(found), LIMITS.features)]
    shapes = np.full(len(found), None, dtype=object)
    for at, one in enumerate(found):
        if one.broken:
            where = Where(name, at + 1, "geometry")
            faults.append(fault(where, rule("shape"), hint("export")))
        elif one.shapes:
            shapes[at] = one.shapes[0] if len(one.shapes) == 1 else _together(one.shapes)
    names, rows = collected([one.told for one in found])
    crs = CRS.from_epsg(_WGS84)
    return Features(names, rows, shapes, crs, "kml", encoding), faults


def _together(shapes: list[Any]) -> Any:
    """Put the shapes of a placemark together: polygons alone if there are any, as for a seat."""
    polygons = [one for one in shapes if one.geom_type == "Polygon"]
    if polygons:
        return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    lines = [one for one in shapes if one.geom_type == "LineString"]
    if lines:
        return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    return shapely.MultiPoint(shapes)


def _damaged(name: str) -> Fault:
    return fault(Where(name), rule("kml"), hint("export"))


def read_kmz(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read the KML in a KMZ: ``doc.kml``, or else the first one.

    Parameters
    ----------
    content
        Bytes of the archive.
    request
        The file.

    Returns
    -------
    tuple
        The features or None, and all faults.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.layers.features import Request
    >>> read_kmz(b"", Request(Path("a.kmz")))[1][0].rule
    'is a whole archive (zip) without a password'
    """
    members, faults = listed(content, request.name)
    if faults:
        return None, faults
    inside = [one for one in members if one.lower().endswith(".kml")]
    if not inside:
        return None, [_damaged(request.name)]
    chosen = next((one for one in inside if one.lower() == "doc.kml"), inside[0])
    raw, faults = unpacked(content, request.name, [members[chosen]])
    if faults:
        return None, faults
    found, faults = read_kml(raw[members[chosen]], request)
    if len(inside) > 1:
        where = Where(request.name, None, "", chosen)
        words = rule("layer_chosen", count=len(inside))
        faults.append(fault(where, words, hint("nothing"), severity="note"))
    return found, faults
