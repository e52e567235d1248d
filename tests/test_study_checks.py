"""What only several tables together can tell, on the tiny study with one thing broken at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import builders
import pytest
from builders import added, broken, replaced

from wushan_geo.sources.opening import open_study
from wushan_geo.study.checks import check_study
from wushan_geo.study.tables import Tables

if TYPE_CHECKING:
    from pathlib import Path


def villages(**changes: dict[str, object]) -> str:
    """Write the villages; ``v2={"name": "x"}`` changes the attributes of the third."""
    return builders.geojson(
        *(
            (builders.village(at, **changes.get(f"v{at}", {})), builders.village_box(at))
            for at in range(4)
        )
    )


def test_the_tiny_study_has_no_fault(tmp_path: Path) -> None:
    assert broken(tmp_path) == []


def test_a_village_without_township_is_named_with_the_nearest_code(tmp_path: Path) -> None:
    builders.make_study_folder(tmp_path, villages=villages(v3={"parent_id": "990201003"}))

    (fault,) = builders.faults_of(tmp_path)

    assert (fault.file, fault.row, fault.column) == ("villages.geojson", 4, "parent_id")
    assert fault.value == "990201003"
    assert fault.rule == "is the code of a township of the study"
    assert fault.suggestion.startswith("Did you mean '99020100")


def test_a_village_of_another_township_than_its_code_says_is_named(tmp_path: Path) -> None:
    found = broken(tmp_path, villages=villages(v0={"parent_id": "990201002"}))

    assert found == [
        (
            "villages.geojson",
            1,
            "parent_id",
            "990201001001",
            "lies inside its township 990201002",
        ),
        ("villages.geojson", 1, "parent_id", "990201002", "is the first nine digits of zone_id"),
    ]


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("9.90201E+11", "Excel has rounded the code and it cannot be restored"),
        ("99020100101", "the code cannot be restored"),
        ("99020100100A", "Excel may have dropped a zero"),
    ],
)
def test_a_spoilt_code_is_a_fault_and_the_hint_says_how_it_was_spoilt(
    tmp_path: Path, code: str, hint: str
) -> None:
    folder = builders.make_study_folder(tmp_path, villages=villages(v0={"zone_id": code}))

    (fault,) = [one for one in builders.faults_of(folder) if one.file == "villages.geojson"]

    assert (fault.row, fault.column, fault.value) == (1, "zone_id", code)
    assert hint in fault.suggestion


@pytest.mark.parametrize("code", ["990201001001.0", "９９０２０１００１００１", "'990201001001"])
def test_a_code_that_lost_nothing_is_repaired(tmp_path: Path, code: str) -> None:
    assert broken(tmp_path, villages=villages(v0={"zone_id": code})) == []


def test_codes_that_a_layer_holds_as_numbers_are_read_as_codes(tmp_path: Path) -> None:
    assert broken(tmp_path, villages=villages(v0={"zone_id": 990201001001})) == []


def test_townships_and_the_outline_belong_to_the_county_of_the_study_file(tmp_path: Path) -> None:
    found = broken(tmp_path, study=replaced(('county = "990201"', 'county = "990202"')))

    assert [(one[0], one[1], one[4]) for one in found] == [
        ("county.geojson", 1, "is the county of the study file (990202)"),
        ("townships.geojson", 1, "starts with the county code 990202"),
        ("townships.geojson", 2, "starts with the county code 990202"),
    ]


@pytest.mark.parametrize(
    ("table", "file", "row", "column", "rule"),
    [
        ("persons", "990201009001,all,1,measured", 22, "zone_id", "is the code of a village of"),
        ("persons", "990201001001,al,1,measured", 22, "group", "is a group of persons"),
        ("services", "990201009001,visiting,none,,,,measured", 6, "zone_id", "is the code of a v"),
        ("services", "990201001001,visitng,none,,,,measured", 6, "service", "is a service named"),
        ("eligibility", "day_cares,mental,any,any,yes,1", 3, "service", "is a service named in"),
        ("eligibility", "day_care,mentl,any,any,yes,1", 3, "type", "is a known type of disability"),
        ("eligibility", "day_care,mental,any,old,yes,1", 3, "age_band", "is a known age band"),
        (
            "facilities",
            "F2,x,sunshine_home,,,open,county,990201003,,,measured",
            4,
            "zone_id",
            "is the code of a village or township of the study",
        ),
        (
            "facilities",
            "F2,x,sunshine_home,day_care;dai_care,,open,county,,,,measured",
            4,
            "services",
            "is a service named in the study file",
        ),
        ("road_nodes", "n5,109.9,31.0,junction,990201003,measured", 6, "zone_id", "is the code of"),
        (
            "road_edges",
            "e4,n1,n9,10,county,no,no,,measured",
            5,
            "v",
            "is a node of roads/nodes.csv",
        ),
        (
            "road_edges",
            "e4,n9,n1,10,county,no,no,,measured",
            5,
            "u",
            "is a node of roads/nodes.csv",
        ),
        (
            "road_edges",
            "e4,n1,n2,9000,county,no,no,brigde,measured",
            5,
            "crossing_id",
            "is a crossi",
        ),
        ("indicators", "traned,3,measured", 3, "indicator", "is an indicator of the plan"),
    ],
)
def test_an_id_that_stands_nowhere_else_is_a_fault(
    tmp_path: Path, table: str, file: str, row: int, column: str, rule: str
) -> None:
    (found,) = broken(tmp_path, **{table: added(file)})

    assert found[1:3] == (row, column)
    assert found[4].startswith(rule)


def test_a_facility_without_a_zone_stands_beyond_the_county_and_is_fine(tmp_path: Path) -> None:
    row = "F2,县外机构,welfare_home,day_care,5,open,anyone,,110.2,31.2,stated"

    assert broken(tmp_path, facilities=added(row)) == []


def test_an_unknown_service_suggests_the_nearest_one(tmp_path: Path) -> None:
    folder = builders.make_study_folder(
        tmp_path, services=replaced(("visiting,none", "visting,none"))
    )

    (fault,) = builders.faults_of(folder)

    assert (fault.row, fault.value) == (3, "visting")
    assert fault.suggestion == "Did you mean 'visiting'?"


def test_a_service_of_the_plan_that_the_study_does_not_know_is_a_fault(tmp_path: Path) -> None:
    found = broken(
        tmp_path,
        plan=replaced(
            ('services = ["visiting"]', 'services = ["visiting", "cinema"]'),
            ('service = "day_care"', 'service = "day_cinema"'),
        ),
    )

    assert [one[:4] for one in found] == [
        ("plan.toml", None, "profiles[1].service", "day_cinema"),
        ("plan.toml", None, "rules[2].services", "cinema"),
    ]


def test_a_village_left_out_of_a_group_is_named_once_with_the_groups(tmp_path: Path) -> None:
    found = broken(
        tmp_path,
        persons=replaced(
            ("990201002001,eligible_day_care,6,measured\n", ""),
            ("990201002001,age_0_15,3,measured\n", ""),
        ),
    )

    assert found == [
        (
            "persons.csv",
            None,
            "zone_id",
            "990201002001",
            "has a row for each village in each group (lacking: age_0_15, eligible_day_care)",
        )
    ]


def test_an_empty_count_is_no_missing_row(tmp_path: Path) -> None:
    change = replaced(("990201002001,eligible_day_care,6", "990201002001,eligible_day_care,"))

    assert broken(tmp_path, persons=change) == []


def test_age_bands_that_do_not_add_up_name_the_row_of_the_total(tmp_path: Path) -> None:
    found = broken(
        tmp_path, persons=replaced(("990201001001,age_0_15,1", "990201001001,age_0_15,2"))
    )

    # 2 + 5 + 4 = 11 stands against the 10 of row 2.
    assert found == [
        (
            "persons.csv",
            2,
            "persons",
            "11",
            "the age bands of 990201001001 add up to its group 'all' (10)",
        )
    ]


def test_types_are_added_up_only_where_all_of_them_are_counted(tmp_path: Path) -> None:
    kinds = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
    totals = dict(zip(builders.VILLAGES, builders.GROUPS["all"], strict=True))

    def rows(names: tuple[str, ...], more: int) -> list[str]:
        """Let the last of the types hold everybody, and a few more."""
        return [
            f"{zone},{name},{totals[zone] + more if name == names[-1] else 0},measured"
            for zone in builders.VILLAGES
            for name in names
        ]

    assert broken(tmp_path / "all", persons=added(*rows(kinds, 0))) == []
    assert broken(tmp_path / "some", persons=added(*rows(kinds[:-1], -1))) == []
    found = broken(tmp_path / "few", persons=added(*rows(kinds, -1)))
    assert [(one[1], one[3]) for one in found] == [(2, "9"), (7, "19"), (12, "29"), (17, "39")]
    assert found[0][4] == "the disability types of 990201001001 add up to its group 'all' (10)"


def test_a_part_above_the_whole_names_its_own_row(tmp_path: Path) -> None:
    found = broken(
        tmp_path,
        persons=replaced(("990201001001,eligible_day_care,2", "990201001001,eligible_day_care,11")),
    )

    assert found == [
        (
            "persons.csv",
            6,
            "persons",
            "11",
            "group 'eligible_day_care' of 990201001001 is at most its group 'all' (10)",
        )
    ]


def test_a_part_as_large_as_the_whole_is_fine(tmp_path: Path) -> None:
    change = replaced(("990201001001,eligible_day_care,2", "990201001001,eligible_day_care,10"))

    assert broken(tmp_path, persons=change) == []


def test_a_road_class_without_a_speed_is_a_fault(tmp_path: Path) -> None:
    folder = builders.make_study_folder(
        tmp_path, road_edges=replaced(("6000,county", "6000,village"))
    )

    (fault,) = builders.faults_of(folder)

    assert (fault.file, fault.column) == ("study.toml", "travel.speeds_kmh.village")
    assert fault.suggestion == "Add village to [travel.speeds_kmh]."


def test_one_table_of_the_roads_without_the_other_is_a_fault(tmp_path: Path) -> None:
    change = replaced(('road_edges = "roads/edges.csv"\n', ""))

    assert broken(tmp_path, study=change) == [
        (
            "study.toml",
            None,
            "tables.road_nodes",
            "roads/nodes.csv",
            "comes together with tables.road_edges",
        )
    ]


def test_a_check_whose_tables_are_not_there_is_left_out_and_the_others_still_speak(
    tmp_path: Path,
) -> None:
    found = broken(
        tmp_path,
        townships=None,
        road_edges=added("e4,n1,n9,10,county,no,no,,measured"),
        persons=added("990201009001,all,1,measured"),
    )

    assert [(one[0], one[4]) for one in found] == [
        ("persons.csv", "is the code of a village of the study"),
        ("roads/edges.csv", "is a node of roads/nodes.csv"),
        ("townships.geojson", "exists"),
    ]


def test_nothing_to_check_is_no_fault() -> None:
    assert check_study(Tables({}, {}, [], "")) == []


def test_villages_may_be_a_table_without_shapes(tmp_path: Path) -> None:
    names = ("zone_id", "name", "kind", "parent_id", "basis", "demand_lon", "demand_lat")
    rows = [",".join(str(builders.village(at)[name]) for name in names) for at in range(4)]
    folder = builders.make_study_folder(
        tmp_path, study=replaced(("villages.geojson", "villages.csv")), villages=None
    )
    (folder / "villages.csv").write_text("\n".join([",".join(names), *rows]), encoding="utf-8")

    study = open_study(folder)

    assert study.villages.geometry.isna().all()
    assert study.villages["demand_point"].notna().all()

    moved = rows[0].replace("31.025", "31.9")
    text = "\n".join([",".join(names), moved, *rows[1:]])
    (folder / "villages.csv").write_text(text, encoding="utf-8")

    (fault,) = builders.faults_of(folder)
    assert (fault.row, fault.rule) == (2, "lies inside its township 990201001")


@pytest.mark.parametrize("times", [1 / 1000, 1 / 111_000])
def test_a_length_that_is_no_metres_is_refused_with_its_row(tmp_path: Path, times: float) -> None:
    folder = builders.make_study_folder(tmp_path)
    path = folder / "roads" / "edges.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("length_m")
    cells = lines[1].split(",")
    cells[at] = f"{float(cells[at]) * times:.6f}"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")

    (fault,) = builders.faults_of(folder)

    assert (fault.file, fault.row, fault.column) == ("roads/edges.csv", 2, "length_m")
    assert fault.rule.startswith("is not shorter than the straight line between its nodes")
    assert "kilometres or degrees" in fault.suggestion


def test_a_straight_road_with_rough_points_is_no_fault(tmp_path: Path) -> None:
    # From n1 to n2 the line is some 5,560 m: a length a little below it is rounded, no other unit.
    folder = builders.make_study_folder(tmp_path)
    path = folder / "roads" / "edges.csv"
    text = path.read_text(encoding="utf-8")
    assert "e1,n1,n2,6000," in text
    path.write_text(text.replace("e1,n1,n2,6000,", "e1,n1,n2,5100,"), encoding="utf-8")

    roads = open_study(folder).roads

    assert roads is not None
    assert roads.length_m[0] == 5100
