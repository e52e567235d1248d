"""Opening a study: where it is found, that every fault comes at once, and what is handed over."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import builders
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from builders import added, broken, geojson, make_study_folder, replaced

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.opening import BUILT_IN, data_folder, open_study
from wushan_geo.study.study import DECISIVE, Study, weakest

if TYPE_CHECKING:
    from collections.abc import Callable


def tables_of(study: Study) -> dict[str, pd.DataFrame]:
    """Give every table of a study, so that two studies can be compared."""
    names = [one.name for one in dataclasses.fields(study)]
    found = {name: getattr(study, name) for name in names}
    return {name: one for name, one in found.items() if isinstance(one, pd.DataFrame)}


# --- where a study is found


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_studies_open_by_name(name: str) -> None:
    assert open_study(name).config.id == name


def test_a_folder_and_its_file_are_the_same_study_also_with_spaces_and_chinese(
    tmp_path: Path,
) -> None:
    folder = make_study_folder(tmp_path / "巫山 台账 2025 （一）")

    for source in (folder, folder / "study.toml", str(folder), str(folder / "study.toml")):
        assert open_study(source).config.id == "tiny"


def test_a_file_of_another_name_is_a_study_too_and_faults_name_it(tmp_path: Path) -> None:
    make_study_folder(tmp_path, study=replaced(('crossings = "', 'crosings = "')))
    path = (tmp_path / "study.toml").rename(tmp_path / "year-2025.toml")

    with pytest.raises(InputError) as caught:
        open_study(path)

    assert "year-2025.toml, tables.crosings: is a table that a study can have" in str(caught.value)
    assert "Did you mean 'crossings'?" in str(caught.value)


@pytest.mark.parametrize("name", ["wushn", "Wushan", "nowhere/at/all", ""])
def test_an_unknown_study_says_which_there_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match="is a built-in study, a folder with a study") as caught:
        open_study(name)

    assert "wushan" in caught.value.faults[0].suggestion


def test_a_folder_without_a_study_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is a built-in study, a folder with a study\.toml"):
        open_study(tmp_path)


def test_the_data_stand_beside_the_package_or_inside_it() -> None:
    assert (data_folder() / "example" / "study.toml").is_file()


# --- what is wrong comes at once


def several_faults() -> dict[str, Any]:
    """Break everything that the issue lists, in as many files."""
    return {
        "facilities": None,
        "services": replaced(
            ("zone_id,service,status,provider,last,per_quarter,basis", "zone_id,service,provider"),
            ("visiting,delivered,home_visit,2025-05-01,3,measured", "visiting,home_visit"),
            ("visiting,none,,,,measured", "visitng,"),
            ("visiting,unknown,,,,measured", "visiting,"),
            ("visiting,delivered,home_visit,2025-04-01,1,measured", "visiting,home_visit"),
        ),
        "persons": replaced(
            ("990201001001,all,10", "990201001001,all,-1"),
            ("990201001002,all,20,measured\n", "990201001002,all,20,measured\n" * 2),
        ),
        "villages": geojson(
            *(
                (
                    builders.village(at, **({"parent_id": "990201009"} if at == 3 else {})),
                    builders.village_box(at),
                )
                for at in range(4)
            )
        ),
        "townships": geojson(
            *((builders.township(at), builders.township_box(at)) for at in range(2)), crs=None
        ),
        "study": replaced(("period_days = 365", "period_days = 0")),
        "plan": replaced(('force = "must"', 'force = "must')),
    }


def test_every_fault_of_every_file_is_in_the_one_error(tmp_path: Path) -> None:
    folder = make_study_folder(tmp_path, **several_faults())

    with pytest.raises(InputError) as caught:
        open_study(folder)

    told = {(one.file, one.row, one.column, one.rule) for one in caught.value.faults}
    assert told >= {
        ("facilities.csv", None, "", "exists"),
        ("services.csv", 1, "status", "has a column 'status'"),
        (
            "services.csv",
            None,
            "basis",
            "says what its figures are: a register, a document, inferred or modelled",
        ),
        ("services.csv", 3, "service", "is a service named in the study file"),
        ("persons.csv", 2, "persons", "is at least 0"),
        ("persons.csv", 8, "zone_id + group", "appears only once"),
        ("villages.geojson", 4, "parent_id", "is the code of a township of the study"),
        ("townships.geojson", None, "crs", "has a coordinate reference system"),
        ("study.toml", None, "study.period_days", "is a whole number of at least 1"),
        ("plan.toml", None, "", "is a readable TOML file in UTF-8"),
    }
    message = str(caught.value)
    for fault in caught.value.faults:
        assert str(fault) in message
        assert fault.suggestion
        assert fault.rule_zh
        assert fault.suggestion_zh


def test_a_missing_file_is_told_as_the_study_file_names_it(tmp_path: Path) -> None:
    builders.make_study_folder(tmp_path, road_nodes=None)

    (fault,) = builders.faults_of(tmp_path)

    assert (fault.file, fault.rule) == ("roads/nodes.csv", "exists")
    assert fault.suggestion == "Put the file there, or correct [tables] road_nodes in study.toml."


def test_what_cannot_be_read_in_a_file_is_told_as_the_study_file_names_it(tmp_path: Path) -> None:
    found = broken(tmp_path, road_edges=added('e4,"n1,n2'), road_nodes='a,"b\n')

    assert [(one[0], one[1]) for one in found] == [("roads/edges.csv", 5), ("roads/nodes.csv", 1)]


def test_two_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    study = replaced(('persons = "persons.csv"', 'persons = "2025/nodes.csv"'))
    make_study_folder(
        tmp_path,
        study=study,
        road_nodes=added("n1,109.9,31.0,junction,,measured"),
        persons=None,
    )
    (tmp_path / "2025").mkdir()
    text = builders.persons_csv().replace(",all,10,", ",all,x,")
    (tmp_path / "2025" / "nodes.csv").write_text(text, encoding="utf-8")

    found = builders.faults_of(tmp_path)

    assert {(one.file, one.row) for one in found} == {("2025/nodes.csv", 2), ("roads/nodes.csv", 6)}


def test_a_row_whose_cells_have_shifted_is_one_fault_and_others_are_still_found(
    tmp_path: Path,
) -> None:
    found = broken(
        tmp_path,
        persons=replaced(
            ("990201001001,all,10,measured", "990201001001,all,1,0,measured"),
            ("990201002002,all,40,", "990201002002,all,-40,"),
        ),
    )

    assert [(one[1], one[4]) for one in found if one[1] in {2, 17}] == [
        (2, "has 4 cells, as the header has"),
        (17, "is at least 0"),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[study\n", "is a readable TOML file in UTF-8"),
        ("a = 1\na = 2\n", "is a readable TOML file in UTF-8"),
        ("标题 = 1\n", "is a readable TOML file in UTF-8"),
        ('[study]\nid = "巫山"\n'.encode("gbk"), "is a readable TOML file in UTF-8"),
        ("", "has a section [study]"),
    ],
)
def test_a_study_file_that_cannot_be_read_is_a_fault(
    tmp_path: Path, text: str | bytes, rule: str
) -> None:
    assert rule in [one[4] for one in broken(tmp_path, study=text)]


def test_a_byte_order_mark_before_a_study_file_is_no_obstacle(tmp_path: Path) -> None:
    assert broken(tmp_path, study=lambda text: "\ufeff" + text) == []


def test_a_plan_that_cannot_be_read_does_not_hide_the_rest(tmp_path: Path) -> None:
    found = broken(tmp_path, plan="[plan", persons=replaced((",all,10,", ",all,x,")))

    assert [one[0] for one in found] == ["persons.csv", "plan.toml"]


@pytest.mark.parametrize("name", ["county", "townships", "villages"])
def test_the_three_layers_of_zones_must_be_named(tmp_path: Path, name: str) -> None:
    found = broken(tmp_path, study=replaced((f'{name} = "{name}.geojson"\n', "")))

    assert ("study.toml", None, f"tables.{name}", "", "names this table") in found


def test_a_file_is_read_as_what_it_is_whatever_its_suffix_says(tmp_path: Path) -> None:
    make_study_folder(tmp_path, study=replaced(("persons.csv", "persons.xlsx")))
    (tmp_path / "persons.csv").rename(tmp_path / "persons.xlsx")

    persons = open_study(tmp_path).persons

    assert persons is not None
    assert len(persons) > 0


@pytest.mark.parametrize("name", ["county", "townships", "rivers"])
def test_a_layer_that_needs_shapes_may_not_be_a_table(tmp_path: Path, name: str) -> None:
    make_study_folder(tmp_path, study=replaced((f"{name}.geojson", f"{name}.csv")))
    text = "zone_id,name,kind,basis\n990201001,a,town,measured\n"
    (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")

    assert (f"{name}.csv", None, "", "", "is a layer with shapes") in broken_now(tmp_path)


def broken_now(folder: Path) -> list[tuple[str, int | None, str, str, str]]:
    found = builders.faults_of(folder)
    return [(one.file, one.row, one.column, one.value, one.rule) for one in found]


def test_a_file_that_may_not_be_read_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_study_folder(tmp_path)
    real: Callable[[Path], bytes] = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "persons.csv":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refused)

    assert broken_now(tmp_path) == [("persons.csv", None, "", "Permission denied", "can be opened")]


# --- other formats


def test_zones_may_come_as_geopackage_or_shapefile(tmp_path: Path) -> None:
    make_study_folder(
        tmp_path,
        study=replaced(
            ("townships.geojson", "zones.gpkg"), ('county = "county.geojson"', 'county = "c.shp"')
        ),
    )
    towns = gpd.GeoDataFrame(
        [builders.township(at) for at in range(2)],
        geometry=[shapely.box(109.8, 31, 109.9, 31.1), shapely.box(109.9, 31, 110, 31.1)],
        crs="EPSG:4490",
    )
    towns.to_file(tmp_path / "zones.gpkg", driver="GPKG")
    outline = gpd.GeoDataFrame(
        [builders.county()[0]], geometry=[shapely.box(109.8, 31, 110, 31.1)], crs="EPSG:4326"
    )
    outline.to_file(tmp_path / "c.shp", encoding="utf-8")

    study = open_study(tmp_path)

    assert study.townships["zone_id"].to_list() == list(builders.TOWNSHIPS)
    assert study.county["name"].to_list() == ["小县"]

    outline.drop(columns="name").to_file(tmp_path / "c.shp")
    (tmp_path / "c.prj").unlink()
    assert [(one[0], one[2], one[4]) for one in broken_now(tmp_path)] == [
        ("c.shp", "crs", "has a coordinate reference system"),
        ("c.shp", "name", "has a column 'name'"),
    ]


# --- what is handed over


def test_tables_are_sorted_by_their_ids_and_hold_what_the_files_say(tmp_path: Path) -> None:
    study = open_study(make_study_folder(tmp_path))

    assert study.villages["zone_id"].to_list() == list(builders.VILLAGES)
    assert study.group("all").to_dict() == dict(
        zip(builders.VILLAGES, (10, 20, 30, 40), strict=True)
    )
    assert study.group("severe").isna().all()
    assert study.facilities["facility_id"].to_list() == ["C1", "F1"]
    assert study.villages["demand_point"].iloc[1].equals(shapely.Point(109.85, 31.075))
    assert study.facilities.crs is not None
    assert study.facilities.crs.to_epsg() == 4326
    assert study.roads is not None
    assert study.roads.node_ids.tolist() == ["n1", "n2", "n3", "n4"]
    assert study.assumptions["key"].to_list() == ["speed"]
    assert study.residence is None


def test_a_study_may_hold_little_more_than_zones(tmp_path: Path) -> None:
    tables = builders.STUDY[builders.STUDY.index("[tables]") : builders.STUDY.index("[registers]")]
    few = '[tables]\ncounty = "county.geojson"\ntownships = "townships.geojson"\n'
    few += 'villages = "villages.geojson"\n\n'
    text = builders.STUDY.replace(tables, few).replace('tables = ["persons"]\n', "")

    study = open_study(make_study_folder(tmp_path, study=text))

    assert study.persons is None
    assert study.roads is None
    assert study.plan is None
    assert len(study.facilities) == 0
    assert study.group("all").isna().all()
    assert study.basis_of("persons") == "missing"
    assert not study.demonstration
    told = study.provenance.to_dict("records")
    assert [one["table"] for one in told] == ["county", "townships", "villages", ""]
    assert told[-1]["title"] == "a register"


def test_rows_in_any_order_and_line_ends_of_any_kind_give_the_same_study(tmp_path: Path) -> None:
    plain = open_study(make_study_folder(tmp_path / "a"))
    turn = itertools.count(1)

    def shuffled(text: str) -> str:
        head, *rows = text.splitlines()
        at = next(turn) % len(rows)
        rows = [*rows[at:], *rows[:at]][::-1]
        return "\ufeff" + "\r\n".join([head, *rows]) + "\r\n"

    backwards = geojson(
        *((builders.village(at), builders.village_box(at)) for at in reversed(range(4)))
    )
    mixed = open_study(
        make_study_folder(
            tmp_path / "b",
            persons=shuffled,
            facilities=shuffled,
            services=shuffled,
            road_nodes=shuffled,
            road_edges=shuffled,
            villages=backwards,
        )
    )

    for name, table in tables_of(plain).items():
        if name != "provenance":
            pd.testing.assert_frame_equal(tables_of(mixed)[name], table)
    assert plain.roads is not None
    assert mixed.roads is not None
    assert mixed.roads.u.tolist() == plain.roads.u.tolist()
    assert mixed.roads.lon.tolist() == plain.roads.lon.tolist()


def test_provenance_has_a_row_for_each_file_with_its_checksum_and_weakest_basis(
    tmp_path: Path,
) -> None:
    folder = make_study_folder(tmp_path, persons=replaced(("all,10,measured", "all,10,modelled")))
    study = open_study(folder)

    rows = study.provenance.set_index("table")
    assert len(rows) == 14
    assert rows.loc["persons", "basis"] == "modelled"
    assert rows.loc["persons", "title"] == "a register"
    assert rows.loc["persons", "rows"] == 20
    content = (folder / "roads" / "edges.csv").read_bytes()
    assert rows.loc["road_edges", "sha256"] == hashlib.sha256(content).hexdigest()
    assert rows.loc["road_edges", "file"] == "roads/edges.csv"
    assert study.demonstration


@pytest.mark.parametrize("table", DECISIVE)
def test_one_modelled_row_in_a_decisive_table_makes_a_demonstration(
    tmp_path: Path, table: str
) -> None:
    study = open_study(make_study_folder(tmp_path, **{table: replaced(("measured", "modelled"))}))

    assert study.demonstration


def test_a_measured_study_is_no_demonstration(tmp_path: Path) -> None:
    assert not open_study(make_study_folder(tmp_path)).demonstration


def test_the_weakest_basis_decides() -> None:
    assert weakest(["measured", "modelled", "stated"]) == "modelled"
    assert weakest(["measured", "missing"]) == "measured"
    assert weakest([]) == "missing"
    with pytest.raises(ParameterError, match="not guess"):
        weakest(["guess"])


def test_opening_changes_no_file(tmp_path: Path) -> None:
    folder = make_study_folder(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    open_study(folder)

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
