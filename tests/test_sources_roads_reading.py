"""Roads from any file, and a study that names one file of roads instead of two tables."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import layer_files
import numpy as np
import pytest
import shapely
from builders import EDGES, NODES, STUDY, broken, faults_of, make_study_folder, replaced

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.opening import data_folder, open_study, read_study
from wushan_geo.sources.roads.placing import RoadsAsked, objection
from wushan_geo.sources.roads.reading import read_roads
from wushan_geo.sources.roads.store import roads_bytes
from wushan_geo.sources.roads.studied import impassable
from wushan_geo.storage import checksum

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.study import Study

ROADS = data_folder() / "wushan" / "roads"
OSM = """<osm version="0.6"><node id="1" lat="31.025" lon="109.85"/>
<node id="2" lat="31.025" lon="109.95"/><way id="7"><nd ref="1"/><nd ref="2"/>
<tag k="highway" v="secondary"/></way></osm>"""
LINE = "LINESTRING (109.85 31.025, 109.95 31.025)"


def tiny(folder: Path) -> RoadNetwork:
    """Give the roads of the tiny study."""
    net = folder / "tables"
    net.mkdir()
    (net / "nodes.csv").write_text(NODES)
    (net / "edges.csv").write_text(EDGES)
    return read_roads(net)


def with_roads(folder: Path, name: str = "roads.npz", **changes: Any) -> Path:
    """Make the tiny study with one file of roads in place of its two tables."""
    instead = (
        'road_nodes = "roads/nodes.csv"\nroad_edges = "roads/edges.csv"',
        f'roads = "{name}"',
    )
    study = changes.pop("study", replaced())
    return make_study_folder(
        folder, study=study(replaced(instead)(STUDY)), road_nodes=None, road_edges=None, **changes
    )


def stored(folder: Path, roads: RoadNetwork, **changes: Any) -> Path:
    """Make the tiny study with a stored network."""
    content = roads_bytes(roads)
    home = with_roads(folder / "stored", **changes)
    (home / "roads.npz").write_bytes(content)
    return home


def lines(path: Path, **columns: Any) -> Path:
    told = {"道路等级": ["县道"], **columns}
    return layer_files.write(
        path, gpd.GeoDataFrame(told, geometry=shapely.from_wkt([LINE]), crs=4490)
    )


def basis(study: Study) -> str:
    return study.basis_of("road_edges")


# Any file.


def test_a_folder_of_two_tables_is_read() -> None:
    roads = read_roads(ROADS)

    assert (roads.lon.size, roads.u.size) == (341, 564)
    assert set(roads.basis) == {"modelled"}


def test_each_kind_of_file_is_read_by_the_end_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "roads.npz").write_bytes(roads_bytes(read_roads(ROADS)))
    (tmp_path / "ROADS.OSM").write_text(OSM)
    lines(tmp_path / "a.gpkg")

    assert read_roads(tmp_path / "roads.npz").u.size == 564
    assert read_roads(str(tmp_path / "ROADS.OSM"), edition="2020").edition.tolist() == ["2020"]
    assert read_roads(tmp_path / "a.gpkg", snap_m=0).road_class.tolist() == ["county"]


def test_lines_are_not_read_without_saying_how_far_gaps_are_closed(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="snap_m must be given for lines"):
        read_roads(lines(tmp_path / "a.gpkg"))


def test_words_of_the_caller_tell_classes(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.gpkg", 道路等级=["便道"])

    assert read_roads(path, road_classes={"便道": "track"}, snap_m=0).road_class[0] == "track"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("roads.docx", "is a file of roads of a kind that can be read"),
        ("nowhere.npz", "exists"),
        ("nowhere.docx", "exists"),
    ],
)
def test_what_cannot_be_read_is_one_fault_that_lists_what_can(
    tmp_path: Path, name: str, rule: str
) -> None:
    (tmp_path / "roads.docx").write_bytes(b"x")
    with pytest.raises(InputError) as caught:
        read_roads(tmp_path / name)

    (one,) = caught.value.faults
    assert (one.file, one.rule) == (name, rule)
    if name == "roads.docx":
        assert all(
            kind in one.suggestion for kind in (".npz", ".pbf", ".gpkg", ".shp", "nodes.csv")
        )


def test_a_folder_that_lacks_a_table_is_refused(tmp_path: Path) -> None:
    shutil.copy(ROADS / "nodes.csv", tmp_path)
    with pytest.raises(InputError, match=r"edges\.csv: exists"):
        read_roads(tmp_path)


def test_a_folder_whose_tables_break_a_rule_is_refused_with_all_faults(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text(NODES.replace("109.85,31.025", "999,31.025"))
    (tmp_path / "edges.csv").write_text(EDGES.replace("6000", "-1"))
    with pytest.raises(InputError) as caught:
        read_roads(tmp_path)

    assert {one.column for one in caught.value.faults} == {"lon", "length_m"}


# A study that names one.


def test_a_study_may_name_one_file_of_roads(tmp_path: Path) -> None:
    roads = tiny(tmp_path)
    study = open_study(stored(tmp_path, roads))
    row = study.provenance.set_index("table").loc["road_edges"]

    assert study.roads is not None
    for name in roads.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(study.roads, name), getattr(roads, name), name)
    assert (row["file"], row["rows"], row["basis"]) == ("roads.npz", 3, "measured")
    assert row["sha256"] == checksum(roads_bytes(roads))
    assert basis(study) == "measured"


def test_the_weakest_basis_of_the_file_is_that_of_the_roads(tmp_path: Path) -> None:
    roads = tiny(tmp_path)
    mixed = np.array(["measured", "modelled", "stated"], dtype=object)
    study = open_study(stored(tmp_path, replace(roads, basis=mixed)))

    assert basis(study) == "modelled"
    assert study.demonstration


def test_a_folder_a_map_and_lines_may_be_named_as_well(tmp_path: Path) -> None:
    told = '\n[[sources]]\ntables = ["roads"]\ntitle = "道路"\nbasis = "measured"\n'
    for at, name in enumerate(("net", "a.osm", "a.gpkg", "a.gpkg#a")):
        home = with_roads(tmp_path / str(at), name, study=lambda text: text + told)
        (home / "net").mkdir()
        (home / "net" / "nodes.csv").write_text(NODES)
        (home / "net" / "edges.csv").write_text(EDGES)
        (home / "a.osm").write_text(OSM)
        lines(home / "a.gpkg")
        study = open_study(home)

        assert study.roads is not None
        assert basis(study) == ("stated" if name == "a.osm" else "measured")
        row = study.provenance.set_index("table").loc["road_edges"]
        assert (row["file"], row["title"]) == (name, "道路")
        assert len(row["sha256"]) == 64


@pytest.mark.parametrize("table", ["roads", "road_edges"])
def test_what_the_file_does_not_say_of_its_basis_is_taken_from_the_study_file(
    tmp_path: Path, table: str
) -> None:
    roads = tiny(tmp_path)
    silent = replace(roads, basis=np.array(["stated", "", ""], dtype=object))
    told = f'\n[[sources]]\ntables = ["{table}"]\nbasis = "inferred"\n'
    study = open_study(stored(tmp_path, silent, study=lambda text: text + told))

    assert study.roads is not None
    assert study.roads.basis.tolist() == ["stated", "inferred", "inferred"]
    assert basis(study) == "inferred"


def test_a_basis_that_nobody_says_is_asked_for_once(tmp_path: Path) -> None:
    roads = tiny(tmp_path)
    silent = replace(roads, basis=np.full(3, "", dtype=object))
    (one,) = faults_of(stored(tmp_path, silent))

    assert (one.file, one.severity) == ("roads.npz", "decide")
    assert one.ask is not None
    assert (one.ask.topic, one.ask.table, one.ask.subject) == ("source", "road_edges", "basis")


def test_two_networks_in_one_study_are_a_fault(tmp_path: Path) -> None:
    both = replaced(("[tables]\n", '[tables]\nroads = "roads"\n'))
    found = broken(tmp_path, study=both)

    assert {one[2] for one in found} == {"tables.road_nodes", "tables.road_edges"}
    assert {one[4] for one in found} == {
        "names one road network: roads, or road_nodes and road_edges"
    }


def test_two_files_of_roads_are_a_fault(tmp_path: Path) -> None:
    home = with_roads(
        tmp_path, study=lambda text: text.replace('"roads.npz"', '["roads.npz", "b.npz"]')
    )

    assert [one.column for one in faults_of(home)] == ["tables.roads"]


def test_a_file_that_is_not_there_or_damaged_is_named_as_the_study_does(tmp_path: Path) -> None:
    home = with_roads(tmp_path, "net/roads.npz")
    (missing,) = faults_of(home)
    (home / "net").mkdir()
    (home / "net" / "roads.npz").write_bytes(b"PK")
    (damaged,) = faults_of(home)

    assert (missing.file, missing.rule) == ("net/roads.npz", "exists")
    assert (damaged.file, damaged.rule) == (
        "net/roads.npz", "is an undamaged roads.npz of this program",
    )  # fmt: skip


def test_a_class_without_a_speed_is_a_fault_unless_its_roads_are_closed_or_have_their_own(
    tmp_path: Path,
) -> None:
    roads = tiny(tmp_path)
    classes = np.array(["county", "village", "county"], dtype=object)
    village = classes == "village"
    plain = replace(roads, road_class=classes)
    (one,) = faults_of(stored(tmp_path, plain))

    assert one.column == "travel.speeds_kmh.village"
    own = replace(plain, speed_kmh=np.where(village, 12.0, np.nan))
    assert faults_of(stored(tmp_path, own)) == ()
    assert faults_of(stored(tmp_path, replace(plain, closed=village))) == ()


def test_a_crossing_that_the_study_does_not_have_is_a_fault(tmp_path: Path) -> None:
    roads = tiny(tmp_path)
    lost = replace(roads, crossing_id=np.array(["", "no_such", "bridge"], dtype=object))
    (one,) = faults_of(stored(tmp_path, lost))

    assert (one.column, one.value) == ("crossing_id", "no_such")
    assert "e2" in one.suggestion


def test_the_words_of_the_study_tell_classes(tmp_path: Path) -> None:
    told = (
        '\n[travel.road_classes]\n"便道" = "county"\n'
        '\n[[sources]]\ntables = ["roads"]\nbasis = "measured"\n'
    )
    home = with_roads(tmp_path, "a.gpkg", study=lambda text: text + told)
    lines(home / "a.gpkg", 道路等级=["便道"])
    study = open_study(home)

    assert study.roads is not None
    assert study.roads.road_class.tolist() == ["county"]


def test_how_lines_were_read_is_noted(tmp_path: Path) -> None:
    told = '\n[[sources]]\ntables = ["roads"]\nbasis = "measured"\n'
    home = with_roads(tmp_path, "a.gpkg", study=lambda text: text + told)
    lines(home / "a.gpkg", 限速=[60])

    assert "限速" in {one.column for one in read_study(home).faults if one.file == "a.gpkg"}


def test_an_edition_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="a date that a calendar has"):
        read_roads(ROADS, edition="2025-13-45")
    assert read_roads(ROADS, edition="2025-12").u.size

    asked = RoadsAsked(file="a.osm", edition="2025-13")
    said = objection(tmp_path, asked, tmp_path)
    assert said is not None
    assert said[1].startswith("--edition is a date")
    assert objection(tmp_path, replace(asked, edition="2025-12"), tmp_path) is None

    roads = replace(tiny(tmp_path), edition=np.array(["2025-13-45", "", "2099"], dtype=object))
    with pytest.raises(InputError) as caught:
        open_study(stored(tmp_path, roads))
    (one,) = caught.value.faults
    assert (one.file, one.column, one.value) == ("roads.npz", "edition", "2025-13-45")


def test_a_network_is_impassable_only_with_every_edge_closed(tmp_path: Path) -> None:
    roads = tiny(tmp_path)
    shut = replace(roads, closed=np.ones(roads.u.size, dtype=bool))
    ajar = replace(roads, closed=np.arange(roads.u.size) > 0)

    (one,) = impassable(shut, "a.gpkg")
    assert (one.file, one.severity) == ("a.gpkg", "error")
    assert "3 条路段全部封闭" in one.rule_zh
    assert not [*impassable(ajar, "a.gpkg")]
