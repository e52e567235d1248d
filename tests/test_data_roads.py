"""The schematic roads of the built-in county: what is written, and that it follows its rules."""

from __future__ import annotations

import csv
import dataclasses
import heapq
import importlib
import json
import math
import shutil
import sys
import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

DATA = Path(__file__).resolve().parents[1] / "data"
if str(DATA / "build") not in sys.path:
    sys.path.insert(0, str(DATA / "build"))
roads = importlib.import_module("roads")
roads_fit = importlib.import_module("roads_fit")
roads_graph = importlib.import_module("roads_graph")
roads_river = importlib.import_module("roads_river")

COUNTY_SEAT = "500237001"
STATED_KM = {  # typed from the facts; Daxi's 26 km is left out
    "500237101": 72.0,
    "500237104": 91.0,
    "500237106": 110.0,
    "500237107": 38.0,
    "500237109": 56.0,
    "500237229": 120.0,
}
WRITTEN = (
    "rivers.geojson",
    "crossings.csv",
    "road_distances.csv",
    "roads/nodes.csv",
    "roads/edges.csv",
    "roads/README.md",
)


def build_into(folder: Path) -> Path:
    shutil.copytree(DATA / "boundaries", folder / "boundaries")
    roads.build(folder)
    return folder / "wushan"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_into(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def nodes(made: Path) -> dict[str, dict[str, str]]:
    return {row["node_id"]: row for row in read(made / "roads" / "nodes.csv")}


@pytest.fixture(scope="module")
def edges(made: Path) -> list[dict[str, str]]:
    return read(made / "roads" / "edges.csv")


@pytest.fixture(scope="module")
def river(made: Path) -> shapely.LineString:
    return shapely.LineString(features(made / "rivers.geojson")[0]["geometry"]["coordinates"])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def villages() -> list[dict[str, Any]]:
    return [one["properties"] for one in features(DATA / "boundaries" / "villages.geojson")]


def place(node: dict[str, str]) -> tuple[float, float]:
    return float(node["lon"]), float(node["lat"])


def metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    return float(Geod(ellps="WGS84").inv(*first, *second)[2])


def line(edge: dict[str, str], nodes: dict[str, dict[str, str]]) -> shapely.LineString:
    return shapely.LineString([place(nodes[edge["u"]]), place(nodes[edge["v"]])])


Weights = dict[tuple[str, str], float]


def tree_from(start: str, weights: Weights) -> dict[str, tuple[float, str]]:
    """Dijkstra's algorithm by hand, independent of the build: length and the place before."""
    ways: dict[str, list[tuple[str, float]]] = {}
    for (u, v), weight in weights.items():
        ways.setdefault(u, []).append((v, weight))
        ways.setdefault(v, []).append((u, weight))
    best: dict[str, tuple[float, str]] = {}
    queue = [(0.0, start, "")]
    while queue:
        so_far, here, before = heapq.heappop(queue)
        if here in best:
            continue
        best[here] = (so_far, before)
        for there, weight in ways.get(here, []):
            heapq.heappush(queue, (so_far + weight, there, here))
    return best


def shortest_from(start: str, weights: Weights) -> dict[str, float]:
    return {key: length for key, (length, _) in tree_from(start, weights).items()}


def users(start: str, ends: list[str], weights: Weights) -> dict[tuple[str, str], int]:
    """How many of the ends reach the start over each edge."""
    tree = tree_from(start, weights)
    counts: dict[tuple[str, str], int] = {}
    for end in ends:
        here = end
        while here != start:
            before = tree[here][1]
            edge = (min(here, before), max(here, before))
            counts[edge] = counts.get(edge, 0) + 1
            here = before
    return counts


def straight_lengths(nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]) -> Weights:
    return {
        (one["u"], one["v"]): metres(place(nodes[one["u"]]), place(nodes[one["v"]]))
        for one in edges
    }


def seats() -> dict[str, str]:
    return {one["parent_id"]: one["zone_id"] for one in villages() if one["is_seat"] == "yes"}


def same_bank(
    nodes: dict[str, dict[str, str]], first: str, second: str, river: shapely.LineString
) -> bool:
    sides = {roads_river.bank_of(place(nodes[key]), river) for key in (first, second)}
    return len(sides) == 1


def drawn_km(nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]) -> dict[str, float]:
    at = seats()
    best = shortest_from(at[COUNTY_SEAT], straight_lengths(nodes, edges))
    return {code: best[at[code]] / 1000 for code in STATED_KM}


def factor_of(ratios: list[float]) -> float:
    return math.prod(ratios) ** (1 / len(ratios))


# --- what is written -----------------------------------------------------------------------------


def test_every_village_and_seat_has_a_node_within_a_metre_of_its_demand_point(
    nodes: dict[str, dict[str, str]],
) -> None:
    listed = villages()
    assert len(listed) == 340
    for one in listed:
        node = nodes[one["zone_id"]]
        assert node["zone_id"] == one["zone_id"]
        assert metres(place(node), (one["demand_lon"], one["demand_lat"])) < 1.0
        assert node["kind"] == ("seat" if one["is_seat"] == "yes" else "village")
    assert sum(node["kind"] == "seat" for node in nodes.values()) == 26


def test_the_planned_centre_has_a_node_within_a_metre(nodes: dict[str, dict[str, str]]) -> None:
    assert min(metres(place(node), (109.876, 31.122)) for node in nodes.values()) < 1.0


def test_only_seats_have_an_elevation_that_is_a_fact_and_not_known_to_be_wrong(
    nodes: dict[str, dict[str, str]],
) -> None:
    facts = {row["code"]: row for row in read(DATA / "build" / "facts" / "townships.csv")}
    told = {code: node for code, key in seats().items() if (node := nodes[key])["elevation_m"]}

    assert {code: node["elevation_m"] for code, node in told.items()} == {
        code: row["seat_elevation_m"]
        for code, row in facts.items()
        if row["seat_elevation_m"] and code != "500237102"  # Dachang: below the reservoir
    }
    assert "too low" in facts["500237102"]["note"]
    assert sum(float(node["elevation_m"]) > 1000 for node in told.values()) == 7
    others = [node for node in nodes.values() if node["node_id"] not in seats().values()]
    assert {node["elevation_m"] for node in others} == {""}


def test_the_stated_road_distances_are_listed_and_only_six_are_used(made: Path) -> None:
    rows = {row["pair_id"]: row for row in read(made / "road_distances.csv")}

    assert {key: float(row["road_km"]) for key, row in rows.items() if row["used"] == "yes"} == (
        STATED_KM
    )
    left_out = [row for row in rows.values() if row["used"] == "no"]
    assert [(row["from_name"], row["road_km"]) for row in left_out] == [("大溪乡", "26")]
    assert "直线" in left_out[0]["note"]
    assert "57" in rows["500237101"]["note"]
    assert {row["basis"] for row in rows.values()} == {"stated"}
    assert all("http" in row["source"] for row in rows.values())
    facts = {row["code"]: row for row in read(DATA / "build" / "facts" / "townships.csv")}
    for key, row in rows.items():
        for end, code in (("from", key), ("to", COUNTY_SEAT)):
            assert float(row[f"{end}_lon"]) == float(facts[code]["seat_lon"])
            assert float(row[f"{end}_lat"]) == float(facts[code]["seat_lat"])


def test_the_network_is_one_connected_part_with_known_ends(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    assert set(shortest_from(edges[0]["u"], straight_lengths(nodes, edges))) == set(nodes)
    assert len({(one["u"], one["v"]) for one in edges}) == len(edges)
    assert len({one["edge_id"] for one in edges}) == len(edges)
    assert all(one["u"] < one["v"] for one in edges)


def test_lengths_are_whole_metres_of_at_least_the_straight_line_times_one_factor(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    drawn = drawn_km(nodes, edges)
    factor = factor_of([STATED_KM[code] / drawn[code] for code in STATED_KM])
    straight = straight_lengths(nodes, edges)
    for one in edges:
        length = straight[one["u"], one["v"]]
        assert int(one["length_m"]) > 0
        assert int(one["length_m"]) >= length
        assert int(one["length_m"]) == pytest.approx(length * factor, abs=0.51)


def test_every_road_is_modelled_open_and_of_a_class_in_use(edges: list[dict[str, str]]) -> None:
    assert {one["basis"] for one in edges} == {"modelled"}
    assert {one["closed"] for one in edges} == {one["oneway"] for one in edges} == {"no"}
    classes = {one["road_class"] for one in edges}
    assert classes == {"provincial", "county", "township", "village"}


def test_the_seats_are_joined_by_main_roads_alone(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    main = [one for one in edges if one["road_class"] in {"provincial", "county"}]
    at = seats()
    best = shortest_from(at[COUNTY_SEAT], straight_lengths(nodes, main))
    assert set(at.values()) <= set(best)


def test_a_main_road_is_provincial_where_three_seats_reach_the_county_seat_over_it(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    main = [one for one in edges if one["road_class"] in {"provincial", "county"}]
    at = seats()
    counts = users(at[COUNTY_SEAT], list(at.values()), straight_lengths(nodes, main))
    assert any(number >= 3 for number in counts.values())
    for one in main:
        enough = counts.get((one["u"], one["v"]), 0) >= 3
        assert one["road_class"] == ("provincial" if enough else "county")


def test_a_local_road_is_a_township_road_where_three_villages_reach_their_seat_over_it(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]], river: shapely.LineString
) -> None:
    straight = straight_lengths(nodes, edges)
    busy: set[tuple[str, str]] = set()
    for code, seat in seats().items():
        own = [one["zone_id"] for one in villages() if one["parent_id"] == code]
        home = [key for key in own if same_bank(nodes, key, seat, river)]
        counts = users(seat, home, straight)
        busy |= {edge for edge, number in counts.items() if number >= 3}
    local = [one for one in edges if one["road_class"] in {"township", "village"}]
    for one in local:
        township = (one["u"], one["v"]) in busy
        assert one["road_class"] == ("township" if township else "village")


def test_a_village_goes_to_its_seat_without_a_long_detour_where_one_can_be_avoided(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]], river: shapely.LineString
) -> None:
    straight = straight_lengths(nodes, edges)
    names = sorted(nodes)
    points = [place(nodes[name]) for name in names]
    distance = np.array([[metres(a, b) if a != b else 0.0 for b in points] for a in points])
    county = shapely.from_geojson(
        json.dumps(features(DATA / "boundaries" / "county.geojson")[0]["geometry"])
    )
    bridge = names.index("yangtze_bridge")
    allowed = roads_graph.admissible(points, river, county, [bridge])
    possible = {
        (names[u], names[v]): float(distance[u, v])
        for u, v in roads_graph.gabriel(distance, allowed)
    }
    assert set(straight) <= set(possible)
    for code, seat in seats().items():
        way, least = shortest_from(seat, straight), shortest_from(seat, possible)
        for one in villages():
            key = one["zone_id"]
            if one["parent_id"] == code and key != seat and same_bank(nodes, key, seat, river):
                direct = metres(place(nodes[key]), place(nodes[seat]))
                assert way[key] <= max(1.5 * direct, least[key] * (1 + 1e-9))


def test_no_road_meets_the_river_but_where_it_ends_at_the_bridge(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]], river: shapely.LineString
) -> None:
    bridge = shapely.Point(place(nodes["yangtze_bridge"]))
    met = [one for one in edges if line(one, nodes).intersects(river)]
    assert met
    for one in met:
        assert "yangtze_bridge" in {one["u"], one["v"]}
        assert line(one, nodes).intersection(river) == bridge


def test_without_the_bridge_the_network_falls_into_two_banks(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]], river: shapely.LineString
) -> None:
    rest = [one for one in edges if not one["crossing_id"]]
    north = set(shortest_from(seats()[COUNTY_SEAT], straight_lengths(nodes, rest)))
    side = {key: roads_river.bank_of(place(node), river) for key, node in nodes.items()}
    assert side.pop("yangtze_bridge") == "unknown"
    assert {key for key in side if key in north} == {key for key in side if side[key] == "N"}
    assert {one["crossing_id"] for one in edges} == {"", "yangtze_bridge"}


def test_each_way_across_uses_exactly_one_edge_that_names_the_crossing(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]], river: shapely.LineString
) -> None:
    banks = []
    for one in edges:
        if "yangtze_bridge" in {one["u"], one["v"]}:
            other = one["u"] if one["v"] == "yangtze_bridge" else one["v"]
            banks.append(roads_river.bank_of(place(nodes[other]), river))
            assert one["crossing_id"] == ("yangtze_bridge" if banks[-1] == "S" else "")
    assert set(banks) == {"N", "S"}


def test_no_two_roads_cross_away_from_a_node(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    tree = shapely.STRtree([line(one, nodes) for one in edges])
    assert tree.query(tree.geometries, predicate="crosses").shape[1] == 0


def test_no_road_leaves_the_county(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    county = shapely.from_geojson(
        json.dumps(features(DATA / "boundaries" / "county.geojson")[0]["geometry"])
    )
    assert all(county.covers(line(one, nodes)) for one in edges)


def test_only_the_yangtze_bridge_has_a_point_and_no_ferry_is_made_up(made: Path) -> None:
    table = {one["crossing_id"]: one for one in read(made / "crossings.csv")}
    assert set(table) == {"yangtze_bridge", "daning_bridge", "longmen_bridge", "pinghu_bridge"}
    assert {one["kind"] for one in table.values()} == {"bridge"}
    known = table.pop("yangtze_bridge")
    assert (known["lon"], known["lat"], known["opened"]) == ("109.901638", "31.06376", "2005")
    assert all(
        (one["lon"], one["lat"], one["point_basis"]) == ("", "", "") for one in table.values()
    )


def test_the_river_is_inferred_divides_the_county_and_leaves_each_seat_on_its_bank(
    made: Path, river: shapely.LineString
) -> None:
    assert features(made / "rivers.geojson")[0]["properties"]["basis"] == "inferred"
    county = shapely.from_geojson(
        json.dumps(features(DATA / "boundaries" / "county.geojson")[0]["geometry"])
    )
    assert not county.covers(shapely.Point(river.coords[0]))
    assert not county.covers(shapely.Point(river.coords[-1]))
    assert (109.901638, 31.06376) in river.coords
    assert river.is_simple
    towns = features(DATA / "boundaries" / "townships.geojson")
    side = {
        one["properties"]["zone_id"]: roads_river.bank_of(
            (one["properties"]["demand_lon"], one["properties"]["demand_lat"]), river
        )
        for one in towns
    }
    south = (101, 108, 109, 110, 200, 210, 211, 227, 229, 231)
    assert {code for code, bank in side.items() if bank == "S"} == {f"500237{x}" for x in south}
    # The Yangtze is stated to be Gaotang's southern border: all of Gaotang lies north of the line.
    gaotang = next(one for one in towns if one["properties"]["zone_id"] == COUNTY_SEAT)
    area = shapely.from_geojson(json.dumps(gaotang["geometry"]))
    assert roads_river.north_of(river).covers(area)
    assert set(side.values()) == {"N", "S"}


def test_the_banks_of_the_boundaries_never_contradict_the_river_drawn(
    river: shapely.LineString,
) -> None:
    for one in villages():
        side = roads_river.bank_of((one["demand_lon"], one["demand_lat"]), river)
        assert one["bank"] in {side, "unknown"} or one["parent_id"] == COUNTY_SEAT


# --- the length factor ---------------------------------------------------------------------------


def test_the_readme_states_the_leave_one_out_errors_recomputed_here(
    made: Path, nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    page = (made / "roads" / "README.md").read_text(encoding="utf-8")
    drawn = drawn_km(nodes, edges)
    ratios = {code: STATED_KM[code] / drawn[code] for code in STATED_KM}
    factor = factor_of(list(ratios.values()))
    assert f"= **{factor:.3f}**" in page
    low, high = min(ratios.values()) / factor, max(ratios.values()) / factor
    assert f"`low = {low:.3f}`, `central = 1`, `high = {high:.3f}`" in page
    errors = []
    for code, stated in STATED_KM.items():
        without = factor_of([ratio for other, ratio in ratios.items() if other != code])
        predicted = without * drawn[code]
        errors.append(math.log(predicted / stated))
        row = f"| {without:.3f} | {predicted:.1f} | {(predicted / stated - 1) * 100:+.0f} % |"
        assert row in page
    typical = math.exp(math.sqrt(sum(error**2 for error in errors) / 6))
    assert f"a factor of **{typical:.2f}**" in page


def test_the_study_states_the_interval_that_was_fitted(
    nodes: dict[str, dict[str, str]], edges: list[dict[str, str]]
) -> None:
    settings_ = tomllib.loads((DATA / "wushan" / "study.toml").read_text(encoding="utf-8"))
    stated = settings_["travel"]["interval"]
    assert (stated["low"], stated["high"]) == roads.interval(DATA)
    drawn = drawn_km(nodes, edges)
    ratios = [STATED_KM[code] / drawn[code] for code in STATED_KM]
    assert stated["low"] == pytest.approx(min(ratios) / factor_of(ratios), abs=5e-4)
    assert stated["high"] == pytest.approx(max(ratios) / factor_of(ratios), abs=5e-4)
    assert stated["central"] == 1.0


def test_the_speeds_printed_are_those_of_the_study(made: Path) -> None:
    settings_ = tomllib.loads((DATA / "wushan" / "study.toml").read_text(encoding="utf-8"))
    speeds = settings_["travel"]["speeds_kmh"]
    rows = (made / "roads" / "README.md").read_text(encoding="utf-8").splitlines()
    for key in ("provincial", "county", "township", "village"):
        assert any(f"`{key}`" in row and row.endswith(f"| {speeds[key]:g} |") for row in rows)


def test_the_factor_equals_the_hand_computation_on_a_toy_network() -> None:
    # A chain 0 - 1 - 2 of 4 km and 5 km, and a way round from 0 to 2 of 12 km that is longer.
    routes = roads_graph.shortest({(0, 1): 4.0, (1, 2): 5.0, (0, 2): 12.0}, 3)
    drawn = {"one": routes.length[0, 1], "two": routes.length[0, 2]}
    assert drawn == {"one": 4.0, "two": 9.0}
    fit = roads_fit.fit({"one": 8.0, "two": 72.0}, drawn)
    # ratios 2 and 8: their geometric mean is 4, half and double of it are the interval
    assert (fit.factor, fit.low, fit.high) == (4.0, 0.5, 2.0)
    # each alone predicts the other: 8 x 4 = 32 instead of 8, 2 x 9 = 18 instead of 72
    assert fit.error_without("one") == pytest.approx(3.0)
    assert fit.error_without("two") == pytest.approx(-0.75)
    assert fit.typical_error == pytest.approx(4.0)


@given(
    st.lists(st.tuples(st.floats(0.1, 500), st.floats(0.1, 500)), min_size=2, max_size=8),
    st.floats(0.1, 10),
)
@settings(max_examples=50)
def test_the_factor_scales_with_the_stated_lengths_and_lies_between_the_ratios(
    pairs: list[tuple[float, float]], scale: float
) -> None:
    stated = {str(i): pair[0] for i, pair in enumerate(pairs)}
    drawn = {str(i): pair[1] for i, pair in enumerate(pairs)}
    fit = roads_fit.fit(stated, drawn)
    again = roads_fit.fit({key: value * scale for key, value in stated.items()}, drawn)
    assert again.factor == pytest.approx(fit.factor * scale)
    assert fit.low <= 1.0 + 1e-12
    assert fit.high >= 1.0 - 1e-12
    assert again.high / again.low == pytest.approx(fit.high / fit.low)


@pytest.mark.parametrize(
    ("stated", "drawn", "words"),
    [
        ({}, {}, "at least one"),
        ({"a": 1.0}, {"b": 1.0}, "same places"),
        ({"a": 1.0}, {"a": math.inf}, "finite and above 0"),
        ({"a": 0.0}, {"a": 1.0}, "finite and above 0"),
        ({"a": 1.0}, {"a": math.nan}, "finite and above 0"),
    ],
)
def test_a_fit_without_sense_is_refused(
    stated: dict[str, float], drawn: dict[str, float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        roads_fit.fit(stated, drawn)


def test_one_place_alone_has_no_leave_one_out_error() -> None:
    with pytest.raises(ValueError, match="cannot be left out"):
        roads_fit.fit({"a": 2.0}, {"a": 1.0}).error_without("a")
    with pytest.raises(KeyError, match="b"):
        roads_fit.fit({"a": 2.0}, {"a": 1.0}).factor_without("b")


# --- the graphs ----------------------------------------------------------------------------------


def test_a_road_over_the_river_is_barred_even_if_it_begins_at_the_bridge() -> None:
    river = shapely.LineString([(0, 1), (2, 1), (3, 2), (4, 1)])
    county = shapely.box(0, 0, 4, 3)
    points = [(2.0, 1.0), (1.0, 0.5), (1.0, 1.5), (3.9, 1.2), (3.0, 0.5)]
    allowed = roads_graph.admissible(points, river, county, [0])
    assert allowed[0, 1]  # from the bridge to either bank
    assert allowed[0, 2]
    assert not allowed[1, 2]  # across
    assert not allowed[0, 3]  # begins at the bridge and meets the river again
    assert allowed[1, 4]
    assert not roads_graph.admissible(points, river, county, [])[0, 1]


def test_a_road_out_of_the_county_is_barred() -> None:
    bay = shapely.Polygon([(0, 0), (4, 0), (4, 2), (2, 0.5), (0, 2)])
    far = shapely.LineString([(0, 9), (4, 9)])
    assert roads_graph.admissible([(0.2, 1.5), (3.8, 1.5), (2, 0.2)], far, bay, [])[0].tolist() == [
        False,
        False,
        True,
    ]


points_on_a_grid = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=12, unique=True
)


@given(points_on_a_grid)
@settings(max_examples=60)
def test_the_graphs_agree_with_their_definitions_and_join_everything(
    points: list[tuple[int, int]],
) -> None:
    places = np.array(points, dtype=float)
    distance = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    allowed = ~np.eye(len(points), dtype=bool)
    squares = [[(a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for b in points] for a in points]
    circle, surely, lune = [], [], []
    for u, v in combinations(range(len(points)), 2):
        rest = [w for w in range(len(points)) if w not in {u, v}]
        sums = [squares[u][w] + squares[w][v] for w in rest]
        if all(one >= squares[u][v] for one in sums):
            circle.append((u, v))
        if all(one > squares[u][v] for one in sums):
            surely.append((u, v))
        if all(max(squares[u][w], squares[w][v]) >= squares[u][v] for w in rest):
            lune.append((u, v))
    # A third place exactly on the circle may fall either way by the last bit of a float.
    assert set(surely) <= set(roads_graph.gabriel(distance, allowed)) <= set(circle)
    assert roads_graph.relative_neighbours(distance, allowed) == lune
    joined = {edge: float(distance[edge]) for edge in lune}
    assert roads_graph.parts(joined, len(points)) == 1


def test_a_place_beyond_the_river_does_not_stand_between_two_neighbours() -> None:
    places = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.1]])
    distance = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    allowed = ~np.eye(3, dtype=bool)
    assert (0, 1) not in roads_graph.gabriel(distance, allowed)
    allowed[2, 0] = allowed[0, 2] = False
    assert (0, 1) in roads_graph.gabriel(distance, allowed)
    assert (0, 1) in roads_graph.relative_neighbours(distance, allowed)


def test_the_load_of_a_chain_counts_everyone_beyond() -> None:
    routes = roads_graph.shortest({(0, 1): 1.0, (1, 2): 1.0, (2, 3): 1.0}, 4)
    assert roads_graph.load(routes, 0, [0, 1, 3]) == {(0, 1): 2, (1, 2): 1, (2, 3): 1}


def test_an_unreachable_place_and_a_bad_length_are_refused() -> None:
    routes = roads_graph.shortest({(0, 1): 1.0}, 3)
    with pytest.raises(ValueError, match="no route"):
        routes.edges(0, 2)
    with pytest.raises(ValueError, match="above 0"):
        roads_graph.shortest({(0, 1): 0.0}, 2)
    with pytest.raises(ValueError, match="no point"):
        roads_graph.admissible(
            [], shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1), []
        )
    with pytest.raises(ValueError, match="square"):
        roads_graph.gabriel(np.zeros((2, 3)), np.zeros((2, 3), dtype=bool))


def test_a_river_that_runs_westwards_is_refused() -> None:
    with pytest.raises(ValueError, match="west to east"):
        roads_river.north_of(shapely.LineString([(110, 31), (109, 31)]))


# --- the build -----------------------------------------------------------------------------------


def test_the_build_gives_the_same_bytes_twice_and_those_committed(
    made: Path, tmp_path: Path
) -> None:
    again = build_into(tmp_path)
    for name in WRITTEN:
        assert (again / name).read_bytes() == (made / name).read_bytes()
        assert (DATA / "wushan" / name).read_bytes() == (made / name).read_bytes()


def test_the_rows_of_the_boundaries_may_come_in_any_order(made: Path, tmp_path: Path) -> None:
    shutil.copytree(DATA / "boundaries", tmp_path / "boundaries")
    for name in ("villages", "townships"):
        path = tmp_path / "boundaries" / f"{name}.geojson"
        page = json.loads(path.read_text(encoding="utf-8"))
        page["features"].reverse()
        path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    roads.build(tmp_path)
    for name in WRITTEN:
        assert (tmp_path / "wushan" / name).read_bytes() == (made / name).read_bytes()


def test_every_invented_number_of_the_roads_has_a_row_with_reason_and_replacement() -> None:
    rows = roads.assumptions(DATA)
    assert len({row.key for row in rows}) == len(rows)
    assert all(all(dataclasses.astuple(row)) for row in rows)
    values = {row.key: row.value for row in rows}
    assert values["roads.provincial_seats"] == str(roads.PROVINCIAL_SEATS)
    assert values["roads.township_villages"] == str(roads.TOWNSHIP_VILLAGES)
