"""The demonstration county: its numbers add up, its sources are right, and nothing is hidden."""

from __future__ import annotations

import csv
import hashlib
import importlib
import itertools
import json
import math
import re
import shutil
import sys
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from wushan_geo.sources.assumptions import read_assumptions
from wushan_geo.study.plan import Plan, parse_plan
from wushan_geo.study.standard_profiles import STANDARD_PROFILES, profile_section

DATA = Path(__file__).resolve().parents[1] / "data"
if str(DATA / "build") not in sys.path:
    sys.path.insert(0, str(DATA / "build"))
assumptions = importlib.import_module("assumptions")
facilities = importlib.import_module("facilities")
persons = importlib.import_module("persons")
plan = importlib.import_module("plan")
rounding = importlib.import_module("rounding")
services = importlib.import_module("services")
wushan = importlib.import_module("wushan")

OWN = (
    "persons.csv",
    "facilities.csv",
    "services.csv",
    "eligibility.csv",
    "plan.toml",
    "ASSUMPTIONS.md",
    "README.md",
    "facts/villages.csv",
    "facts/facilities.csv",
)
TYPES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
AGES = ("age_0_15", "age_16_59", "age_60_plus")
ELIGIBLE = ("eligible_day_care", "eligible_sheltered_employment", "eligible_concentrated_care")
# typed from the yearbook and worked out by hand: persons_10k / 1063.6 x 19000, largest remainders
TYPE_TOTALS = {
    "visual": 2047,
    "hearing": 1458,
    "speech": 91,
    "physical": 9697,
    "intellectual": 1543,
    "mental": 3187,
    "multiple": 977,
}
BINDING = {3, 4, 5, 9, 10, 11}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(DATA / "boundaries", folder / "boundaries")
    wushan.build(folder)
    return folder / "wushan"


@pytest.fixture(scope="module")
def counts(made: Path) -> pd.DataFrame:
    table = pd.DataFrame(rows_of(made / "persons.csv")).astype({"persons": int})
    return table.pivot_table(index="zone_id", columns="group", values="persons", aggfunc="sum")


@pytest.fixture(scope="module")
def sites(made: Path) -> dict[str, dict[str, str]]:
    return {row["facility_id"]: row for row in rows_of(made / "facilities.csv")}


@pytest.fixture(scope="module")
def parsed(made: Path) -> Plan:
    raw = tomllib.loads((made / "plan.toml").read_text(encoding="utf-8"))
    result, faults = parse_plan(raw, "plan.toml")
    assert faults == []
    assert result is not None
    return result


@pytest.fixture(scope="module")
def layers() -> dict[str, dict[str, Any]]:
    found = {}
    for name in ("townships", "villages"):
        text = (DATA / "boundaries" / f"{name}.geojson").read_text(encoding="utf-8")
        features = json.loads(text)["features"]
        found[name] = {one["properties"]["zone_id"]: one for one in features}
    return found


# --- the files


def test_what_is_committed_is_what_the_build_makes(made: Path) -> None:
    assert [n for n in OWN if (made / n).read_bytes() != (DATA / "wushan" / n).read_bytes()] == []


def test_the_build_writes_these_files_and_no_others(made: Path) -> None:
    found = {p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file()}
    assert found == set(OWN)


def test_tables_are_utf8_with_bom_and_lf(made: Path) -> None:
    for name in OWN:
        content = (made / name).read_bytes()
        assert b"\r" not in content
        assert content.startswith(b"\xef\xbb\xbf") == name.endswith(".csv")


# --- persons


def test_each_village_has_each_group_once(made: Path, layers: dict[str, dict[str, Any]]) -> None:
    keys = [(row["zone_id"], row["group"]) for row in rows_of(made / "persons.csv")]
    groups = ("all", *TYPES, "severe", *AGES, *ELIGIBLE)
    assert keys == list(itertools.product(sorted(layers["villages"]), groups))
    assert {row["basis"] for row in rows_of(made / "persons.csv")} == {"modelled"}


def test_the_county_totals_are_the_ones_worked_out_by_hand(counts: pd.DataFrame) -> None:
    totals = counts.sum()
    assert len(counts) == 340
    assert totals["all"] == 19000
    assert totals["severe"] == 5628  # 29.62 % of 19,000 is 5,627.8
    assert totals["severe"] > 5447
    assert totals[list(TYPES)].to_dict() == TYPE_TOTALS
    # 44.16 / 82.96 of 19,000 is 10,113.8; 5 % is 950; the rest is 7,936.2
    assert totals[list(AGES)].tolist() == [950, 7936, 10114]
    # 7,936 x (1,543 + 3,187 + 9,697 x 5,628 / 19,000) / 19,000 = 3,175.4
    assert totals[list(ELIGIBLE)].tolist() == [3175, 3175, 3175]


def test_types_and_ages_add_up_in_every_village(counts: pd.DataFrame) -> None:
    assert (counts[list(TYPES)].sum(axis=1) == counts["all"]).all()
    assert (counts[list(AGES)].sum(axis=1) == counts["all"]).all()


def test_no_part_is_above_its_whole(counts: pd.DataFrame) -> None:
    assert (counts["severe"] <= counts["all"]).all()
    for group in ELIGIBLE:
        assert (counts[group] <= counts["age_16_59"]).all()
        named = counts["intellectual"] + counts["mental"] + counts["physical"]
        assert (counts[group] <= named).all()
        assert (counts[group] == counts["eligible_day_care"]).all()


@pytest.mark.parametrize("digits", [12, 9, 6])
def test_each_cell_is_its_expectation_rounded_down_or_up_at_each_level(
    counts: pd.DataFrame, digits: int
) -> None:
    sums = counts.groupby(counts.index.str[:digits]).sum()
    for group in (*TYPES, *AGES, "severe", "eligible_day_care"):
        total = int(counts[group].sum())
        for whole, part in zip(sums["all"], sums[group], strict=True):
            expected = Fraction(int(whole) * total, 19000)
            assert part in {math.floor(expected), math.ceil(expected)}


def test_townships_follow_the_three_known_counts_and_the_census_of_2010(
    counts: pd.DataFrame,
) -> None:
    residents = persons.residents_2020()
    known = {"500237101": 31472, "500237211": 4315, "500237229": 10424}
    assert {code: int(residents[code]) for code in known} == known
    assert int(residents.sum()) == 462462
    # Dachang: 36,217 x (462,462 - 46,211) / (495,072 - 57,199) = 34,428.7
    assert int(residents["500237102"]) == 34429
    shares = counts["all"].groupby(counts.index.str[:9]).sum()
    assert list(shares.index) == list(residents.index)
    for code, whole in shares.items():
        assert abs(whole - 19000 * int(residents[code]) / 462462) < 1


def test_the_urban_units_share_one_census_figure_by_their_number_of_villages() -> None:
    residents = persons.residents_2010()
    # 117,873 by 13, 4 and 19 of 36 units: 42,565.25, 13,097 and 62,210.75
    assert residents[["500237001", "500237002", "500237111"]].tolist() == [42565, 13097, 62211]
    assert int(residents.sum()) == 495072


def test_a_community_counts_as_two_villages(counts: pd.DataFrame) -> None:
    # Daxi: 177 persons over one community and six villages, 177 / 8 = 22.1 a village
    daxi = counts.loc[counts.index.str.startswith("500237211"), "all"]
    assert daxi.tolist() == [45, 22, 22, 22, 22, 22, 22]


def test_an_impossible_count_stops_the_build() -> None:
    cell = dict.fromkeys(("intellectual", "mental", "physical", "age_16_59"), 1)
    counts = {("a", group): persons_ for group, persons_ in (cell | {"eligible_x": 2}).items()}
    with pytest.raises(ValueError, match="a: more persons in eligible_x"):
        persons._check(counts, "a", "eligible_x")


# --- controlled rounding


def brute_force(
    rows: dict[str, int], columns: dict[str, int], parents: dict[str, str]
) -> Fraction | None:
    """Least squared change over all tables of floors and ceilings that add up, by enumeration."""
    total = sum(rows.values())
    cells = list(itertools.product(rows, columns))
    expected = {cell: Fraction(rows[cell[0]] * columns[cell[1]], total) for cell in cells}
    options = [{math.floor(expected[cell]), math.ceil(expected[cell])} for cell in cells]
    best: Fraction | None = None
    for values in itertools.product(*options):
        table = dict(zip(cells, values, strict=True))
        if not adds_up(table, rows, columns) or not parts_hold(table, expected, parents):
            continue
        change = sum(((table[cell] - expected[cell]) ** 2 for cell in cells), Fraction(0))
        best = change if best is None else min(best, change)
    return best


def adds_up(
    table: dict[tuple[str, str], int], rows: dict[str, int], columns: dict[str, int]
) -> bool:
    return all(sum(table[row, c] for c in columns) == rows[row] for row in rows) and all(
        sum(table[r, column] for r in rows) == columns[column] for column in columns
    )


def parts_hold(
    table: dict[tuple[str, str], int],
    expected: dict[tuple[str, str], Fraction],
    parents: dict[str, str],
) -> bool:
    parts = {(parents[row], column) for row, column in table}
    for parent, column in parts:
        inside = [cell for cell in table if (parents[cell[0]], cell[1]) == (parent, column)]
        whole = sum((expected[cell] for cell in inside), Fraction(0))
        if sum(table[cell] for cell in inside) not in {math.floor(whole), math.ceil(whole)}:
            return False
    return True


@st.composite
def small_tables(
    draw: st.DrawFn, most_rows: int, most: int
) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    sizes = draw(st.lists(st.integers(0, most), min_size=1, max_size=most_rows))
    rows = {f"r{at}": size for at, size in enumerate(sizes)}
    parents = {row: f"p{draw(st.integers(0, 2))}" for row in rows}
    total = sum(sizes)
    cuts = sorted(draw(st.lists(st.integers(0, total), min_size=1, max_size=3)))
    edges = [0, *cuts, total]
    columns = {f"c{at}": b - a for at, (a, b) in enumerate(itertools.pairwise(edges))}
    return rows, columns, parents


@given(small_tables(30, 200))
@settings(max_examples=60, deadline=None)
def test_rounding_is_exact_at_each_level_and_never_moves_a_cell_by_one(
    case: tuple[dict[str, int], dict[str, int], dict[str, str]],
) -> None:
    rows, columns, parents = case
    table = rounding.controlled_rounding(rows, columns, parents)
    total = sum(rows.values())
    assert adds_up(table, rows, columns)
    if total:
        expected = {(r, c): Fraction(rows[r] * columns[c], total) for r, c in table}
        assert all(abs(table[cell] - expected[cell]) < 1 for cell in table)
        assert parts_hold(table, expected, parents)


@given(small_tables(4, 7))
@settings(max_examples=40, deadline=None)
def test_rounding_changes_as_little_as_the_best_table_found_by_enumeration(
    case: tuple[dict[str, int], dict[str, int], dict[str, str]],
) -> None:
    rows, columns, parents = case
    table = rounding.controlled_rounding(rows, columns, parents)
    total = sum(rows.values())
    if total == 0 or len(table) > 12:
        return
    change = sum(
        ((table[r, c] - Fraction(rows[r] * columns[c], total)) ** 2 for r, c in table), Fraction(0)
    )
    assert change == brute_force(rows, columns, parents)


def test_rounding_does_not_depend_on_the_order_of_rows_and_columns() -> None:
    rows = {f"r{at}": 7 for at in range(9)}  # all alike: only the names break the ties
    columns = {"x": 21, "y": 21, "z": 21}
    parents = {row: row[-1] for row in rows}
    table = rounding.controlled_rounding(rows, columns, parents)
    turned = rounding.controlled_rounding(
        dict(reversed(rows.items())), dict(reversed(columns.items())), parents
    )
    assert list(table.items()) == list(turned.items())


def test_ties_fall_to_the_smallest_sum_of_digests_so_that_no_solver_can_choose() -> None:
    rows = dict.fromkeys(("r0", "r1", "r2", "r3", "r4", "r5"), 1)
    table = rounding.controlled_rounding(rows, {"x": 3, "y": 3}, dict.fromkeys(rows, "p"))

    def digests(in_x: tuple[str, ...]) -> int:
        cells = (f"{row}|{'x' if row in in_x else 'y'}" for row in rows)
        return sum(int(hashlib.sha256(cell.encode()).hexdigest()[:8], 16) for cell in cells)

    best = min(itertools.combinations(rows, 3), key=digests)
    assert {row for row in rows if table[row, "x"]} == set(best)


def test_rounding_refuses_margins_that_do_not_agree() -> None:
    with pytest.raises(ValueError, match="add up to the same number"):
        rounding.controlled_rounding({"a": 2}, {"x": 1}, {"a": "t"})
    with pytest.raises(ValueError, match="at least 0"):
        rounding.controlled_rounding({"a": 0}, {"x": 1, "y": -1}, {"a": "t"})


# --- facilities


def test_the_centre_is_planned_stated_and_inside_wuxia(
    sites: dict[str, dict[str, str]], layers: dict[str, dict[str, Any]]
) -> None:
    centre = sites["county-rehab-centre"]
    assert centre["kind"] == "county_rehab_centre"
    assert (centre["status"], centre["services"]) == ("planned", "county_rehab")
    assert (centre["basis"], centre["point_basis"]) == ("stated", "inferred")
    assert (centre["capacity"], centre["zone_id"]) == ("", "500237111")
    wuxia = shape(layers["townships"]["500237111"]["geometry"])
    assert wuxia.contains(Point(float(centre["lon"]), float(centre["lat"])))


def test_demonstration_homes_are_named_as_such_and_marked_modelled(
    sites: dict[str, dict[str, str]],
) -> None:
    homes = [row for key, row in sites.items() if key.startswith("demo-")]
    assert [row["name"] for row in homes] == [f"演示设施{at:02d}" for at in range(1, 10)]
    assert {row["basis"] for row in homes} == {"modelled"}
    assert {row["kind"] for row in homes} == {"sunshine_home", "home_of_disabled"}
    assert all("虚构" in row["note"] for row in homes)


def test_demonstration_homes_show_each_case_a_planner_meets(
    sites: dict[str, dict[str, str]], layers: dict[str, dict[str, Any]]
) -> None:
    homes = [row for key, row in sites.items() if key.startswith("demo-")]
    assert [row["status"] for row in homes].count("planned") == 1
    unknown = [row for row in homes if not row["services"]]
    assert [(row["status"], "待核实" in row["note"]) for row in unknown] == [("open", True)]
    assert [row["facility_id"] for row in homes if not row["capacity"]] == ["demo-06"]
    assert {"township", "county", "agreement"} <= {row["admits"] for row in homes}
    assert any("psychiatric_community_rehab" in row["services"] for row in homes)
    banks = {layers["villages"][row["zone_id"]]["properties"]["bank"] for row in homes}
    assert {"N", "S"} <= banks


def test_homes_stand_in_every_third_township_from_the_second_on(
    sites: dict[str, dict[str, str]], layers: dict[str, dict[str, Any]]
) -> None:
    codes = [row["zone_id"][:9] for key, row in sites.items() if key.startswith("demo-")]
    assert codes == sorted(layers["townships"])[1::3]


def test_candidates_are_all_seats_and_communities_without_twins(
    sites: dict[str, dict[str, str]], layers: dict[str, dict[str, Any]]
) -> None:
    rows = [row for row in sites.values() if row["status"] == "candidate"]
    wanted = {
        code
        for code, one in layers["villages"].items()
        if one["properties"]["is_seat"] == "yes" or one["properties"]["kind"] == "community"
    }
    assert {row["zone_id"] for row in rows} == wanted
    assert len(rows) == len({(row["lon"], row["lat"]) for row in rows}) == len(wanted)
    assert {row["services"] for row in rows} == {"day_care;sheltered_employment"}
    assert {row["kind"] for row in rows} == {"candidate_site"}
    assert {row["admits"] for row in rows} == {"county"}


def test_every_site_stands_inside_its_zone(
    sites: dict[str, dict[str, str]], layers: dict[str, dict[str, Any]]
) -> None:
    for row in sites.values():
        zones = layers["villages"] if len(row["zone_id"]) == 12 else layers["townships"]
        outline = shape(zones[row["zone_id"]]["geometry"])
        assert outline.contains(Point(float(row["lon"]), float(row["lat"]))), row["facility_id"]


def test_a_facility_takes_the_basis_of_its_point(
    sites: dict[str, dict[str, str]], layers: dict[str, dict[str, Any]]
) -> None:
    for row in sites.values():
        if row["facility_id"] != "county-rehab-centre":
            village = layers["villages"][row["zone_id"]]["properties"]
            assert row["point_basis"] == village["point_basis"]


def test_two_candidates_at_one_point_stop_the_build() -> None:
    villages = pd.DataFrame(
        {
            "zone_id": ["1", "2"],
            "kind": ["community", "community"],
            "is_seat": ["yes", "no"],
            "demand_lon": [110.0, 110.0],
            "demand_lat": [31.0, 31.0],
        }
    )
    towns = pd.DataFrame({"zone_id": ["1"], "name": ["甲"], "name_en": ["A"]})
    with pytest.raises(ValueError, match="same point"):
        facilities.candidates(villages, towns, {}, "2025-06-30")


# --- village services


def test_each_village_has_each_service_once(made: Path, layers: dict[str, dict[str, Any]]) -> None:
    keys = [(row["zone_id"], row["service"]) for row in rows_of(made / "services.csv")]
    wanted = ("visiting", "community_care", "neighbour_help")
    assert keys == list(itertools.product(sorted(layers["villages"]), wanted))


def test_service_records_hold_all_statuses_and_say_when_only_if_delivered(made: Path) -> None:
    rows = rows_of(made / "services.csv")
    for service in ("visiting", "community_care", "neighbour_help"):
        found = {row["status"] for row in rows if row["service"] == service}
        assert found == {"delivered", "planned", "none", "unknown"}
    for row in rows:
        filled = {bool(row[name]) for name in ("provider", "last", "per_quarter")}
        assert filled == {row["status"] == "delivered"}
    assert {row["basis"] for row in rows} == {"modelled"}


def test_a_few_deliveries_are_older_than_the_period_and_none_is_in_the_future(made: Path) -> None:
    study = assumptions.study_settings(made.parent)["study"]
    rows = [row for row in rows_of(made / "services.csv") if row["last"]]
    ages = [(study["as_of"] - date.fromisoformat(row["last"])).days for row in rows]
    old = [age for age in ages if age > study["period_days"]]
    assert min(ages) >= 0
    assert 0 < len(old) < len(ages) / 4
    assert {row["as_of"] for row in rows} == {study["as_of"].isoformat()}


def test_a_record_is_the_same_on_every_machine() -> None:
    # SHA-256 of the three names, first eight bytes, modulo: checked with sha256sum
    assert services.draw("500237101001", "visiting", "status", 100) == 39
    assert services.draw("500237101001", "visiting", "last", 421) == 167


# --- the plan


def test_the_plan_quotes_the_promise_in_full(parsed: Plan) -> None:
    assert parsed.quote.zh == "乡乡有设施（机构）、村村有服务内容"
    assert parsed.document == "巫山府发〔2022〕9号"
    assert parsed.issued == date(2022, 4, 14)
    assert parsed.years == (2021, 2025)


def test_the_rules_carry_force_target_clause_and_units(parsed: Plan) -> None:
    rules = {rule.id: rule for rule in parsed.rules}
    township, village = rules["township_facility"], rules["village_service"]
    assert (township.force, township.target, township.services) == ("general", 1.0, ())
    assert "county_rehab_centre" not in township.kinds
    assert township.lead_units == "县残联、县民政局"
    assert township.responsible_units.endswith("not named in the annex")
    assert village.services == ("visiting", "community_care", "neighbour_help")
    assert village.lead_units.endswith("not named in the annex")
    psychiatric = rules["psychiatric_rehab"]
    assert psychiatric.target == 0.8
    assert "21 of 26" in psychiatric.text.en
    assert psychiatric.lead_units.endswith("not named in the annex")
    assert rules["county_rehab_centre"].kinds == ("county_rehab_centre",)
    # a rule of its own: else the rehabilitation centre alone would stand for full coverage
    assert rules["county_full_coverage"].kinds == ("county_care_centre",)
    assert rules["county_full_coverage"].responsible_units == "县发展改革委"
    assert all("Chapter" in rule.clause and "第" in rule.clause for rule in parsed.rules)


def test_the_four_services_are_a_profile_and_not_four_promises(parsed: Plan) -> None:
    wanted = {"concentrated_care", "day_care", "community_rehab", "sheltered_employment"}
    assert {one.service for one in parsed.profiles} == wanted
    asked = {service for rule in parsed.rules for service in rule.services}
    assert asked.isdisjoint(wanted)


def test_the_eleven_indicators_read_as_the_plan_prints_them(parsed: Plan) -> None:
    by_number = {one.number: one for one in parsed.indicators}
    assert sorted(by_number) == list(range(1, 12))
    assert {n for n, one in by_number.items() if one.kind == "binding"} == BINDING
    assert {n for n, one in by_number.items() if one.operator == ">"} == {6, 7}
    assert {n for n, one in by_number.items() if one.operator == "tracks"} == {1}
    assert {n for n, one in by_number.items() if one.accumulates} == {2}
    targets = {n: one.target for n, one in by_number.items()}
    assert targets == {
        1: None, 2: 2000, 3: 100, 4: 100, 5: 100, 6: 90, 7: 95, 8: 97, 9: 85, 10: 85, 11: 100,
    }  # fmt: skip


def test_the_target_of_indicator_eight_lies_below_its_baseline(parsed: Plan) -> None:
    eighth = parsed.indicators[7]
    assert (eighth.target, eighth.baseline) == (97, 100)
    # 16,688 / 19,000 is no participation rate, so no other indicator has a baseline
    assert [one.number for one in parsed.indicators if one.baseline is not None] == [8]


def test_each_indicator_says_over_whom_it_is_counted(parsed: Plan) -> None:
    assert "有康复需求" in parsed.indicators[8].denominator.zh
    assert "有辅助器具需求" in parsed.indicators[9].denominator.zh
    assert "households" in parsed.indicators[10].denominator.en
    assert "2021—2025" in parsed.indicators[1].denominator.zh
    assert all(one.denominator.zh and one.denominator.en for one in parsed.indicators)


def test_trusteeship_is_for_three_types_of_working_age(made: Path) -> None:
    rows = rows_of(made / "eligibility.csv")
    for service in ("day_care", "sheltered_employment", "concentrated_care"):
        own = [row for row in rows if row["service"] == service]
        yes = {(row["type"], row["severity"]) for row in own if row["eligible"] == "yes"}
        assert yes == {("intellectual", "any"), ("mental", "any"), ("physical", "severe")}
        assert {row["age_band"] for row in own} == {"age_16_59"}
        assert {row["type"] for row in own} == set(TYPES)
    assert all(row["clause"] for row in rows)


def test_text_with_quotes_and_line_ends_survives_as_toml() -> None:
    text = 'a "b" \\ c\n丙'
    written = plan.toml({"plan": {"x": text, "y": {"zh": text, "en": "z"}, "on": True}})
    assert tomllib.loads(written)["plan"] == {"x": text, "y": {"zh": text, "en": "z"}, "on": True}
    with pytest.raises(TypeError, match="No TOML form"):
        plan.toml({"plan": {"x": None}})


# --- assumptions and README


def settings_claims(content: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Numbers of the study file, found without the build's own code."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        key = f"{path}.{name}".lstrip(".")
        if isinstance(value, dict):
            found |= settings_claims(value, key)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found[key] = [value]
        elif isinstance(value, list) and value and isinstance(value[0], (int, float)):
            found[key] = value
    return found


def test_every_number_of_the_study_file_is_an_assumption_with_its_value(made: Path) -> None:
    table, faults = read_assumptions((made / "ASSUMPTIONS.md").read_bytes(), Path("A.md"))
    assert faults == []
    listed = dict(zip(table["key"], table["value"], strict=True))
    claims = settings_claims(assumptions.study_settings(made.parent))
    assert {"travel.speeds_kmh.village", "services.day_care.limit", "siting.limit"} <= set(claims)
    for key, values in claims.items():
        assert [float(part) for part in listed[key].split(";")] == values


def test_every_claim_on_travel_is_an_assumption_that_says_so(made: Path) -> None:
    table, _ = read_assumptions((made / "ASSUMPTIONS.md").read_bytes(), Path("A.md"))
    rows = table.set_index("key")
    travel = assumptions.study_settings(made.parent)["travel"]

    assert rows.loc["travel.conditions.flood.closes_ferries", "value"] == "yes"
    for group, profile in travel["group_profiles"].items():
        assert rows.loc[f"travel.group_profiles.{group}", "value"] == profile
    for part in ("profiles", "conditions", "group_profiles"):
        own = rows[rows.index.str.startswith(f"travel.{part}.")]
        assert len(own) >= 4
        assert own["why"].str.contains("planning assumption").all()
        assert own["why_zh"].str.contains("规划假设").all()


def test_the_study_takes_the_standard_profiles_as_they_are(made: Path) -> None:
    written = assumptions.study_settings(made.parent)["travel"]["profiles"]
    texts = [profile_section(one) for one in STANDARD_PROFILES.values()]

    assert written == tomllib.loads("\n".join(texts))["travel"]["profiles"]


def test_the_assumptions_cover_every_step_and_leave_no_field_empty(made: Path) -> None:
    table, _ = read_assumptions((made / "ASSUMPTIONS.md").read_bytes(), Path("A.md"))
    steps = {key.split(".")[0] for key in table["key"]}
    assert {"zones", "persons", "facilities", "records", "plan", "roads", "study"} <= steps
    assert (table != "").all().all()
    for name in ("what", "why", "replace"):
        assert table[f"{name}_zh"].str.contains("[\u4e00-\u9fff]").all()
        english = table[name].str.replace("普遍 (generally)", "", regex=False)
        assert not english.str.contains("[\u4e00-\u9fff]").any()
    listed = dict(zip(table["key"], table["value"], strict=True))
    assert listed["persons.severe"] == "5628"
    assert listed["persons.eligible"] == "3175"
    assert listed["facilities.capacity"] == "40; 30; 10; 36; 20; unknown; 20; 24; 12"
    assert listed["study.as_of"] == "2025-06-30"


def test_every_column_of_the_made_up_homes_is_an_assumption() -> None:
    keys = {row.key for row in facilities.assumptions(Path())}
    with facilities.HOMES.open(encoding="utf-8-sig", newline="") as stream:
        columns = next(csv.reader(stream))
    assert {f"facilities.{name}" for name in columns if name != "note"} <= keys


def test_a_number_without_words_stops_the_build() -> None:
    with pytest.raises(KeyError, match=r"travel\.luck"):
        assumptions.of_study({"travel": {"luck": 7}})


def test_a_source_in_one_language_stops_the_build() -> None:
    for source in ("规划假设", "规划假设；项目组", "an assumption; a guess"):
        with pytest.raises(ValueError, match="No Chinese and then English"):
            assumptions.in_two(source)


def test_an_assumption_that_would_break_the_table_is_refused() -> None:
    one = assumptions.Assumption("a", "b", "c", "1", "m", "e", "f", "g", "h")
    with pytest.raises(ValueError, match="named twice: a"):
        assumptions.page([one, one])
    broken = assumptions.Assumption("a", "b | c", "c", "1", "m", "e", "f", "g", "h")
    with pytest.raises(ValueError, match="breaks it"):
        assumptions.page([broken])


def test_the_readme_table_adds_up_to_the_county(made: Path, counts: pd.DataFrame) -> None:
    lines = (made / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| 500237\d{3} \|", line)]
    total = next(line for line in lines if "合计 total" in line)
    numbers = [numbers_of(row)[1:] for row in rows]
    assert len(rows) == 26
    assert [sum(column) for column in zip(*numbers, strict=True)] == numbers_of(total)
    assert numbers_of(total)[3:5] == [counts["all"].sum(), counts["severe"].sum()]


def numbers_of(line: str) -> list[int]:
    cells = (cell.strip(" *†\\").replace(",", "") for cell in line.split("|"))
    return [int(cell) for cell in cells if cell.isdigit()]


def test_the_readme_carries_the_notice_and_leaves_no_gap(made: Path) -> None:
    text = (made / "README.md").read_text(encoding="utf-8")
    assert "【演示数据】" in text
    assert "CC BY 4.0" in text
    assert "{" not in text


# --- the study of facts


def test_the_study_of_facts_holds_one_facility_and_no_made_up_village(
    made: Path, layers: dict[str, dict[str, Any]]
) -> None:
    assert [row["facility_id"] for row in rows_of(made / "facts" / "facilities.csv")] == [
        "county-rehab-centre"
    ]
    rows = rows_of(made / "facts" / "villages.csv")
    assert [row["zone_id"] for row in rows] == sorted(layers["villages"])
    assert sum(row["is_seat"] == "yes" for row in rows) == 26
    assert {row["basis"] for row in rows} == {"stated"}
    assert not {"demand_lon", "demand_lat", "geometry"} & set(rows[0])
