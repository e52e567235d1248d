"""The command roads: what it prints, what it writes, and how it says no."""

from __future__ import annotations

import json
import re
import shutil
import threading
import tomllib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import geopandas as gpd
import layer_files
import numpy as np
import pytest
import shapely
from builders import EDGES, STUDY, make_study_folder, replaced
from typer.testing import CliRunner

from wushan_geo import storage
from wushan_geo.cli import app
from wushan_geo.errors import InputError
from wushan_geo.sources.answered import answer_table
from wushan_geo.sources.opening import open_study
from wushan_geo.sources.roads.placing import RoadsAsked, naming_roads, new_roads, objection
from wushan_geo.sources.roads.store import roads_bytes, stored_roads
from wushan_geo.storage import table_bytes
from wushan_geo.study.answers import Answer
from wushan_geo.study.metric import metric_crs
from wushan_geo.travel.parts import network_report
from wushan_geo.wording.roads import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typer.testing import Result

    from wushan_geo.sources.roads.placing import NewRoads

# A road round three of the four villages, and an island in the north-east.
MAP = """<osm version="0.6">
<node id="1" lat="31.025" lon="109.85"/><node id="2" lat="31.025" lon="109.95"/>
<node id="3" lat="31.075" lon="109.85"/><node id="4" lat="31.075" lon="109.95"/>
<node id="5" lat="31.08" lon="109.96"/>
<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="secondary"/></way>
<way id="8"><nd ref="1"/><nd ref="3"/><tag k="highway" v="secondary"/>
<tag k="oneway" v="yes"/></way>
<way id="9"><nd ref="4"/><nd ref="5"/><tag k="highway" v="secondary"/></way>
</osm>"""
WITHOUT = replaced(('road_nodes = "roads/nodes.csv"\nroad_edges = "roads/edges.csv"\n', ""))
COUNTY = shapely.box(109.8, 31.0, 110.0, 31.1)


def run(*arguments: str | Path, language: str = "en") -> Result:
    return CliRunner().invoke(app, ["roads", *map(str, arguments), "-l", language])


def prose(result: Result) -> str:
    return " ".join(result.output.split())


def study(folder: Path, change: Callable[[str], str] = lambda text: text) -> Path:
    """Make the tiny study without roads."""
    text = change(WITHOUT(STUDY))
    return make_study_folder(folder / "study", study=text, road_nodes=None, road_edges=None)


def osm(folder: Path) -> Path:
    path = folder / "extract.osm"
    path.write_text(MAP)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return study(tmp_path_factory.mktemp("home"))


# The report.


def test_the_report_names_who_is_cut_off_in_either_language() -> None:
    result = run("example")

    assert result.exit_code == 0
    assert "990101005204" in result.output
    assert "not joined to the main network" in " ".join(result.output.split())


def test_the_report_of_modelled_roads_says_so_first(tmp_path: Path) -> None:
    home = make_study_folder(tmp_path, road_edges=EDGES.replace("no,,measured", "yes,,modelled", 1))
    said = "".join(run(home, language="zh").output.split())

    assert said.index("【演示数据】") < said.index("路段3条")
    assert "封闭路段：e1" in said
    assert "都与主路网相接" in said


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "还没有路网。任选一种方法存入"), ("en", "no road network yet")]
)
def test_a_study_without_roads_is_told_how_to_come_by_some(
    tmp_path: Path, language: str, words: str
) -> None:
    home = study(tmp_path)
    result = run(home, language=language)

    assert result.exit_code == 1
    assert words in result.output
    assert f'wushan-geo roads "{home}" --from ' in result.output
    assert f'wushan-geo roads "{home}" --download --overpass ' in result.output
    assert "the study has" not in result.output


def test_a_built_in_study_without_roads_is_told_to_copy_it() -> None:
    result = run("wushan-facts", language="zh")

    assert result.exit_code == 1
    assert "请先用 init 复制到自己的文件夹" in result.output
    assert "--download" not in result.output


# Reading a file.


def test_a_file_is_read_stored_named_and_reported(tmp_path: Path) -> None:
    home = study(tmp_path)
    before = contents(home)
    result = run(home, "--from", osm(tmp_path), "--edition", "2026-11-01")
    after = contents(home)

    assert result.exit_code == 0, result.output
    assert set(after) - set(before) == {"roads.npz"}
    text = after.pop("study.toml").decode()
    assert text == before["study.toml"].decode().replace(
        "[tables]\n", '[tables]\nroads = "roads.npz"\n'
    )
    assert all(after[name] == before[name] for name in before if name != "study.toml")
    roads = open_study(home).roads
    assert roads is not None
    assert set(roads.edition) == {"2026-11-01"}
    said = " ".join(result.output.split())
    assert "A line was added under [tables] in study.toml" in said
    assert "What comes next" not in said  # the study has all that it needs
    assert "over 500 m: 0 of 4" in said
    assert "村4 (990201002002)" in said  # on the island
    assert "be reached and not leave: 村2 (990201001002)" in said  # at the end of a one-way road
    again = new_roads(home, RoadsAsked(file=str(osm(tmp_path)), edition="2026-11-01"))
    assert again.naming == "already"
    assert dict(again.files) == {"roads.npz": after["roads.npz"]}


def test_a_study_that_names_other_roads_is_told_what_to_change_and_keeps_its_file(
    tmp_path: Path,
) -> None:
    home = make_study_folder(tmp_path / "study")
    before = contents(home)
    result = run(home, "--from", osm(tmp_path))
    after = contents(home)

    assert result.exit_code == 0
    assert after.pop("roads.npz")
    assert after == before
    said = " ".join(result.output.split())
    assert "still names other roads. Take the lines roads, road_nodes and road_edges out" in said
    assert 'roads = "roads.npz"' in said
    assert "Nodes: 5; edges: 3" in said  # the report is on what was read, not on what is named


def lines(folder: Path, gap_m: float = 3.0) -> Path:
    """Draw two roads with a gap between them."""
    start = 109.9 + gap_m / 95_500
    shapes = [
        "LINESTRING (109.85 31.025, 109.9 31.025)", f"LINESTRING ({start} 31.025, 109.95 31.025)",
    ]  # fmt: skip
    table = {"道路等级": ["县道"] * 2, "数据性质": ["measured"] * 2}
    return layer_files.write(
        folder / "道路.gpkg", gpd.GeoDataFrame(table, geometry=shapely.from_wkt(shapes), crs=4490)
    )


def test_lines_are_joined_up_to_the_metres_stated_and_that_is_told(tmp_path: Path) -> None:
    home = study(tmp_path)
    apart = new_roads(home, RoadsAsked(file=str(lines(tmp_path)), snap_m=0.0))
    joined = run(home, "--from", f"{lines(tmp_path)}#道路", "--snap-m", "5")

    assert joined.exit_code == 0, joined.output
    assert apart.roads.lon.size == 4
    assert "before" not in joined.output  # there were no roads to hold them against
    assert "Nodes: 3; edges: 2" in joined.output
    assert "ends not farther than 5 m apart that were joined: 1" in prose(joined)


def test_a_file_that_cannot_be_read_leaves_the_study_as_it_was(tmp_path: Path) -> None:
    home = study(tmp_path)
    before = contents(home)
    (tmp_path / "bad.osm").write_text("<osm>")
    result = run(home, "--from", tmp_path / "bad.osm", language="zh")

    assert result.exit_code == 1
    assert "bad.osm" in result.output
    assert contents(home) == before


def test_the_file_may_lie_in_the_folder_of_the_study(home: Path) -> None:
    osm(home)

    assert new_roads(home, RoadsAsked(file="extract.osm")).roads.u.size == 3


PRIMARY = MAP.replace("secondary", "primary")


def unfinished(home: Path) -> Path:
    """Take a file away from a study, so that it cannot be opened yet."""
    (home / "persons.csv").unlink()
    return home


@pytest.mark.parametrize("section", [True, False])
def test_a_study_in_the_making_takes_roads_and_is_told_what_it_lacks(
    tmp_path: Path, *, section: bool
) -> None:
    none = replaced(("[travel.speeds_kmh]\ncounty = 30.0\n", ""), ('"network"', '"none"'))
    home = unfinished(study(tmp_path) if section else study(tmp_path, none))
    path = osm(tmp_path)
    path.write_text(PRIMARY)
    result = run(home, "--from", path)

    assert result.exit_code == 0, result.output
    assert (home / "roads.npz").is_file()
    block = 'provincial = ""  # provincial road TO DECIDE\n'
    assert block in result.output
    assert ("[travel.speeds_kmh]\n" + block in result.output) is not section
    assert ('write engine = "network"' in result.output) is not section
    assert "this is on the network alone" in prose(result)
    assert "Nodes: 5; edges: 3" in prose(result)
    assert "villages │" not in prose(result)
    assert "hang on the main network" not in prose(result)


def test_roads_without_a_speed_are_refused_with_a_block_to_fill_in_until_each_is_decided(
    tmp_path: Path,
) -> None:
    home = study(tmp_path)
    before = contents(home)
    path = osm(tmp_path)
    path.write_text(MAP.replace("secondary", "primary", 1))
    first = run(home, "--from", path)

    assert first.exit_code == 1
    assert contents(home) == before
    assert "travel.speeds_kmh.provincial" in first.output
    assert f'wushan-geo roads "{home}" --from "{path}"\n' in first.output
    block = [one for one in first.output.splitlines() if ' = ""' in one]
    file = home / "study.toml"
    file.write_text(file.read_text().replace("county = 30.0", "\n".join(["county = 30.0", *block])))
    assert "speeds_kmh.provincial" in run(home, "--from", path).output
    file.write_text(file.read_text().replace('""', "40"))
    assert run(home, "--from", path).exit_code == 0
    assert run(home).exit_code == 0


def plain_lines(folder: Path) -> Path:
    """Draw two roads, one of which says how it is known."""
    shapes = ["LINESTRING (109.85 31.025, 109.9 31.025)", "LINESTRING (109.9 31.025, 109.95 31)"]
    table = {"道路等级": ["县道"] * 2, "数据性质": ["modelled", None]}
    return layer_files.write(
        folder / "道路.gpkg", gpd.GeoDataFrame(table, geometry=shapely.from_wkt(shapes), crs=4490)
    )


def test_roads_that_do_not_say_how_they_are_known_are_refused_with_basis_as_the_way_out(
    tmp_path: Path,
) -> None:
    home = study(tmp_path)
    before = contents(home)
    path = plain_lines(tmp_path)
    first = run(home, "--from", path, "--snap-m", "0", "--edition", "2025", language="zh")

    assert first.exit_code == 1
    assert contents(home) == before
    assert "请在命令中加上 --basis" in first.output
    assert "wushan-geo check" not in first.output  # where the answer would be for other roads
    (command,) = (one for one in first.output.splitlines() if one.startswith("wushan-geo roads"))
    asked = f'wushan-geo roads "{home}" --from "{path}" --snap-m 0 --edition 2025 --basis BASIS'
    assert command == asked
    second = run(home, "--from", path, "--snap-m", "0", "--basis", "measured")
    assert second.exit_code == 0, second.output
    assert "What comes next" not in second.output
    opened = open_study(home).roads
    assert opened is not None
    assert opened.basis.tolist() == ["modelled", "measured"]
    again = new_roads(home, RoadsAsked(file=str(home / "roads.npz"), basis="stated"))
    assert again.roads.basis.tolist() == ["modelled", "measured"]
    assert "--basis was not used" in again.notes[-1].rule


def test_a_study_in_the_making_stores_roads_and_is_told_to_state_their_basis(
    tmp_path: Path,
) -> None:
    home = unfinished(study(tmp_path))
    first = run(home, "--from", plain_lines(tmp_path), "--snap-m", "0", language="zh")
    (command,) = (one for one in first.output.splitlines() if one.startswith("wushan-geo roads"))

    assert first.exit_code == 0, first.output
    assert command == f'wushan-geo roads "{home}" --from "{home / "roads.npz"}" --basis BASIS'
    assert "【演示数据】" in first.output  # the network alone, and some of it is modelled
    second = run(home, "--from", home / "roads.npz", "--basis", "measured")
    assert second.exit_code == 0, second.output
    stored = stored_roads((home / "roads.npz").read_bytes(), "roads.npz")
    assert stored.basis.tolist() == ["modelled", "measured"]


def test_a_basis_that_the_study_file_tells_is_not_asked_for(tmp_path: Path) -> None:
    told = '\n[[sources]]\ntables = ["roads"]\ntitle = "r"\nsource = "s"\nbasis = "measured"\n'
    line = replaced(("[tables]\n", '[tables]\nroads = "roads.npz"\n'))
    home = study(tmp_path, lambda text: line(text) + told)
    new = new_roads(home, RoadsAsked(file=str(plain_lines(tmp_path)), snap_m=0.0))

    assert not new.needs.basis


# How far away the roads are.


def test_the_farthest_village_is_named_and_those_far_off_are_counted(tmp_path: Path) -> None:
    path = osm(tmp_path)
    path.write_text(MAP.replace('lat="31.075" lon="109.95"', 'lat="31.08" lon="109.95"'))
    said = " ".join(run(study(tmp_path), "--from", path).output.split())

    assert "村4 (990201002002), 554 m; over 500 m: 1 of 4" in said


def test_a_network_elsewhere_joins_nobody(tmp_path: Path) -> None:
    path = osm(tmp_path)
    path.write_text(MAP.replace('lat="31.', 'lat="31.4').replace(' id="9"', ' id="10"'))
    result = run(study(tmp_path), "--from", path)
    said = " ".join(result.output.split())

    assert result.exit_code == 0
    assert "over 500 m: 4 of 4" in said
    assert "make sure that it covers this county" in said
    assert "All villages and facilities" not in said


# Roads that are refused.

FAR = MAP.replace('lat="31', 'lat="61')


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tiny study with roads in roads.npz, to be copied."""
    folder = tmp_path_factory.mktemp("good")
    home = study(folder)
    for name, content in new_roads(home, RoadsAsked(file=str(osm(folder)))).files.items():
        (home / name).write_bytes(content)
    return home


@pytest.fixture
def ready(good: Path, tmp_path: Path) -> Path:
    """Give a study of its own that has roads."""
    return Path(shutil.copytree(good, tmp_path / "study"))


def refused(home: Path, path: Path) -> NewRoads:
    """Offer a file of lines or a map to a study, without the command line."""
    gap = 0.0 if path.suffix == ".gpkg" else None
    return new_roads(home, RoadsAsked(file=str(path), snap_m=gap))


def edge_ids(home: Path) -> list[str]:
    return list(stored_roads((home / "roads.npz").read_bytes(), "roads.npz").edge_ids)


def layer(folder: Path, **columns: list[str | None]) -> Path:
    """Draw a road and a ferry of a transport office, with columns of its own."""
    shapes = ["LINESTRING (109.85 31.025, 109.9 31.025)", "LINESTRING (109.9 31.025, 109.95 31)"]
    table = {"道路等级": ["县道", "县道"], "路段编号": ["a", "b"], "数据性质": ["measured"] * 2}
    frame = gpd.GeoDataFrame(table | columns, geometry=shapely.from_wkt(shapes), crs=4490)
    return layer_files.write(folder / "道路.gpkg", frame)


CLOSES = '\n[travel.conditions.snow]\nspeed_factor = 0.5\nclosed_edges = ["{edge}"]\nsource = "x"\n'
SPOILT: dict[str, dict[str, list[str | None]]] = {
    "crossing": {"渡口桥梁编号": ["ZZ", "ZZ"]},
    "basis": {"数据性质": [None, None]},
    "speed": {"道路等级": ["县道", "国道"]},
    "several": {
        "道路等级": ["国道", "国道"], "数据性质": [None, None], "渡口桥梁编号": ["ZZ", "YY"],
    },
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_refused_is_what_opening_the_study_would_refuse(
    tmp_path: Path, ready: Path, case: str
) -> None:
    new = refused(ready, layer(tmp_path, **SPOILT[case]))

    assert dict(new.files) == {}
    (ready / "roads.npz").write_bytes(roads_bytes(new.roads))  # as it was done once
    with pytest.raises(InputError) as error:
        open_study(ready)
    told = {(one.column, one.value, one.rule) for one in error.value.faults}
    assert {(one.column, one.value, one.rule) for one in new.faults} == told
    assert "道路.gpkg" in {one.file for one in new.faults} or case == "speed"


def test_refused_roads_leave_the_study_as_it_was_and_are_told_with_all_that_is_wrong(
    tmp_path: Path, ready: Path
) -> None:
    before = contents(ready)
    result = run(ready, "--from", layer(tmp_path, **SPOILT["several"]), "--snap-m", "0")

    assert result.exit_code == 1
    assert contents(ready) == before
    assert "are as they were" in prose(result)
    assert "Faults in the input: 4" in prose(result)


def test_roads_that_lack_what_a_condition_closes_are_refused(tmp_path: Path, ready: Path) -> None:
    file = ready / "study.toml"
    file.write_text(file.read_text() + CLOSES.format(edge=edge_ids(ready)[0]))

    assert not refused(ready, osm(tmp_path)).faults
    (fault,) = refused(ready, layer(tmp_path)).faults
    assert fault.column == "travel.conditions.snow.closed_edges"


@pytest.mark.parametrize("openable", [True, False])
@pytest.mark.parametrize("engine", ["network", "none"])
def test_roads_that_nobody_could_use_are_refused_whatever_the_study_lacks(
    tmp_path: Path, ready: Path, engine: str, *, openable: bool
) -> None:
    file = ready / "study.toml"
    file.write_text(file.read_text().replace('engine = "network"', f'engine = "{engine}"'))
    if not openable:
        unfinished(ready)
    path = osm(tmp_path)
    path.write_text(FAR)
    far, closed = refused(ready, path), refused(ready, layer(tmp_path, 封闭=["是", "是"]))

    assert "away from every point" in far.faults[0].rule
    assert [one.rule for one in closed.faults] == [
        "has roads that are open (closed edges: 2, all that there are)"
    ]
    assert dict(far.files) == dict(closed.files) == {}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "kmawayfromeverypoint"), ("zh", "最近的节点也有")]
)
def test_a_network_of_another_county_does_not_replace_the_roads(
    tmp_path: Path, ready: Path, language: str, words: str
) -> None:
    before = contents(ready)
    path = osm(tmp_path)
    path.write_text(FAR)
    result = run(ready, "--from", path, language=language)

    assert result.exit_code == 1
    assert words in "".join(result.output.split())
    assert contents(ready) == before


def test_good_roads_of_a_study_with_faults_elsewhere_are_not_replaced_by_faulty_ones(
    tmp_path: Path, ready: Path
) -> None:
    unfinished(ready)

    assert refused(ready, layer(tmp_path, **SPOILT["crossing"])).faults
    assert not refused(ready, layer(tmp_path)).faults


def test_faulty_roads_of_a_study_may_be_replaced_by_others_that_lack_something(
    tmp_path: Path, ready: Path
) -> None:
    new = refused(ready, layer(tmp_path, **SPOILT["crossing"]))
    (ready / "roads.npz").write_bytes(roads_bytes(new.roads))
    other = refused(ready, layer(tmp_path, **SPOILT["basis"]))

    assert not other.faults
    assert other.needs.basis
    assert set(other.files) == {"roads.npz"}


def test_every_option_for_a_study_that_names_other_roads_is_only_told(tmp_path: Path) -> None:
    home = make_study_folder(tmp_path / "study")
    before = contents(home)
    options = ["--snap-m", "5", "--edition", "2025-05", "--basis", "stated"]
    result = run(home, "--from", layer(tmp_path, 数据性质=[None, None]), *options)
    after = contents(home)

    assert result.exit_code == 0, result.output
    stored = stored_roads(after.pop("roads.npz"), "roads.npz")
    assert set(stored.edition) == {"2025-05"}
    assert set(stored.basis) == {"stated"}
    assert after == before
    assert "still names other roads" in prose(result)
    opened = open_study(home).roads
    assert opened is not None
    assert opened.edge_ids.tolist() == ["e1", "e2", "e3"]


def test_a_study_whose_answers_name_other_roads_keeps_its_file(tmp_path: Path) -> None:
    home = make_study_folder(tmp_path / "study", study=WITHOUT(STUDY))
    files = {"road_nodes": "roads/nodes.csv", "road_edges": "roads/edges.csv"}
    answers = [Answer("table", "files", file, table) for table, file in files.items()]
    (home / "answers.csv").write_bytes(table_bytes(answer_table(answers)))
    assert open_study(home).roads is not None
    new = refused(home, osm(tmp_path))

    assert new.naming == "by_hand"
    assert set(new.files) == {"roads.npz"}


# Roads that lie otherwise than those before.


@pytest.mark.parametrize(
    ("old", "lat", "words"),
    [
        ("31.075", "31.075", "中位数以前 0 米，现在 0 米；超过 500 米的以前 0 个，现在 0 个"),
        (
            '31.075" lon="109.95',
            '31.08" lon="109.95',
            "现在 0 米；超过 500 米的以前 0 个，现在 1 个",
        ),
        ('"31.025"', '"31.0285"', "现在 194 米；超过 500 米的以前 0 个，现在 0 个"),  # two of four
    ],
)
def test_villages_far_from_the_roads_are_counted_before_and_now(
    tmp_path: Path, ready: Path, old: str, lat: str, words: str
) -> None:
    path = osm(tmp_path)
    path.write_text(MAP.replace(old, lat))
    result = run(ready, "--from", path, language="zh")

    assert words in result.output
    assert ("GCJ-02" in result.output) is (old != lat)


def test_places_have_their_english_names_in_english_and_chinese_ones_where_there_are_none(
    tmp_path: Path,
) -> None:
    def named(text: str) -> str:
        shapes = json.loads(text)
        shapes["features"][-1]["properties"]["name_en"] = "Cun Four"
        return json.dumps(shapes)

    home = make_study_folder(
        tmp_path / "study",
        study=WITHOUT(STUDY), road_nodes=None, road_edges=None, villages=named,
    )  # fmt: skip
    english = prose(run(home, "--from", osm(tmp_path)))
    chinese = prose(run(home, language="zh"))

    assert "Cun Four (990201002002)" in english
    assert "not leave: 村2 (990201001002)" in english
    assert "村4 (990201002002)" in chinese
    assert "Cun Four" not in chinese


# Scenario files.


@pytest.mark.parametrize("command", ["roads", "check"])
def test_a_scenario_file_is_refused_in_one_sentence(tmp_path: Path, command: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text('[scenario]\nstudy = "wushan"\n')
    result = CliRunner().invoke(app, [command, str(path), "-l", "en"])

    assert result.exit_code == 1
    assert result.output == (
        "This command takes no scenario file; give the study that the scenario changes.\n"
    )


@pytest.mark.parametrize(
    ("command", "takes"),
    [
        ("run", True),
        ("map", True),
        ("report", True),
        ("info", True),
        ("roads", False),
        ("check", False),
    ],
)
def test_the_help_says_which_commands_take_a_scenario_file(command: str, *, takes: bool) -> None:
    said = CliRunner().invoke(app, [command, "--help"], terminal_width=200).output

    # Some versions of the library break lines all the same, within their frame.
    assert ("scenario file" in " ".join(said.replace("│", " ").split())) is takes


def test_an_error_while_writing_leaves_the_study_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = study(tmp_path)
    before = contents(home)
    write = storage.write_file

    def failing(path: Path, content: bytes) -> Path:
        if path.name == "study.toml":
            raise OSError(28, "no space left")
        return write(path, content)

    monkeypatch.setattr(storage, "write_file", failing)
    result = run(home, "--from", osm(tmp_path))

    assert result.exit_code == 3
    assert contents(home) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"file": "a.osm", "download": True}, "not both"),
        ({"server": (None, 5.0)}, "go with --download only"),
        ({"file": "a.osm", "server": ("http://127.0.0.1", None)}, "go with --download only"),
        ({"edition": "2025"}, "goes with --from or --download only"),
        ({"file": "a.osm", "edition": "last year"}, "is a date"),
        ({"basis": "stated"}, "--basis goes with --from or --download only"),
        ({"file": "a.osm", "snap_m": 5.0}, "for layers of road lines only"),
        ({"snap_m": 5.0}, "for layers of road lines only"),
        ({"file": "a.gpkg"}, "Say with --snap-m"),
        ({"download": True}, "Give the server with --overpass"),
        ({"download": True, "server": (None, 5.0)}, "Give the server with --overpass"),
        ({"download": True, "server": ("http://127.0.0.1", None)}, "Give the server"),
    ],
)
def test_an_option_that_would_have_no_effect_or_is_missing_is_refused(
    home: Path, options: dict[str, Any], words: str
) -> None:
    said = objection(home, RoadsAsked(**options), home)

    assert said is not None
    assert words in said[1]


def test_an_option_refused_changes_nothing(tmp_path: Path) -> None:
    home = study(tmp_path)
    before = contents(home)
    result = run(home, "--from", "a.osm", "--download", language="zh")

    assert result.exit_code == 1
    assert "--from 文件 与 --download 只能选一个。" in result.output
    assert contents(home) == before


@pytest.mark.parametrize("options", [["--from", "a.osm"], ["--download"]])
def test_a_built_in_study_takes_no_roads(options: list[str]) -> None:
    result = run("wushan", *options)

    assert result.exit_code == 1
    assert "copy it with init first" in result.output


def test_a_study_whose_settings_have_faults_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    home = study(tmp_path, replaced(("boarding_min = 2.0", "boarding_min = -2.0")))
    result = run(home, "--from", osm(tmp_path))

    assert result.exit_code == 1
    assert "travel.boarding_min" in result.output
    assert not (home / "roads.npz").exists()


# Fetching.


@contextmanager
def overpass() -> Iterator[tuple[str, list[str]]]:
    """Serve the map as an Overpass server on loopback; collect the questions."""
    asked: list[str] = []
    nodes = [(1, 109.85, 31.025), (2, 109.95, 31.025)]
    elements: list[dict[str, Any]] = [
        {"type": "node", "id": at, "lon": lon, "lat": lat} for at, lon, lat in nodes
    ]
    elements.append({"type": "way", "id": 7, "nodes": [1, 2], "tags": {"highway": "secondary"}})
    base = {"timestamp_osm_base": "2026-10-31T00:00:00Z"}
    answer = json.dumps({"version": 0.6, "osm3s": base, "elements": elements}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked.append(parse_qs(self.rfile.read(length).decode())["data"][0])
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def outline(question: str) -> shapely.Polygon:
    """Give the outline that a question asks about."""
    text = question.split("(poly:'", 1)[1].split("'", 1)[0]
    numbers = np.array([float(one) for one in text.split()])
    return shapely.Polygon(numbers.reshape(-1, 2)[:, ::-1])


def test_roads_are_fetched_for_the_county_and_its_surroundings(tmp_path: Path) -> None:
    with overpass() as (url, asked):
        told = f'\n[travel.download]\noverpass_url = "{url}"\nbuffer_km = 5.0\n'
        home = study(tmp_path, lambda text: text + told)
        result = run(home, "--download")
        first = list(asked)
        asked.clear()
        nearer = new_roads(home, RoadsAsked(server=(None, 0.0), download=True, edition="2026"))

    assert result.exit_code == 0, result.output
    roads = stored_roads((home / "roads.npz").read_bytes(), "roads.npz")
    assert roads.u.size == 1
    assert set(roads.edition) == {"2026-10-31"}
    assert set(nearer.roads.edition) == {"2026"}
    shapes = gpd.GeoSeries([COUNTY, *map(outline, first)], crs=4490).to_crs(metric_crs(109.9))
    wide = shapely.union_all(shapes.to_numpy()[1:])
    # osmnx asks for half a kilometre more, so that roads are whole at the border.
    assert wide.contains(shapes[0].buffer(5000))
    assert shapely.hausdorff_distance(shapes[0], wide) < 5600
    near = shapely.union_all([outline(one) for one in asked])
    assert near.contains(COUNTY)
    assert near.area < COUNTY.area * 1.2


def test_roads_that_were_fetched_and_are_refused_are_kept_beside_the_study(ready: Path) -> None:
    home = ready
    file = home / "study.toml"
    plain = file.read_text()
    file.write_text(plain + CLOSES.format(edge=edge_ids(home)[-1]))  # on the map, and not fetched
    before = contents(home)
    with overpass() as (url, _):
        result = run(home, "--download", "--overpass", url, "--buffer", "0")
    after = contents(home)
    kept = home / "roads-downloaded.npz"

    assert result.exit_code == 1
    assert "closed_edges" in result.output
    assert stored_roads(after.pop(kept.name), kept.name).u.size == 1
    assert after == before
    assert f'wushan-geo roads "{home}" --from "{kept}"\n' in result.output
    file.write_text(plain)
    again = refused(home, kept)
    assert not again.faults
    assert set(again.files) == {"roads.npz"}


def test_the_server_said_on_the_command_line_comes_before_that_of_the_study(
    tmp_path: Path,
) -> None:
    told = '\n[travel.download]\noverpass_url = "http://127.0.0.1:9/api"\nbuffer_km = 5.0\n'
    home = study(tmp_path, lambda text: text + told)
    with overpass() as (url, asked):
        new = new_roads(home, RoadsAsked(server=(url, None), download=True))

    assert new.naming == "added"
    assert asked


def test_english_texts_on_roads_count_one_thing_as_well_as_many() -> None:
    counts = r"\{(?:count|nodes|edges|closed|of)\} (?!of|more)[a-z]"
    assert [one for one, (_, en) in TEXTS.items() if re.search(counts, en)] == []


def test_roads_alone_lie_at_no_distance_from_villages() -> None:
    roads = open_study("example").roads
    assert roads is not None
    assert network_report(roads).village_distances() is None


# The line in the study file.


def changed(text: str) -> tuple[str, str]:
    content, how = naming_roads(text.encode())
    return content.decode(), how


def test_the_line_goes_under_tables_and_every_other_byte_stays() -> None:
    for newline in ("\n", "\r\n"):
        text = newline.join(
            [
                "\ufeff# 研究",
                "[study]",
                'id = "x"',
                "",
                "  [ tables ]  # 数据表",
                'a = "b"',
                "",
                "[travel]",
                "",
            ]
        )
        got, how = changed(text)

        assert how == "added"
        lines = got.split(newline)
        assert lines[5] == 'roads = "roads.npz"'
        del lines[5]
        assert newline.join(lines) == text


def test_a_section_that_is_only_a_text_is_passed_over() -> None:
    text = 'note = """\n[tables]\n"""\n[tables]\na = "b"\n'
    got, how = changed(text)

    assert how == "added"
    assert tomllib.loads(got) == {
        "note": "[tables]\n", "tables": {"a": "b", "roads": "roads.npz"},
    }  # fmt: skip
    assert got.startswith('note = """\n[tables]\n"""\n[tables]\nroads')


@pytest.mark.parametrize(
    "text",
    [
        'tables = { a = "b" }\n',
        'tables.a = "b"\n',
        "[study]\n",
        '[tables]\nroads = "other.npz"\n',
        '[tables]\nroads = ["roads.npz", "b.npz"]\n',
        '[tables]\nroad_edges = "e.csv"\n',
        '[tables]\nroads = "roads.npz"\nroad_nodes = "n.csv"\n',
        "tables = 5\n",
        "[tables]",
    ],
)
def test_what_cannot_be_changed_safely_is_left_to_the_planner(text: str) -> None:
    assert changed(text) == (text, "by_hand")


@pytest.mark.parametrize("value", ['"roads.npz"', '["roads.npz"]'])
def test_a_study_that_names_the_file_needs_no_line(value: str) -> None:
    text = f"[tables]\nroads = {value}\n"

    assert changed(text) == (text, "already")
