"""What if: a scenario as a small TOML file on top of a study, read and checked.

A scenario closes, slows, opens or adds roads, sets other speeds or another standing condition, or
takes another edition of the network. It says whose idea it is: nothing in it is a fact until its
`basis` says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from wushan_geo.study.bounds import SPEED
from wushan_geo.study.editions import is_possible
from wushan_geo.study.faults import hint, nearest, rule
from wushan_geo.study.pages import Page, Words
from wushan_geo.study.tables import BASES, ROAD_CLASSES

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

MODELLED = BASES[-1]  # what a scenario states is not a fact unless it says so
SECTIONS = {"scenario", "travel", "close", "slow", "open", "add"}
# Settings of [travel] of a study that a scenario may replace; speeds and conditions in part.
TRAVEL = ("condition", "departure", "speeds_kmh", "conditions")
# The settings of [travel] that name another edition of the network, and how gaps in it are closed.
ROADS, SNAP = "roads", "roads_snap_m"
CHOSEN_BY = ("edges", "crossings", "names", "classes")
NEW_EDGE = {
    "id", "from", "to", "road_class", "length_m", "detour", "bridge", "oneway", "crossing_id",
    "name", "basis", "edition", "speed_kmh", "join_m",
}  # fmt: skip
MOST_LON, MOST_LAT = 180, 90

Place = str | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which roads are meant: all that any of the lists names."""

    at: str
    """Where it stands in the file, such as ``close[1]``."""
    edges: tuple[str, ...] = ()
    """Edge ids."""
    crossings: tuple[str, ...] = ()
    """Crossing ids: every edge that passes over one."""
    names: tuple[str, ...] = ()
    """Names or numbers of roads, as the network has them."""
    classes: tuple[str, ...] = ()
    """Road classes."""
    factor: float = 1.0
    """Multiplier of the speed, below 1 (slow only)."""


@dataclass(frozen=True, slots=True)
class NewEdge:
    """A road that does not exist yet."""

    at: str
    """Where it stands in the file."""
    id: str
    """Edge id."""
    start: Place
    """Node id, or longitude and latitude that join at the nearest node."""
    end: Place
    """The same where it ends."""
    road_class: str
    """Road class."""
    length_m: float | None
    """Length in metres; None if it is the straight length times `detour`."""
    detour: float | None
    """Length over straight length."""
    join_m: float | None
    """How far an end may lie from the node that it joins, in metres."""
    bridge: bool
    """True for a bridge."""
    oneway: bool
    """True if it can only be travelled from start to end."""
    crossing_id: str
    """Crossing that it passes over, empty for none."""
    name: str
    """Name or number."""
    basis: str
    """Where it is known from."""
    edition: str
    """Date of its state."""
    speed_kmh: float | None
    """Speed of this very road; None if that of its class holds."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a scenario file says."""

    name: Words
    """Its name, shown beside the title of the study."""
    study: str
    """Study that it changes: a built-in one, or a path relative to the scenario file."""
    source: str
    """Where it comes from, or that it is a planning assumption and whose."""
    basis: str
    """Basis of what it changes."""
    edition: str
    """Date of the state that it describes."""
    travel: Mapping[str, Any]
    """Settings of [travel] that take the place of those of the study, as written."""
    roads: str | None
    """File or folder of another edition of the network, relative to the scenario file."""
    roads_snap_m: float | None
    """Farthest that a gap between the lines of that file is closed, in metres; None if not said."""
    close: tuple[Selection, ...]
    """Roads that cannot be travelled."""
    slow: tuple[Selection, ...]
    """Roads that are slower."""
    open: tuple[Selection, ...]
    """Roads that can be travelled again."""
    add: tuple[NewEdge, ...]
    """New roads."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The file as written, for run.json."""

    @property
    def changes_roads(self) -> bool:
        """Whether it changes the network itself, not only settings."""
        return bool(self.roads or self.close or self.slow or self.open or self.add)


def parse_scenario(raw: Mapping[str, Any], file: str) -> tuple[Scenario | None, list[Fault]]:
    """Turn the content of a scenario file into settings, or say what is wrong with it.

    Parameters
    ----------
    raw
        The parsed TOML document.
    file
        Name of the file, for the faults.

    Returns
    -------
    tuple
        The scenario (None if there is any fault) and all faults found.

    Raises
    ------
    AttributeError
        If `raw` is not a mapping.

    Examples
    --------
    >>> head = {"name": {"zh": "断桥", "en": "No bridge"}, "study": "wushan", "source": "a test"}
    >>> found, faults = parse_scenario(
    ...     {"scenario": head, "close": [{"crossings": ["yangtze_bridge"]}]}, "a.toml"
    ... )
    >>> found.close[0].crossings, found.basis, faults
    (('yangtze_bridge',), 'modelled', [])
    """
    scenario, faults = drafted_scenario(raw, file)
    return (None if faults else scenario), faults


def drafted_scenario(raw: Mapping[str, Any], file: str) -> tuple[Scenario, list[Fault]]:
    """Turn the content of a scenario file into settings, as far as they can be read.

    What has a fault is left out whole, so that the rest can be held against the study and every
    fault be told at once.

    Parameters
    ----------
    raw
        The parsed TOML document.
    file
        Name of the file, for the faults.

    Returns
    -------
    tuple
        What can be read, and all faults found.

    Raises
    ------
    AttributeError
        If `raw` is not a mapping.

    Examples
    --------
    >>> found, faults = drafted_scenario({"close": [{"edges": ["e1"]}, {}]}, "a.toml")
    >>> [one.at for one in found.close], "close[2]" in [one.column for one in faults]
    (['close[1]'], True)
    """
    page = Page(raw, file, [])
    head = page.table("scenario")
    head.refuse_unknown({"name", "study", "source", "basis", "edition"})
    basis = head.choice("basis", BASES, default=MODELLED)
    edition = _day(head, "edition")
    page.refuse_unknown(SECTIONS)
    travel = page.table("travel") if "travel" in raw else Page({}, file, [])
    travel.refuse_unknown({*TRAVEL, ROADS, SNAP})
    scenario = Scenario(
        name=head.words("name"),
        study=head.text("study"),
        source=head.text("source"),
        basis=basis,
        edition=edition,
        travel={one: travel.content[one] for one in TRAVEL if one in travel.content},
        roads=travel.text(ROADS) if ROADS in travel.content else None,
        roads_snap_m=travel.number(SNAP, least=0.0) if SNAP in travel.content else None,
        close=tuple(_selection(one) for one in page.sections("close")),
        slow=tuple(_selection(one, slow=True) for one in page.sections("slow")),
        open=tuple(_selection(one) for one in page.sections("open")),
        add=tuple(_new_edge(one, basis, edition) for one in page.sections("add")),
        raw=raw,
    )
    if not page.faults and not scenario.changes_roads and not _says_anything(scenario.travel):
        page.fault("", None, rule("scenario_changes"), hint("scenario_changes"))
    usual = hint("settings", file="study.toml")
    faults = [
        replace(one, suggestion_zh=hint("scenario")[0], suggestion=hint("scenario")[1])
        if one.suggestion == usual[1]
        else one
        for one in page.faults
    ]
    return (_sound(scenario, faults) if faults else scenario), faults


def _says_anything(settings: object) -> bool:
    """Tell whether there is a value in settings, and not only empty sections."""
    if isinstance(settings, Mapping):
        return any(_says_anything(one) for one in settings.values())
    return True


def _sound(scenario: Scenario, faults: list[Fault]) -> Scenario:
    """Leave out every part that has a fault: nothing more can be said of it."""
    wrong = [one.column for one in faults]

    def kept(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(one for one in parts if not any(at.split(".")[0] == one.at for at in wrong))

    if any(at.startswith("travel") for at in wrong):
        # Speeds, conditions and the network lean on each other.
        return replace(scenario, travel={}, roads=None, close=(), slow=(), open=(), add=())
    return replace(
        scenario,
        close=kept(scenario.close),
        slow=kept(scenario.slow),
        open=kept(scenario.open),
        add=kept(scenario.add),
    )


def is_scenario(raw: Mapping[str, Any]) -> bool:
    """Tell a scenario file from a study file.

    Parameters
    ----------
    raw
        The parsed TOML document.

    Returns
    -------
    bool
        True if it has a section [scenario].

    Raises
    ------
    TypeError
        If `raw` is not a mapping.

    Examples
    --------
    >>> is_scenario({"study": {}}), is_scenario({"scenario": {}})
    (False, True)
    """
    return "scenario" in raw


def _selection(page: Page, *, slow: bool = False) -> Selection:
    page.refuse_unknown({*CHOSEN_BY, "factor"} if slow else set(CHOSEN_BY))
    lists = {one: page.text_list(one) for one in CHOSEN_BY if one in page.content}
    if not lists:
        page.fault("", None, rule("scenario_selects"), hint("scenario_selects"))
    for one in lists.get("classes", ()):
        if one not in ROAD_CLASSES:
            words = rule("choice", options=", ".join(ROAD_CLASSES))
            page.fault("classes", one, words, nearest(one, ROAD_CLASSES))
    factor = page.number("factor") if slow else 1.0
    # A factor of 1 would say nothing; faster roads are a matter of the speeds.
    if slow and factor >= 1 and not _refused(page, "factor"):
        page.fault("factor", f"{factor:g}", rule("scenario_factor"), hint("scenario_factor"))
    return Selection(page.path, **lists, factor=factor)


def _refused(page: Page, name: str) -> bool:
    return any(one.column == page.at(name) for one in page.faults)


def _new_edge(page: Page, basis: str, edition: str) -> NewEdge:
    page.refuse_unknown(NEW_EDGE)
    start, end = _place(page, "from"), _place(page, "to")
    floating = not (isinstance(start, str) and isinstance(end, str))
    length = page.number("length_m") if "length_m" in page.content else None
    detour = page.number("detour", least=1.0) if "detour" in page.content else None
    if (length is None) == (detour is None):
        shown = None if length is None else f"{length:g}; {detour:g}"
        page.fault("length_m", shown, rule("scenario_length"), hint("scenario_length"))
    if "join_m" in page.content and not floating:
        page.fault("join_m", page.content["join_m"], rule("scenario_join"), hint("scenario_join"))
    return NewEdge(
        at=page.path,
        id=page.text("id"),
        start=start,
        end=end,
        road_class=page.choice("road_class", ROAD_CLASSES),
        length_m=length,
        detour=detour,
        join_m=page.number("join_m") if floating else None,
        bridge=page.flag("bridge", default=False),
        oneway=page.flag("oneway", default=False),
        crossing_id=page.text("crossing_id", default=""),
        name=page.text("name", default=""),
        basis=page.choice("basis", BASES, default=basis),
        edition=_day(page, "edition") or edition,
        speed_kmh=page.within("speed_kmh", SPEED) if "speed_kmh" in page.content else None,
    )


def _place(page: Page, name: str) -> Place:
    """Read where a road ends: the id of a node, or longitude and latitude."""
    value = page.content.get(name)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, list) and len(value) == len(("lon", "lat")):
        lon, lat = value
        if _degrees(lon, MOST_LON) and _degrees(lat, MOST_LAT):
            return float(lon), float(lat)
    page.unread(name, rule("scenario_place"), hint("scenario_place"))
    return ""


def _degrees(value: object, most: float) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and abs(float(str(value))) <= most


def _day(page: Page, name: str) -> str:
    """Read a date as text, whether or not it stands in quotes; it may be left out."""
    value = page.content.get(name, "")
    written = value if isinstance(value, str) else str(value)
    if not written or re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", written):
        if not written or is_possible(written):
            return written
        page.fault(name, value, rule("day"), hint("edition_day"))
        return ""
    page.fault(name, value, rule("toml_date"))
    return ""
