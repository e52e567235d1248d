"""The stored network: nothing is lost but the eighth decimal, and a bad file is one fault."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import InputError
from wushan_geo.sources.roads.store import STEPS_A_DEGREE, roads_bytes, stored_roads
from wushan_geo.study.roads import RoadNetwork

HALF_A_STEP = 0.5 / STEPS_A_DEGREE
PLACED = ("lon", "lat", "bend_lon", "bend_lat")
TEXTS = st.text(max_size=6)


def objects(values: list[str]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def network(nodes: int, edges: int, seed: int = 1, **more: Any) -> RoadNetwork:
    """Make a network of random roads with bends; ids are whole numbers."""
    dice = np.random.default_rng(seed)
    bends = dice.poisson(3, edges)
    total = int(bends.sum())
    columns: dict[str, Any] = {
        "node_ids": objects([str(one) for one in range(nodes)]),
        "lon": 109 + dice.random(nodes),
        "lat": 31 + dice.random(nodes),
        "edge_ids": objects([str(one) for one in range(edges)]),
        "u": dice.integers(0, nodes, edges),
        "v": dice.integers(0, nodes, edges),
        "length_m": dice.uniform(0, 900, edges),
        "road_class": objects(["county", "village"])[dice.integers(0, 2, edges)],
        "oneway": dice.random(edges) < 0.1,
        "closed": dice.random(edges) < 0.1,
        "crossing_id": objects([""] * edges),
        "basis": objects(["stated"] * edges),
        "name": objects(["", "广东路", "G348"])[dice.integers(0, 3, edges)],
        "bend_at": np.concatenate([[0], np.cumsum(bends)]),
        "bend_lon": 109 + dice.random(total),
        "bend_lat": 31 + dice.random(total),
    }
    return RoadNetwork(**columns | more)


def fields(roads: RoadNetwork) -> dict[str, np.ndarray]:
    return {name: getattr(roads, name) for name in roads.__dataclass_fields__}


def same(one: RoadNetwork, other: RoadNetwork, slack: float = 0.0) -> None:
    for name, array in fields(one).items():
        against = getattr(other, name)
        assert array.dtype == against.dtype, name
        if name in PLACED:
            np.testing.assert_allclose(array, against, rtol=0, atol=slack)
        else:
            np.testing.assert_array_equal(array, against, err_msg=name)


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    nodes, edges = draw(st.integers(1, 5)), draw(st.integers(0, 6))
    ids = draw(st.lists(TEXTS, min_size=nodes, max_size=nodes, unique=True))
    if draw(st.booleans()):
        numbers = st.integers(-(2**70), 2**70).map(str)
        ids = draw(st.lists(numbers, min_size=nodes, max_size=nodes, unique=True))

    def many(one: Any) -> Any:
        return draw(st.lists(one, min_size=edges, max_size=edges))

    degrees = st.floats(-180, 180)
    bends = many(st.integers(0, 3))
    total = sum(bends)
    speed = st.floats(0.1, 200) | st.just(float("nan"))
    return RoadNetwork(
        node_ids=objects(ids),
        lon=np.array(draw(st.lists(degrees, min_size=nodes, max_size=nodes))),
        lat=np.array(draw(st.lists(st.floats(-90, 90), min_size=nodes, max_size=nodes))),
        elevation_m=np.array(
            draw(st.lists(st.floats() | st.just(0.0), min_size=nodes, max_size=nodes))
        ),
        edge_ids=objects([f"e{at}" for at in range(edges)]),
        u=np.array(many(st.integers(0, nodes - 1)), dtype=np.intp),
        v=np.array(many(st.integers(0, nodes - 1)), dtype=np.intp),
        length_m=np.array(many(st.floats(0, 1e7)), dtype=float),
        road_class=objects(many(TEXTS.filter(bool))),
        oneway=np.array(many(st.booleans()), dtype=bool),
        closed=np.array(many(st.booleans()), dtype=bool),
        crossing_id=objects(many(TEXTS)),
        basis=objects(many(TEXTS)),
        speed_kmh=np.array(many(speed), dtype=float),
        grade=np.array(many(st.floats()), dtype=float),
        bridge=np.array(many(st.booleans()), dtype=bool),
        name=objects(many(TEXTS)),
        edition=objects(many(TEXTS)),
        bend_at=np.concatenate([[0], np.cumsum(bends, dtype=np.intp)]),
        bend_lon=np.array(draw(st.lists(degrees, min_size=total, max_size=total)), dtype=float),
        bend_lat=np.array(
            draw(st.lists(st.floats(-90, 90), min_size=total, max_size=total)), dtype=float
        ),
    )


@given(networks())
@settings(max_examples=25)
def test_what_is_stored_comes_back_and_is_then_stored_alike(roads: RoadNetwork) -> None:
    content = roads_bytes(roads)
    again = stored_roads(content, "roads.npz")

    same(roads, again, HALF_A_STEP + 1e-13)
    assert roads_bytes(again) == content
    same(again, stored_roads(roads_bytes(again), "roads.npz"))


def test_coordinates_of_seven_decimals_come_back_bit_by_bit() -> None:
    roads = network(500, 800)
    rounded = network(500, 800, **{name: np.round(getattr(roads, name), 7) for name in PLACED})

    same(rounded, stored_roads(roads_bytes(rounded), "roads.npz"))


def test_ids_that_only_look_like_numbers_stay_as_they_are() -> None:
    for ids in (["007", "7"], ["+5", "5"], ["１", "2"], [" 1", "1"], ["-0", "0"], ["1_0", "10"]):
        roads = network(2, 0, node_ids=objects(ids))

        assert stored_roads(roads_bytes(roads), "x").node_ids.tolist() == ids


def test_a_network_without_roads_can_be_stored() -> None:
    same(network(3, 0), stored_roads(roads_bytes(network(3, 0)), "x"), HALF_A_STEP)


def test_any_tool_that_reads_arrays_can_read_it_without_running_anything() -> None:
    with np.load(io.BytesIO(roads_bytes(network(5, 8))), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)
        assert arrays["sizes"].tolist()[:2] == [5, 8]


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asarray(array), allow_pickle=True)
    return out.getvalue()


def rule_of(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        stored_roads(content, "a/roads.npz")
    (found,) = caught.value.faults
    assert found.file == "a/roads.npz"
    assert found.rule_zh
    return found.rule


DAMAGED = "is an undamaged roads.npz of this program"


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("lon", [1.0, 2.0]),  # of another kind
        ("lat", np.zeros(3, np.int32)),  # of another size
        ("u", np.zeros((2, 1), np.int32)),
        ("road_class.codes", np.full(2, 9, np.uint8)),  # no such word
        ("node_ids.numbers", np.array(["a", {}], dtype=object)),  # a pickle
        ("format", np.array("another program")),
        ("sizes", np.array([2, 2, 0, 5])),
        ("sizes", np.array([2**62, 2, 0])),
        ("sizes", np.array([-1, 2, 0])),
    ],
)
def test_a_file_with_an_array_that_does_not_fit_is_refused(name: str, array: Any) -> None:
    parts = members(roads_bytes(network(2, 2, road_class=objects(["county", "village"]))))

    assert rule_of(zipped({**parts, f"{name}.npy": npy(array)})) == DAMAGED


def test_a_file_that_lacks_an_array_is_refused() -> None:
    parts = members(roads_bytes(network(4, 6)))

    for name in ("format", "version", "sizes", "lon", "lat", "u", "v", "length_m", "bend_lon"):
        assert rule_of(zipped({k: v for k, v in parts.items() if k != f"{name}.npy"})) == DAMAGED


def test_texts_that_run_past_their_end_are_refused() -> None:
    parts = members(roads_bytes(network(2, 2, node_ids=objects(["a", "b"]))))
    for lengths in ([5, -3], [1, 2], [0, 0]):
        array = npy(np.array(lengths, dtype=np.int32))

        assert rule_of(zipped({**parts, "node_ids.lengths.npy": array})) == DAMAGED


def test_a_header_that_promises_more_than_there_is_is_refused_before_room_is_made() -> None:
    parts = members(roads_bytes(network(2, 2)))
    huge = parts["lon.npy"].replace(b"(2,), ", b"(2000000000,), ").replace(b" " * 9 + b"\n", b"\n")

    assert rule_of(zipped({**parts, "lon.npy": huge})) == DAMAGED


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    parts = members(roads_bytes(network(2, 2)))
    bomb = zipped({**parts, "grade.npy": npy(np.zeros(4_000_000))})
    tracemalloc.start()
    try:
        assert rule_of(bomb) == DAMAGED
        assert tracemalloc.get_traced_memory()[1] < 8_000_000  # 32 megabytes would come out
    finally:
        tracemalloc.stop()


def test_an_array_with_something_behind_it_is_refused() -> None:
    parts = members(roads_bytes(network(2, 2)))

    assert rule_of(zipped({**parts, "lon.npy": parts["lon.npy"] + b"more"})) == DAMAGED


def test_a_file_of_a_later_version_is_told_apart_from_a_damaged_one() -> None:
    parts = members(roads_bytes(network(2, 2)))
    later = zipped({**parts, "version.npy": npy(np.array(2, dtype=np.int64))})

    assert rule_of(later) == "was not written by a later version of the program"


@pytest.mark.parametrize("content", [b"", b"PK", b"\x00" * 100, zipped({}), zipped({"a": b"x"})])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    assert rule_of(content) == DAMAGED


@given(st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=60)
def test_a_damaged_file_is_refused_or_says_what_it_said(place: int, change: int) -> None:
    roads = network(20, 30)
    content = bytearray(roads_bytes(roads))
    content[place % len(content)] ^= change
    try:
        found = stored_roads(bytes(content), "roads.npz")
    except InputError:
        return
    same(found, stored_roads(roads_bytes(roads), "roads.npz"))


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_a_file_that_breaks_off_is_refused(length: int) -> None:
    content = roads_bytes(network(20, 30))

    assert rule_of(content[: length % len(content)]) == DAMAGED


def test_a_network_that_contradicts_itself_is_refused_by_its_own_rules() -> None:
    parts = members(roads_bytes(network(2, 2)))
    lost = zipped({**parts, "v.npy": npy(np.array([0, 7], dtype=np.int32))})

    with pytest.raises(InputError, match="is a node of the network"):
        stored_roads(lost, "roads.npz")


def test_the_network_of_a_county_is_read_in_a_moment() -> None:
    content = roads_bytes(network(20_000, 25_000))
    stored_roads(content, "roads.npz")
    started = time.perf_counter()
    stored_roads(content, "roads.npz")

    assert len(content) < 2_500_000
    assert time.perf_counter() - started < 1  # 30 to 70 ms on an idle machine
