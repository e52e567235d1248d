"""Bridges and ferries of a map that find their rows in the crossing table by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from builders import CROSSINGS, make_study_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.opening import open_study, read_study
from wushan_geo.sources.vocabulary import folded
from wushan_geo.study.named_crossings import attached
from wushan_geo.study.roads import RoadNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.errors import Fault

NODES = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.85, 109.86], "lat": 31.05})
TABLE = pd.DataFrame(
    [
        ("A", "巫山长江大桥", "Wushan Yangtze Bridge", "bridge"),
        ("B", "龙门大桥", None, "bridge"),
        ("C", "青石渡口", "Qingshi Ferry", "ferry"),
    ],
    columns=["crossing_id", "name", "name_en", "kind"],
)


def roads(*edges: tuple[str, str, str, bool]) -> RoadNetwork:
    """Make edges e0, e1 ... of a name, class, crossing, and bridge or not."""
    rows = [
        {"edge_id": f"e{at}", "u": "a", "v": "b", "length_m": 9.0, "name": name,
         "road_class": kind, "crossing_id": crossing, "bridge": bridge}
        for at, (name, kind, crossing, bridge) in enumerate(edges)
    ]  # fmt: skip
    return RoadNetwork.from_tables(NODES, pd.DataFrame(rows))


def match(*edges: tuple[str, str, str, bool], table: pd.DataFrame = TABLE) -> tuple[Any, ...]:
    found, notes = attached(roads(*edges), table, folded)
    return found.crossing_id.tolist(), notes


def told(notes: list[Fault]) -> list[str]:
    assert {one.severity for one in notes} <= {"note"}
    return [one.rule_zh for one in notes]


@pytest.mark.parametrize(
    "name",
    [
        "巫山长江大桥", "巫山長江大橋", "巫山 长江大桥", "　巫山长江大桥", "巫山长江大桥；沿江路",
        "沿江路; 巫山长江大桥", "S103 巫山长江大桥", "S103; X203 沿江路; 巫山长江大桥",
        "Ｗushan Yangtze bridge", "G42/G69 Wushan Yangtze Bridge",
    ],
)  # fmt: skip
def test_a_bridge_gets_the_crossing_of_its_name(name: str) -> None:
    assert match((name, "county", "", True))[0] == ["A"]


@pytest.mark.parametrize(
    ("name", "road_class", "bridge"),
    [
        ("巫山长江大桥", "county", False),  # the road that leads to it bears its name too
        ("巫山长江大桥", "ferry", True),  # a ferry of the name of a bridge is another crossing
        ("青石渡口", "county", True),
        ("长江大桥", "county", True),
        ("巫山长江大桥引桥", "county", True),
        ("", "county", True),
    ],
)
def test_another_kind_or_another_name_gets_none(name: str, road_class: str, bridge: bool) -> None:  # noqa: FBT001 -- a row of the table above
    assert match((name, road_class, "", bridge))[0] == [""]


def test_an_edge_keeps_the_crossing_that_it_has() -> None:
    ids, notes = match(("龙门大桥", "county", "A", True), ("龙门大桥", "county", "", True))

    assert ids == ["A", "B"]
    # A is on the roads already: nobody needs to look for it.
    assert told(notes) == ["按名称对应到路段的桥梁渡口：龙门大桥 1 段"]


def test_it_is_said_how_many_edges_each_crossing_got_and_which_got_none() -> None:
    ids, notes = match(
        ("青石渡口", "ferry", "", False),
        ("青石渡口", "ferry", "", False),
        ("巫山长江大桥", "county", "", True),
    )

    assert ids == ["C", "C", "A"]
    assert told(notes) == [
        "按名称对应到路段的桥梁渡口：巫山长江大桥 1 段、青石渡口 2 段",
        "没有同名路段，对路网不起作用：龙门大桥",
    ]


def test_a_crossing_is_looked_for_only_where_there_are_roads_of_its_kind() -> None:
    assert match(("沿江路", "county", "", False)) == ([""], [])
    _, notes = match(("", "ferry", "", False))
    assert told(notes) == ["没有同名路段，对路网不起作用：青石渡口"]


def test_a_name_of_two_crossings_and_an_edge_of_two_names_get_none_and_that_is_said() -> None:
    twins = TABLE.assign(name=["龙门大桥", "龙门大桥", "青石渡口"])
    ids, notes = match(("龙门大桥", "county", "", True), table=twins)
    assert ids == [""]
    assert told(notes) == ["与路段同名的不止一处，未对应：龙门大桥、龙门大桥"]

    ids, notes = match(("巫山长江大桥;龙门大桥", "county", "", True))
    assert ids == [""]
    assert told(notes) == ["与路段同名的不止一处，未对应：巫山长江大桥、龙门大桥"]


def test_nothing_is_changed_and_no_match_gives_the_same_network() -> None:
    before, table = roads(("龙门大桥", "county", "", True)), TABLE.copy()
    found, _ = attached(before, TABLE, folded)

    assert (before.crossing_id.tolist(), found.crossing_id.tolist()) == ([""], ["B"])
    pd.testing.assert_frame_equal(TABLE, table)
    same = roads(("沿江路", "county", "", True))
    assert attached(same, TABLE, folded)[0] is same


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(3)), st.lists(st.sampled_from(["龙门大桥", "x", "青石渡口"])))
def test_the_order_of_the_table_changes_nothing(order: list[int], names: list[str]) -> None:
    edges = [(name, "ferry" if name == "青石渡口" else "county", "", True) for name in names]
    edges = edges or [("", "county", "", True)]

    assert match(*edges, table=TABLE.iloc[order]) == match(*edges)


# In a study.

EDGES = """edge_id,u,v,length_m,road_class,crossing_id,bridge,name,basis
e1,n1,n2,6000,county,,no,,measured
e2,n1,n3,10000,county,,yes,G348 {name},measured
e3,n3,n4,6000,county,,no,,measured
"""


def test_a_study_joins_the_bridges_of_its_roads_to_its_crossings(tmp_path: Path) -> None:
    name = CROSSINGS.splitlines()[1].split(",")[1]
    make_study_folder(tmp_path, road_edges=EDGES.format(name=name))
    study = open_study(tmp_path)

    assert study.roads is not None
    assert study.roads.crossing_id.tolist() == ["", "bridge", ""]
    (note,) = [one for one in read_study(tmp_path).faults if one.column == "name"]
    assert (note.file, note.severity) == ("crossings.csv", "note")
    assert name in note.rule


def test_a_study_without_a_crossing_table_or_with_ids_on_its_roads_is_as_before(
    tmp_path: Path,
) -> None:
    make_study_folder(tmp_path / "a")
    make_study_folder(tmp_path / "b", road_edges=EDGES.format(name="x"), crossings=None)
    (tmp_path / "b" / "study.toml").write_text(
        (tmp_path / "b" / "study.toml")
        .read_text(encoding="utf-8")
        .replace('crossings = "crossings.csv"\n', ""),
        encoding="utf-8",
    )

    for folder, ids in (("a", ["", "bridge", ""]), ("b", ["", "", ""])):
        study = open_study(tmp_path / folder)
        assert study.roads is not None
        assert study.roads.crossing_id.tolist() == ids
        assert not [one for one in read_study(tmp_path / folder).faults if one.column == "name"]
