"""A study under a scenario: the same study with other roads or settings, and that it says so.

Nothing is computed here but what the scenario states; a road that is not there, or a choice that
chooses nothing, is a fault of the scenario file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import InputError
from wushan_geo.study.checks import SHORT_BY_M, SHORT_OF
from wushan_geo.study.closing import alike, closing_faults
from wushan_geo.study.config import parse_config
from wushan_geo.study.crossings import read_crossings
from wushan_geo.study.faults import Where, fault, hint, nearest, rule
from wushan_geo.study.pages import Words
from wushan_geo.study.roads import EDGE_FIELDS, NODE_FIELDS, RoadNetwork
from wushan_geo.study.study import weakest
from wushan_geo.wording.notices import ScenarioWords

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.study.config import StudyConfig
    from wushan_geo.study.faults import Pair
    from wushan_geo.study.scenario import NewEdge, Place, Scenario, Selection
    from wushan_geo.study.study import Study
    from wushan_geo.study.travelling import TravelConfig

ROAD_TABLES = ("road_edges", "roads")
SCENARIO, OTHER_ROADS = "scenario", "scenario_roads"
# By list of a selection: column of the network, and what is wrong where nothing has the value.
COLUMNS = {
    "edges": "edge_ids", "crossings": "crossing_id", "names": "name", "classes": "road_class",
}  # fmt: skip
NOT_THERE = {
    "edges": "scenario_no_edge", "crossings": "scenario_no_crossing", "names": "scenario_no_name",
    "classes": "scenario_no_class",
}  # fmt: skip
MAY_BE_NAN = {"elevation_m", "speed_kmh", "grade"}
UNSEEN = {"basis", "edition"}  # who says it and when: the roads are the same


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The file of a scenario, for faults and for the record of what went in."""

    name: str
    """File name as the user gave it."""
    stem: str
    """The name without folder and ending, added to the id of the study."""
    sha256: str
    """Checksum of its content."""
    roads_sha256: str = ""
    """Checksum of the other network, if it names one."""


def altered_study(
    study: Study,
    scenario: Scenario,
    file: ScenarioFile,
    roads: RoadNetwork | None = None,
    before: Sequence[Fault] = (),
) -> Study:
    """Give a study under a scenario.

    Parameters
    ----------
    study
        The study as it is; not changed.
    scenario
        What is different.
    file
        The scenario's file.
    roads
        The other edition of the network that the scenario names; None if it names none.
    before
        Faults that were found already; they are told together with those found here.

    Returns
    -------
    Study
        The study with the scenario's settings, roads and crossings. Its id, title, assumptions and
        provenance say so; where the network is changed its basis is not stronger than that of the
        scenario.

    Raises
    ------
    InputError
        With all faults of the scenario at once: what it names is not there, a choice that chooses
        nothing, a class without speed, a condition that the study does not state; or if everything
        stands in the study as the scenario has it.

    Examples
    --------
    See ``tests/test_study_scenario.py``.
    """
    config, faults = _config(study, scenario, file)
    network = roads if roads is not None else study.roads
    speeds = (config or study.config).travel.speeds_kmh
    if network is not None:
        changes = _Changes(network, scenario, file.name, _crossing_ids(study))
        network = changes.network(speeds)
        faults += changes.faults
        if not any(one.column.startswith("travel") for one in before):
            faults += _speeds(network, speeds, file.name)
        faults += _closing(study, config, network, file)
    elif scenario.changes_roads:
        faults.append(fault(Where(file.name), rule("scenario_roads"), hint("scenario_roads")))
    faults = [*before, *faults]
    if not faults and config is not None and not _differs(study, config, network, scenario):
        advice = hint("scenario_changes")
        faults.append(fault(Where(file.name), rule("scenario_changes"), advice))
    if faults or config is None:
        raise InputError(faults)
    return replace(
        study,
        config=config,
        roads=network,
        crossings=_crossings(study, scenario),
        assumptions=_assumptions(study, scenario),
        provenance=_provenance(study, scenario, file, network),
        scenario=_words(scenario, network),
        own_roads=study.basis_of("road_edges"),
    )


def _words(scenario: Scenario, roads: RoadNetwork | None) -> ScenarioWords:
    """Name a scenario; its basis is the weakest of all that it brings."""
    found = [scenario.basis, *(one.basis for one in scenario.add)]
    if scenario.roads is not None and roads is not None:
        found += [str(one) for one in pd.unique(roads.basis) if one]
    name = scenario.name
    return ScenarioWords((name.zh, name.en), scenario.source, weakest(found))


def _closing(
    study: Study, config: StudyConfig | None, roads: RoadNetwork, file: ScenarioFile
) -> Iterator[Fault]:
    """Find what a condition closes and is not among the roads as the scenario has them."""
    if config is not None:
        known = np.append(roads.crossing_id, np.array([*(_crossing_ids(study) or ())], object))
        yield from closing_faults(file.name, config.travel, roads.edge_ids, known)


def _differs(
    study: Study, config: StudyConfig, roads: RoadNetwork | None, scenario: Scenario
) -> bool:
    """Tell whether anything is otherwise than in the study, but for who says so."""
    if _unsigned(config.travel) != _unsigned(study.config.travel):
        return True
    if roads is not None:
        if study.roads is None or not _alike_roads(study.roads, roads):
            return True
        # Another network may hold the same roads, better or worse known.
        if scenario.roads is not None and not np.array_equal(study.roads.basis, roads.basis):
            return True
    return _opens(study, scenario)


def _unsigned(travel: TravelConfig) -> TravelConfig:
    """Leave out whose idea each condition is."""
    conditions = {key: replace(one, source="") for key, one in travel.conditions.items()}
    return replace(travel, conditions=conditions)


def _alike_roads(one: RoadNetwork, other: RoadNetwork) -> bool:
    """Tell whether two networks have the same roads in the same state."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name in MAY_BE_NAN)
        for name in (*NODE_FIELDS, *EDGE_FIELDS, "bend_at", "bend_lon", "bend_lat")
        if name not in UNSEEN
    )


def _opens(study: Study, scenario: Scenario) -> bool:
    """Tell whether a crossing is opened that is not surely open all the year."""
    opened = {one for chosen in scenario.open for one in chosen.crossings}
    if not opened or study.crossings is None:
        return False
    known, day = read_crossings(study.crossings), study.config.as_of
    return any(
        bool(known[one].closures) or (start := known[one].opened) is None or start.last > day
        for one in opened & set(known)
    )


def altered_roads(
    roads: RoadNetwork, scenario: Scenario, speeds_kmh: Mapping[str, float], file: str
) -> RoadNetwork:
    """Give a network under a scenario.

    Parameters
    ----------
    roads
        The network as it is; not changed.
    scenario
        What is closed, slowed, opened and added, in this order: slowed, opened, closed, added.
    speeds_kmh
        Speed by road class in km/h, of which a slowed road takes its share.
    file
        Name of the scenario file, for the faults.

    Returns
    -------
    RoadNetwork
        The same nodes; edges sorted by id.

    Raises
    ------
    InputError
        With all faults at once.

    Examples
    --------
    See ``tests/test_study_scenario.py``.
    """
    changes = _Changes(roads, scenario, file, None)
    found = changes.network(speeds_kmh)
    if changes.faults:
        raise InputError(changes.faults)
    return found


@dataclass(slots=True)
class _Changes:
    """What a scenario does to a network, and what of it cannot be done."""

    roads: RoadNetwork
    scenario: Scenario
    file: str
    crossings: frozenset[str] | None
    faults: list[Fault] = field(default_factory=list)

    def blame(self, column: str, value: object, words: Pair, advice: Pair) -> None:
        """Add a fault."""
        self.faults.append(fault(Where(self.file, None, column, value), words, advice))

    def network(self, speeds_kmh: Mapping[str, float]) -> RoadNetwork:
        """Give the network as the scenario has it."""
        roads, scenario = self.roads, self.scenario
        closed, speed = roads.closed.copy(), roads.speed_kmh.copy()
        for_a_while = roads.for_a_while.copy()
        touched = np.zeros(closed.size, dtype=bool)
        for one in scenario.slow:
            which = self.chosen(one)
            own = _own_speed(roads, speeds_kmh)
            speed[which] = np.where(np.isnan(speed), own, speed)[which] * one.factor
            touched |= which
        for one in scenario.open:
            which = self.chosen(one)
            closed[which] = for_a_while[which] = False
            touched |= which
        for one in scenario.close:
            which = self.chosen(one)
            for_a_while |= which & ~roads.closed
            closed[which] = True
            touched |= which
        self.contradictions()
        changed = replace(
            roads,
            closed=closed,
            for_a_while=for_a_while,
            speed_kmh=speed,
            basis=_weaker(roads.basis, touched, scenario.basis),
            edition=np.where(touched & (scenario.edition != ""), scenario.edition, roads.edition),
        )
        rows = [row for row in (self.row(one, changed) for one in scenario.add) if row is not None]
        return _with_edges(changed, rows) if rows else changed

    def chosen(self, one: Selection) -> NDArray[np.bool_]:
        """Say which edges a selection means; what is not there is a fault."""
        found = np.zeros(self.roads.edge_ids.size, dtype=bool)
        for name, value in _named(one):
            column = self.column(name)
            which = column == value
            if not which.any():
                words = rule(NOT_THERE[name])
                self.blame(f"{one.at}.{name}", value, words, alike(value, column))
            found |= which
        return found

    def column(self, name: str) -> NDArray[Any]:
        """Give what a list of a selection is held against."""
        found: NDArray[Any] = getattr(self.roads, COLUMNS[name])
        return found

    def contradictions(self) -> None:
        """Find what is opened or slowed and is closed as a whole by the same scenario.

        To slow a class of roads and to close one bridge of it is none: the rest is slower.
        """
        shut = {
            one.at: np.logical_or.reduce(
                [self.column(name) == value for name, value in _named(one)]
            )
            for one in self.scenario.close
        }
        if not shut:
            return
        closed = np.logical_or.reduce([*shut.values()])
        for one in (*self.scenario.open, *self.scenario.slow):
            for name, value in _named(one):
                which = self.column(name) == value
                if which.any() and closed[which].all():
                    by = next(at for at, own in shut.items() if own[which].any())
                    words, advice = rule("scenario_both"), hint("scenario_both", close=by)
                    self.blame(f"{one.at}.{name}", value, words, advice)

    def row(self, one: NewEdge, roads: RoadNetwork) -> dict[str, Any] | None:
        """Lay out a new edge; None where it cannot be."""
        before = len(self.faults)
        if (roads.edge_ids == one.id).any() or self._again(one):
            self.blame(f"{one.at}.id", one.id, rule("once"), hint("rename"))
        known = self.crossings
        if one.crossing_id and known is not None and one.crossing_id not in known:
            words = rule("scenario_crossing")
            self.blame(f"{one.at}.crossing_id", one.crossing_id, words, _near(one, known))
        u, v = (
            self.node(place, one, f"{one.at}.{name}", roads)
            for name, place in (("from", one.start), ("to", one.end))
        )
        if len(self.faults) > before:
            return None
        if u == v:
            self.blame(f"{one.at}.to", roads.node_ids[u], rule("scenario_loop"), hint("scenario"))
            return None
        straight = _metres(roads, v, (roads.lon[u], roads.lat[u]))
        length = one.length_m
        if length is None:
            length = straight * (one.detour or 1.0)
        elif length < SHORT_OF * straight - SHORT_BY_M:
            words = rule("length_short", straight=f"{straight:.0f}")
            self.blame(f"{one.at}.length_m", f"{length:g}", words, hint("length_short"))
            return None
        return {
            "edge_ids": one.id,
            "u": u,
            "v": v,
            "length_m": length,
            "road_class": one.road_class,
            "oneway": one.oneway,
            "closed": False,
            "crossing_id": one.crossing_id,
            "basis": one.basis,
            "speed_kmh": np.nan if one.speed_kmh is None else one.speed_kmh,
            "grade": np.nan,
            "bridge": one.bridge,
            "for_a_while": False,
            "name": one.name,
            "edition": one.edition,
        }

    def _again(self, one: NewEdge) -> bool:
        earlier = self.scenario.add[: self.scenario.add.index(one)]
        return one.id in {other.id for other in earlier}

    def node(self, place: Place, one: NewEdge, column: str, roads: RoadNetwork) -> int:
        """Find the node where a new road ends; -1 and a fault where there is none."""
        if isinstance(place, str):
            found = np.flatnonzero(roads.node_ids == place)
            if found.size:
                return int(found[0])
            self.blame(column, place, rule("scenario_node"), alike(place, roads.node_ids))
            return -1
        # A node that no open road reaches would be joined to nothing.
        used = np.unique(np.concatenate([roads.u[~roads.closed], roads.v[~roads.closed]]))
        away = _away(roads, used, place)
        if not away.size or away.min() > (one.join_m or 0.0):
            shown = f"{place[0]:g}, {place[1]:g}"
            words, advice = rule("scenario_near", join=f"{one.join_m or 0.0:g}"), hint("scenario")
            if away.size:
                node = str(roads.node_ids[used[away.argmin()]])
                metres = f"{np.ceil(away.min()):.0f}"  # with which the node is in reach
                advice = hint("scenario_near", node=node, metres=metres)
            self.blame(column, shown, words, advice)
            return -1
        return int(used[away.argmin()])


def _named(one: Selection) -> Iterator[tuple[str, str]]:
    """Give every value of a selection with the list in which it stands."""
    for name in COLUMNS:
        yield from ((name, value) for value in getattr(one, name))


def _near(one: NewEdge, known: frozenset[str]) -> Pair:
    return nearest(one.crossing_id, known)


def _own_speed(roads: RoadNetwork, speeds_kmh: Mapping[str, float]) -> NDArray[np.float64]:
    """Give the speed of its class for each edge; NaN where the class has none."""
    codes, classes = pd.factorize(roads.road_class)
    found = np.array([speeds_kmh.get(str(one), np.nan) for one in classes], dtype=np.float64)
    return found[codes] if found.size else np.empty(0)


def _weaker(basis: NDArray[Any], touched: NDArray[np.bool_], other: str) -> NDArray[Any]:
    """Give what was touched a basis not stronger than another."""
    found = basis.copy()
    for word in pd.unique(basis[touched]):
        found[touched & (basis == word)] = weakest([str(word), other]) if word else other
    return found


def _away(
    roads: RoadNetwork, nodes: NDArray[np.intp], place: tuple[float, float]
) -> NDArray[np.float64]:
    """Measure from a place to nodes along the ellipsoid, in metres."""
    from pyproj import Geod

    if not nodes.size:
        return np.empty(0)
    lon, lat = np.full(nodes.size, place[0]), np.full(nodes.size, place[1])
    return np.asarray(Geod(ellps="WGS84").inv(lon, lat, roads.lon[nodes], roads.lat[nodes])[2])


def _metres(roads: RoadNetwork, node: int, place: tuple[float, float]) -> float:
    return float(_away(roads, np.array([node]), place)[0])


def _with_edges(roads: RoadNetwork, rows: Sequence[Mapping[str, Any]]) -> RoadNetwork:
    """Add straight edges to a network and sort all by id."""
    arrays = {
        name: np.concatenate(
            [
                getattr(roads, name),
                np.array([row[name] for row in rows], dtype=getattr(roads, name).dtype),
            ]
        )
        for name in EDGE_FIELDS
    }
    order = np.argsort(arrays["edge_ids"], kind="stable")
    count = np.concatenate([np.diff(roads.bend_at), np.zeros(len(rows), dtype=np.intp)])[order]
    first = np.concatenate([roads.bend_at[:-1], np.zeros(len(rows), dtype=np.intp)])[order]
    at = np.concatenate([[0], np.cumsum(count)])
    bends = np.arange(at[-1]) - np.repeat(at[:-1] - first, count)
    return replace(
        roads,
        **{name: values[order] for name, values in arrays.items()},
        bend_at=at,
        bend_lon=roads.bend_lon[bends],
        bend_lat=roads.bend_lat[bends],
    )


def _config(
    study: Study, scenario: Scenario, file: ScenarioFile
) -> tuple[StudyConfig | None, list[Fault]]:
    """Give the settings with those of the scenario in their place."""
    before = study.config
    raw = {**before.raw, "travel": _merged(before.raw.get("travel", {}), scenario.travel)}
    config, faults = parse_config(raw, file.name)
    if config is None:
        return None, faults
    name, title = scenario.name, before.title
    return (
        replace(
            config,
            id=f"{before.id}+{file.stem}",
            title=Words(f"{title.zh}（情景：{name.zh}）", f"{title.en} (scenario: {name.en})"),
            raw={**raw, "scenario": scenario.raw},
        ),
        faults,
    )


def _merged(base: Any, top: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others, table by table."""
    found = dict(base)
    for name, value in top.items():
        under = found.get(name)
        both_tables = isinstance(value, Mapping) and isinstance(under, Mapping)
        found[name] = _merged(under, value) if both_tables else value
    return found


def _crossing_ids(study: Study) -> frozenset[str] | None:
    if study.crossings is None:
        return None
    return frozenset(str(one) for one in study.crossings["crossing_id"])


def _crossings(study: Study, scenario: Scenario) -> pd.DataFrame | None:
    """Open the crossings that the scenario opens: it outweighs their dates and closures."""
    opened = [one for chosen in scenario.open for one in chosen.crossings]
    if study.crossings is None or not opened:
        return study.crossings
    table = study.crossings.copy()
    which = table["crossing_id"].isin(opened).to_numpy()
    table.loc[which, "opened"] = study.config.as_of.isoformat()
    table.loc[which, "closures"] = None
    return table


def _speeds(roads: RoadNetwork, speeds_kmh: Mapping[str, float], file: str) -> Iterator[Fault]:
    """Check that each class that can be travelled has a speed."""
    if not speeds_kmh:  # an engine that asks for none
        return
    asked = pd.unique(roads.road_class[~roads.closed & np.isnan(roads.speed_kmh)])
    for name in sorted(str(one) for one in asked):
        if name not in speeds_kmh:
            where = Where(file, None, f"travel.speeds_kmh.{name}")
            yield fault(where, rule("setting"), hint("scenario_speed", name=name))


def _assumptions(study: Study, scenario: Scenario) -> pd.DataFrame:
    """Add a row for each number that the scenario states of roads."""
    columns = list(study.assumptions.columns)
    blank = dict.fromkeys(columns, "")
    rows = [
        blank
        | {
            "key": f"scenario.{key}",
            "what": scenario.name.en,
            "what_zh": scenario.name.zh,
            "value": f"{value:g}",
            "unit": unit,
            "why": scenario.source,
            "why_zh": scenario.source,
        }
        for key, value, unit in _numbers(scenario)
    ]
    if not rows:
        return study.assumptions
    more = pd.DataFrame(rows, columns=columns, dtype="str")
    return pd.concat([study.assumptions, more], ignore_index=True)


def _numbers(scenario: Scenario) -> Iterator[tuple[str, float, str]]:
    for chosen in scenario.slow:
        yield f"{chosen.at}.factor", chosen.factor, "factor"
    for one in scenario.add:
        for key, value, unit in (
            ("length_m", one.length_m, "m"),
            ("detour", one.detour, "factor"),
            ("speed_kmh", one.speed_kmh, "km/h"),
            ("join_m", one.join_m, "m"),
        ):
            if value is not None:
                yield f"{one.at}.{key}", value, unit


def _provenance(
    study: Study, scenario: Scenario, file: ScenarioFile, roads: RoadNetwork | None
) -> pd.DataFrame:
    """Add the scenario's files; a changed network has the basis of its weakest road."""
    table = study.provenance.copy()
    if scenario.changes_roads and roads is not None:
        named = [str(one) for one in pd.unique(roads.basis) if one]
        basis = weakest([scenario.basis, *named])
        which = table["table"].isin(ROAD_TABLES).to_numpy()
        table.loc[which, "basis"] = basis
    count = sum(len(one) for one in (scenario.close, scenario.slow, scenario.open, scenario.add))
    common = {
        "title": f"{scenario.name.zh} / {scenario.name.en}",
        "source": scenario.source,
        "licence": "",
        "basis": scenario.basis,
        "as_of": scenario.edition,
    }
    rows = [
        {**common, "table": SCENARIO, "file": file.name, "rows": count, "sha256": file.sha256},
    ]
    if scenario.roads is not None and roads is not None:
        size = roads.edge_ids.size
        own = {"table": OTHER_ROADS, "file": scenario.roads, "rows": size}
        rows.append({**common, **own, "sha256": file.roads_sha256})
    # Built anew, since a column in which nobody wrote anything holds numbers until now.
    return pd.DataFrame([*table.to_dict("records"), *rows]).reindex(columns=table.columns)
