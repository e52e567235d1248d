"""Roads as they stand: under snow, in floods, on a day, at an hour, with the wait for a ferry.

Whatever a condition or a crossing does to the roads ends in the minutes of their edges, so that
every engine answers for every condition alike. What is not known of a crossing does not close it:
it is counted as open, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.study.crossings import FERRY, read_crossings
from wushan_geo.study.faults import some
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.waits import boarding_waits
from wushan_geo.wording import both, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.crossings import Crossing
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.study import Study
    from wushan_geo.study.travelling import ConditionConfig, TravelConfig

# Why an edge is closed, the first that holds; each is a message "condition.reason.<key>".
CLOSED_BY = (
    "data", "edge", "class", "crossing", "ferries", "not_yet_open", "closure", "hours",
)  # fmt: skip
# What was taken for granted, each a message "condition.assumed.<key>".
ASSUMED = (
    "opened_unknown", "opened_about", "hours_unasked", "hours_unknown", "headway_unknown",
    "elevation_unknown",
)  # fmt: skip
CHANGED_COLUMNS = [
    "edge_id", "road_class", "crossing_id", "change", "reason", "speed_factor", "wait_min",
]  # fmt: skip
ASSUMED_COLUMNS = ["crossing_id", "reason", "edges"]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The roads of a study under one condition."""

    condition: str
    """``ordinary``, ``snow`` or ``flood``."""
    roads: RoadNetwork
    """The network; what cannot be travelled is closed in it."""
    minutes: EdgeMinutes
    """Minutes along each edge, the wait for a ferry included."""
    changed: pd.DataFrame
    """One row for each edge and change: ``edge_id``, ``road_class``, ``crossing_id``, ``change``
    (closed, slowed, quicker or waiting), ``reason`` (a word of ``CLOSED_BY``, or class or elevation
    for a factor, or headway), ``speed_factor`` and ``wait_min`` (NaN where they do not apply). An
    edge waits if a trip gets on there, one way at least."""
    assumed: pd.DataFrame
    """What was taken for granted: ``crossing_id`` (empty if it is about no crossing), ``reason``
    (a word of ``ASSUMED``) and the number of ``edges`` that it bears on."""


def standing_minutes(study: Study, condition: str) -> Standing:
    """Work out how long each road takes under a condition, on the cut-off day of the study.

    Minutes = length / (speed x factor of the condition) + wait. Edges are closed that are closed in
    the network, by the condition (classes, crossings, edges, ferries), by a crossing that was not
    yet open on the cut-off day or is closed on it, and, if the study states a departure, by a
    crossing that does not run at that time. A ferry costs half its headway where a trip gets on:
    the mean wait of persons who come at random for departures that are regular. A line drawn in
    several edges is waited for once, and again by whoever stays on board at a landing in between,
    so that no trip from a landing is charged too little: see
    :func:`wushan_geo.travel.waits.boarding_waits`.

    Parameters
    ----------
    study
        The study: roads, crossings, speeds, conditions, departure and cut-off day.
    condition
        Name of a condition that the study states; ``ordinary`` is always one.

    Returns
    -------
    Standing
        Roads, minutes, what changed and what was taken for granted.

    Raises
    ------
    ParameterError
        If the study has no roads, does not state the condition, or a class with an open edge has
        no speed.
    UnknownIdError
        If the condition closes an edge or a crossing that there is not.
    InputError
        If a text of the crossing table cannot be read.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> standing_minutes(wg.open_study("wushan"), "ordinary").changed.empty
    True
    """
    if study.roads is None:
        message = f"the study {study.config.id} has no roads, so that none can be closed or slowed"
        raise ParameterError(message)
    travel = study.config.travel
    if condition not in travel.conditions:
        message = (
            f"the study {study.config.id} does not state the condition {condition!r}; it states "
            f"{listed(travel.conditions)}"
        )
        raise ParameterError(message)
    what = travel.conditions[condition]
    crossings = read_crossings(study.crossings)
    over = _Over(study.roads, crossings)
    over.check(what)
    reason = _closed(over, study, what)
    roads = study.roads
    shut = reason != ""
    if (shut != roads.closed).any():
        lasting = roads.closed & ~roads.for_a_while
        roads = replace(roads, closed=shut, for_a_while=shut & ~lasting)
    factor, why, blind = _factors(roads, what)
    # Landings are those of the roads that there are, whatever is closed for a while.
    wait = boarding_waits(study.roads, over.wait())
    bare = edge_minutes(roads, travel.speeds_kmh)
    minutes = EdgeMinutes(
        bare.forward / factor + wait.forward, bare.backward / factor + wait.backward
    )
    return Standing(
        condition=condition,
        roads=roads,
        minutes=minutes,
        changed=_changes(roads, reason, (factor, why), np.maximum(wait.forward, wait.backward)),
        assumed=pd.DataFrame(
            [*over.assumed(study, shut), *_blind(blind, roads)], columns=ASSUMED_COLUMNS
        ).astype({"crossing_id": "str", "reason": "str", "edges": np.int64}),
    )


class StandingRoads:
    """The roads of a study under each condition, of which each is worked out once.

    What was asked for stays: pass the same one to everything that a run asks of the roads.

    Parameters
    ----------
    study
        The study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> roads = StandingRoads(wg.open_study("wushan"))
    >>> roads.under("snow") is roads.under("snow")
    True
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._known: dict[str, Standing] = {}

    def under(self, condition: str) -> Standing:
        """Give the roads under a condition.

        Parameters
        ----------
        condition
            Name of a condition that the study states; ``ordinary`` is always one.

        Returns
        -------
        Standing
            As :func:`standing_minutes` gives them.

        Raises
        ------
        ParameterError, UnknownIdError, InputError
            As :func:`standing_minutes` does.

        Examples
        --------
        See ``tests/test_travel_conditions.py``.
        """
        if condition not in self._known:
            self._known[condition] = standing_minutes(self.study, condition)
        return self._known[condition]


def roads_of(study: Study, standing: StandingRoads | None) -> StandingRoads:
    """Take the roads that were passed on, or start with those of the study.

    Parameters
    ----------
    study
        The study.
    standing
        Its roads under each condition, if something asked for them before.

    Returns
    -------
    StandingRoads
        Those passed on, else new ones.

    Raises
    ------
    ParameterError
        If those passed on are of another study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("wushan")
    >>> known = StandingRoads(study)
    >>> roads_of(study, known) is known
    True
    """
    if standing is None:
        return StandingRoads(study)
    if standing.study is not study:
        message = "standing must be the roads of the same study."
        raise ParameterError(message)
    return standing


def standing_sentences(standing: Standing, study: Study) -> list[tuple[str, str, tuple[str, str]]]:
    """Say in both languages what a condition does to the roads, and what was taken for granted.

    Parameters
    ----------
    standing
        The roads under the condition.
    study
        The study, for the names of its crossings.

    Returns
    -------
    list of tuple
        Severity (``info`` or ``warning``), reason, and the sentence in Chinese and English; empty
        if nothing changes and nothing was taken for granted.

    Raises
    ------
    UnknownIdError
        If a reason has no message.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("example")
    >>> standing_sentences(standing_minutes(study, "flood"), study)[0][2][1]
    'Condition flood season: road edges closed, 1 (no ferry runs).'
    """
    changed, assumed = standing.changed, standing.assumed
    told = []
    state = both(f"condition.{standing.condition}")
    for (change, reason), rows in changed.groupby(["change", "reason"], sort=True):
        if reason == CLOSED_BY[0]:  # no doing of the condition
            continue
        if change == "closed":
            text = put(
                "condition.closed",
                {"condition": state, "count": len(rows), "reason": both(f"condition.by.{reason}")},
            )
        elif change == "waiting":
            low, high = (f"{one:g}" for one in (rows["wait_min"].min(), rows["wait_min"].max()))
            values = {"condition": state, "count": len(rows), "wait": _between(low, high)}
            text = put("condition.waiting", values)
        else:
            values = {"condition": state, "count": len(rows)}
            values["reason"] = both(f"condition.slow.{reason}")
            text = put(f"condition.{change}", values)
        told.append(("info", str(reason), text))
    names = _names(study)
    for one_reason, rows in assumed.groupby("reason", sort=True):
        reason = str(one_reason)
        which = [names.get(one, (one, one)) for one in rows["crossing_id"] if one]
        shown = (some([zh for zh, _ in which])[0], some([en for _, en in which])[1])
        values = {
            "condition": state,
            "crossings": shown,
            "edges": int(rows["edges"].sum()),
        }
        key = f"condition.assumed.{reason}" if which else f"condition.lacking.{reason}"
        told.append(("warning", reason, put(key, values)))
    return told


def _between(low: str, high: str) -> tuple[str, str]:
    """Write two ends of one range, and one number where they print the same."""
    if low == high:
        return low, high
    return both("condition.waiting.between", low=low, high=high)


def _names(study: Study) -> dict[str, tuple[str, str]]:
    """Give the names of the crossings; one that has none goes by its id."""
    if study.crossings is None:
        return {}
    table = study.crossings[["crossing_id", "name", "name_en"]].astype(object)
    rows = table.where(table.notna(), "").itertuples(index=False)
    return {one: (zh or one, en or zh or one) for one, zh, en in rows}


class _Over:
    """The edges that pass over a crossing, and what is known of it."""

    def __init__(self, roads: RoadNetwork, crossings: Mapping[str, Crossing]) -> None:
        self.roads = roads
        self.crossings = crossings
        # The crossing of each edge as a number, so that each is looked at once.
        self.code, names = pd.factorize(roads.crossing_id)
        self.names: list[str] = [str(one) for one in names]
        kinds = [crossings[one].kind if one in crossings else "" for one in self.names]
        self.ferry = (roads.road_class == FERRY) | self.spread([one == FERRY for one in kinds])

    def spread(self, values: Iterable[Any]) -> NDArray[Any]:
        """Give each edge the value of its crossing."""
        found = np.array(list(values))
        return found[self.code] if found.size else np.zeros(self.code.size, dtype=bool)

    def known(self) -> Iterator[Crossing | None]:
        """Give each crossing of an edge, None for those that the table does not have."""
        return (self.crossings.get(one) for one in self.names)

    def check(self, what: ConditionConfig) -> None:
        """Make sure that a condition closes only what there is."""
        there = {*self.crossings, *self.names}
        lost = [one for one in what.closed_crossings if one not in there]
        edges = pd.Index(self.roads.edge_ids)
        lost_edges = [one for one in what.closed_edges if one not in edges]
        told = [
            *([f"the crossings {listed(lost)}"] if lost else []),
            *([f"the edges {listed(lost_edges)}"] if lost_edges else []),
        ]
        if told:
            message = (
                f"the condition {what.key} closes what there is not: {' and '.join(told)} "
                f"(travel.conditions.{what.key})"
            )
            raise UnknownIdError(message)

    def wait(self) -> NDArray[np.float64]:
        """Give the mean wait for the crossing of each edge: half its headway, 0 if not known."""
        waits = [
            0.0 if one is None or one.kind != FERRY or np.isnan(one.headway_min)
            else one.headway_min / 2
            for one in self.known()
        ]  # fmt: skip
        return self.spread(waits).astype(np.float64)

    def assumed(self, study: Study, shut: NDArray[np.bool_]) -> Iterator[dict[str, object]]:
        """Say what is not known of the crossings that are in use."""
        day, departure = study.config.as_of, study.config.travel.departure
        count = np.bincount(self.code[~shut], minlength=len(self.names))
        for name, one, edges in zip(self.names, self.known(), count.tolist(), strict=True):
            if not name or not edges:
                continue
            for key in _unknown(one, day, asked=departure is not None):
                yield {"crossing_id": name, "reason": key, "edges": edges}
        bare = int((self.ferry & ~shut & (self.roads.crossing_id == "")).sum())
        if bare:  # a ferry that names no crossing has no headway to wait for
            yield {"crossing_id": "", "reason": "headway_unknown", "edges": bare}


def _unknown(one: Crossing | None, day: Any, *, asked: bool) -> Iterator[str]:
    if one is None or one.opened is None:
        yield "opened_unknown"
    elif one.opened.last > day:
        yield "opened_about"
    if asked and (one is None or one.hours is None):
        yield "hours_unknown"
    if one is not None and one.hours is not None and not asked and not one.all_day:
        yield "hours_unasked"
    if one is not None and one.kind == FERRY and np.isnan(one.headway_min):
        yield "headway_unknown"


def _closed(over: _Over, study: Study, what: ConditionConfig) -> NDArray[Any]:
    """Say why each edge is closed, empty where it is open; of several reasons the first."""
    roads = over.roads
    day, travel = study.config.as_of, study.config.travel
    holds = {
        "data": roads.closed,
        "edge": np.isin(roads.edge_ids, what.closed_edges),
        "class": np.isin(roads.road_class, what.closed_classes),
        "crossing": over.spread(one in what.closed_crossings for one in over.names),
        "ferries": over.ferry & what.closes_ferries,
        "not_yet_open": over.spread(
            one is not None and one.opened is not None and one.opened.first > day
            for one in over.known()
        ),
        "closure": over.spread(
            one is not None and any(part.covers(day, what.key) for part in one.closures)
            for one in over.known()
        ),
        "hours": over.spread(_asleep(one, travel) for one in over.known()),
    }
    found = np.full(roads.edge_ids.size, "", dtype=object)
    for key in reversed(CLOSED_BY):
        found[holds[key].astype(bool)] = key
    return found


def _asleep(one: Crossing | None, travel: TravelConfig) -> bool:
    """Say whether a crossing does not run when trips start."""
    return (
        one is not None and travel.departure is not None and one.runs_at(travel.departure) is False
    )


def _factors(
    roads: RoadNetwork, what: ConditionConfig
) -> tuple[NDArray[np.float64], NDArray[Any], NDArray[np.bool_]]:
    """Give the multiplier of the speed on each edge, why, and where an elevation is lacking."""
    codes, classes = pd.factorize(roads.road_class)
    own = [what.speed_factors.get(str(one), what.speed_factor) for one in classes]
    factor = np.asarray(own, dtype=np.float64)[codes] if own else np.ones(codes.size)
    why = np.full(codes.size, "class", dtype=object)
    blind = np.zeros(codes.size, dtype=bool)
    if what.above_m is not None:
        ends = np.stack([roads.elevation_m[roads.u], roads.elevation_m[roads.v]])
        with np.errstate(invalid="ignore"):
            high = (ends > what.above_m).any(axis=0)
        blind = np.isnan(ends).any(axis=0) & ~high & ~roads.closed
        factor[high] = what.speed_factor_above
        why[high] = "elevation"
    return factor, why, blind


def _blind(blind: NDArray[np.bool_], roads: RoadNetwork) -> Iterator[dict[str, object]]:
    """Say for how many roads it is not known whether they lie above the line."""
    if blind.any():
        edges = int((blind & ~roads.closed).sum())
        yield {"crossing_id": "", "reason": "elevation_unknown", "edges": edges}


def _changes(
    roads: RoadNetwork,
    closed: NDArray[Any],
    slowed: tuple[NDArray[np.float64], NDArray[Any]],
    wait: NDArray[np.float64],
) -> pd.DataFrame:
    """List what differs from open roads at their own speed, edge by edge."""
    factor, why = slowed
    shut = closed != ""
    nothing = np.full(shut.size, np.nan)
    parts = [
        (shut, np.full(shut.size, "closed", dtype=object), closed, nothing, nothing),
        (
            ~shut & (factor != 1),
            np.where(factor < 1, "slowed", "quicker").astype(object),
            why,
            factor,
            nothing,
        ),
        (
            ~shut & (wait > 0),
            np.full(shut.size, "waiting", dtype=object),
            np.full(shut.size, "headway", dtype=object),
            nothing,
            wait,
        ),
    ]
    tables = [
        pd.DataFrame(
            {
                "edge_id": pd.array(roads.edge_ids[which], dtype="str"),
                "road_class": pd.array(roads.road_class[which], dtype="str"),
                "crossing_id": pd.array(roads.crossing_id[which], dtype="str"),
                "change": pd.array(change[which], dtype="str"),
                "reason": pd.array(reason[which], dtype="str"),
                "speed_factor": speed[which],
                "wait_min": minutes[which],
            }
        )
        for which, change, reason, speed, minutes in parts
    ]
    table = pd.concat(tables, ignore_index=True)
    order = table.sort_values(["edge_id", "change"], kind="stable", ignore_index=True)
    return order[CHANGED_COLUMNS]
