"""The fictional county holds what it was designed for, found here with plain loops, no package."""

from __future__ import annotations

import csv
import datetime as dt
import heapq
import itertools
import json
import math
import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import expected_example as expected
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from wushan_geo.sources.assumptions import read_assumptions
from wushan_geo.sources.opening import open_study

DATA = Path(__file__).resolve().parents[1] / "data"
EXAMPLE = DATA / "example"
TYPES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
AGES = ("age_0_15", "age_16_59", "age_60_plus")
GROUPS = {
    "all", *TYPES, "severe", *AGES, "eligible_day_care", "eligible_sheltered_employment",
    "eligible_concentrated_care",
}  # fmt: skip
Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    with (EXAMPLE / name).open(encoding="utf-8-sig", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def layer(name: str) -> tuple[tuple[dict[str, Any], Any], ...]:
    features = json.loads((EXAMPLE / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return tuple((one["properties"], shape(one["geometry"])) for one in features)


@cache
def settings(name: str = "study.toml") -> dict[str, Any]:
    return tomllib.loads((EXAMPLE / name).read_text(encoding="utf-8"))


@cache
def zones() -> dict[str, str]:
    """Labels of the road nodes to village codes."""
    return {row["node_id"]: row["zone_id"] for row in rows("roads/nodes.csv") if row["zone_id"]}


@cache
def waits() -> dict[str, float]:
    """Wait at each crossing: half of the time between two departures, nothing on a bridge."""
    return {row["crossing_id"]: float(row["headway_min"] or 0) / 2 for row in rows("crossings.csv")}


def minutes(start: str, ignore: str = "") -> dict[str, float]:
    """Shortest minutes from a node, boarding included, by plain Dijkstra; a flag can be ignored."""
    travel = settings()["travel"]
    ways: dict[str, list[tuple[str, float]]] = {}
    for row in rows("roads/edges.csv"):
        if row["closed"] == "yes" and ignore != "closed":
            continue
        cost = float(row["length_m"]) / 1000 / travel["speeds_kmh"][row["road_class"]] * 60
        if row["crossing_id"]:
            cost += waits()[row["crossing_id"]]
        ways.setdefault(row["u"], []).append((row["v"], cost))
        if row["oneway"] != "yes" or ignore == "oneway":
            ways.setdefault(row["v"], []).append((row["u"], cost))
    best = {start: 0.0}
    queue = [(0.0, start)]
    while queue:
        spent, node = heapq.heappop(queue)
        for there, cost in ways.get(node, ()):
            if spent + cost < best.get(there, math.inf):
                best[there] = spent + cost
                heapq.heappush(queue, (spent + cost, there))
    return {node: travel["boarding_min"] + spent for node, spent in best.items()}


@cache
def at() -> dict[str, str]:
    """Node at which each facility of 2025 stands."""
    nodes = {(row["lon"], row["lat"]): row["node_id"] for row in rows("roads/nodes.csv")}
    return {
        row["facility_id"]: nodes[row["lon"], row["lat"]] for row in rows("2025/facilities.csv")
    }


def admits(row: Row, zone: str) -> bool:
    """Whether a facility surely admits the people of a village."""
    if row["zone_id"] and row["zone_id"][:9] == zone[:9]:
        return True
    return row["admits"] == "anyone" or (row["admits"] == "county" and row["zone_id"] != "")


def nearest(label: str, *, own: bool, ignore: str = "") -> tuple[float, str | None]:
    reached, zone = minutes(label, ignore), zones()[label]
    found = [
        (reached[at()[row["facility_id"]]], row["facility_id"])
        for row in rows("2025/facilities.csv")
        if row["status"] == "open" and "day_care" in row["services"].split(";")
        if admits(row, zone) and (not own or row["zone_id"][:9] == zone[:9])
        if at()[row["facility_id"]] in reached
    ]
    return min(found, default=(math.inf, None))


def day_care_class(label: str, limit: float, ignore: str = "") -> str:
    reached, zone = minutes(label, ignore), zones()[label]
    running = [row for row in rows("2025/facilities.csv") if row["status"] == "open"]
    own = [row for row in running if row["zone_id"][:9] == zone[:9]]
    paper = any("day_care" in row["services"].split(";") for row in own)
    if nearest(label, own=True, ignore=ignore)[0] <= limit:
        return "effective"
    if nearest(label, own=False, ignore=ignore)[0] <= limit:
        return "neighbour"
    may = [row for row in own if not row["services"]] + [
        row
        for row in running
        if row["admits"] == "agreement" and "day_care" in row["services"].split(";")
    ]
    near = any(reached.get(at()[row["facility_id"]], math.inf) <= limit for row in may)
    if near or (not paper and any(not row["services"] for row in own)):
        return "unknown"
    return "nominal" if paper else "gap"


@cache
def persons(year: str = "2025") -> dict[tuple[str, str], Any]:
    return {
        (row["zone_id"], row["group"]): int(row["persons"]) if row["persons"] else None
        for row in rows(f"{year}/persons.csv")
    }


def village_verdict(zone: str, year: str = "2025") -> str:
    as_of = dt.date.fromisoformat(f"{year}-06-30")
    mine = [row for row in rows(f"{year}/services.csv") if row["zone_id"] == zone]
    for row in mine:
        if row["status"] == "delivered":
            days = (as_of - dt.date.fromisoformat(row["last"])).days
            if 0 <= days <= 365:
                return "pass"
    return "cannot_assess" if any(row["status"] == "unknown" for row in mine) else "fail"


# --- Zones ---


def test_villages_and_townships_are_valid_coverages_that_add_up_exactly() -> None:
    villages, townships = layer("villages"), layer("townships")

    assert shapely.coverage_is_valid([geometry for _, geometry in villages])
    assert shapely.coverage_is_valid([geometry for _, geometry in townships])
    for unit, outline in (*townships, *layer("county")):
        code = str(unit["zone_id"])
        parts = [one for zone, one in villages if str(zone["zone_id"]).startswith(code)]
        assert shapely.coverage_union_all(parts).normalize() == outline.normalize()


def test_five_townships_hold_eight_villages_each_and_one_seat() -> None:
    villages = [unit for unit, _ in layer("villages")]

    assert len(layer("townships")) == 5
    assert len(villages) == 40
    for township, _ in layer("townships"):
        inside = [one for one in villages if one["parent_id"] == township["zone_id"]]
        seats = [one for one in inside if one["is_seat"] == "yes"]
        assert len(inside) == 8
        assert all(str(one["zone_id"]).startswith(str(township["zone_id"])) for one in inside)
        assert [(one["demand_lon"], one["demand_lat"]) for one in seats] == [
            (township["demand_lon"], township["demand_lat"])
        ]


def test_every_demand_point_lies_inside_its_own_zone() -> None:
    for unit, geometry in (*layer("villages"), *layer("townships")):
        assert geometry.contains(shapely.Point(unit["demand_lon"], unit["demand_lat"]))


def test_coordinates_are_written_with_six_decimals_in_the_mountains() -> None:
    text = (EXAMPLE / "villages.geojson").read_text(encoding="utf-8")
    corners = shapely.get_coordinates([geometry for _, geometry in layer("villages")])

    assert "[101.0" in text
    assert (corners == corners.round(6)).all()
    assert (corners.min(axis=0) > [100.9, 30.9]).all()
    assert (corners.max(axis=0) < [101.5, 31.3]).all()


def test_everything_is_measured_and_signed() -> None:
    for unit, _ in (*layer("villages"), *layer("townships")):
        assert {unit["basis"], unit["point_basis"], unit["boundary_basis"]} == {"measured"}
    for year, name in itertools.product(
        ("2024", "2025"), ("persons", "facilities", "services", "indicators")
    ):
        for row in rows(f"{year}/{name}.csv"):
            assert row["basis"] == "measured"
            assert row["as_of"] == f"{year}-06-30"
            assert "虚构" in row["source_unit"]
            assert "虚构" in row["signer"]


def test_nothing_bears_a_name_or_code_of_the_real_county_and_the_title_says_so() -> None:
    real = (DATA / "build" / "facts" / "townships.csv").read_text(encoding="utf-8-sig")
    real += (DATA / "build" / "facts" / "villages.csv").read_text(encoding="utf-8-sig")

    for unit, _ in (*layer("villages"), *layer("townships")):
        assert str(unit["name"]) not in real
        assert str(unit["zone_id"]).startswith("990101")
    for name in ("study.toml", "study-2024.toml"):
        assert "示例县（虚构）" in settings(name)["study"]["title"]["zh"]
    assert "示例县（虚构）" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


# --- Persons ---


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_types_and_ages_add_up_and_no_part_exceeds_the_whole(year: str) -> None:
    counts = persons(year)

    assert {group for _, group in counts} == GROUPS
    assert len(counts) == 40 * len(GROUPS)
    for zone in zones().values():
        whole = counts[zone, "all"]
        assert sum(counts[zone, one] for one in TYPES) == whole
        assert sum(counts[zone, one] for one in AGES) == whole
        assert counts[zone, "severe"] <= whole
        assert counts[zone, "eligible_concentrated_care"] <= counts[zone, "severe"]
        eligible = counts[zone, "eligible_day_care"]
        if eligible is not None:
            working = counts[zone, "age_16_59"]
            meant = sum(counts[zone, one] for one in ("physical", "intellectual", "mental"))
            assert counts[zone, "eligible_sheltered_employment"] <= eligible <= min(working, meant)


def test_zero_missing_and_small_counts_all_occur() -> None:
    counts = persons()
    alls = {zone: count for (zone, group), count in counts.items() if group == "all"}
    eligible = {z: count for (z, group), count in counts.items() if group == "eligible_day_care"}

    assert [zone for zone, count in alls.items() if count == 0] == [zones()["N8"]]
    assert [zone for zone, count in eligible.items() if count is None] == [zones()["W6"]]
    assert eligible[zones()["N8"]] == 0
    assert alls[zones()["T8"]] == 4
    assert sum(count or 0 for count in eligible.values()) == expected.TOTAL_PERSONS


# --- Roads ---


def test_no_road_is_shorter_than_the_straight_line() -> None:
    globe = pyproj.Geod(ellps="WGS84")
    place = {row["node_id"]: (row["lon"], row["lat"]) for row in rows("roads/nodes.csv")}

    for row in rows("roads/edges.csv"):
        (lon, lat), (lon2, lat2) = place[row["u"]], place[row["v"]]
        straight = globe.inv(float(lon), float(lat), float(lon2), float(lat2))[2]
        assert straight <= float(row["length_m"]), row["edge_id"]


def test_the_river_is_crossed_only_by_the_bridge_and_the_ferry() -> None:
    river = layer("rivers")[0][1]
    place = {
        row["node_id"]: (float(row["lon"]), float(row["lat"])) for row in rows("roads/nodes.csv")
    }
    crossing = {
        row["crossing_id"]
        for row in rows("roads/edges.csv")
        if shapely.LineString([place[row["u"]], place[row["v"]]]).intersects(river)
    }

    assert crossing == {"B1", "R1"}
    assert {(row["crossing_id"], row["kind"]) for row in rows("crossings.csv")} == {
        ("B1", "bridge"),
        ("R1", "ferry"),
    }
    assert {row["crossing_id"] for row in rows("roads/edges.csv")} == {"", "B1", "R1"}


def test_every_village_and_facility_stands_on_a_road_node() -> None:
    nodes = {(float(row["lon"]), float(row["lat"])) for row in rows("roads/nodes.csv")}

    for unit, _ in layer("villages"):
        assert (unit["demand_lon"], unit["demand_lat"]) in nodes
    for year in ("2024", "2025"):
        for row in rows(f"{year}/facilities.csv"):
            assert (float(row["lon"]), float(row["lat"])) in nodes


def test_grades_a_one_way_road_and_closed_roads_are_there() -> None:
    edges = rows("roads/edges.csv")

    assert [row["edge_id"] for row in edges if row["oneway"] == "yes"] == ["Z4-Z8"]
    assert [row["edge_id"] for row in edges if row["closed"] == "yes"] == ["T4-T2", "Z5-Z6"]
    assert {row["grade"] for row in edges} >= {"", "0", "11"}


def test_one_village_is_exactly_at_the_limit() -> None:
    assert minutes("S4")["S1"] == 30.0


def test_exactly_one_village_is_cut_off() -> None:
    lost = {label for label in zones() if "Z1" not in minutes(label)}

    assert lost == {"T4"}
    assert set(minutes("T4")) == {"T4", "H1"}
    assert "Z1" in minutes("T4", ignore="closed")


def test_ignoring_a_closed_or_a_one_way_road_changes_a_class() -> None:
    assert day_care_class("Z5", 30) == "nominal"
    assert day_care_class("Z5", 30, ignore="closed") == "effective"
    assert day_care_class("Z8", 30) == "neighbour"
    assert day_care_class("Z8", 30, ignore="oneway") == "effective"


def test_one_village_is_beyond_ninety_minutes_of_the_county_centre() -> None:
    centre = at()["F07"]

    assert minutes("N5")[centre] == pytest.approx(95.0)
    assert minutes("N7")[centre] == pytest.approx(86.5)


# --- Facilities ---


def test_every_kind_of_facility_record_is_there() -> None:
    by_id = {row["facility_id"]: row for row in rows("2025/facilities.csv")}

    assert by_id["F01"]["admits"] == "township"
    assert by_id["F02"]["admits"] == "county"
    assert "Welfare Home" in by_id["F03"]["host"]
    assert (by_id["F04"]["status"], by_id["F04"]["services"]) == ("open", "")
    assert by_id["F04"]["capacity"] == ""
    assert by_id["F05"]["status"] == "closed"
    assert by_id["F06"]["status"] == "planned"
    assert (by_id["F07"]["kind"], by_id["F07"]["status"]) == ("county_rehab_centre", "open")
    assert (by_id["F08"]["zone_id"], by_id["F08"]["admits"]) == ("", "anyone")
    assert (by_id["F09"]["zone_id"], by_id["F09"]["admits"]) == ("", "agreement")


def test_a_candidate_stands_at_every_seat_and_community() -> None:
    candidates = {
        row["zone_id"] for row in rows("2025/facilities.csv") if row["status"] == "candidate"
    }
    communities = {unit["zone_id"] for unit, _ in layer("villages") if unit["kind"] == "community"}

    assert candidates == communities
    assert {unit["zone_id"] for unit, _ in layer("villages") if unit["is_seat"] == "yes"} < (
        candidates
    )


def test_facilities_beyond_the_county_lie_outside_its_outline_and_the_others_in_their_zone() -> (
    None
):
    outline = layer("county")[0][1]
    shapes = {unit["zone_id"]: geometry for unit, geometry in layer("villages")}

    for row in rows("2025/facilities.csv"):
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        home = shapes[row["zone_id"]] if row["zone_id"] else None
        assert home.contains(point) if home is not None else not outline.intersects(point)


def test_all_five_classes_occur_for_day_care_at_thirty_minutes() -> None:
    found = {label: day_care_class(label, 30) for label in zones()}

    assert set(found.values()) == {"effective", "neighbour", "nominal", "gap", "unknown"}
    assert {found[label] for label in zones() if label.startswith("N")} == {"unknown"}


# --- What the pencil found ---


@pytest.mark.parametrize("label", sorted(expected.VILLAGES))
def test_minutes_and_classes_by_hand_agree_with_the_plain_loop(label: str) -> None:
    hand = expected.VILLAGES[label]

    assert hand.zone_id == zones()[label]
    assert nearest(label, own=True)[0] == pytest.approx(hand.own)
    best, facility = nearest(label, own=False)
    assert best == pytest.approx(hand.anywhere)
    assert facility == hand.facility_id
    assert tuple(day_care_class(label, limit) for limit in expected.LIMITS) == hand.classes
    assert village_verdict(hand.zone_id) == hand.promise


def test_the_villages_whose_class_depends_on_the_interval_are_the_ones_found_by_hand() -> None:
    def at_end(label: str, factor: float) -> str:
        # Stretching every road by a factor is the same as shrinking the limit's road part by it.
        limit = expected.BOARDING + (30 - expected.BOARDING) / factor
        return day_care_class(label, limit)

    moved = {
        label
        for label in expected.VILLAGES
        if len({at_end(label, factor) for factor in expected.FACTORS}) > 1
    }

    assert moved == expected.DEPENDS_AT_30
    assert tuple(settings()["travel"]["interval"].values()) == expected.FACTORS


def test_three_whole_townships_are_expected() -> None:
    assert sorted(expected.VILLAGES) == sorted(
        f"{letter}{at}" for letter in "ZST" for at in range(1, 9)
    )


def test_no_time_is_at_a_limit_of_its_service_but_the_designed_one() -> None:
    found = set()
    for row in rows("2025/facilities.csv"):
        node = at()[row["facility_id"]]
        if row["status"] not in {"open", "candidate"}:
            continue
        for key in row["services"].split(";") if row["services"] else ["day_care"]:
            one = settings()["services"][key]
            limits = [one["limit"], *one["also"]] if one["measure"] == "minutes" else []
            found |= {
                (label, node)
                for label in zones()
                for limit in limits
                if math.isclose(minutes(label).get(node, math.inf), limit, abs_tol=1e-6)
            }

    assert found == {("S4", "S1")}


def test_the_best_sites_by_hand_are_the_only_best_ones_of_all_combinations() -> None:
    weight = {label: persons()[zone, "eligible_day_care"] or 0 for label, zone in zones().items()}
    base = {label for label in zones() if nearest(label, own=False)[0] <= 30}
    sites = {one: node for one, node in at().items() if one.startswith("C")}
    new = {
        one: {label for label in zones() if minutes(label).get(node, math.inf) <= 30} - base
        for one, node in sites.items()
    }

    def gain(chosen: tuple[str, ...]) -> int:
        return sum(weight[label] for label in set().union(*(new[one] for one in chosen)))

    assert len(base) == expected.EXISTING_PLACES
    assert sum(weight[label] for label in base) == expected.EXISTING_PERSONS
    assert {one: gain((one,)) for one in sites} == expected.GAINS_ALONE
    for size, (chosen, reached, places) in expected.BEST.items():
        ranked = sorted(itertools.combinations(sorted(sites), size), key=gain, reverse=True)
        assert ranked[0] == chosen
        assert gain(ranked[0]) == reached > gain(ranked[1])
        assert len(set().union(*(new[one] for one in chosen))) == places
    after_first = [tuple(sorted(("C07", one))) for one in sites if one != "C07"]
    greedy = max(after_first, key=gain)
    assert (greedy, gain(greedy)) == expected.GREEDY_TWO
    never = set(zones()) - base - set().union(*new.values())
    assert never == expected.NEVER_COVERED
    assert 40 - len(never) == expected.CEILING_PLACES
    assert sum(weight.values()) - sum(weight[one] for one in never) == expected.CEILING_PERSONS


# --- The plan ---


@pytest.mark.parametrize(
    ("year", "verdicts"),
    [("2025", ["pass", "pass", "pass", "pass", "fail"]),
     ("2024", ["pass", "pass", "fail", "cannot_assess", "pass"])],
)  # fmt: skip
def test_township_promise_by_year(year: str, verdicts: list[str]) -> None:
    rule = next(one for one in plan()["rules"] if one["id"] == "township_facility")
    found = []
    for unit, _ in layer("townships"):
        status = {
            row["status"]
            for row in rows(f"{year}/facilities.csv")
            if row["zone_id"].startswith(str(unit["zone_id"])) and row["kind"] in rule["kinds"]
        }
        found.append(
            "pass" if "open" in status else "cannot_assess" if "unknown" in status else "fail"
        )

    assert found == verdicts
    if year == "2025":
        assert list(expected.TOWNSHIP_PROMISE.values()) == verdicts


def plan() -> dict[str, Any]:
    return tomllib.loads((EXAMPLE / "plan.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("year", "sure", "possible"), [("2025", 4, 4), ("2024", 2, 3)])
def test_four_of_five_townships_reach_eighty_per_cent_only_in_2025(
    year: str, sure: int, possible: int
) -> None:
    key = "psychiatric_community_rehab"
    running = [row for row in rows(f"{year}/facilities.csv") if row["status"] == "open"]
    have = {row["zone_id"][:9] for row in running if key in row["services"].split(";")}
    silent = {
        row["zone_id"][:9]
        for row in rows(f"{year}/facilities.csv")
        if row["status"] in {"open", "unknown"} and not row["services"]
    }

    assert len(have) == sure
    assert len(have | silent) == possible
    assert next(one for one in plan()["rules"] if one["id"] == "psychiatric_rehab")["target"] == 0.8


def test_village_services_give_all_three_verdicts_and_both_sides_of_the_period() -> None:
    last = {row["zone_id"]: row["last"] for row in rows("2025/services.csv") if row["last"]}

    assert {village_verdict(zone) for zone in zones().values()} == {
        "pass",
        "fail",
        "cannot_assess",
    }
    assert last[zones()["S2"]] == "2024-06-30"  # 365 days before 2025-06-30
    assert last[zones()["S7"]] == "2024-06-29"  # 366 days
    assert zones()["W8"] not in {row["zone_id"] for row in rows("2025/services.csv")}
    assert {row["status"] for row in rows("2025/services.csv")} == {
        "delivered",
        "planned",
        "none",
        "unknown",
    }


def test_some_villages_pass_in_2025_that_failed_in_2024() -> None:
    better = {
        label
        for label, zone in zones().items()
        if (village_verdict(zone, "2024"), village_verdict(zone)) == ("fail", "pass")
    }

    assert better == {"Z2", "S3", "N7", "T5"}


def test_indicators_by_hand_agree_with_the_files() -> None:
    observed = {row["indicator"]: row for row in rows("2025/indicators.csv")}
    found = {}
    for one in plan()["indicators"]:
        row = observed[one["id"]]
        needs = not one["accumulates"]
        if one["operator"] == "tracks" or (needs and not row["denominator"]):
            found[one["id"]] = "cannot_assess"
            continue
        value = float(row["value"])
        reached = value > one["target"] if one["operator"] == ">" else value >= one["target"]
        found[one["id"]] = "pass" if reached else "fail"
        if needs:
            counted = value * float(row["denominator"]) / 100
            assert counted == pytest.approx(round(counted))

    assert found == {
        key: value for key, value in expected.COUNTY_VERDICTS.items() if key.startswith("indicator")
    }
    assert set(found.values()) == {"pass", "fail", "cannot_assess"}


# --- Files ---


def test_both_studies_open_without_a_fault() -> None:
    latest = open_study(EXAMPLE)
    earlier = open_study(EXAMPLE / "study-2024.toml")

    assert (latest.config.id, earlier.config.id) == ("example", "example-2024")
    assert len(latest.villages) == len(earlier.villages) == 40
    assert latest.basis_of("facilities", "persons", "services", "road_edges") == "measured"


def test_csv_files_have_a_byte_order_mark_and_unix_line_ends() -> None:
    for path in EXAMPLE.rglob("*.csv"):
        content = path.read_bytes()
        assert content.startswith("\ufeff".encode())
        assert b"\r" not in content


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_build_gives_the_committed_bytes(seed: str, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "import example; example.build(Path(sys.argv[2]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(DATA / "build"), str(tmp_path)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    made = {p.relative_to(tmp_path / "example"): p for p in tmp_path.rglob("*") if p.is_file()}
    committed = {p.relative_to(EXAMPLE): p for p in EXAMPLE.rglob("*") if p.is_file()}

    assert made.keys() == committed.keys()
    for name, path in made.items():
        assert path.read_bytes() == committed[name].read_bytes(), name


def test_the_page_tells_what_the_files_say() -> None:
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    told = {
        cells[2].strip(): [cell.strip() for cell in cells]
        for cells in (line.split("|") for line in page.splitlines() if line.startswith("| "))
        if cells[2].strip() in set(zones().values())
    }

    assert len(told) == 40
    for label, zone in zones().items():
        cells = told[zone]
        assert int(cells[4]) == persons()[zone, "all"]
        assert cells[9].split()[-1] == day_care_class(label, 30)
        best = nearest(label, own=False)[0]
        assert cells[7] == ("无法到达 unreachable" if math.isinf(best) else f"{best:g}")


def test_every_assumption_has_a_plain_key_and_its_words_in_both_languages() -> None:
    content = (EXAMPLE / "ASSUMPTIONS.md").read_bytes()
    table, faults = read_assumptions(content, Path("ASSUMPTIONS.md"))

    assert faults == []
    assert {"study.period_days", "travel.boarding_min", "siting.limit"} <= set(table["key"])
    assert (table != "").all().all()
    for name in ("what", "why", "replace"):
        assert table[f"{name}_zh"].str.contains("[\u4e00-\u9fff]").all()
        assert not table[name].str.contains("[\u4e00-\u9fff]").any()
