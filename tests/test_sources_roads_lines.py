"""Road lines of an office: where they meet, what their columns mean, and what is only told."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import layer_files
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.roads.lines import Asked, network_of_lines, read_road_lines
from wushan_geo.sources.roads.noding import noded
from wushan_geo.sources.roads.store import roads_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.roads.osm import Found
    from wushan_geo.study.roads import RoadNetwork

EARTH = Geod(ellps="GRS80")
METRE = 1 / 111_000  # of a degree of latitude, roughly
STRAIGHT = "LINESTRING (110 31, 110.01 31, 110.02 31)"
NORTH = "LINESTRING (110.01 31, 110.01 31.01)"  # from the middle corner of the straight one


def layer(*lines: str, crs: Any = 4490, **columns: Any) -> gpd.GeoDataFrame:
    told = columns or {"道路等级": ["县道"] * len(lines)}
    return gpd.GeoDataFrame(told, geometry=shapely.from_wkt(list(lines)), crs=4490).to_crs(crs)


def found(folder: Path, table: gpd.GeoDataFrame, snap_m: float = 0.0, **asked: Any) -> Found:
    path = layer_files.write(folder / "道路.gpkg", table)
    wanted = Asked(asked.pop("road_classes", {}), snap_m, **asked)
    return network_of_lines(path.read_bytes(), path, wanted)


def read(folder: Path, *lines: str, snap_m: Any = 0.0, **columns: Any) -> RoadNetwork:
    return found(folder, layer(*lines, **columns), snap_m).roads


def faults(folder: Path, table: gpd.GeoDataFrame, **asked: Any) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        found(folder, table, **asked)
    return caught.value.faults


def notes(found: Found) -> dict[str, str]:
    return {one.rule: one.rule_zh for one in found.notes}


def told(found: Found, words: str) -> str:
    (note,) = [one for one in notes(found) if words in one]
    return note


def ways(roads: RoadNetwork) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    places = [tuple(one) for one in np.column_stack([roads.lon, roads.lat]).round(7).tolist()]
    return [(places[u], places[v]) for u, v in zip(roads.u, roads.v, strict=True)]


def along(*points: tuple[float, float]) -> float:
    lon, lat = zip(*points, strict=True)
    return float(EARTH.line_length(lon, lat))


# Where lines meet.


def test_lines_that_end_at_one_place_meet_there(tmp_path: Path) -> None:
    roads = read(tmp_path, "LINESTRING (110 31, 110.01 31)", "LINESTRING (110.02 31, 110.01 31)")

    assert ways(roads) == [((110, 31), (110.01, 31)), ((110.02, 31), (110.01, 31))]
    assert roads.lon.size == 3


def test_lines_that_share_a_corner_meet_there_and_keep_their_length(tmp_path: Path) -> None:
    roads = read(tmp_path, STRAIGHT, "LINESTRING (110.01 30.99, 110.01 31, 110.01 31.01)")

    assert roads.u.size == 4
    assert roads.length_m.sum() == pytest.approx(
        along((110, 31), (110.01, 31), (110.02, 31))
        + along((110.01, 30.99), (110.01, 31), (110.01, 31.01))
    )


def test_an_end_on_the_middle_of_a_line_makes_a_junction(tmp_path: Path) -> None:
    roads = read(tmp_path, "LINESTRING (110 31, 110.01 31)", "LINESTRING (110.004 31, 110.004 32)")

    assert ((110, 31), (110.004, 31)) in ways(roads)
    assert ((110.004, 31), (110.01, 31)) in ways(roads)
    assert roads.u.size == 3


def test_lines_that_cross_without_a_common_corner_do_not_meet_and_are_told(tmp_path: Path) -> None:
    over = "LINESTRING (110.005 30.99, 110.005 31.01)"
    got = found(tmp_path, layer(STRAIGHT, over))

    assert got.roads.u.size == 2
    assert got.roads.lon.size == 4
    assert "not joined: 1" in told(got, "cross without")


def test_lines_that_meet_are_not_told_to_cross(tmp_path: Path) -> None:
    got = found(tmp_path, layer(STRAIGHT, NORTH, "LINESTRING (110.005 31, 110.005 31.01)"))

    assert not [one for one in notes(got) if "cross" in one]


def gap(metres: float) -> str:
    """Go on from the end of the straight line after a gap eastward."""
    lon, lat, _ = EARTH.fwd(110.02, 31, 90, metres)
    return f"LINESTRING ({lon:.7f} {lat:.7f}, 110.03 31)"


def test_ends_that_nearly_touch_are_joined_up_to_the_stated_metres(tmp_path: Path) -> None:
    apart = found(tmp_path, layer(STRAIGHT, gap(4)), 3.9)
    joined = found(tmp_path, layer(STRAIGHT, gap(4)), 4.1)

    assert apart.roads.lon.size == 4
    assert not [one for one in notes(apart) if "joined" in one]
    assert joined.roads.lon.size == 3
    assert told(joined, "joined") == ("has ends not farther than 4.1 m apart that were joined: 1")


def test_ends_exactly_as_far_apart_as_stated_are_joined() -> None:
    lines = np.array(shapely.from_wkt([STRAIGHT, gap(4)]))
    x, y = Transformer.from_crs(4490, 4546, always_xy=True).transform(
        *np.array([lines[0].coords[-1], lines[1].coords[0]]).T
    )
    metres = float(np.hypot(x[1] - x[0], y[1] - y[0]))

    assert noded(lines, metres).lon.size == 3
    assert noded(lines, np.nextafter(metres, 0)).lon.size == 4


def test_what_is_nearer_than_digitising_can_tell_touches_without_being_told(tmp_path: Path) -> None:
    got = found(tmp_path, layer(STRAIGHT, "LINESTRING (110.0200002 31, 110.03 31)"))  # 2 cm

    assert got.roads.lon.size == 3
    assert not [one for one in notes(got) if "joined" in one]


def test_an_end_that_nearly_touches_a_line_comes_to_it_and_the_line_keeps_its_course(
    tmp_path: Path,
) -> None:
    short = f"LINESTRING (110.005 {31 + 3 * METRE:.7f}, 110.005 31.01)"
    got = found(tmp_path, layer("LINESTRING (110 31, 110.01 31)", short), 5)

    assert ((110, 31), (110.005, 31)) in ways(got.roads)
    assert got.roads.u.size == 3
    assert "has ends not farther than 5 m" in told(got, "joined to it: 1")
    straight = got.roads.length_m[np.isclose(got.roads.lat[got.roads.v], 31)].sum()
    assert straight == pytest.approx(along((110, 31), (110.01, 31)), abs=0.02)


def test_an_end_that_meets_a_road_already_is_not_pulled_to_another(tmp_path: Path) -> None:
    beside = f"LINESTRING (110 {31 + 3 * METRE:.7f}, 110.02 {31 + 3 * METRE:.7f})"
    north = f"LINESTRING (110.01 {31 + 3 * METRE:.7f}, 110.01 31.01)"
    roads = read(tmp_path, "LINESTRING (110 31, 110.02 31)", beside, north, snap_m=4)

    # The two parallel roads are joined at their own ends, and the third ends on one of them.
    assert roads.u.size == 4


def test_the_two_ends_of_a_short_road_stay_apart(tmp_path: Path) -> None:
    short = f"LINESTRING (110 31, 110 {31 + 2 * METRE:.7f})"
    roads = read(tmp_path, short, snap_m=10)

    assert roads.u.tolist() != roads.v.tolist()


def test_a_road_round_a_block_stays_a_road(tmp_path: Path) -> None:
    ring = "LINESTRING (110 31, 110.01 31, 110.01 31.01, 110 31)"
    roads = read(tmp_path, ring, "LINESTRING (110 31, 109.9 31)")

    assert roads.u.size == 2
    assert int((roads.u == roads.v).sum()) == 1


def test_parts_of_a_line_are_roads_of_their_own_and_points_without_length_none(
    tmp_path: Path,
) -> None:
    lines = "MULTILINESTRING ((110 31, 110.01 31), (110.02 31, 110.03 31), (110 32, 110 32))"
    got = found(tmp_path, layer(lines))

    assert got.roads.u.size == 2
    assert told(got, "without length") == "has lines without length, left out: 1"


def test_bends_are_kept_in_the_direction_of_the_road(tmp_path: Path) -> None:
    roads = read(tmp_path, "LINESTRING (110.02 31, 110.01 31.001, 110 31)")

    assert roads.lines()[0].tolist() == [[110.02, 31], [110.01, 31.001], [110, 31]]
    assert roads.length_m[0] == pytest.approx(along((110.02, 31), (110.01, 31.001), (110, 31)))


def test_the_order_of_the_lines_changes_nothing(tmp_path: Path) -> None:
    dice = random.Random(3)  # noqa: S311 -- drawn lines, not secrets
    spots = [
        f"{110 + dice.randrange(40) / 2000} {31 + dice.randrange(40) / 2000}" for _ in range(60)
    ]
    texts = [f"LINESTRING ({', '.join(dice.sample(spots, 3))})" for _ in range(40)]
    table = layer(*texts, 道路等级=["县道", "村道"] * 20, 道路名称=[f"路{at}" for at in range(40)])
    one = found(tmp_path, table, 30)
    other = found(tmp_path, table.sample(frac=1, random_state=5), 30)

    assert roads_bytes(one.roads) == roads_bytes(other.roads)
    assert notes(one) == notes(other)


SPOT = st.tuples(st.integers(0, 5), st.integers(0, 5))


@given(st.lists(st.lists(SPOT, min_size=2, max_size=4), min_size=1, max_size=8))
@settings(max_examples=60)
def test_lines_hang_together_as_a_comparison_of_each_with_each_says(
    drawn: list[list[tuple[int, int]]],
) -> None:
    drawn = [one for one in drawn if len(set(one)) > 1]
    shapes = [
        shapely.LineString([(110 + x / 1000, 31 + y / 1000) for x, y in one]) for one in drawn
    ]
    network = noded(np.array(shapes, dtype=object), 0.0)

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(drawn)))
    for (at, one), (other_at, other) in itertools.combinations(enumerate(shapes), 2):
        corners = set(one.coords) & set(other.coords)
        ends = [
            line.distance(shapely.Point(point)) < 1e-9
            for line, ended in ((one, other), (other, one))
            for point in (ended.coords[0], ended.coords[-1])
        ]
        if corners or any(ends):
            graph.add_edge(at, other_at)
    roads = nx.Graph(list(zip(network.u.tolist(), network.v.tolist(), strict=True)))
    parts = [
        {line for u, line in zip(network.u, network.line, strict=True) if u in nodes}
        for nodes in nx.connected_components(roads)
    ]
    assert sorted(map(sorted, parts)) == sorted(map(sorted, nx.connected_components(graph)))
    length = sum(along(*one.coords) for one in shapes)
    assert network.length_m.sum() == pytest.approx(length, abs=0.1)


# What the columns mean.


def test_the_columns_of_a_transport_office_are_understood(tmp_path: Path) -> None:
    roads = read(
        tmp_path,
        STRAIGHT,
        NORTH,
        路线名称=["巫恩路", None],
        路线编号=["X203500237", "CA01500237"],
        行政等级=["县道", "C"],
        技术等级=["三级", "等外"],
        是否桥梁=["否", "大宁河大桥"],
        行驶速度=[32.5, 0],
        年份=[2024, None],
        是否封闭=["否", "是"],
        渡口桥梁编号=[None, "dn"],
    )
    at = roads.name.tolist().index("CA01500237")

    assert sorted(set(roads.name)) == ["CA01500237", "巫恩路"]
    assert roads.road_class[at] == "village"
    assert set(roads.road_class) == {"county", "village"}
    assert roads.bridge.tolist() == roads.closed.tolist() == [one == at for one in range(3)]
    assert np.isnan(roads.speed_kmh[at])
    assert np.nansum(roads.speed_kmh) == 65
    assert sorted(roads.edition) == ["", "2024", "2024"]
    assert roads.crossing_id[at] == "dn"


def test_columns_in_english_and_of_short_names_are_understood(tmp_path: Path) -> None:
    roads = read(tmp_path, STRAIGHT, ref=["G348"], fclass=["primary"], oneway=["yes"], bridge=["T"])

    assert roads.name.tolist() == ["G348"]
    assert roads.road_class.tolist() == ["national"]  # the number says more than the tag
    assert roads.oneway.tolist() == roads.bridge.tolist() == [True]


@pytest.mark.parametrize(
    ("header", "cells", "wanted"),
    [
        ("通行方向", ["双向", "正向", "反向", ""], [0, 1, -1, 0]),
        ("direction", ["1", "2", "3", "0"], [0, 1, -1, 0]),
        ("oneway", ["B", "F", "T", "B"], [0, 1, -1, 0]),
        ("oneway", ["F", "T", "F", ""], [0, 1, 0, 0]),
        ("oneway", ["no", "yes", "-1", None], [0, 1, -1, 0]),
        ("是否单行", ["否", "是", "0", "1"], [0, 1, 0, 1]),
        ("单行", [0, 1, 0, 1], [0, 1, 0, 1]),
    ],
)
def test_one_way_traffic_runs_as_the_column_says(
    tmp_path: Path, header: str, cells: list[Any], wanted: list[int]
) -> None:
    lines = [f"LINESTRING (110 {31 + at}, 110.01 {31 + at})" for at in range(4)]
    roads = read(tmp_path, *lines, **{"道路等级": ["县道"] * 4, header: cells})
    order = np.argsort(roads.lat[roads.u])
    east = roads.lon[roads.u] < roads.lon[roads.v]

    assert np.where(roads.oneway, np.where(east, 1, -1), 0)[order].tolist() == wanted


def test_a_word_for_a_direction_that_is_not_known_is_refused_once(tmp_path: Path) -> None:
    table = layer(STRAIGHT, NORTH, 道路等级=["县道"] * 2, 通行方向=["向北", "向北"])
    (one,) = faults(tmp_path, table)

    assert (one.row, one.column, one.value) == (1, "通行方向", "向北")


def test_words_for_classes_that_are_not_known_are_asked_about_each_once(tmp_path: Path) -> None:
    table = layer(STRAIGHT, NORTH, gap(9), 道路等级=["便道", "便道", None])
    blank, word = sorted(faults(tmp_path, table), key=lambda one: one.value)

    assert word.value == "便道"
    assert word.rule.endswith("(with it in the file: 2)")
    assert "neither a class nor a number: 1" in blank.rule
    with pytest.raises(InputError):
        found(tmp_path, table, road_classes={"便道": "track"})
    roads = found(tmp_path, table.head(2), road_classes={"便道": "track"}).roads
    assert set(roads.road_class) == {"track"}


def test_a_layer_without_any_column_for_the_class_is_refused(tmp_path: Path) -> None:
    assert len(faults(tmp_path, layer(STRAIGHT, 备注=["甲"]))) == 1


def test_too_many_words_for_classes_are_not_all_listed(tmp_path: Path) -> None:
    lines = [f"LINESTRING (110 {31 + at / 100}, 110.01 {31 + at / 100})" for at in range(30)]
    wrong = faults(tmp_path, layer(*lines, 道路等级=[f"甲{at}" for at in range(30)]))

    assert len(wrong) == 21


def test_a_speed_limit_is_no_speed(tmp_path: Path) -> None:
    got = found(tmp_path, layer(STRAIGHT, 道路等级=["县道"], 限速=[60]))

    assert np.isnan(got.roads.speed_kmh).all()
    assert told(got, "limits").endswith("not used")


def test_a_speed_that_is_no_number_is_refused(tmp_path: Path) -> None:
    roads = read(tmp_path, STRAIGHT, 道路等级=["县道"], 车速=["40 km/h"])
    (wrong,) = faults(tmp_path, layer(STRAIGHT, 道路等级=["县道"], 车速=["快"]))

    assert roads.speed_kmh.tolist() == [40]
    assert (wrong.column, wrong.value, wrong.rule) == ("车速", "快", "is a number")


@pytest.mark.parametrize("unit", [1.0, 1000.0])
def test_lengths_stated_otherwise_than_drawn_are_told_in_either_unit(
    tmp_path: Path, unit: float
) -> None:
    lines = [f"LINESTRING (110 {31 + at}, 110.01 {31 + at})" for at in range(5)]
    drawn = np.array([along((110, 31 + at), (110.01, 31 + at)) for at in range(5)])
    stated = drawn * [1, 1.19, 0.81, 1.21, 1] / unit
    got = found(tmp_path, layer(*lines, 道路等级=["县道"] * 5, 里程=stated))

    assert "with such lengths: 1 of 5" in told(got, "states lengths")
    assert f"{drawn.sum() / 1000:.1f} km drawn" in told(got, "states lengths")
    np.testing.assert_allclose(np.sort(got.roads.length_m), np.sort(drawn), atol=0.01)


def test_lengths_as_drawn_are_not_told_and_neither_are_units_of_the_map(tmp_path: Path) -> None:
    km = along((110, 31), (110.01, 31), (110.02, 31)) / 1000
    got = found(tmp_path, layer(STRAIGHT, 道路等级=["县道"], 里程=[km], shape_leng=[0.02]))

    assert not [one for one in notes(got) if "lengths" in one]


def test_edges_are_called_after_their_line_where_each_has_an_id(tmp_path: Path) -> None:
    named = {"道路等级": ["县道"] * 2, "路段编号": ["A", "B"]}
    roads = read(tmp_path, STRAIGHT, NORTH, **named)
    twice = read(tmp_path, STRAIGHT, NORTH, **named | {"路段编号": ["A", "A"]})

    assert sorted(roads.edge_ids) == ["A-1", "A-2", "B"]
    first = roads.edge_ids.tolist().index("A-1")
    assert roads.lon[roads.u[first]] == 110
    assert twice.edge_ids.tolist() == ["1", "2", "3"]


def test_the_edition_stated_holds_for_lines_that_name_none(tmp_path: Path) -> None:
    table = layer(STRAIGHT, NORTH, 道路等级=["县道"] * 2, 版本日期=["2020-01-01", None])

    assert sorted(found(tmp_path, table, edition="2025").roads.edition) == [
        "2020-01-01", "2020-01-01", "2025",
    ]  # fmt: skip


# Files.


@pytest.mark.parametrize("crs", [4326, 4490, 4546, 4525, 32649])
def test_any_reference_system_gives_the_same_network(tmp_path: Path, crs: int) -> None:
    lines = STRAIGHT, NORTH, "LINESTRING (110.005 31, 110.005 31.02)"
    roads = found(tmp_path, layer(*lines, crs=crs)).roads
    degrees = found(tmp_path, layer(*lines)).roads

    assert roads.lon.size == degrees.lon.size == 6
    np.testing.assert_allclose(roads.length_m, degrees.length_m, atol=0.1)


def test_a_layer_without_a_reference_system_is_refused(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame(
        {"道路等级": ["县道"]},
        geometry=shapely.from_wkt(["LINESTRING (400000 3430000, 401000 3430000)"]),
    )
    (wrong,) = faults(tmp_path, table)

    assert wrong.column == "crs"


@pytest.mark.parametrize("name", ["道路.shp", "roads.geojson", "roads.fgb"])
def test_lines_come_in_several_formats(tmp_path: Path, name: str) -> None:
    table = layer(STRAIGHT, NORTH, 道路等级=["县道", "村道"])
    path = layer_files.write(tmp_path / name, table)
    roads = read_road_lines(path, road_classes={}, snap_m=0)

    assert sorted(roads.road_class) == ["county", "county", "village"]


def test_one_of_several_layers_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for name, line in (("国道", STRAIGHT), ("村道", NORTH)):
        layer_files.write(path, layer(line, 道路等级=[name]), layer=name, append=path.exists())

    with pytest.raises(InputError):
        read_road_lines(path, road_classes={}, snap_m=0)
    roads = read_road_lines(path, road_classes={}, layer="村道", snap_m=0)
    assert roads.road_class.tolist() == ["village"]


def test_points_and_areas_are_no_roads(tmp_path: Path) -> None:
    table = layer(STRAIGHT, "POINT (110 31)", "POLYGON ((110 31, 111 31, 111 32, 110 31))")
    wrong = faults(tmp_path, table)

    assert "has lines alone (features that are none: 2)" in {one.rule for one in wrong}


@pytest.mark.parametrize("snap_m", [-1.0, float("nan"), float("inf")])
def test_a_gap_is_a_number_of_metres(tmp_path: Path, snap_m: float) -> None:
    with pytest.raises(ParameterError, match="snap_m must be a finite number of at least 0"):
        found(tmp_path, layer(STRAIGHT), snap_m)


# What nobody can mean, and what would go unsaid.


def test_a_road_that_shrinks_to_nothing_when_gaps_are_closed_is_told(tmp_path: Path) -> None:
    # A link of 3 m, both of whose ends lie within 5 m of the end of a third road.
    link = f"LINESTRING (110.01 31, 110.01 {31 + 3 * METRE:.7f})"
    north = f"LINESTRING (110.01001 {31 + 1.5 * METRE:.7f}, 110.01 31.01)"
    lines = ("LINESTRING (110 31, 110.01 31)", link, north)

    got = found(tmp_path, layer(*lines), 5)
    assert got.roads.u.size == 2
    (note,) = [one for one in got.notes if "shrank" in one.rule]
    assert note.rule.startswith("has pieces of road that shrank to nothing when gaps up to 5 m")
    assert "路段 1 个" in note.rule_zh
    assert "fewer metres" in note.suggestion
    assert not [one for one in found(tmp_path, layer(*lines), 1).notes if "shrank" in one.rule]


def test_a_speed_that_nobody_drives_is_refused_once(tmp_path: Path) -> None:
    lines = (STRAIGHT, "LINESTRING (110.02 31, 110.03 31)", "LINESTRING (110.03 31, 110.04 31)")
    told = {"道路等级": ["县道"] * 3, "车速": [200, 50_000, 201]}
    (wrong,) = faults(tmp_path, layer(*lines, **told))

    assert (wrong.row, wrong.column, wrong.value) == (2, "车速", "50000")
    assert wrong.rule == "has speeds of at most 200 km/h (roads above it: 2)"
