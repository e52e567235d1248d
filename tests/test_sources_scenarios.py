"""A scenario file opens as the study that it changes; every other source opens as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import builders
import pytest

from wushan_geo.errors import InputError
from wushan_geo.sources.opening import data_folder, open_study
from wushan_geo.sources.scenarios import open_either, read_scenario
from wushan_geo.storage import checksum

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = data_folder() / "wushan" / "scenarios"
HEAD = """[scenario]
name = {{ zh = "断桥", en = "Bridge closed" }}
study = "{study}"
source = "a test"
"""
CLOSED = '[[close]]\ncrossings = ["bridge"]\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builders.make_study_folder(tmp_path_factory.mktemp("studies") / "tiny")


def written(folder: Path, text: str, study: str = "tiny", name: str = "closed.toml") -> Path:
    path = folder.parent / name
    path.write_text(HEAD.format(study=study) + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("study", ["tiny", "./tiny", "tiny/study.toml", "../{parent}/tiny"])
def test_a_scenario_names_its_study_from_its_own_folder(folder: Path, study: str) -> None:
    path = written(folder, CLOSED, study.format(parent=folder.parent.name))
    found = open_either(path)
    assert found.config.id == "tiny+closed"
    assert found.roads is not None
    assert found.roads.closed.tolist() == [False, True, False]
    row = found.provenance[found.provenance["table"] == "scenario"].iloc[0]
    assert (row["file"], row["sha256"]) == ("closed.toml", checksum(path.read_bytes()))


def test_a_scenario_that_is_opened_as_a_study_is_one_fault_that_says_so(folder: Path) -> None:
    path = written(folder, CLOSED, name="taken.toml")
    with pytest.raises(InputError) as caught:
        open_study(path)
    (one,) = caught.value.faults
    assert (one.file, one.column) == ("taken.toml", "scenario")
    assert "scenario" in one.rule
    assert 'wg.open_either("taken.toml")' in one.suggestion
    assert "wushan-geo run taken.toml" in one.suggestion_zh


def test_a_study_opens_as_before(folder: Path) -> None:
    for source in (folder, str(folder), folder / "study.toml", "example"):
        assert "+" not in open_either(source).config.id


def test_another_edition_of_the_network_is_read_from_beside_the_scenario(folder: Path) -> None:
    roads = folder.parent / "roads-2027"
    roads.mkdir(exist_ok=True)
    (roads / "nodes.csv").write_text(builders.NODES, encoding="utf-8")
    (roads / "edges.csv").write_text(
        builders.EDGES.replace("e2,n1,n3,10000", "e2,n1,n3,9800"), encoding="utf-8"
    )
    path = written(folder, '[travel]\nroads = "roads-2027"\n', name="edition.toml")
    found = open_either(path)
    assert found.roads is not None
    assert found.roads.length_m.tolist() == [6000, 9800, 6000]
    rows = found.provenance.set_index("table")
    assert rows.loc["scenario_roads", "rows"] == 3
    assert len(str(rows.loc["scenario_roads", "sha256"])) == 64


def test_the_bridges_of_another_edition_find_their_crossings_too(folder: Path) -> None:
    roads = folder.parent / "roads-named"
    roads.mkdir(exist_ok=True)
    (roads / "nodes.csv").write_text(builders.NODES, encoding="utf-8")
    (roads / "edges.csv").write_text(
        "edge_id,u,v,length_m,road_class,bridge,name,basis\n"
        "e1,n1,n2,6000,county,no,,measured\ne2,n1,n3,10000,county,yes,大桥,measured\n",
        encoding="utf-8",
    )
    path = written(folder, '[travel]\nroads = "roads-named"\n', name="named.toml")
    found = open_either(path)
    assert found.roads is not None
    assert found.roads.crossing_id.tolist() == ["", "bridge"]


@pytest.mark.parametrize(
    ("text", "study", "said"),
    [
        ("[[close]\n", "tiny", "is a readable TOML file"),
        (CLOSED, "nowhere", "is a built-in study"),
        ('[travel]\nroads = "none.gpkg"\n', "tiny", r"travel\.roads: exists"),
        ("", "tiny", "changes something"),
        ('[[close]]\ncrossings = ["brigde"]\n', "tiny", "Did you mean bridge"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told_with_its_file(
    folder: Path, text: str, study: str, said: str
) -> None:
    path = written(folder, text, study, "wrong.toml")
    with pytest.raises(InputError, match=said):
        open_either(path)


def test_a_scenario_on_a_scenario_is_refused(folder: Path) -> None:
    written(folder, CLOSED)
    path = written(folder, CLOSED, "closed.toml", "again.toml")
    with pytest.raises(InputError, match="names a study, not another scenario"):
        open_either(path)


def test_the_samples_can_be_read_and_are_modelled() -> None:
    samples = {path.stem: read_scenario(path) for path in sorted(SAMPLES.glob("*.toml"))}
    assert sorted(samples) == ["new-expressway", "snow", "yangtze-bridge-closed"]
    assert {one.basis for one in samples.values()} == {"modelled"}
    assert {one.study for one in samples.values()} == {"wushan"}


def test_the_closed_bridge_closes_what_passes_over_it() -> None:
    found = open_either(SAMPLES / "yangtze-bridge-closed.toml")
    assert found.roads is not None
    shut = found.roads.closed
    assert set(found.roads.crossing_id[shut]) == {"yangtze_bridge"}
    assert (found.roads.crossing_id[~shut] != "yangtze_bridge").all()
    assert found.demonstration


def test_the_made_up_expressway_is_modelled_and_has_a_speed() -> None:
    found = open_either(SAMPLES / "new-expressway.toml")
    assert found.roads is not None
    at = found.roads.edge_ids.tolist().index("made-up-expressway")
    assert found.roads.basis[at] == "modelled"
    assert found.roads.road_class[at] in found.config.travel.speeds_kmh
    assert 15_000 < found.roads.length_m[at] < 25_000


def test_the_snow_scenario_shows_the_condition_that_the_study_states() -> None:
    assert open_either(SAMPLES / "snow.toml").config.travel.condition == "snow"


def test_faults_of_scenario_and_study_are_told_in_one_round(folder: Path) -> None:
    text = '[[close]]\nedges = ["e9"]\n[[slow]]\nedges = ["e1"]\nfactor = 3\n'
    path = written(folder, text, name="many.toml")
    with pytest.raises(InputError) as caught:
        open_either(path)
    assert {one.column for one in caught.value.faults} == {"close[1].edges", "slow[1].factor"}

    broken = builders.make_study_folder(
        folder.parent / "broken", persons=builders.replaced(("all,10", "all,-1"))
    )
    path = written(folder, text, study=broken.name, name="both.toml")
    with pytest.raises(InputError) as caught:
        open_either(path)
    assert {(one.file, one.column) for one in caught.value.faults} >= {
        ("both.toml", "slow[1].factor"),
        ("persons.csv", "persons"),
    }


def test_a_scenario_that_says_what_stands_already_is_refused(folder: Path) -> None:
    path = written(folder, "[travel.speeds_kmh]\ncounty = 30.0\n", name="same.toml")
    with pytest.raises(InputError, match=r"same\.toml: changes something"):
        open_either(path)


def test_other_roads_that_cannot_be_read_hide_no_other_fault(folder: Path) -> None:
    text = '[travel]\nroads = "none.npz"\ncondition = "fog"\n[[close]]\nedges = ["x"]\n'
    path = written(folder, text, name="lost.toml")
    with pytest.raises(InputError) as caught:
        open_either(path)
    assert {one.column for one in caught.value.faults} == {"travel.roads", "travel.condition"}


def test_another_layer_of_lines_needs_its_gap(folder: Path) -> None:
    (folder.parent / "lines.geojson").write_text("{}", encoding="utf-8")
    path = written(folder, '[travel]\nroads = "lines.geojson"\n', name="gap.toml")
    with pytest.raises(InputError, match=r"travel\.roads_snap_m: has this setting"):
        open_either(path)
