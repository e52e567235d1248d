"""The built-in county's zones: what is committed, and the methods that made it."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon

DATA = Path(__file__).resolve().parents[1] / "data"
if str(DATA / "build") not in sys.path:
    sys.path.insert(0, str(DATA / "build"))
banks = importlib.import_module("banks")
boundaries = importlib.import_module("boundaries")
boundary_notes = importlib.import_module("boundary_notes")
build = importlib.import_module("build")
checksums = importlib.import_module("checksums")
common = importlib.import_module("common")
coverage = importlib.import_module("zone_coverage")
partition = importlib.import_module("partition")
villages = importlib.import_module("villages")

ZAOYANG = Point(109.876, 31.122)
WUXIA = "500237111"


@pytest.fixture(scope="module")
def layers() -> dict[str, pd.DataFrame]:
    folder = DATA / "boundaries"
    names = ("county", "townships", "villages")
    return {name: common.read_layer(folder / f"{name}.geojson") for name in names}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    build.build(out, ["boundaries"])
    return out


def points_of(layer: pd.DataFrame) -> list[Point]:
    return [Point(pair) for pair in zip(layer["demand_lon"], layer["demand_lat"], strict=True)]


# --- what is committed -------------------------------------------------------------------------


def test_there_are_26_townships_and_340_villages_with_the_official_codes(
    layers: dict[str, pd.DataFrame],
) -> None:
    assert list(layers["county"]["zone_id"]) == ["500237"]
    for name in ("townships", "villages"):
        official = sorted(common.read_facts(name)["code"])
        assert list(layers[name]["zone_id"]) == official
    assert (len(layers["townships"]), len(layers["villages"])) == (26, 340)


def test_every_villages_parent_is_the_prefix_of_its_code(layers: dict[str, pd.DataFrame]) -> None:
    zones = layers["villages"]
    assert list(zones["parent_id"]) == list(zones["zone_id"].str[:9])
    assert set(zones["parent_id"]) == set(layers["townships"]["zone_id"])


@pytest.mark.parametrize("name", ["townships", "villages"])
def test_each_level_is_a_valid_coverage_of_single_polygons_without_holes(
    layers: dict[str, pd.DataFrame], name: str
) -> None:
    shapes = list(layers[name]["geometry"])
    assert all(isinstance(one, Polygon) and one.is_valid and not one.interiors for one in shapes)
    assert shapely.coverage_is_valid(shapes)


def test_villages_add_up_to_townships_and_townships_to_the_county_exactly(
    layers: dict[str, pd.DataFrame],
) -> None:
    cells = layers["villages"]
    for code, whole in layers["townships"].set_index("zone_id")["geometry"].items():
        parts = list(cells.loc[cells["parent_id"] == code, "geometry"])
        assert shapely.coverage_union_all(parts).normalize() == whole.normalize()
    county = shapely.coverage_union_all(list(layers["townships"]["geometry"]))
    assert county.normalize() == layers["county"]["geometry"].iloc[0].normalize()


def test_the_county_keeps_every_corner_of_the_outline_of_the_facts(
    layers: dict[str, pd.DataFrame],
) -> None:
    outline = common.read_layer(common.FACTS / "county_outline.geojson")["geometry"].iloc[0]
    stated = {tuple(pair) for pair in shapely.get_coordinates(outline).tolist()}
    built = {tuple(pair) for pair in shapely.get_coordinates(layers["county"]["geometry"]).tolist()}
    assert stated <= built


@pytest.mark.parametrize("name", ["townships", "villages"])
def test_every_demand_point_lies_inside_its_own_zone_and_50_m_from_its_border(
    layers: dict[str, pd.DataFrame], name: str
) -> None:
    for point, zone in zip(points_of(layers[name]), layers[name]["geometry"], strict=True):
        assert zone.contains(point)
        # A degree is at least 95 km here, so 0.0005 degrees are nearly 50 m either way.
        assert zone.boundary.distance(point) > 0.0005


def test_each_township_has_one_seat_village_and_its_point_is_the_seat(
    layers: dict[str, pd.DataFrame],
) -> None:
    zones = layers["villages"]
    at_seat = zones[zones["is_seat"] == "yes"].set_index("parent_id")
    towns = layers["townships"].set_index("zone_id")
    assert sorted(at_seat.index) == sorted(towns.index)
    columns = ["demand_lon", "demand_lat", "point_basis"]
    pd.testing.assert_frame_equal(
        at_seat[columns].sort_index(), towns[columns].sort_index(), check_names=False
    )


def test_seats_are_those_of_the_facts_and_only_wuxia_moved_within_2_km(
    layers: dict[str, pd.DataFrame],
) -> None:
    facts = common.read_facts("townships").set_index("code")
    for code, built in zip(
        layers["townships"]["zone_id"], points_of(layers["townships"]), strict=True
    ):
        stated = Point(float(facts.loc[code, "seat_lon"]), float(facts.loc[code, "seat_lat"]))
        moved = common.to_metres(stated).distance(common.to_metres(built))
        assert moved < (2000 if code == WUXIA else 0.1)


def test_zaoyang_falls_in_wuxia_and_is_the_point_of_guihua_village(
    layers: dict[str, pd.DataFrame],
) -> None:
    towns = layers["townships"].set_index("zone_id")["geometry"]
    assert [code for code, zone in towns.items() if zone.contains(ZAOYANG)] == [WUXIA]
    zones = layers["villages"].set_index("zone_id")
    assert zones.loc["500237111217", "geometry"].contains(ZAOYANG)
    assert tuple(zones.loc["500237111217", ["demand_lon", "demand_lat"]]) == (109.876, 31.122)
    assert zones.loc["500237111217", "point_basis"] == "inferred"


def test_shili_community_takes_the_point_next_to_zaoyang(layers: dict[str, pd.DataFrame]) -> None:
    zones = layers["villages"][layers["villages"]["parent_id"] == WUXIA]
    away = pd.Series(
        [common.to_metres(one).distance(common.to_metres(ZAOYANG)) for one in points_of(zones)],
        index=list(zones["zone_id"]),
    )
    free = away.drop("500237111217")[
        (zones["is_seat"] != "yes").drop(zones.index[zones["zone_id"] == "500237111217"]).to_list()
    ]
    assert free.idxmin() == "500237111003"


def test_ten_stated_areas_are_met_within_2_percent_and_two_are_lower_bounds(
    layers: dict[str, pd.DataFrame],
) -> None:
    facts = common.read_facts("townships").set_index("code")["area_km2"]
    built = {
        code: common.to_metres(zone).area / 1e6
        for code, zone in zip(
            layers["townships"]["zone_id"], layers["townships"]["geometry"], strict=True
        )
    }
    bounds = {"500237110", "500237219"}
    stated = {code: float(area) for code, area in facts.items() if area and code not in bounds}
    assert len(stated) == 10
    assert all(abs(built[code] / area - 1) < 0.02 for code, area in stated.items())
    assert all(built[code] >= float(facts[code]) for code in bounds)


def test_no_village_is_a_sliver(layers: dict[str, pd.DataFrame]) -> None:
    cells = [common.to_metres(zone) for zone in layers["villages"]["geometry"]]
    assert min(cell.area for cell in cells) > 1e5
    # 4 pi A / L^2 is 1 for a circle and 0.2 for a strip six times as long as wide.
    assert min(4 * np.pi * cell.area / cell.length**2 for cell in cells) > 0.35


def test_communities_stand_nearer_to_the_seat_than_villages_on_average(
    layers: dict[str, pd.DataFrame],
) -> None:
    zones = layers["villages"].assign(point=points_of(layers["villages"]))
    seats = dict(zip(layers["townships"]["zone_id"], points_of(layers["townships"]), strict=True))
    for code, group in zones[~zones["zone_id"].isin(["500237111003", "500237111217"])].groupby(
        "parent_id"
    ):
        away = group["point"].map(seats[code].distance)
        kinds = away.groupby(group["kind"]).mean()
        assert (
            "community" not in kinds
            or "village" not in kinds
            or kinds["community"] < kinds["village"]
        )


def test_units_are_stated_lines_modelled_and_priority_is_not_known(
    layers: dict[str, pd.DataFrame],
) -> None:
    for name in ("townships", "villages"):
        layer = layers[name]
        assert set(layer["basis"]) == {"stated"}
        assert set(layer["boundary_basis"]) == {"modelled"}
        assert layer["priority"].isna().all()
        assert set(layer["bank"]) == {"N", "S", "unknown"}
    basis = layers["townships"]["point_basis"].value_counts()
    assert (basis["stated"], basis["inferred"]) == (23, 3)
    assert layers["villages"]["point_basis"].value_counts()["modelled"] == 340 - 26 - 1


def test_riverside_seats_keep_an_unknown_bank_and_gaotang_is_north(
    layers: dict[str, pd.DataFrame],
) -> None:
    bank = layers["townships"].set_index("name")["bank"]
    assert list(bank[["大溪乡", "曲尺乡", "培石乡"]]) == ["unknown"] * 3
    assert list(bank[["高唐街道", "大昌镇", "官渡镇"]]) == ["N", "N", "S"]
    zones = layers["villages"]
    assert set(zones.loc[zones["parent_id"] == "500237001", "bank"]) == {"N"}


def test_the_villages_file_stays_small_and_has_one_feature_a_line() -> None:
    path = DATA / "boundaries" / "villages.geojson"
    assert path.stat().st_size < 400_000
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith('{"type":"Feature","properties"') for line in lines) == 340


@pytest.mark.slow
def test_a_new_build_gives_the_committed_bytes(rebuilt: Path) -> None:
    for path in sorted((DATA / "boundaries").iterdir()):
        assert (rebuilt / "boundaries" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_readme_states_the_true_checksums_and_counts() -> None:
    text = (DATA / "boundaries" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| `(\w+\.geojson)` \|[^|]*\| (\d+) \| (\d+) \| `([0-9a-f]{64})` \|", text)
    assert [(name, count) for name, count, *_ in rows] == [
        ("county.geojson", "1"),
        ("townships.geojson", "26"),
        ("villages.geojson", "340"),
    ]
    for name, _, size, checksum in rows:
        content = (DATA / "boundaries" / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(size), checksum)
    assert "不作为划界依据" in text
    assert "{" not in text


# --- the power diagram and its fit --------------------------------------------------------------

SQUARE = shapely.box(0, 0, 4000, 4000)
PAIR = np.array([[1000.0, 2000.0], [3000.0, 2000.0]])


def toy(**changes: object) -> Any:
    values: dict[str, object] = {
        "outline": SQUARE,
        "seats": PAIR,
        "targets": np.array([8e6, 8e6]),
        "meanings": ("free", "free"),
        "least": np.zeros(2),
        "tolerance": 0.001,
        "margin": 100.0,
    }
    return partition.Problem(**(values | changes))


def test_a_weight_moves_the_border_by_the_weight_over_twice_the_distance() -> None:
    # 1 km2 over 2 x 2 km: the border moves 250 m, over 4 km of length.
    areas = partition.power_diagram(PAIR, np.array([1e6, 0.0]), SQUARE).areas
    assert areas.tolist() == pytest.approx([9e6, 7e6])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_every_point_belongs_to_the_cell_of_least_power_distance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seats = rng.uniform(0, 4000, (6, 2))
    weights = rng.uniform(0, 1e6, 6)
    diagram = partition.power_diagram(seats, weights, SQUARE)
    assert diagram.areas.sum() == pytest.approx(SQUARE.area)
    for x, y in rng.uniform(0, 4000, (20, 2)):
        power = ((seats - [x, y]) ** 2).sum(axis=1) - weights
        first, second = np.partition(power, 1)[:2]
        if second - first > 1.0:
            assert diagram.cells[int(power.argmin())].covers(Point(x, y))


def test_an_outline_that_is_not_convex_is_kept_whole() -> None:
    bay = SQUARE.difference(shapely.box(1500, 1000, 2500, 4000))
    diagram = partition.power_diagram(PAIR, np.zeros(2), bay)
    assert diagram.areas.tolist() == pytest.approx([6.5e6, 6.5e6])
    assert diagram.edges[0].length == pytest.approx(1000)


def test_seat_slack_is_the_signed_distance_to_the_border() -> None:
    slack = partition.seat_slack(PAIR, np.array([0.0, 8e6]))
    assert slack.tolist() == [[np.inf, -1000.0], [3000.0, np.inf]]


def test_the_fit_finds_the_known_weights_of_a_square() -> None:
    fit = partition.fit_weights(toy(targets=np.array([6e6, 8e6]), meanings=("stated", "free")))
    # Border at x = 1500 for 6 km2; free pull is 1000 times weaker: within the 0.1 % of tolerance.
    areas = partition.power_diagram(fit.seats, fit.weights, SQUARE).areas
    assert areas[0] == pytest.approx(6e6, rel=0.0011)
    assert fit.weights[1] - fit.weights[0] == pytest.approx(2e6, rel=0.01)
    assert fit.weights.tolist() == np.round(fit.weights).tolist()


def test_a_fit_that_sets_out_from_another_ends_at_the_same_weights() -> None:
    problem = toy(targets=np.array([6e6, 10e6]), meanings=("stated", "stated"))
    far = partition.Fit(np.array([0.0, 3e6]), PAIR, "")
    cold, warm = partition.fit_weights(problem), partition.fit_weights(problem, far)
    assert warm.weights == pytest.approx(cold.weights, abs=1e3)
    # Setting out from the answer, it stays there.
    assert partition.fit_weights(problem, cold).weights == pytest.approx(cold.weights, abs=1e3)


def test_kept_weights_that_no_longer_fit_the_facts_stop_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seats, weights = boundaries.kept_weights()
    moved = weights + np.eye(len(weights))[0] * 2e6
    monkeypatch.setattr(boundaries, "kept_weights", lambda: (seats, moved))
    with pytest.raises(ValueError, match=r"out of date: run build\.py --refit"):
        boundaries.check_weights()


def test_a_lower_bound_is_not_fallen_short_of() -> None:
    fit = partition.fit_weights(
        toy(targets=np.array([10e6, 15e6]), meanings=("lower", "free"), least=np.array([9.5e6, 0]))
    )
    assert partition.power_diagram(fit.seats, fit.weights, SQUARE).areas[0] >= 9.5e6 - 2e3


def test_a_point_that_must_be_inside_moves_the_border_beyond_it() -> None:
    fit = partition.fit_weights(toy(inside=((2500.0, 2000.0, 0),), inside_margin=100.0))
    # Border at x = 2600: 1600^2 - w0 = 400^2 - w1.
    assert fit.weights[0] - fit.weights[1] == pytest.approx(2.4e6, rel=1e-3)
    assert partition.point_slack((2500.0, 2000.0, 0), fit.seats, fit.weights) > 99.9


def test_seats_keep_their_margin_against_a_greedy_target() -> None:
    fit = partition.fit_weights(toy(targets=np.array([15e6, 1e6]), margin=250.0))
    assert partition.seat_slack(fit.seats, fit.weights).min() == pytest.approx(250.0, abs=0.1)


def test_a_free_seat_moves_as_far_as_needed_and_no_farther_than_its_reach() -> None:
    # Both cells keep 8 km2, so the border turns about the middle: to take in a point 150 m beyond
    # it and 1500 m up, it must tilt by 1 in 10, and the seat move 200 m across.
    values: dict[str, Any] = {
        "meanings": ("stated", "stated"),
        "free_seat": 0,
        "inside": ((2150.0, 3500.0, 0),),
    }
    fit = partition.fit_weights(toy(**values, reach=600.0))
    moved = np.hypot(*(fit.seats[0] - PAIR[0]))
    assert 190 < moved < 210
    assert partition.point_slack((2150.0, 3500.0, 0), fit.seats, fit.weights) > -0.1
    areas = partition.power_diagram(fit.seats, fit.weights, SQUARE).areas
    assert areas.tolist() == pytest.approx([8e6, 8e6], rel=0.0011)
    with pytest.raises(ValueError, match="No weights satisfy the constraints"):
        partition.fit_weights(toy(**values, reach=100.0))


def test_what_cannot_be_met_is_refused() -> None:
    with pytest.raises(ValueError, match="No weights satisfy the constraints"):
        partition.fit_weights(toy(targets=np.array([1e6, 15e6]), meanings=("stated", "free")))
    with pytest.raises(ValueError, match="Each seat needs one weight"):
        partition.power_diagram(PAIR, np.zeros(3), SQUARE)


def test_the_derivative_of_the_areas_agrees_with_differences() -> None:
    rng = np.random.default_rng(7)
    seats = rng.uniform(500, 3500, (5, 2))
    problem = toy(
        seats=seats,
        targets=np.full(5, 3.2e6),
        meanings=("free",) * 5,
        least=np.zeros(5),
        free_seat=2,
        reach=500.0,
    )
    solver = partition._Solver(problem)
    x = rng.uniform(-0.05, 0.05, solver.size)
    exact = solver.error_jacobian(x)
    step = 1e-5
    for k in range(solver.size):
        ahead, behind = x.copy(), x.copy()
        ahead[k] += step
        behind[k] -= step
        rate = (solver.errors(ahead) - solver.errors(behind)) / (2 * step)
        assert exact[:, k] == pytest.approx(rate, abs=1e-5)


# --- villages inside a township -----------------------------------------------------------------


def test_halton_digits_are_mirrored_at_the_point() -> None:
    assert villages.halton(3, 3).tolist() == pytest.approx([1 / 3, 2 / 3, 1 / 9])
    with pytest.raises(ValueError, match="at least 2"):
        villages.halton(3, 1)


def test_relaxed_points_are_repeatable_spread_and_keep_the_fixed_ones() -> None:
    seat = Point(1000, 1200)
    points = villages.relaxed_points(SQUARE, [seat], 9)
    assert points == villages.relaxed_points(SQUARE, [seat], 9)
    assert points[0] == seat
    cells = villages.voronoi_cells(SQUARE, points)
    assert all(cell.contains(point) for cell, point in zip(cells, points, strict=True))
    gaps = [a.distance(b) for k, a in enumerate(points) for b in points[:k]]
    assert min(gaps) > 600
    with pytest.raises(ValueError, match="At least one point must be fixed"):
        villages.relaxed_points(SQUARE, [], 3)


def test_voronoi_cells_hold_what_is_nearest_to_their_point() -> None:
    rng = np.random.default_rng(3)
    points = [Point(pair) for pair in rng.uniform(0, 4000, (7, 2))]
    cells = villages.voronoi_cells(SQUARE, points)
    assert sum(cell.area for cell in cells) == pytest.approx(SQUARE.area)
    for pair in rng.uniform(0, 4000, (50, 2)):
        away = [point.distance(Point(pair)) for point in points]
        assert cells[int(np.argmin(away))].buffer(0.01).contains(Point(pair))


def test_a_stray_part_goes_to_the_neighbour_with_the_longest_border() -> None:
    west, middle, east = (shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000))
    north = shapely.box(2000, 1000, 2500, 2000)
    points = [Point(500, 500), Point(1500, 500), Point(2250, 1500)]
    cells = villages.whole_cells([west.union(east), middle, north], points)
    assert [cell.area for cell in cells] == [1e6, 2e6, 5e5]
    with pytest.raises(ValueError, match="outside its cell"):
        villages.whole_cells([west], [Point(5000, 5000)])


def test_points_go_to_seat_pinned_near_communities_then_villages_clockwise() -> None:
    spots = [(0, 0), (0, 9), (9, 0), (0, -9), (-9, 0), (3, 3), (50, 50)]
    points = [Point(pair) for pair in spots]
    units = [villages.Unit(code, community=code < "3") for code in "1234567"]
    found = villages.assign(units, points, "4", {"7": 6}, {"6": Point(8, 1)})
    # 4 the seat, 7 pinned, 6 near (8, 1); communities 1 then 2 nearest; 3 and 5 clockwise.
    assert found == {"1": 5, "2": 1, "3": 3, "4": 0, "5": 4, "6": 2, "7": 6}
    with pytest.raises(ValueError, match="one point"):
        villages.assign(units, points[1:], "4", {}, {})


@pytest.mark.parametrize(
    ("urban_rural", "seat_place", "kinds", "expected"),
    [
        (["210", "", "121"], "乙村", "cvv", "3"),
        (["210", "", ""], "乙村二组", "cvv", "2"),
        (["", "", "210"], "某街8号", "cvv", "3"),
        (["", "", ""], "", "vcc", "2"),
        (["", "", ""], "", "vvv", "1"),
    ],
)
def test_the_seat_village_follows_the_rules_in_their_order(
    urban_rural: list[str], seat_place: str, kinds: str, expected: str
) -> None:
    rows = pd.DataFrame(
        {
            "code": ["1", "2", "3"],
            "urban_rural": urban_rural,
            "kind": [{"c": "community", "v": "village"}[kind] for kind in kinds],
            "short_name_zh": ["甲村", "乙村", "丙村"],
        }
    )
    assert boundaries.seat_village(seat_place, rows) == expected
    assert boundaries.seat_village(seat_place, rows.iloc[::-1]) == expected


# --- coverage, bank, neighbours -----------------------------------------------------------------


def test_a_corner_on_a_neighbours_side_becomes_a_corner_of_both() -> None:
    cells = [
        shapely.box(0, 0, 200, 100),
        shapely.box(0, 100, 70, 200),
        shapely.box(70, 100, 200, 200),
    ]
    assert not shapely.coverage_is_valid(cells)
    shared = coverage.noded(cells)
    assert shapely.coverage_is_valid(shared)
    assert [one.area for one in shared] == [cell.area for cell in cells]


def test_a_lost_cell_and_an_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="1 cells are lost"):
        coverage.noded([shapely.box(0, 0, 2, 2), Polygon()])
    boxes = [shapely.box(500_000, 3_450_000, 501_000, 3_451_000)] * 2
    with pytest.raises(ValueError, match="breaks the coverage"):
        coverage.on_degree_grid(boxes)
    with pytest.raises(ValueError, match="one polygon"):
        coverage.dissolved([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])


def test_the_bank_is_told_only_beyond_1500_m_of_the_course() -> None:
    line = LineString([(110.85, 31.0), (110.95, 31.0)])
    # A degree of latitude is 110.9 km here: 0.0130 degrees are 1442 m, 0.0140 are 1553 m.
    found = [
        banks.bank_of(Point(110.9, 31 + up), line) for up in (0.0140, 0.0130, -0.0130, -0.0140)
    ]
    assert found == ["N", "unknown", "unknown", "S"]
    assert banks.bank_of(Point(110.9, 31.001), line, banks.NORTH_BANK) == "N"


def test_stated_neighbours_are_pairs_within_the_county_counted_once() -> None:
    towns = pd.DataFrame(
        {
            "code": ["1", "2", "3"],
            "name_en": ["Aba Town", "Ubu Tujia Ethnic Township", "Ono Subdistrict"],
            "neighbours": [
                "E Ubu Township and Ono Subdistrict; N Elsewhere Town (Far County)",
                "W Aba Town (reverse of the statement for Ono Town)",
                "",
            ],
        }
    )
    assert boundary_notes.stated_neighbours(towns) == [("1", "2"), ("1", "3")]


# --- writing and checking -----------------------------------------------------------------------


def test_the_geojson_writer_gives_the_same_bytes_for_rows_and_rings_in_any_order(
    tmp_path: Path,
) -> None:
    ring = [(0, 0), (1, 0), (1, 1), (0, 1)]
    table = pd.DataFrame(
        {
            "zone_id": ["2", "1"],
            "name": ['<b>"', None],
            "ok": [True, False],
            "n": [2.0, float("nan")],
            "geometry": [Polygon(ring), Polygon([(x + 5, y) for x, y in ring])],
        }
    )
    turned = table.iloc[::-1].assign(geometry=lambda t: [one.reverse() for one in t["geometry"]])
    common.write_geojson(tmp_path / "a.geojson", table)
    first = (tmp_path / "a.geojson").read_bytes()
    common.write_geojson(tmp_path / "a.geojson", turned)
    assert (tmp_path / "a.geojson").read_bytes() == first
    assert b"\r" not in first
    read = json.loads(first)["features"]
    assert [one["properties"] for one in read] == [
        {"zone_id": "1", "name": None, "ok": "no", "n": None},
        {"zone_id": "2", "name": '<b>"', "ok": "yes", "n": 2},
    ]
    assert shapely.geometry.shape(read[0]["geometry"]).exterior.is_ccw


def test_a_double_key_and_an_invalid_geometry_are_refused(tmp_path: Path) -> None:
    bowtie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(ValueError, match="not unique"):
        common.write_geojson(
            tmp_path / "a", pd.DataFrame({"zone_id": ["1", "1"], "geometry": [Point(0, 0)] * 2})
        )
    with pytest.raises(ValueError, match="no valid geometry"):
        common.write_geojson(tmp_path / "a", pd.DataFrame({"zone_id": ["1"], "geometry": [bowtie]}))
    assert list(tmp_path.iterdir()) == []


def test_csv_is_utf8_with_bom_and_lf_and_keeps_codes_and_gaps(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"id": ["007"], "名": ["甲"], "set": [{"b", "a"}], "n": [float("nan")], "ok": [True]}
    )
    common.write_csv(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes() == "\ufeffid,名,set,n,ok\n007,甲,a;b,,yes\n".encode()
    assert common.read_table(tmp_path / "a.csv").loc[0, "id"] == "007"
    with pytest.raises(ValueError, match="Infinity"):
        common.write_csv(tmp_path / "a.csv", pd.DataFrame({"x": [float("inf")]}))


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.txt"
    common.write_text(target, "old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt("stopped here")

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stopped here"):
        common.write_text(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_remainders_go_to_the_largest_and_ties_to_the_first() -> None:
    assert common.largest_remainder([1, 1, 1], 2).tolist() == [1, 1, 0]
    assert common.largest_remainder([0.5, 0.3, 0.2], 4).tolist() == [2, 1, 1]
    assert common.largest_remainder([], 0).tolist() == []
    with pytest.raises(ValueError, match="all weights are 0"):
        common.largest_remainder([0, 0], 1)
    with pytest.raises(ValueError, match="finite"):
        common.largest_remainder([float("nan"), 1], 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12), st.integers(0, 5000))
def test_parts_add_up_and_stay_within_one_of_their_quota(weights: list[int], total: int) -> None:
    if not sum(weights):
        total = 0
    parts = common.largest_remainder(weights, total)
    assert parts.sum() == total
    for weight, part in zip(weights, parts, strict=True):
        assert abs(part - (weight * total / sum(weights) if sum(weights) else 0)) < 1


def test_the_check_names_changed_missing_and_new_files_but_not_sources(tmp_path: Path) -> None:
    made, kept = tmp_path / "made", tmp_path / "kept"
    for folder, names in (
        (made, ["x/same", "x/other", "new"]),
        (kept, ["x/same", "x/other", "old"]),
    ):
        for name in names:
            common.write_text(folder / name, name)
    common.write_text(made / "x/other", "changed")
    common.write_text(kept / "build/code.py", "")
    common.write_text(kept / "wushan/study.toml", "")
    assert build.differences(made, kept) == [
        "changed: x/other",
        "missing: old",
        "not committed: new",
    ]
    assert build.differences(kept, kept) == []


def test_a_check_that_finds_a_difference_gives_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    common.write_text(tmp_path / "a", "committed")
    monkeypatch.setattr(build, "DATA", tmp_path)
    monkeypatch.setattr(build, "build", lambda out: common.write_text(out / "a", "made"))
    assert build.main(["--check"]) == 1
    assert "changed: a" in capsys.readouterr().out
    monkeypatch.setattr(build, "build", lambda out: common.write_text(out / "a", "committed"))
    assert build.main(["--check"]) == 0


def test_checksums_list_all_products_and_no_sources(tmp_path: Path) -> None:
    common.write_text(tmp_path / "b/z.txt", "")
    common.write_text(tmp_path / "a.txt", "a")
    common.write_text(tmp_path / "build/code.py", "")
    common.write_text(tmp_path / "wushan/study.toml", "")
    checksums.build(tmp_path)
    checksums.build(tmp_path)
    empty, one = hashlib.sha256(b"").hexdigest(), hashlib.sha256(b"a").hexdigest()
    listed = (tmp_path / "SHA256SUMS").read_text(encoding="utf-8")
    assert listed == f"{one}  a.txt\n{empty}  b/z.txt\n"


def test_the_facts_hold_all_rows_and_name_their_sources() -> None:
    counts = {"townships": 26, "villages": 340, "county": 36, "places": 16, "plan_figures": 59}
    counts |= {"services": 83, "tasks": 30, "disability_reference": 32}
    text = (common.FACTS / "README.md").read_text(encoding="utf-8")
    for name, count in counts.items():
        assert len(common.read_facts(name)) == count
        assert re.search(rf"`{name}\.csv` \|[^|]*\| {count} \|", text)
    assert "CC BY 4.0" in text
