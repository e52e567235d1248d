"""One contract for all measures of access: ids, order, missing, unreachable, units, parameters.

A measure is one row of ``MEASURES``: the function, what of a small county goes into it, its
options, and other values of each option that must change something. Every test runs on every row
that it concerns; what a measure works out is tested beside its own module.
"""

from __future__ import annotations

import copy
import inspect
import math
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import pytest

import wushan_geo as wg
from wushan_geo.access import decay, equity, opportunities, rates
from wushan_geo.access.catchment import Method
from wushan_geo.access.clusters import Chance
from wushan_geo.access.tiers import Level
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

INF, NAN = math.inf, math.nan
REACH = 30.0  # how far the measures look
FAR = 90.0  # how far the matrices know
HOMES = tuple(f"o{at}" for at in (5, 1, 7, 3, 2, 6, 4, 8))  # in no order
SITES = ("f3", "f1", "f4", "f2")
COUNTS = ("persons", "capacity", "scores", "count", "of", "rank_by", "low", "high")
LABELS = ("homes", "groups")
STRANGER = "elsewhere"
NOTHING = object()  # what no argument can be
JUNK: dict[str, Any] = {  # what an argument may be given by mistake
    "an object": NOTHING,
    "a text": "a",
    "bytes": b"a",
    "a number": 3,
    "a fraction": -2.5,
    "a truth": True,
    "a whole number of any length": 10**400,
    "a complex number": 1j,
    "a list": [1, 2],
    "a list of texts": ["a"],
    "a set": {1},
    "an array": np.array([1.0, 2.0]),
    "an array of two dimensions": np.zeros((2, 2)),
    "a single number as an array": np.array(3.0),
    "a table": pd.DataFrame({"A": [1.0], "B": [2.0]}),
    "a series of texts": pd.Series(["a", "b"], index=["o1", "o2"]),
    "a mapping": {"o1": [1, 2]},
    "an index": pd.Index(["o1"]),
    "nothing": None,
    "a missing value": pd.NA,
    "a function": len,
    "a class": dict,
}
NEVER = ("an object", "a function", "a class", "a missing value", "a complex number")
"""Kinds of junk that every argument must refuse."""
SAID = {"near": "decay", "far": "decay", "admitted": "allowed", "steps": "step"}
"""What a message calls an argument, where that is another word."""


@dataclass(frozen=True, eq=False)  # the same only if it is the same object: what cache asks for
class World:
    """A small county: one of everything that measures take."""

    matrix: TravelMatrix
    between: TravelMatrix
    persons: Any
    capacity: Any
    scores: Any
    count: Any
    of: Any
    rank_by: Any
    low: Any
    high: Any
    homes: Any
    groups: Any
    by_group: pd.DataFrame


@cache
def shuffled(given: World, seed: int) -> World:
    """Bring every row and column into another order."""
    rng = np.random.default_rng(seed)

    def moved(ids: tuple[str, ...]) -> list[str]:
        return [ids[at] for at in rng.permutation(len(ids))]

    found: dict[str, Any] = {}
    for one in fields(given):
        value = getattr(given, one.name)
        if isinstance(value, TravelMatrix):
            found[one.name] = value.select(moved(value.origin_ids), moved(value.destination_ids))
        else:
            found[one.name] = value.loc[moved(tuple(value.index))]
    return World(**found)


def matrix_of(rows: Any, ids: tuple[Any, Any], *, compressed: bool = False) -> TravelMatrix:
    """Make a matrix that is known up to FAR, in either layout."""
    costs = np.array(rows, dtype=float).reshape(len(ids[0]), len(ids[1]))
    if not compressed:
        return TravelMatrix(tuple(ids[0]), tuple(ids[1]), "min", costs, FAR)
    there = costs <= FAR
    starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    packed = CompressedRows(starts, np.nonzero(there)[1], costs[there])
    return TravelMatrix(tuple(ids[0]), tuple(ids[1]), "min", packed, FAR)


@cache
def world(homes: int = 8, sites: int = 4, *, compressed: bool = False) -> World:
    """Draw a county: no two costs alike, one of nothing, one place and one facility cut off."""
    rng = np.random.default_rng(7)
    ids, places = HOMES[:homes], SITES[:sites]
    costs = rng.uniform(2, 70, (8, 4)).round(3)
    costs[1, 2], costs[3, :] = 0.0, INF
    costs[np.arange(8) % 3 == 0, 0] = INF
    costs[4, 1] = FAR
    points = rng.uniform(0, 45, (8, 2))
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)).round(3)
    apart += np.triu(rng.uniform(0, 3, (8, 8)), 1).round(3)  # one-way
    np.fill_diagonal(apart, 0.0)
    apart[5, :5] = apart[:5, 5] = INF

    def by_home(numbers: Any) -> pd.Series:
        return pd.Series(list(numbers)[:homes], index=pd.Index(ids, dtype="str"))

    people = by_home([12, 40, 3, 7, 21, 0, 9, 30])
    served = by_home([5, 22, 3, 1, 20, 0, 2, 3])
    return World(
        matrix=matrix_of(costs[:homes, :sites], (ids, places), compressed=compressed),
        between=matrix_of(apart[:homes, :homes], (ids, ids), compressed=compressed),
        persons=people,
        capacity=pd.Series([9, 30, 14, 5][:sites], index=pd.Index(places, dtype="str")),
        scores=by_home([0.4, 0.1, 0.02, 0.9, 0.3, 0.6, 0.05, 0.7]),
        count=served,
        of=people,
        rank_by=by_home([800.0, 210.0, 950.0, 330.0, 470.0, -5.0, 640.0, 120.0]),
        low=by_home([0.1, 0.3, 0.35, 0.7, 0.75, 0.2, 0.9, 0.05]),
        high=by_home([0.2, 0.5, 0.6, 0.8, 0.85, 0.25, 0.95, 0.08]),
        homes=pd.Series(
            (ids * 4)[:sites] if homes else [None] * sites, index=pd.Index(places), dtype=object
        ),
        groups=by_home(["t1", "t2", "t1", "t2", "t1", "t2", "t1", "t2"]),
        by_group=pd.DataFrame({"all": people, "severe": served}, index=people.index),
    )


@dataclass(frozen=True)
class Measure:
    """One row of the table of measures."""

    function: Callable[..., Any]
    """The function, or a small one around it that takes its options one by one."""
    inputs: Mapping[str, str]
    """Parameter that holds data, and the part of the world that goes into it."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Every option and the value it has in most tests."""
    other: Mapping[str, Any] = field(default_factory=dict)
    """Another value of each option, which must change the result."""
    indexed: Callable[[Any], Mapping[str, list[Any]]] = lambda _: {}
    """Results by the part of the world whose ids they carry, in its order."""
    described: Callable[[Any], list[pd.Series]] = lambda _: []
    """Results that say what they mean in ``attrs``."""
    close: float = 1e-12
    """How near results in another order of rows must be; 0 for bit by bit."""
    reaches: str = ""
    """Option that must not reach past the limit of the matrix."""
    at_edge: bool = False
    """Whether a cost of exactly REACH counts as nearer ones do, and one beyond it does not."""
    no_data: tuple[str, ...] = ()
    """Counts of which NaN is a value: no data."""
    no_sign: tuple[str, ...] = ()
    """Numbers that may be negative."""
    covers: str = ""
    """Public function that a small one around it stands for."""
    told: Callable[[Any], list[tuple[str, str]]] = lambda _: []
    """Unit and parameters that the result as a whole has, in ``attrs`` or as parts of its own."""

    def __call__(self, given: World, **changed: Any) -> Any:
        """Measure a world, with other options or other data."""
        data = {name: getattr(given, part) for name, part in self.inputs.items()}
        return self.function(**(data | dict(self.options) | changed))

    def parts(self, *wanted: str) -> list[str]:
        """Give the parameters that take one of some parts of the world."""
        return [name for name, part in self.inputs.items() if part in wanted]


def levelled(
    matrix: TravelMatrix, persons: Any, capacity: Any, *, near: Any, far: Any, names: Any
) -> Any:
    """Measure two levels of one matrix: the same facilities near by, and far away."""
    wide = Level(names[1], matrix, capacity, far)
    return wg.hierarchical_catchment(persons, [Level(names[0], matrix, capacity, near), wide])


def spots(values: Any, between: TravelMatrix, *, within: float, **chance: Any) -> Any:
    """Look for hot spots, the options of chance one by one."""
    return wg.hot_spots(values, between, within=within, chance=Chance(**chance))


def stated(found: Any) -> list[tuple[str, str]]:
    """Give unit and parameters of a result that has them as parts of its own."""
    return [(found.unit, found.parameters)]


def in_attrs(found: Any) -> list[tuple[str, str]]:
    """Give unit and parameters of tables that have them in ``attrs``."""
    return [(found.attrs["unit"], found.attrs["parameters"])]


def by_origin(found: Any) -> dict[str, list[Any]]:
    return {"origins": [found]}


BOTH = {"matrix": "matrix", "persons": "persons", "capacity": "capacity"}
PAIR = {"values": "scores", "persons": "persons"}
DECAYS: dict[str, Any] = {
    "2sfca": decay.binary(REACH),
    "e2sfca": decay.stepped({10: 1, 20: 0.68, REACH: 0.22}),
    "gaussian": decay.dai(REACH),
    "kd2sfca": decay.kernel(REACH),
    "g2sfca": decay.linear(2 * REACH),
    "m2sfca": decay.stepped({10: 1, 20: 0.68, REACH: 0.22}),
    "3sfca": decay.stepped({10: 1, 20: 0.68, REACH: 0.22}),
    "bfca": decay.stepped({10: 1, 20: 0.68, REACH: 0.22}),
}
HALF = decay.binary(REACH / 2)


def catchment(method: str) -> Measure:
    """Give the row of one method."""
    return Measure(
        wg.floating_catchment,
        BOTH,
        {"method": method, "decay": DECAYS[method]},
        {"method": "3sfca" if method != "3sfca" else "bfca", "decay": HALF},
        by_origin,
        lambda found: [found],
        reaches="decay",
        at_edge=method in {"2sfca", "e2sfca", "m2sfca", "3sfca", "bfca"},
    )


def allocation(function: Any, **more: Any) -> Measure:
    """Give the row of an allocation."""
    return Measure(
        function,
        BOTH,
        {"limit": REACH, "admitted": None} | more,
        {"limit": FAR, "admitted": np.arange(32).reshape(8, 4) % 3 > 0}
        | ({"when_full": "crowd"} if more else {}),
        (lambda found: {"destinations": [found]})
        if function is wg.value_of_places
        else lambda found: {
            "origins": [found.served, found.unserved],
            "destinations": [found.load, found.spare, found.overload],
        },
        (lambda _: []) if function is wg.value_of_places else lambda found: [found.served],
        close=0.0,
        reaches="limit",
        at_edge=True,
        told=in_attrs
        if function is wg.value_of_places
        else lambda found: [(found.unit, f"method={found.method}; {found.parameters}")],
    )


MEASURES: dict[str, Measure] = {
    "nearest_facility": Measure(
        wg.nearest_facility,
        {"matrix": "matrix"},
        {"rank": 1},
        {"rank": 2},
        by_origin,
        lambda found: [found["cost"]],
        close=0.0,
        told=in_attrs,
    ),
    "coverage": Measure(
        wg.coverage,
        {"matrix": "matrix", "persons": "persons"},
        {"limit": REACH},
        {"limit": 10.0},
        lambda found: {"origins": [found.covered]},
        reaches="limit",
        at_edge=True,
        told=stated,
    ),
    "coverage_curve": Measure(
        wg.coverage_curve,
        {"matrix": "matrix", "persons": "persons"},
        {"limits": [REACH]},
        {"limits": [10.0, REACH]},
        reaches="limits",
        at_edge=True,
        told=in_attrs,
    ),
    "cumulative": Measure(
        wg.cumulative,
        {"matrix": "matrix", "capacity": "capacity"},
        {"limit": REACH},
        {"limit": 10.0},
        by_origin,
        lambda found: [found],
        reaches="limit",
        at_edge=True,
    ),
    "gravity": Measure(
        wg.gravity,
        {"matrix": "matrix", "capacity": "capacity"},
        {"decay": decay.linear(REACH * 2)},
        {"decay": HALF},
        by_origin,
        lambda found: [found],
        reaches="decay",
    ),
    "container_ratio": Measure(
        wg.container_ratio,
        {"persons": "persons", "capacity": "capacity", "homes": "homes"},
        indexed=lambda found: {"persons": [found]},
        described=lambda found: [found],
    ),
    "balancing_cost": Measure(
        opportunities.balancing_cost,
        BOTH | {"between": "between"},
        indexed=by_origin,
        described=lambda found: [found],
    ),
    **{f"floating_catchment {one}": catchment(one) for one in get_args(Method)},
    "spatial_availability": Measure(
        wg.spatial_availability,
        BOTH,
        {"decay": decay.binary(REACH)},
        {"decay": HALF},
        by_origin,
        lambda found: [found],
        reaches="decay",
        at_edge=True,
    ),
    "variable_catchment": Measure(
        wg.variable_catchment,
        BOTH,
        {"steps": (10.0, 20.0, REACH), "base_persons": 25.0, "target": 0.4},
        {"steps": (10.0, 60.0), "base_persons": 60.0, "target": 2.0},
        lambda found: {
            "origins": [found.access, found.place_limits],
            "destinations": [found.facility_limits],
        },
        lambda found: [found.access],
        reaches="steps",
        at_edge=True,
    ),
    "hierarchical_catchment": Measure(
        levelled,
        BOTH,
        {"near": decay.binary(REACH), "far": decay.linear(60), "names": ("near", "far")},
        {"near": HALF, "far": decay.binary(45), "names": ("point", "centre")},
        lambda found: {"origins": [found.total, found.by_level]},
        lambda found: [found.total],
        reaches="far",
        at_edge=True,
        covers="hierarchical_catchment",
    ),
    "rational_agent_access": Measure(
        wg.rational_agent_access,
        BOTH,
        {"persons_per_place": 2.0, "cost_scale": 60.0, "tolerance": 1e-12},
        {"persons_per_place": 3.0, "cost_scale": 20.0},
        lambda found: {"origins": [found.cost], "destinations": [found.congestion, found.demand]},
        lambda found: [found.cost, found.congestion, found.demand],
        close=1e-6,
    ),
    "allocate": allocation(wg.allocate),
    "nearest_allocation": allocation(wg.nearest_allocation, when_full="next"),
    "value_of_places": allocation(wg.value_of_places),
    "hot_spots": Measure(
        spots,
        {"values": "scores", "between": "between"},
        {"within": REACH, "permutations": 99, "seed": 3, "false_discovery": 0.05},
        {"within": 15.0, "permutations": 199, "seed": 4, "false_discovery": 0.9},
        lambda found: {"places": [found]},
        reaches="within",
        at_edge=True,
        no_data=("values",),
        no_sign=("values",),
        covers="hot_spots",
        told=in_attrs,
    ),
    "gap_clusters": Measure(
        wg.gap_clusters,
        {"persons": "persons", "between": "between"},
        {"within": REACH},
        {"within": 12.0},
        reaches="within",
        at_edge=True,
        told=stated,
    ),
    "gini": Measure(equity.gini, PAIR),
    "lorenz": Measure(equity.lorenz, PAIR),
    "palma_ratio": Measure(equity.palma_ratio, PAIR),
    "theil": Measure(equity.theil, PAIR | {"groups": "groups"}),
    "atkinson": Measure(equity.atkinson, PAIR, {"epsilon": 0.5}, {"epsilon": 1.0}),
    "concentration_index": Measure(
        equity.concentration_index,
        PAIR | {"rank_by": "rank_by"},
        {"kind": "erreygers", "lower": 0.0, "upper": 1.0},
        {"lower": -1.0, "upper": 2.0},
        no_sign=("rank_by",),
    ),
    "access_poverty": Measure(
        equity.access_poverty,
        PAIR,
        {"line": 0.35, "order": 1, "worse": "low"},
        {"line": 0.5, "order": 2, "worse": "high"},
    ),
    "reachable_part": Measure(equity.reachable_part, {"costs": "scores", "persons": "persons"}),
    "group_gaps": Measure(
        equity.group_gaps,
        {"values": "scores", "persons": "by_group"},
        {"line": 0.35, "worse": "low", "reference": "all"},
        {"line": 0.5, "worse": "high", "reference": "severe"},
    ),
    "by_class": Measure(
        equity.by_class,
        PAIR | {"classes": "groups"},
        {"line": 0.35, "worse": "low", "reference": "t1"},
        {"line": 0.5, "worse": "high", "reference": "t2"},
    ),
    "rates": Measure(
        rates.rates,
        {"count": "count", "of": "of"},
        {"confidence": 0.95, "small_below": 10},
        {"confidence": 0.8, "small_below": 20},
        lambda found: {"count": [found]},
        no_data=("count", "of"),
    ),
    "smoothed_rates": Measure(
        rates.smoothed_rates,
        {"count": "count", "of": "of", "parents": "groups"},
        {"confidence": 0.95, "small_below": 10, "variance": "binomial"},
        {"confidence": 0.8, "small_below": 20, "variance": "poisson"},
        lambda found: {"count": [found]},
        no_data=("count", "of"),
    ),
    "rank_with_intervals": Measure(
        rates.rank_with_intervals,
        {"low": "low", "high": "high"},
        {"first": "high"},
        {"first": "low"},
        lambda found: {"low": [found]},
        no_data=("low", "high"),
        no_sign=("low", "high"),
    ),
}
NEEDS_PLACES = {"by_class": "no class of that name"}
"""Measures for which a county without places is no question, and why."""


def plain(found: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    """Lay any result out as numbers and texts by name and id, whatever the order of the rows."""
    if isinstance(found, pd.DataFrame):
        if isinstance(found.index, pd.RangeIndex):
            rows = sorted(found.astype(object).itertuples(index=False), key=repr)
            return {
                (*path, at, to): one for at, row in enumerate(rows) for to, one in enumerate(row)
            }
        columns = [plain(found[one], (*path, one)) for one in found.columns]
        return {key: value for one in columns for key, value in one.items()}
    if isinstance(found, pd.Series):
        return {(*path, one): value for one, value in found.items()}
    if is_dataclass(found):
        parts = [
            plain(getattr(found, one.name), (*path, one.name))
            for one in fields(found)
            if one.name != "iterations"
        ]
        return {key: value for one in parts for key, value in one.items()}
    if isinstance(found, tuple):
        return {(*path, at): one for at, one in enumerate(sorted(found))}
    return {path: found}


def same(one: Any, two: Any, close: float) -> bool:
    """Say whether two results have the same keys, texts and numbers, NaN and infinity too."""
    first, second = plain(one), plain(two)
    return first.keys() == second.keys() and all(
        _alike(value, second[key], close) for key, value in first.items()
    )


def _alike(one: Any, two: Any, close: float) -> bool:
    if pd.api.types.is_number(one) and pd.api.types.is_number(two):
        return (
            one == two
            or (math.isnan(one) and math.isnan(two))
            or (close > 0 and bool(np.isclose(one, two, rtol=close, atol=close)))
        )
    return bool(one is two or (pd.isna(one) and pd.isna(two)) or one == two)


def cases(*, wanted: Callable[[Measure], Any]) -> Any:
    """Run a test on the measures that it concerns."""
    return pytest.mark.parametrize("name", [name for name, one in MEASURES.items() if wanted(one)])


def each(
    *, parts: tuple[str, ...], unless: Callable[[Measure], tuple[str, ...]] = lambda _: ()
) -> Any:
    """Run a test on every parameter that takes one of some parts of the world."""
    chosen = [
        (name, one)
        for name, measure in MEASURES.items()
        for one in measure.parts(*parts)
        if one not in unless(measure)
    ]
    return pytest.mark.parametrize(("name", "what"), chosen)


def every(_: Measure) -> bool:
    return True


def ids_of(given: World, what: str) -> list[str]:
    """Give the ids in the order that a result must have."""
    if what in {"origins", "places"}:
        return list((given.matrix if what == "origins" else given.between).origin_ids)
    return list(
        given.matrix.destination_ids if what == "destinations" else getattr(given, what).index
    )


def results(measure: Measure, found: Any) -> Iterator[tuple[str, Any]]:
    """Go through the results that carry ids."""
    for what, tables in measure.indexed(found).items():
        for one in tables:
            yield what, one


def test_every_public_measure_stands_in_the_table() -> None:
    covered = {measure.covers or measure.function.__name__ for measure in MEASURES.values()}
    public = {
        name
        for name in wg.__all__
        if isinstance(getattr(wg, name), FunctionType)
        and getattr(wg, name).__module__.startswith("wushan_geo.access")
    }
    assert len(public) >= 15
    inside = {
        name
        for room in (equity, rates)
        for name in room.__all__
        if isinstance(getattr(room, name), FunctionType)
    }
    assert public | inside <= covered | {"wilson_interval"}  # of two numbers, without ids
    taking = {
        name
        for name in wg.__all__
        if isinstance(getattr(wg, name), FunctionType)
        and any("TravelMatrix" in str(one.annotation) for one in _parameters(getattr(wg, name)))
    }
    elsewhere = {"scoreboard"}  # judges a whole study
    assert taking <= covered | elsewhere


def _parameters(function: Any) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())


@cases(wanted=lambda one: not one.covers)
def test_the_table_names_every_parameter_of_a_measure(name: str) -> None:
    measure = MEASURES[name]
    known = {one.name for one in _parameters(measure.function)}
    assert known == set(measure.inputs) | set(measure.options)


@cases(wanted=every)
def test_results_carry_the_ids_in_the_order_of_the_matrix(name: str) -> None:
    measure, given = MEASURES[name], shuffled(world(), 5)
    for what, table in results(measure, measure(given)):
        assert list(table.index) == ids_of(given, what)
        assert table.index.dtype == "str"


@cases(wanted=every)
def test_inputs_are_unchanged_by_any_measure(name: str) -> None:
    for given in (world(), world(compressed=True)):
        _check_unchanged(MEASURES[name], given)


def _check_unchanged(measure: Measure, given: World) -> None:
    before = copy.deepcopy(given)
    options = copy.deepcopy(dict(measure.options))
    first = measure(given)
    for one in fields(given):
        now, then = getattr(given, one.name), getattr(before, one.name)
        if isinstance(now, TravelMatrix):
            assert now == then
        else:
            (pd.testing.assert_frame_equal if now.ndim == 2 else pd.testing.assert_series_equal)(
                now, then
            )
            assert now.attrs == then.attrs
            assert now.name == then.name if now.ndim == 1 else True
    assert repr(options) == repr(dict(measure.options))
    assert same(first, measure(given), 0.0)  # and the same again, bit by bit


@cases(wanted=every)
def test_the_order_of_rows_and_columns_changes_nothing(name: str) -> None:
    measure, given = MEASURES[name], world()
    for seed in (1, 2, 3):
        assert same(measure(given), measure(shuffled(given, seed)), measure.close)


@cases(wanted=lambda one: one.parts("matrix", "between"))
def test_dense_and_compressed_matrices_give_the_same(name: str) -> None:
    measure = MEASURES[name]
    close = 1e-6 if measure.close > 1e-9 else 0.0
    assert same(measure(world()), measure(world(compressed=True)), close)


@each(parts=(*COUNTS, *LABELS))
def test_a_mapping_is_as_good_as_a_series(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what])
    assert same(measure(given), measure(given, **{what: stated.to_dict()}), 0.0)


@each(parts=(*COUNTS, *LABELS))
def test_a_missing_id_is_named(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what])
    gone = "o1" if "o1" in stated.index else "f1"
    with pytest.raises(UnknownIdError, match=gone):
        measure(given, **{what: stated.drop(gone)})


@each(parts=(*COUNTS, *LABELS), unless=lambda one: ("persons",) if "homes" in one.inputs else ())
def test_an_id_too_many_is_named(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what])
    extra = pd.concat([stated, pd.Series([stated.iloc[0]], index=[STRANGER])])
    with pytest.raises(UnknownIdError, match=STRANGER):
        measure(given, **{what: extra})


@each(parts=(*COUNTS, *LABELS))
def test_an_id_twice_is_named(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what])
    with pytest.raises(UnknownIdError, match=str(stated.index[0])):
        measure(given, **{what: pd.concat([stated, stated.iloc[:1]])})


@each(parts=(*COUNTS, *LABELS))
def test_what_has_no_ids_is_refused(name: str, what: str) -> None:
    for wrong in ("a", 5, ["a"], np.array([1.0, 2.0])):
        with pytest.raises(ParameterError, match=f"{what} must be a Series .* or a mapping"):
            MEASURES[name](world(), **{what: wrong})


@cases(wanted=lambda one: one.parts("by_group"))
def test_the_ids_of_a_table_of_groups_are_checked(name: str) -> None:
    measure, given = MEASURES[name], world()
    (what,) = measure.parts("by_group")
    twice = pd.concat([given.by_group, given.by_group.iloc[:1]])
    for wrong, shown in (
        (given.by_group.drop("o1"), "o1"),
        (given.by_group.rename({"o1": STRANGER}), STRANGER),
        (twice, str(twice.index[0])),
    ):
        with pytest.raises(UnknownIdError, match=shown):
            measure(given, **{what: wrong})
    for bad, words in ((NAN, "NaN"), (-1.0, "negative"), (INF, "infinite")):
        wrong = given.by_group.astype(float)
        wrong.loc["o1", "severe"] = bad
        with pytest.raises(ParameterError, match=words):
            measure(given, **{what: wrong})


@each(parts=COUNTS, unless=lambda one: one.no_data)
def test_no_data_is_not_taken_for_nothing(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what]).astype(float)
    stated.iloc[1] = NAN
    with pytest.raises(ParameterError, match=str(stated.index[1])):
        measure(given, **{what: stated})


@each(parts=LABELS, unless=lambda _: ("homes",))
def test_a_place_without_a_label_is_named(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what]).astype(object)
    stated.iloc[1] = None
    with pytest.raises(ParameterError, match=str(stated.index[1])):
        measure(given, **{what: stated})


@cases(wanted=lambda one: one.no_data)
def test_a_place_without_data_stays_and_gets_no_number(name: str) -> None:
    measure, given = MEASURES[name], world()
    unknown = {}
    for what in measure.no_data:
        unknown[what] = getattr(given, measure.inputs[what]).astype(float)
        unknown[what].iloc[1] = NAN
    for what, table in results(measure, measure(given, **unknown)):
        assert list(table.index) == ids_of(given, what)
        row = table.iloc[1]
        numbers = [
            one
            for one in row.drop(["neighbours"], errors="ignore")
            if not isinstance(one, (str, bool, np.bool_))
        ]
        assert pd.isna(numbers).all()


@each(parts=COUNTS, unless=lambda one: one.no_sign)
def test_a_negative_count_is_refused(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what]).copy()
    stated.iloc[1] = -1
    words = f"(negative|at least 0).*{stated.index[1]}"
    with pytest.raises(ParameterError, match=words):
        measure(given, **{what: stated})


@each(parts=COUNTS)
def test_an_endless_count_is_refused_but_for_costs(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what]).astype(float)
    stated.iloc[1] = INF
    if (name, what) == ("reachable_part", "costs"):
        assert measure(given, **{what: stated}).unreachable_places == 1
    elif measure.options.get("worse") == "low" and what == "values" and name != "access_poverty":
        measure(given, **{what: stated} | {"worse": "high", "line": 0.5})
        with pytest.raises(ParameterError, match="infinite"):
            measure(given, **{what: stated})
    else:
        with pytest.raises(ParameterError):
            measure(given, **{what: stated})


@cases(wanted=lambda one: one.described(one(world())))
def test_results_say_what_they_are(name: str) -> None:
    measure = MEASURES[name]
    for series in measure.described(measure(world())):
        assert series.dtype == np.float64
        assert series.attrs["parameters"]
        assert series.attrs["unit"]
        assert series.attrs["reading"]
        assert series.name in {series.attrs["measure"], "cost"}
        if "matrix" in measure.inputs:
            assert "min" in series.attrs["parameters"] or "min" in series.attrs["unit"]


@cases(wanted=lambda one: one.options and one.described(one(world())))
def test_results_say_under_which_options_they_hold(name: str) -> None:
    measure, given = MEASURES[name], world()
    (series, *_) = measure.described(measure(given))
    for option, value in measure.other.items():
        (changed, *_) = measure.described(measure(given, **{option: value}))
        said = (changed.attrs["parameters"], changed.attrs["unit"], changed.name)
        assert said != (series.attrs["parameters"], series.attrs["unit"], series.name), option


OF_NUMBERS = {*equity.__all__, *rates.__all__}
"""Measures of numbers whose unit only the caller knows."""


@cases(wanted=lambda one: one.function.__name__ not in OF_NUMBERS)
def test_every_result_says_its_unit_and_under_which_options_it_holds(name: str) -> None:
    measure, given = MEASURES[name], world()

    def said(found: Any) -> list[tuple[str, str]]:
        series = [(one.attrs["unit"], one.attrs["parameters"]) for one in measure.described(found)]
        return [*measure.told(found), *series]

    whole = said(measure(given))
    assert whole
    assert all(unit and parameters for unit, parameters in whole)
    if measure.parts("matrix", "between"):
        assert all("min" in unit + parameters for unit, parameters in whole)
    for option, value in measure.other.items():
        for one, two in zip(whole, said(measure(given, **{option: value})), strict=True):
            assert one != two, option


@cases(wanted=lambda one: one.function.__name__ in OF_NUMBERS and one.options)
def test_tables_of_numbers_hold_their_options_under_their_own_names(name: str) -> None:
    measure = MEASURES[name]
    found = measure(world())
    if isinstance(found, pd.DataFrame) and name != "rank_with_intervals":  # ranks have no unit
        assert found.attrs == dict(measure.options)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (name, one)
        for name, each in MEASURES.items()
        for one in (*each.inputs, *each.options)
        if one != "names"  # of levels, tested below
    ],
)
def test_an_argument_of_a_wrong_type_is_refused_in_one_sentence(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    optional = inspect.signature(measure.function).parameters.get(what)
    for kind, wrong in JUNK.items():
        if (what, kind) == ("permutations", "a whole number of any length"):
            continue  # right, and without an end
        refused = kind in NEVER or (
            kind == "nothing" and (optional is None or optional.default is not None)
        )
        try:
            measure(given, **{what: wrong})
        except (ParameterError, UnknownIdError) as error:
            message = str(error)
            assert "\n" not in message, kind
            assert len(message) < 300, kind
            if refused and not isinstance(error, UnknownIdError):
                assert SAID.get(what, what) in message, message
                assert kind != "an object" or "an object" in message, message
        else:
            assert not refused, kind


@each(parts=(*COUNTS, *LABELS, "by_group", "matrix", "between"))
def test_data_are_never_taken_from_what_has_no_ids(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    for kind in ("a list", "an array", "a table", "a number", "a text", "an index", "a truth"):
        with pytest.raises((ParameterError, UnknownIdError)):
            measure(given, **{what: JUNK[kind]})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: decay.stepped([1, 2]), "a mapping from its end to its weight.* Got a list"),
        (lambda: decay.e2sfca(30, "slow"), "limits must be a list.* Got 30"),
        (lambda: decay.e2sfca((10, 20, 30), ["slow"]), "weights must be 'slow' or 'fast'.*a list"),
        (lambda: decay.binary(10**400), "limit must be a finite number of at least 0"),
        (lambda: decay.binary("30"), "limit must be a finite number of at least 0. Got '30'"),
        (lambda: decay.linear(30)("far"), "cost must be a number.* Got 'far'"),
        (lambda: decay.linear(30)([1, [2, 3]]), "cost must be a number.* Got a list"),
        (lambda: wg.hot_spots({}, world().between, within=5, chance=99), "a Chance, .* Got 99"),
        (lambda: wg.hierarchical_catchment({}, 5), "levels must be a list.* Got 5"),
        (lambda: wg.hierarchical_catchment({}, ["near"]), "each of levels .* Got 'near'"),
        (lambda: levelled(**named_levels(5, "far")), "the name of a level must be a text. Got 5"),
        (lambda: levelled(**named_levels([], "far")), "the name of a level must be a text"),
        (lambda: wg.analyse_gaps("example"), "study must be a Study, .* Got 'example'"),
        (lambda: wg.analyse_gaps(None), "study must be a Study, .* Got None"),
        (lambda: world().matrix.mask([[True]]), "allowed must be an array.* Got a list"),
        (lambda: world().matrix.select(5), "origins must be several ids.* Got 5"),
        (lambda: rates.wilson_interval("2", 4, confidence=0.95), "count must be a finite number"),
    ],
)
def test_a_wrong_type_is_told_and_what_is_wanted(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        call()


def named_levels(*names: Any) -> dict[str, Any]:
    """Give the arguments of two levels with some names."""
    given = world()
    data = {one: getattr(given, one) for one in ("matrix", "persons", "capacity")}
    return data | {"near": HALF, "far": HALF, "names": names}


WHOLE = (
    ("nearest_facility", "rank"),
    ("access_poverty", "order"),
    ("hot_spots", "permutations"),
    ("hot_spots", "seed"),
)


@pytest.mark.parametrize(("name", "what"), WHOLE)
def test_whole_numbers_of_numpy_are_whole_numbers(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    number = measure.options[what]
    for kind in (np.int64, np.uint8, np.int32):
        assert same(measure(given), measure(given, **{what: kind(number)}), 0.0)
    for wrong in (True, np.True_, float(number), np.float64(number), str(number)):
        with pytest.raises(ParameterError, match=f"{what} must be "):
            measure(given, **{what: wrong})


@pytest.mark.parametrize(
    ("name", "option"), [(name, one) for name, each in MEASURES.items() for one in each.other]
)
def test_every_option_matters(name: str, option: str) -> None:
    measure, given = MEASURES[name], world()
    assert not same(measure(given), measure(given, **{option: measure.other[option]}), 1e-9)


@pytest.mark.parametrize(
    ("name", "what"), [(name, one) for name, each in MEASURES.items() for one in each.inputs]
)
def test_all_data_matter(name: str, what: str) -> None:
    measure, given = MEASURES[name], world()
    stated = getattr(given, measure.inputs[what])
    if isinstance(stated, TravelMatrix):
        kept = stated.dense()
        costs = np.where(kept > 0, kept / 2, kept)
        ids = stated.origin_ids, stated.destination_ids
        changed: Any = TravelMatrix(*ids, "min", costs, FAR)
    elif what in {"homes", "groups", "classes", "parents"}:
        changed = stated.copy()
        changed.iloc[:3] = stated.iloc[1]
    elif what == "high":
        changed = stated * 0 + 1.0
    else:  # growing from row to row, so that no ratio stays
        steps = np.arange(1, len(stated) + 1)
        changed = stated * steps if what in {"of", "capacity", "rank_by"} else (stated.T / steps).T
    assert not same(measure(given), measure(given, **{what: changed}), 1e-9)


@cases(wanted=lambda one: one.reaches)
def test_nothing_looks_further_than_the_matrix_knows(name: str) -> None:
    measure, beyond = MEASURES[name], math.nextafter(FAR, INF)
    reach: Any = {
        "decay": decay.binary(beyond),
        "far": decay.binary(beyond),
        "limits": [beyond],
        "steps": (10.0, beyond),
    }.get(measure.reaches, beyond)
    with pytest.raises(ParameterError, match=r"limit|known"):
        measure(world(), **{measure.reaches: reach})


@cases(wanted=lambda one: one.at_edge)
def test_a_cost_of_exactly_the_limit_counts_and_the_next_number_does_not(name: str) -> None:
    measure, ids = MEASURES[name], (("a", "b", "c", "d"), ("x", "y"))
    given = world(4, 2)
    index, sites = pd.Index(ids[0], dtype="str"), pd.Index(ids[1], dtype="str")
    answers = []
    for cost in (math.nextafter(REACH, 0), REACH, math.nextafter(REACH, INF)):
        matrix = matrix_of([[cost, INF], [5, 7], [8, 25], [25, 26]], ids)
        apart = np.full((4, 4), INF)
        np.fill_diagonal(apart, 0.0)
        apart[[0, 1], [1, 0]], apart[[2, 3], [3, 2]] = cost, 4.0
        parts = {
            "matrix": matrix,
            "between": matrix_of(apart, (ids[0], ids[0])),
            "persons": pd.Series([4, 9, 2, 7], index=index),
            "scores": pd.Series([0.3, 0.9, 0.1, 0.5], index=index),
            "capacity": pd.Series([40, 30], index=sites),
        }
        answers.append(measure(replace(given, **parts)))
    assert same(*answers[:2], 1e-9)
    assert not same(*answers[1:], 1e-9)


@cases(wanted=lambda one: one.parts("matrix"))
def test_places_and_facilities_that_nobody_can_reach_stay_in_the_result(name: str) -> None:
    measure, given = MEASURES[name], world()
    costs = given.matrix.dense().copy()
    costs[2, :], costs[:, 1] = INF, INF
    for rows in (costs, np.full_like(costs, INF)):
        cut = matrix_of(rows, (given.matrix.origin_ids, given.matrix.destination_ids))
        for what, table in results(measure, measure(given, matrix=cut)):
            assert list(table.index) == ids_of(given, what)
            numbers = table.select_dtypes("number") if table.ndim == 2 else table
            assert name == "value_of_places" or not numbers.isna().to_numpy().any()


EDGES: dict[str, Callable[[], World]] = {
    "no persons": lambda: replace(
        world(),
        persons=world().persons * 0,
        of=world().of * 0,
        count=world().count * 0,
        by_group=world().by_group * 0,
    ),
    "no supply": lambda: replace(world(), capacity=world().capacity * 0),
    "all alike": lambda: replace(world(), scores=world().scores * 0 + 0.4),
    "nothing": lambda: replace(world(), scores=world().scores * 0),
    "one place": lambda: world(homes=1),
    "one facility": lambda: world(sites=1),
    "one of each": lambda: world(1, 1),
    "no facility": lambda: world(sites=0),
    "no place": lambda: world(homes=0),
    "nothing at all": lambda: world(0, 0),
}


@cache
def at_the_edge(edge: str) -> World:
    return EDGES[edge]()


@cases(wanted=every)
@pytest.mark.parametrize("edge", EDGES)
def test_empty_and_smallest_counties_have_an_answer(name: str, edge: str) -> None:
    measure, given = MEASURES[name], at_the_edge(edge)
    if not len(given.persons) and name in NEEDS_PLACES:
        with pytest.raises(UnknownIdError):
            measure(given)
        return
    found = measure(given)
    assert same(found, measure(shuffled(given, 1)), measure.close)
    for what, table in results(measure, found):
        assert list(table.index) == ids_of(given, what)
        if table.ndim == 1:
            assert table.dtype in {np.dtype("float64"), np.dtype("bool")}


@cases(wanted=lambda one: {"persons", "capacity"} <= set(one.inputs) and one.parts("matrix"))
@pytest.mark.parametrize("edge", ["no persons", "no supply", "one place", "no facility"])
def test_results_over_a_matrix_are_never_nan(name: str, edge: str) -> None:
    measure = MEASURES[name]
    for _, table in results(measure, measure(at_the_edge(edge))):
        if name != "value_of_places":
            assert not table.isna().to_numpy().any()


@cases(wanted=lambda one: one.parts("matrix", "between"))
def test_whole_numbers_are_ids_as_their_texts_are(name: str) -> None:
    measure, given = MEASURES[name], world()
    number = {one: int(one[1:]) + (100 if one[0] == "f" else 0) for one in (*HOMES, *SITES)}
    renamed: dict[str, World] = {}
    for kind in (int, str):
        parts: dict[str, Any] = {}
        for one in fields(given):
            value = getattr(given, one.name)
            if isinstance(value, TravelMatrix):
                ids = [
                    [str(number[each]) for each in side]
                    for side in (value.origin_ids, value.destination_ids)
                ]
                parts[one.name] = matrix_of(value.dense(), (ids[0], ids[1]))
            else:
                parts[one.name] = value.set_axis([kind(number[each]) for each in value.index])
        renamed[kind.__name__] = World(**parts)
    assert same(measure(renamed["int"]), measure(renamed["str"]), 0.0)
