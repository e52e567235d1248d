"""Roads made ready once: the same answers as from the roads, and by a hierarchy nearly so."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wushan_geo as wg
from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.edges import EdgeMinutes
from wushan_geo.travel.network import PreparedRoads, prepared
from wushan_geo.travel.network.hierarchy import RELATIVE_ERROR
from wushan_geo.travel.snap import Snaps

pytestmark = pytest.mark.slow  # it compiles, once
INF = np.inf


def grid(side: int, seed: int) -> tuple[RoadNetwork, EdgeMinutes]:
    """Draw roads: one-way ones, parts that do not hang together, parallel edges, no length."""
    pytest.importorskip("numba")
    rng = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    u = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel(), [0, 1]])
    v = np.concatenate([at[:, 1:].ravel(), at[1:].ravel(), [1, 0]])
    keep = rng.random(u.size) < 0.6
    keep[-3:] = True
    u, v = u[keep], v[keep]
    names = np.array([f"n{one}" for one in range(side * side)])
    table = pd.DataFrame({"node_id": names, "lon": at.ravel() % side * 1e-3, "lat": 31.0})
    table["lat"] += at.ravel() // side * 1e-3
    edges = pd.DataFrame({"edge_id": [f"e{one}" for one in range(u.size)]})
    edges = edges.assign(u=names[u], v=names[v], road_class="x", length_m=100.0)
    one = rng.choice([0.0, 0.1, 0.7, 2.3], u.size)
    two = np.where(rng.random(u.size) < 0.2, INF, rng.choice([0.0, 0.3, 1.9], u.size))
    return RoadNetwork.from_tables(table, edges), EdgeMinutes(one, two)


def hung(network: RoadNetwork, count: int, rng: np.random.Generator) -> Snaps:
    """Hang places on nodes, on edges, and several at one spot."""
    edge = rng.integers(0, network.u.size, count)
    share = rng.choice([0.01, 0.25, 0.5, 0.9], count)
    node = np.where(rng.random(count) < 0.4, rng.integers(0, network.lon.size, count), -1)
    zeros = np.zeros(count)
    return Snaps(node.astype(np.intp), edge.astype(np.intp), share, zeros, zeros.copy(), zeros + 1)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), sizes=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_a_hierarchy_gives_the_minutes_of_a_search_but_for_rounding(
    seed: int, sizes: tuple[int, int]
) -> None:
    network, minutes = grid(5, seed)
    rng = np.random.default_rng(seed)
    both = [hung(network, size, rng) for size in sizes]
    exact = PreparedRoads(network, minutes).minutes_between(*both)

    ready = PreparedRoads(network, minutes, hierarchy=True)

    np.testing.assert_allclose(ready.minutes_between(*both), exact, rtol=RELATIVE_ERROR, atol=1e-12)
    reach = 2.0
    cut = ready.minutes_between(*both, reach)
    assert (np.isfinite(cut) == (ready.minutes_between(*both) <= reach)).all()


def test_two_places_on_one_edge_need_not_leave_it() -> None:
    network, _ = grid(2, 3)
    there = EdgeMinutes(np.full(network.u.size, 10.0), np.full(network.u.size, 4.0))
    zeros = np.zeros(2)
    spots = Snaps(
        np.full(2, -1), np.zeros(2, np.intp), np.array([0.2, 0.7]), zeros, zeros.copy(), zeros + 1
    )

    found = PreparedRoads(network, there, hierarchy=True).minutes_between(spots, spots)

    np.testing.assert_allclose(found, [[0.0, 5.0], [2.0, 0.0]], rtol=RELATIVE_ERROR)


def points(network: RoadNetwork, count: int) -> pd.DataFrame:
    """Put places beside the roads."""
    rng = np.random.default_rng(count)
    at = rng.integers(0, network.lon.size, count)
    where = {"lon": network.lon[at] + 3e-4, "lat": network.lat[at] + 1e-4}
    return pd.DataFrame(where, index=[f"p{one}" for one in range(count)])


def test_roads_made_ready_answer_as_the_roads_themselves() -> None:
    network, _ = grid(6, 4)
    asked: dict[str, Any] = {"snap_speed_kmh": 4.0}
    homes, centres = points(network, 12), points(network, 5)

    exact = wg.prepare_roads(network, speeds_kmh={"x": 30.0})
    nearly = wg.prepare_roads(network, speeds_kmh={"x": 30.0}, hierarchy=True)

    matrix = wg.network_matrix(network, homes, centres, speeds_kmh={"x": 30.0}, **asked).dense()
    assert (wg.network_matrix(exact, homes, centres, **asked).dense() == matrix).all()
    found = wg.network_matrix(nearly, homes, centres, **asked).dense()
    np.testing.assert_allclose(found, matrix, rtol=1e-6)
    near = wg.nearest_by_road(network, homes, centres, speeds_kmh={"x": 30.0}, **asked)
    pd.testing.assert_frame_equal(wg.nearest_by_road(exact, homes, centres, **asked), near)
    pd.testing.assert_frame_equal(wg.nearest_by_road(nearly, homes, centres, **asked), near)
    by_series = wg.network_matrix(
        network, homes, centres, speeds_kmh=pd.Series({"x": 30.0}), **asked
    )
    assert (by_series.dense() == matrix).all()
    assert near["cost"].tolist() == matrix.min(axis=1).tolist()
    assert (exact.relative_error, nearly.relative_error) == (0.0, RELATIVE_ERROR)


def test_what_is_missing_or_given_twice_is_told() -> None:
    network, minutes = grid(3, 1)
    ready = wg.prepare_roads(network, minutes=minutes)
    homes = points(network, 2)

    with pytest.raises(ParameterError, match="either speeds_kmh or minutes"):
        wg.prepare_roads(network)
    with pytest.raises(ParameterError, match="either speeds_kmh or minutes"):
        wg.prepare_roads(network, speeds_kmh={"x": 30.0}, minutes=minutes)
    with pytest.raises(ParameterError, match="minutes must be given for each of the"):
        wg.network_matrix(grid(4, 1)[0], homes, homes, minutes=minutes, snap_speed_kmh=4.0)
    for again in ({"speeds_kmh": {"x": 30.0}}, {"minutes": minutes}):
        with pytest.raises(ParameterError, match="made ready with their minutes"):
            wg.network_matrix(ready, homes, homes, snap_speed_kmh=4.0, **again)
        with pytest.raises(ParameterError, match="made ready with their minutes"):
            wg.nearest_by_road(ready, homes, homes, snap_speed_kmh=4.0, **again)


def test_a_hierarchy_without_its_extra_is_refused_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, minutes = grid(3, 1)
    monkeypatch.setitem(sys.modules, "wushan_geo.travel.network.elimination", None)

    with pytest.raises(ParameterError, match="extra 'fast'"):
        prepared.prepare_roads(network, minutes=minutes, hierarchy=True)
    assert prepared.prepare_roads(network, minutes=minutes).relative_error == 0.0
