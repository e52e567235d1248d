"""A road network from the ways and nodes of OpenStreetMap.

The tags are read as the OpenStreetMap wiki describes them (Key:access, Key:oneway, Key:duration,
Tag:route=ferry, Lifecycle prefix). A legal speed limit is not read: nobody drives a mountain road
at it, and the speed of a class is the study's.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import InputError
from wushan_geo.sources.roads.classes import HIGHWAYS, road_class
from wushan_geo.sources.roads.joining import Pieces, Points, Ways, joined
from wushan_geo.study.bounds import FASTEST_KMH
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.study.roads import RoadNetwork

Tags = dict[str, str]

PATHS = frozenset(name for name, road in HIGHWAYS.items() if road == "path")
NOT_IN_USE = frozenset(
    {
        "construction", "proposed", "planned", "abandoned", "razed", "disused", "demolished",
        "removed", "dismantled", "historic", "no",
    }
)  # fmt: skip
# No way of travelling, or not one for people with a car or on foot.
NO_ROAD = frozenset(
    {
        "platform", "rest_area", "services", "raceway", "elevator", "corridor", "escape",
        "emergency_bay", "bus_guideway", "busway", "via_ferrata", "ladder", "bus_stop", "crossing",
        "traffic_signals", "stop", "give_way", "turning_circle", "street_lamp", "traffic_island",
    }
)  # fmt: skip
SHUT = ("no", "private")
VEHICLES = ("motorcar", "motor_vehicle", "vehicle", "access")  # whose access holds, the first
# What no car passes unless the tags say so (Key:barrier of the OpenStreetMap wiki).
IMPASSABLE = frozenset(
    {
        "bollard", "block", "chain", "cycle_barrier", "debris", "full-height_turnstile",
        "horse_stile", "jersey_barrier", "kissing_gate", "log", "motorcycle_barrier", "stile",
        "turnstile",
    }
)  # fmt: skip
BRIDGE_NAME = "bridge:name"
ONEWAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
MINUTES_AN_HOUR, METRES_A_KM = 60, 1000.0
MOST_LON, MOST_LAT = 180.0, 90.0
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_METRES = re.compile(r"(-?\d+(?:\.\d+)?)(?: ?m)?")


@dataclass(frozen=True, slots=True)
class Elements:
    """Ways and nodes as a file or a server gives them."""

    node_id: NDArray[np.int64]
    """Numbers of the nodes."""
    lon: NDArray[np.float64]
    """Longitude of each in degrees."""
    lat: NDArray[np.float64]
    """Latitude of each in degrees."""
    elevation_m: NDArray[np.float64]
    """Elevation of each in metres; NaN where not known."""
    way_id: NDArray[np.int64]
    """Numbers of the ways."""
    version: NDArray[np.int64]
    """Version of each, 0 if not known; of two ways of one number the later one holds."""
    nodes: Sequence[Sequence[int]]
    """Numbers of the nodes of each way, in its order."""
    tags: Sequence[Tags]
    """Tags of each way."""
    date: str = ""
    """Date of the state, such as ``2026-11-01``; empty if not said."""
    barriers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Numbers of the nodes that stop vehicles (:func:`stops`)."""


# The licence asks that whoever is shown a map made of these data can see whose they are.
CREDIT = "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright"


@dataclass(frozen=True, slots=True)
class Found:
    """A network, and what was left out of it or read otherwise than it stands."""

    roads: RoadNetwork
    """The network."""
    notes: tuple[Fault, ...]
    """Notes, none of which keeps the network from being used."""
    credit: str = ""
    """Whom every page that uses the roads has to name; empty if nobody says."""


@dataclass(slots=True)
class _Reading:
    """What the tags of the ways said, way by way."""

    own: Mapping[str, str]
    kept: list[int] = field(default_factory=list)
    road_class: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    direction: list[int] = field(default_factory=list)
    bridge: list[bool] = field(default_factory=list)
    minutes: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    known: dict[tuple[str, ...], str] = field(default_factory=dict)


def network_of(
    elements: Elements, file: str, *, road_classes: Mapping[str, str], edition: str = ""
) -> Found:
    """Make a network of ways and nodes.

    Ways are split where they meet; a node where two ways of the same kind go on into each other
    is a bend. A way whose nodes are not all there is cut where they are missing. Nodes are called
    ``n`` and edges ``w`` and the number in the map, so that they can be looked up there.

    Parameters
    ----------
    elements
        Ways and nodes, in any order.
    file
        File or server, as it is shown.
    road_classes
        The study's own table: word to road class.
    edition
        Date of the state of the map; empty for the one that the elements say.

    Returns
    -------
    Found
        The network, and notes.

    Raises
    ------
    InputError
        If a road is of unknown class (every such word with its count), if no road is left, or if
        coordinates are not degrees.

    Examples
    --------
    >>> number = np.array([1, 2])
    >>> place = np.array([109.0, 109.1]), np.array([31.0, 31.0]), np.full(2, np.nan)
    >>> tags = [{"highway": "secondary", "ref": "X203"}]
    >>> elements = Elements(number, *place, np.array([7]), np.array([1]), [[1, 2]], tags)
    >>> network_of(elements, "a.osm", road_classes={}).roads
    RoadNetwork: 2 nodes, 1 edge (9.6 km), 0 one-way, 0 closed
    """
    order = _latest(elements)
    reading = _Reading(road_classes)
    for at in order.tolist():
        _read(reading, at, elements.tags[at])
    if reading.unknown:
        raise InputError([word_unknown(file, *one) for one in reading.unknown.items()])
    points = _points(elements)
    if not _in_degrees(points):
        raise InputError([fault(Where(file), rule("roads_whole"), hint("roads_whole"))])
    pieces, cut = _pieces(elements, reading, points.ids)
    if not pieces.u.size:
        raise InputError([fault(Where(file), rule("roads_there"), hint("roads_there"))])
    ways = _ways(elements, reading, (points, pieces), cut)
    told = np.isfinite(reading.minutes) & ~cut & (np.bincount(pieces.way, minlength=cut.size) > 0)
    reading.counts["roads_ferry_time"] = int((told & np.isnan(ways.speed_kmh)).sum())
    roads = joined(points, ways, pieces, edition or elements.date)
    reading.counts["roads_cut"] = int(cut.sum())
    stopped = np.isin(np.unique(elements.barriers), _passed(points, pieces, ways))
    return Found(roads, (*notes(file, reading.counts), *_barriers(file, stopped)), CREDIT)


def _passed(points: Points, pieces: Pieces, ways: Ways) -> NDArray[np.int64]:
    """Give the numbers of the nodes of roads for vehicles."""
    driven = (ways.road_class != "path")[pieces.way]
    at = np.unique(np.concatenate([pieces.u[driven], pieces.v[driven]]))
    return np.asarray(points.ids[at], dtype=np.int64)


def _barriers(file: str, stopped: NDArray[np.bool_]) -> Iterator[Fault]:
    """Say how many barriers stand on the roads, which count as open all the same."""
    if stopped.any():
        words = rule("roads_barriers", count=int(stopped.sum()))
        yield fault(Where(file), words, hint("roads_barriers"), severity="note")


def stops(tags: Mapping[str, str]) -> bool:
    """Tell whether a node stops vehicles.

    Parameters
    ----------
    tags
        Its tags.

    Returns
    -------
    bool
        True for a barrier that the tags of access forbid to pass, that is locked, or that nothing
        but a bicycle passes anyhow (bollards, blocks, stiles) unless access says otherwise.

    Raises
    ------
    AttributeError
        If `tags` is no mapping.

    Examples
    --------
    >>> stops({"barrier": "gate"}), stops({"barrier": "gate", "access": "private"})
    (False, True)
    >>> stops({"barrier": "bollard"}), stops({"barrier": "bollard", "motor_vehicle": "yes"})
    (True, False)
    """
    kind = tags.get("barrier", "")
    if not kind:
        return False
    said = next((tags[key] for key in VEHICLES if key in tags), None)
    if said is not None:
        return said in SHUT
    return tags.get("locked") == "yes" or kind in IMPASSABLE


def oneway(tags: Tags) -> int:
    """Tell in which direction a road may be travelled.

    Parameters
    ----------
    tags
        Its tags. Motorways and roundabouts are one-way unless they say otherwise; where the
        direction changes (``reversible``, ``alternating``) each has its time, and both count.

    Returns
    -------
    int
        1 along its nodes, -1 against them, 0 both ways.

    Raises
    ------
    AttributeError
        If `tags` is no mapping.

    Examples
    --------
    >>> oneway({"highway": "motorway"}), oneway({"oneway": "-1"}), oneway({"oneway": "reversible"})
    (1, -1, 0)
    """
    said = tags.get("oneway", "").strip().lower()
    if said:
        return ONEWAY.get(said, 0)
    implied = tags.get("highway") == "motorway" or tags.get("junction") == "roundabout"
    return int(implied)


def minutes(duration: str) -> float:
    """Read how long a ferry takes.

    Parameters
    ----------
    duration
        ``hh:mm``, ``hh:mm:ss``, whole minutes or ISO 8601 (``PT20M``).

    Returns
    -------
    float
        Minutes, above 0; NaN if it is written otherwise.

    Raises
    ------
    TypeError
        If `duration` is no text.

    Examples
    --------
    >>> minutes("00:20"), minutes("15"), minutes("PT1H5M"), minutes("soon")
    (20.0, 15.0, 65.0, nan)
    """
    text = duration.strip().upper()
    found = _CLOCK.fullmatch(text) or _ISO.fullmatch(text)
    if found:
        hour, minute, second = (int(one or 0) for one in found.groups())
        told = hour * MINUTES_AN_HOUR + minute + second / MINUTES_AN_HOUR
    else:
        told = float(text) if re.fullmatch(r"\d{1,4}", text) else 0.0
    return told if told > 0 else float("nan")


def metres(elevation: str | None) -> float:
    """Read the elevation of a node.

    Parameters
    ----------
    elevation
        Its tag ``ele``: metres, with or without the unit; None for none.

    Returns
    -------
    float
        Metres; NaN if it is not there or written otherwise.

    Raises
    ------
    AttributeError
        If `elevation` is no text.

    Examples
    --------
    >>> metres("612.5"), metres("612 m"), metres("2000 ft"), metres(None)
    (612.5, 612.0, nan, nan)
    """
    found = _METRES.fullmatch(elevation.strip()) if elevation is not None else None
    return float(found[1]) if found else float("nan")


def title(tags: Mapping[str, str]) -> str:
    """Give what a road is called: its number and its name; of a bridge without one, the bridge's.

    Parameters
    ----------
    tags
        Its tags.

    Returns
    -------
    str
        Number, name, both, or nothing.

    Raises
    ------
    AttributeError
        If `tags` is no mapping.

    Examples
    --------
    >>> title({"ref": "G348", "name": "巫大路"}), title({"name": "巫大路"}), title({})
    ('G348 巫大路', '巫大路', '')
    >>> title({"bridge": "yes", "bridge:name": "大宁河大桥"})
    '大宁河大桥'
    """
    ref, name, own = (" ".join(tags.get(key, "").split()) for key in ("ref", "name", BRIDGE_NAME))
    if not name and is_bridge(tags.get("bridge")):
        name = own
    return name if ref in name else f"{ref} {name}".strip()


def is_bridge(said: str | None) -> bool:
    """Tell whether the tag ``bridge`` means one.

    Parameters
    ----------
    said
        The tag; None for none.

    Returns
    -------
    bool
        True for any kind of bridge.

    Raises
    ------
    AttributeError
        If `said` is no text.

    Examples
    --------
    >>> is_bridge("viaduct"), is_bridge("no"), is_bridge(None)
    (True, False, False)
    """
    return said is not None and said.strip().lower() not in {"", "no"}


def use_of(tags: Tags, own: Mapping[str, str]) -> tuple[str, str]:
    """Tell what a way is to somebody who travels: a road of a class, or why it is none.

    Parameters
    ----------
    tags
        Its tags.
    own
        The study's own table; its words make a road of what would not be one.

    Returns
    -------
    tuple of str
        ``road``, ``on_foot`` (a road that vehicles may not use), ``ferry`` or ``path``, and the tag
        that says so; else a reason, and nothing.

    Raises
    ------
    AttributeError
        If `tags` is no mapping.

    Examples
    --------
    >>> use_of({"highway": "primary"}, {}), use_of({"highway": "primary", "access": "private"}, {})
    (('road', 'primary'), ('roads_private', ''))
    >>> use_of({"route": "ferry"}, {}), use_of({"highway": "proposed"}, {})
    (('ferry', 'ferry'), ('roads_not_in_use', ''))
    """
    highway = tags.get("highway", "").strip()
    if tags.get("route") == "ferry":
        return ("roads_private", "") if _shut(tags, "access") else ("ferry", "ferry")
    if not highway:
        return "", ""
    reason = _unusable(highway, tags, own)
    if reason:
        return reason, ""
    on_foot = not _shut(tags, "foot", "access")
    if highway in PATHS:
        return ("path", highway) if on_foot else ("roads_private", "")
    if not _shut(tags, *VEHICLES):
        return "road", highway
    return ("on_foot", highway) if on_foot else ("roads_private", "")


def _unusable(highway: str, tags: Tags, own: Mapping[str, str]) -> str:
    """Give the reason why a way is no road that can be used now."""
    gone = "yes" in {tags.get("abandoned"), tags.get("disused")}
    if highway in NOT_IN_USE or gone:
        return "roads_not_in_use"
    if highway in NO_ROAD and highway not in own:
        return "roads_none"
    return "roads_areas" if tags.get("area") == "yes" else ""


def _shut(tags: Tags, *keys: str) -> bool:
    """Tell whether the first of these tags that is there forbids it."""
    return next((tags[key] in SHUT for key in keys if key in tags), False)


def _read(reading: _Reading, at: int, tags: Tags) -> None:
    """Read the tags of one way, and keep it if it is a road."""
    use, word = use_of(tags, reading.own)
    if not word:
        reading.counts.update([use] if use else [])
        return
    # A ferry or a path may bear the number of the road that it carries on: it stays what it is.
    words = (word, tags.get("ref", "")) if use == "road" else (word,)
    if words not in reading.known:
        reading.known[words] = road_class(words, reading.own)
    told = "path" if use == "on_foot" else reading.known[words]
    reading.counts["roads_on_foot"] += use == "on_foot"
    if not told:
        reading.unknown[word] += 1
    reading.kept.append(at)
    reading.road_class.append(told)
    reading.name.append(title(tags))
    # On paths the sign is for bicycles: who walks may turn round.
    reading.direction.append(0 if told == "path" else oneway(tags))
    reading.bridge.append(is_bridge(tags.get("bridge")))
    timed = use == "ferry"
    reading.minutes.append(minutes(tags.get("duration", "")) if timed else float("nan"))


def _latest(elements: Elements) -> NDArray[np.intp]:
    """Give the ways in the order of their numbers, each once, in its latest version."""
    order = np.lexsort((elements.version, elements.way_id))
    number = elements.way_id[order]
    last = np.append(number[1:] != number[:-1], [True])[: order.size]
    return np.asarray(order[last], dtype=np.intp)


def _points(elements: Elements) -> Points:
    """Give the nodes in the order of their numbers, each once."""
    order = np.lexsort((elements.lat, elements.lon, elements.node_id))
    number = elements.node_id[order]
    order = order[np.append([True], number[1:] != number[:-1])[: order.size]]
    number, lon, lat = elements.node_id[order], elements.lon[order], elements.lat[order]
    return Points(number, lon, lat, elements.elevation_m[order])


def _in_degrees(points: Points) -> bool:
    fits = (np.abs(points.lon) <= MOST_LON) & (np.abs(points.lat) <= MOST_LAT)
    return bool(fits.all())


def _pieces(
    elements: Elements, reading: _Reading, number: NDArray[np.int64]
) -> tuple[Pieces, NDArray[np.bool_]]:
    """Cut the kept ways into pieces, and tell which of them lack nodes."""
    lists = [np.asarray(elements.nodes[at], dtype=np.int64) for at in reading.kept]
    sizes = np.array([one.size for one in lists], dtype=np.intp)
    refs = np.concatenate([*lists, np.empty(0, dtype=np.int64)])
    way = np.repeat(np.arange(sizes.size), sizes)
    place = np.arange(refs.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.searchsorted(number, refs)
    at[at == number.size] = 0
    there = number[at] == refs if number.size else np.zeros(refs.size, dtype=bool)
    cut = np.bincount(way[~there], minlength=sizes.size) > 0
    pair = np.flatnonzero((way[1:] == way[:-1]) & there[1:] & there[:-1])
    backward = np.array(reading.direction, dtype=np.intp)[way[pair]] < 0
    u, v = at[pair], at[pair + 1]
    return (
        Pieces(np.where(backward, v, u), np.where(backward, u, v), way[pair], place[pair]),
        cut,
    )


def _ways(
    elements: Elements,
    reading: _Reading,
    drawn: tuple[Points, Pieces],
    cut: NDArray[np.bool_],
) -> Ways:
    """Give what is known of each kept way."""
    ids = elements.way_id[reading.kept].tolist()
    took = np.array(reading.minutes, dtype=np.float64)
    # Part of a crossing does not take the time of the whole: there the speed is not known.
    took[cut] = np.nan
    return Ways(
        ids=np.array([f"w{one}" for one in ids], dtype=object),
        road_class=np.array(reading.road_class, dtype=object),
        name=np.array(reading.name, dtype=object),
        oneway=np.array(reading.direction, dtype=np.intp) != 0,
        bridge=np.array(reading.bridge, dtype=bool),
        speed_kmh=_speeds(took, *drawn),
    )


def _speeds(took: NDArray[np.float64], points: Points, pieces: Pieces) -> NDArray[np.float64]:
    """Give the speed in km/h of what takes a known time: its length by its minutes."""
    from pyproj import Geod

    speed = np.full(took.size, np.nan)
    timed = np.flatnonzero(~np.isnan(took)[pieces.way])
    if timed.size:
        u, v, way = pieces.u[timed], pieces.v[timed], pieces.way[timed]
        lon, lat = points.lon, points.lat
        _, _, length = Geod(ellps="WGS84").inv(lon[u], lat[u], lon[v], lat[v])
        total = np.bincount(way, weights=length, minlength=took.size)
        moves = total > 0
        speed[moves] = total[moves] / METRES_A_KM / (took[moves] / MINUTES_AN_HOUR)
    return np.where(speed > FASTEST_KMH, np.nan, speed)


def word_unknown(file: str, word: str, count: int) -> Fault:
    """Ask for the class of a word that no rule knows.

    Parameters
    ----------
    file
        File, as it is shown.
    word
        The word.
    count
        How many roads have it.

    Returns
    -------
    Fault
        The fault.

    Raises
    ------
    TypeError
        Never for texts.

    Examples
    --------
    >>> print(word_unknown("a.osm", "road", 2))
    a.osm, highway: is a class of road that is known (with it in the file: 2) (found 'road'). \
Say in study.toml, under [travel.road_classes], what it means, such as "other" = "village".
    """
    where = Where(file, None, "highway", word)
    return fault(where, rule("road_word", count=count), hint("road_word"))


def notes(file: str, counts: Mapping[str, int]) -> tuple[Fault, ...]:
    """Say what was left out of a network, and what was read otherwise than it stands.

    Parameters
    ----------
    file
        File, as it is shown.
    counts
        How many roads, by the reason: ``roads_private`` and others, as :func:`use_of` gives them.

    Returns
    -------
    tuple of Fault
        A note for each reason that happened.

    Raises
    ------
    AttributeError
        If `counts` is no mapping.

    Examples
    --------
    >>> notes("a.osm", {"roads_areas": 2})[0].rule
    'has roads drawn as areas (squares), left out: 2'
    """
    said = {
        key: counts.get(key, 0)
        for key in (
            "roads_private", "roads_not_in_use", "roads_none", "roads_areas", "roads_on_foot",
            "roads_cut", "roads_merged", "roads_ferry_time",
        )
    }  # fmt: skip
    place, advice = Where(file), hint("nothing")
    return tuple(
        fault(place, rule(key, count=count), advice, severity="note")
        for key, count in said.items()
        if count
    )
