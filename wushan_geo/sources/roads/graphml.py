"""Roads from GraphML as osmnx saves it, simplified or not, directed or not.

osmnx draws a street that goes both ways as two edges, one in each direction; here it is one edge.
Where it merged streets of several classes into one edge, how long each of them is has gone: the
lowest class holds for all of it, so that no time comes out shorter than it is, and a note says so.
The day on which a graph was made is not the date of its map, and is not taken for it.
"""

from __future__ import annotations

import ast
import io
import warnings
from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError  # only the name of what may go wrong

import numpy as np

from wushan_geo.errors import InputError
from wushan_geo.sources.roads.classes import road_class
from wushan_geo.sources.roads.joining import Pieces, Points, Ways, joined
from wushan_geo.sources.roads.osm import (
    BRIDGE_NAME,
    CREDIT,
    ONEWAY,
    Found,
    is_bridge,
    metres,
    notes,
    title,
    use_of,
    word_unknown,
)
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import ROAD_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wushan_geo.errors import Fault

WGS84 = 4326
_DECIMALS = 7  # of a degree, a centimetre: drawings of a street that differ by less are one
_LONGEST = 10_000  # characters of a list in an attribute
_ONE = {"true", *ONEWAY}
_BOTH = {"false", "no", "0", "reversible", "alternating"}
_UNREADABLE = (
    ParseError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError,
    StopIteration, RecursionError, MemoryError,
)  # fmt: skip

Line = tuple[tuple[float, float], ...]
Tags = dict[str, list[str]]


@dataclass(slots=True)
class _Street:
    """The edges of a graph that are one street."""

    ends: tuple[str, str]
    line: Line
    """Its points, from the first end to the second."""
    tags: Tags
    number: str
    """The lowest of the numbers of its ways."""
    says: set[str]
    """What its edges say of themselves: ``one`` way or ``both``; nothing if they do not say."""
    along: set[bool]
    """In which directions there are edges: True from the first end to the second."""

    def direction(self, *, directed: bool) -> int:
        """Give 1 if it goes from the first end to the second only, -1 if back only, else 0."""
        alone = len(self.along) == 1
        if alone and "both" not in self.says and (directed or "one" in self.says):
            return 1 if True in self.along else -1
        return 0


def read_graphml(path: Path, *, road_classes: Mapping[str, str], edition: str) -> Found:
    """Read the roads of a graph.

    Parameters
    ----------
    path
        File ``.graphml``, looked through for entities before (see ``files.py``).
    road_classes
        The study's own table: word to road class.
    edition
        Date of the state of the map; empty if not known.

    Returns
    -------
    Found
        The network, and notes.

    Raises
    ------
    InputError
        If the file is no graph, has no reference system, no roads or roads of unknown class.

    Examples
    --------
    See ``tests/test_sources_roads_files.py``.
    """
    file = path.name
    graph = _graph(path)
    drawn = _in_degrees(graph, file)
    streets = _streets(graph, drawn)
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    kept = []
    for street in streets:
        told, word = _class_of(street.tags, road_classes, counts)
        if told:
            kept.append((street, told))
        elif word is not None:
            unknown[word] += 1
    if unknown:
        raise InputError([word_unknown(file, *one) for one in unknown.items()])
    if not kept:
        raise InputError([fault(Where(file), rule("roads_there"), hint("roads_there"))])
    directed = graph.is_directed()
    points, pieces = _pieces(drawn, [street for street, _ in kept], directed=directed)
    ways = _ways(kept, directed=directed)
    return Found(joined(points, ways, pieces, edition), notes(file, counts), CREDIT)


def _graph(path: Path) -> Any:
    """Read the graph as it stands."""
    import networkx as nx

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on types that the file does not declare
            content = io.BytesIO(path.read_bytes())
            return nx.read_graphml(content, node_type=str, force_multigraph=True)
    except (nx.NetworkXException, *_UNREADABLE) as error:
        raise InputError([_damaged(path.name)]) from error


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The nodes of a graph, and the inner points of its edges, in degrees."""

    names: list[str]
    place: dict[str, tuple[float, float]]
    elevation_m: list[float]
    inner: list[Line]
    """For each edge the points of its shape, its ends included; nothing where it has none."""


def _in_degrees(graph: Any, file: str) -> _Drawn:
    """Turn nodes and shapes into degrees."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        system = CRS.from_user_input(str(graph.graph["crs"]))
        into = Transformer.from_crs(system, WGS84, always_xy=True)
        names = sorted(graph.nodes)
        x, y = (np.array([float(graph.nodes[one][key]) for one in names]) for key in ("x", "y"))
        lon, lat = into.transform(x, y, errcheck=True)
    except (ProjError, KeyError, ValueError, TypeError) as error:
        words = fault(Where(file), rule("graphml_reference"), hint("graphml_reference"))
        raise InputError([words]) from error
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise InputError([_damaged(file)])
    heights = [_elevation(graph.nodes[one]) for one in names]
    place = dict(zip(names, zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
    return _Drawn(names, place, heights, _shapes(graph, into, file))


def _shapes(graph: Any, into: Any, file: str) -> list[Line]:
    """Give the points of each edge that has a shape."""
    import shapely
    from pyproj.exceptions import ProjError

    texts = [data.get("geometry") for _, _, data in graph.edges(data=True)]
    try:
        lines = shapely.from_wkt(np.array([*texts, None], dtype=object)[:-1])
        points, of = shapely.get_coordinates(lines, return_index=True)
        lon, lat = into.transform(points[:, 0], points[:, 1], errcheck=True)
    except (shapely.errors.ShapelyError, ProjError, TypeError, ValueError) as error:
        raise InputError([_damaged(file)]) from error
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise InputError([_damaged(file)])
    pairs = list(zip(lon.tolist(), lat.tolist(), strict=True))
    ends = np.cumsum(np.bincount(of, minlength=len(texts)))
    starts = [0, *ends[:-1].tolist()]
    return [tuple(pairs[first:last]) for first, last in zip(starts, ends.tolist(), strict=True)]


def _damaged(file: str) -> Fault:
    return fault(Where(file), rule("roads_whole"), hint("roads_whole"))


def _elevation(data: Mapping[str, Any]) -> float:
    """Give the elevation of a node, as osmnx adds it or as the map has it."""
    said = data.get("elevation", data.get("ele"))
    return metres(None if said is None else str(said))


def _streets(graph: Any, drawn: _Drawn) -> list[_Street]:
    """Gather the edges that are one street, in an order that does not depend on the file."""
    found: dict[tuple[Any, ...], _Street] = {}
    edges = zip(graph.edges(data=True), drawn.inner, strict=True)
    for (start, end, data), shape in edges:
        tags = {str(key): _values(value) for key, value in data.items()}
        # An undirected graph may have turned the edge round: then this says where it began.
        u, v = (end, start) if tags.get("from") == [end] and start != end else (start, end)
        line = _line(drawn.place[u], drawn.place[v], shape)
        rounded = tuple((round(x, _DECIMALS), round(y, _DECIMALS)) for x, y in line)
        along = (u, rounded) <= (v, rounded[::-1])
        ends, line = ((u, v), line) if along else ((v, u), line[::-1])
        numbers = tuple(sorted(tags.get("osmid", [])))
        key = (ends, numbers, min(rounded, rounded[::-1]))
        street = found.setdefault(
            key, _Street(ends, line, tags, min(numbers, key=_by_number, default=""), set(), set())
        )
        street.along.add(along)
        street.says |= {_said(one) for one in tags.get("oneway", [])} - {""}
    return [found[key] for key in sorted(found)]


def _line(start: tuple[float, float], end: tuple[float, float], shape: Line) -> Line:
    """Give the points of an edge from its first node to its second, whichever way it was drawn."""
    if not shape:
        return (start, end)
    turned = _apart(shape[0], start) + _apart(shape[-1], end) > (
        _apart(shape[0], end) + _apart(shape[-1], start)
    )
    inner = shape[::-1][1:-1] if turned else shape[1:-1]
    return (start, *inner, end)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _values(value: object) -> list[str]:
    """Give the values of an attribute: osmnx writes several as a list."""
    text = str(value).strip()
    if text.startswith("[") and text.endswith("]") and len(text) <= _LONGEST:
        try:
            listed = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return [text]
        return sorted(str(one) for one in listed)
    return [text] if text else []


def _said(oneway: str) -> str:
    """Tell what the attribute ``oneway`` means; edges run in the direction of the traffic."""
    word = oneway.lower()
    return "one" if word in _ONE else "both" if word in _BOTH else ""


def _by_number(text: str) -> tuple[int, str]:
    return len(text), text


def _class_of(tags: Tags, own: Mapping[str, str], counts: Counter[str]) -> tuple[str, str | None]:
    """Give the class of a street; where it has none, the word that no rule knows, or None."""
    classes: set[str] = set()
    reasons: list[str] = []
    for highway, ref in product(tags.get("highway", [""]), tags.get("ref", [""])):
        first = {key: values[0] for key, values in tags.items() if values}
        use, word = use_of(first | {"highway": highway}, own)
        if not word:
            reasons.append(use)
            continue
        words = (word, ref) if use == "road" else (word,)
        told = "path" if use == "on_foot" else road_class(words, own)
        if not told:
            return "", word
        reasons += [f"roads_{use}"] if use == "on_foot" else []
        classes.add(told)
    if not classes:
        if reasons[0] == "":
            return "", ""
        counts[reasons[0]] += 1
        return "", None
    counts["roads_merged"] += len(classes) > 1
    counts["roads_on_foot"] += "roads_on_foot" in reasons
    return max(classes, key=ROAD_CLASSES.index), None


def _pieces(drawn: _Drawn, streets: Sequence[_Street], *, directed: bool) -> tuple[Points, Pieces]:
    """Cut the streets into pieces; the points inside a street come after all nodes."""
    position = {name: at for at, name in enumerate(drawn.names)}
    inner = [point for street in streets for point in street.line[1:-1]]
    places = [*drawn.place.values(), *inner]
    ids = drawn.names + [f" {at}" for at in range(len(inner))]  # no inner point becomes a node
    u, v, way, place = array("q"), array("q"), array("q"), array("q")
    free = len(position)
    for at, street in enumerate(streets):
        count = len(street.line) - 2
        chain = [
            position[street.ends[0]], *range(free, free + count), position[street.ends[1]],
        ]  # fmt: skip
        free += count
        if street.direction(directed=directed) < 0:
            chain.reverse()
        u.extend(chain[:-1])
        v.extend(chain[1:])
        way.extend([at] * (len(chain) - 1))
        place.extend(range(len(chain) - 1))
    lon, lat = np.array(places).T
    heights = np.append(drawn.elevation_m, np.full(len(inner), np.nan))
    pieces = Pieces(*(np.array(one, dtype=np.intp) for one in (u, v, way, place)))
    return Points(np.array(ids, dtype=object), lon, lat, heights), pieces


def _ways(kept: Sequence[tuple[_Street, str]], *, directed: bool) -> Ways:
    """Give what is known of each street; merged ones are a bridge where a part of them is."""
    seen: Counter[str] = Counter()
    ids = []
    for street, _ in kept:
        name = "-".join((f"w{street.number}", *street.ends))
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return Ways(
        ids=np.array(ids, dtype=object),
        road_class=np.array([told for _, told in kept], dtype=object),
        name=np.array([_title(street.tags) for street, _ in kept], dtype=object),
        oneway=np.array(
            [told != "path" and street.direction(directed=directed) != 0 for street, told in kept]
        ),
        bridge=np.array([any(map(is_bridge, street.tags.get("bridge", []))) for street, _ in kept]),
        speed_kmh=np.full(len(kept), np.nan),
    )


def _title(tags: Tags) -> str:
    return title(
        {key: "; ".join(tags.get(key, [])) for key in ("ref", "name", "bridge", BRIDGE_NAME)}
    )
