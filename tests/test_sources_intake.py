"""One file in, several files of one table, and what the study knows besides."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter

from wushan_geo.sources.finishing import finish
from wushan_geo.sources.intake import Context, Taken, combined, joined, split_sheet, take_in
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from pathlib import Path

TOWNS = pd.DataFrame({"zone_id": ["500237101", "500237102"], "name": ["庙宇镇", "大昌镇"]})
VILLAGES = pd.DataFrame(
    {
        "zone_id": ["500237101201", "500237101202", "500237102201"],
        "name": ["永安村", "兴旺村", "兴旺村"],
        "parent_id": ["500237101", "500237101", "500237102"],
    }
)
CLEAN = {"townships": TOWNS, "villages": VILLAGES}


def context(**changes: Any) -> Context:
    """Give what is known of a study with two townships."""
    return Context(**{"county": "500237", "clean": CLEAN, "as_of": dt.date(2025, 6, 30), **changes})


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    """Write a workbook, a list of rows a sheet."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return path


def taken(table: str, path: Path, name: str = "", **known: Any) -> Taken:
    """Take a file in and finish its table."""
    found = context(**known)
    one = take_in(table, path.read_bytes(), path, name or path.name, found)
    finish(table, one, found)
    return one


def cells(raw: Raw | None, column: str) -> list[Any]:
    """Give the cells of a column."""
    assert raw is not None
    return raw.frame[column].astype(object).where(raw.frame[column].notna(), None).tolist()


HEAD = ["乡镇", "村（社区）", "残疾人数", "数据性质"]


def test_a_sheet_for_each_township_makes_one_table_and_rows_know_their_sheet(
    tmp_path: Path,
) -> None:
    path = book(
        tmp_path / "台账.xlsx",
        庙宇=[HEAD, ["庙宇镇", "永安村", 3, "台账数据"], ["庙宇镇", "兴旺村", 4, "台账数据"]],
        大昌=[HEAD, ["大昌镇", "兴旺村", 5, "台账数据"]],
        说明=[["填报说明"], ["每村一行"]],
    )

    found = taken("persons", path)

    assert cells(found.raw, "zone_id") == ["500237101201", "500237101202", "500237102201"]
    assert cells(found.raw, "persons") == ["3", "4", "5"]
    assert found.raw is not None
    assert found.raw.where(2, "persons").file == "台账.xlsx › 大昌"
    assert [one.severity for one in found.faults if "decide" in one.severity] == []


def test_one_sheet_may_be_named(tmp_path: Path) -> None:
    path = book(
        tmp_path / "台账.xlsx",
        今年=[HEAD, ["庙宇镇", "永安村", 3, "台账数据"]],
        去年=[HEAD, ["庙宇镇", "永安村", 9, "台账数据"]],
    )

    assert "3" in cells(taken("persons", path, "台账.xlsx#今年").raw, "persons")
    wrong = taken("persons", path, "台账.xlsx#后年")
    assert wrong.raw is None
    assert [one.rule for one in wrong.faults] == ["is a sheet of the workbook"]
    assert "今年、去年" in wrong.faults[0].suggestion


def test_a_sheet_that_is_no_such_table_is_asked_about_and_not_dropped(tmp_path: Path) -> None:
    path = book(
        tmp_path / "台账.xlsx",
        数据=[HEAD, ["庙宇镇", "永安村", 3, "台账数据"]],
        附表=[["合同", "金额"], ["甲", 5]],
    )
    decided = Answers.of([Answer("table", "persons", "台账.xlsx#附表", LEAVE_OUT)])

    asked = [one for one in taken("persons", path).faults if one.severity == "decide"]
    settled = [
        one for one in taken("persons", path, answers=decided).faults if one.severity == "decide"
    ]

    assert [one.value for one in asked if one.ask and one.ask.topic == "table"] == ["附表"]
    assert [one for one in settled if one.ask and one.ask.topic == "table"] == []


def test_what_an_office_says_once_fills_every_row(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("乡镇,村（社区）,残疾人数\n庙宇镇,永安村,3\n", encoding="utf-8")
    told = {"persons": {"basis": "measured", "source_unit": "县残联", "signer": "甲"}}

    found = taken("persons", path, told=told)

    for column, value in told["persons"].items():
        assert set(cells(found.raw, column)) == {value}


def test_a_basis_that_nobody_told_is_asked_once_and_remembered(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "乡镇,村（社区）,残疾人数\n庙宇镇,永安村,3\n庙宇镇,兴旺村,3\n", encoding="utf-8"
    )
    decided = Answers.of([Answer("source", "persons", "basis", "stated")])

    asked = [one for one in taken("persons", path).faults if one.ask and one.ask.topic == "source"]

    assert len(asked) == 1
    assert set(cells(taken("persons", path, answers=decided).raw, "basis")) == {"stated"}


def test_a_register_is_counted_and_no_person_leaves(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "姓名,残疾证号,乡镇,村（社区）,数据性质\n"
        "王小花,50023719800101001X43,庙宇镇,永安村,台账数据\n"
        "李大山,50023719700101002X31,庙宇镇,永安村,台账数据\n",
        encoding="utf-8",
    )

    found = taken("persons", path)

    assert found.raw is not None
    everything = "\n".join([found.raw.frame.to_csv(), repr(found.faults), repr(found.arrivals)])
    assert not [one for one in ("王小花", "李大山", "50023719") if one in everything]
    assert found.arrivals[0].layout == "register"
    frame = found.raw.frame
    own = frame[(frame["zone_id"] == "500237101201").to_numpy()]
    assert dict(zip(own["group"], own["persons"], strict=True))["all"] == "2"
    assert set(frame["zone_id"]) == set(VILLAGES["zone_id"])


def test_a_list_takes_its_shapes_from_a_layer_by_code_and_by_name() -> None:
    units = Raw(VILLAGES.astype("str"), "名录.xlsx")
    boxes = np.array([shapely.box(at, 0, at + 1, 1) for at in range(3)], dtype=object)
    frame = pd.DataFrame(
        {
            "zone_id": ["500237102201", None, None],
            "name": ["兴旺村", "永安村委会", "无名村"],
            "parent_id": ["500237102", "500237101", "500237101"],
        },
        dtype="str",
    )
    layer = Raw(frame, "村界.shp", boxes)

    whole, faults = combined("villages", [layer, units], context())

    assert whole is not None
    assert whole.geometry is not None
    assert [None if one is None else one.bounds[0] for one in whole.geometry] == [1.0, None, 0.0]
    assert [(one.severity, one.value) for one in faults] == [
        ("decide", "无名村"),
        ("note", "500237101202"),
    ]


def test_two_plain_lists_are_put_one_below_the_other() -> None:
    one = Raw(VILLAGES.iloc[:2].astype("str"), "a.csv")
    two = Raw(VILLAGES.iloc[2:].astype("str"), "b.csv")

    whole = joined([one, two])

    assert whole is not None
    assert [whole.where(at, "name").file for at in range(3)] == ["a.csv", "a.csv", "b.csv"]


def test_a_list_of_facilities_is_not_mixed_with_a_layer() -> None:
    plain = Raw(pd.DataFrame({"name": ["A"]}, dtype="str"), "a.csv")
    layer = Raw(plain.frame, "b.shp", np.array([shapely.Point(0, 0)], dtype=object))

    _, faults = combined("facilities", [plain, layer], context())

    assert [one.file for one in faults] == ["a.csv"]


@pytest.mark.parametrize("name", ["a#b.csv", "#.csv"])
def test_a_file_whose_own_name_has_a_number_sign_is_one_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")

    assert split_sheet(name, tmp_path) == (name, "")


def test_service_rows_without_any_word_are_not_known_and_that_is_told_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "zone_id,service,status,last,basis\n"
        "500237101201,visiting,,,measured\n"
        "500237101202,visiting,,2025-05-01,measured\n",
        encoding="utf-8",
    )

    found = taken("services", path, services=("visiting",))

    assert cells(found.raw, "status") == ["unknown", None]
    assert [one.rule for one in found.faults if "no word" in one.rule] == [
        "has no word on 1 rows: they were taken as not known"
    ]


REGISTER = "姓名,残疾证号,乡镇,村（社区）,数据性质\n"


def register(path: Path, *rows: str) -> Path:
    """Write a register with a row a person."""
    path.write_text(REGISTER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_township_that_a_register_has_nobody_of_is_asked_about(tmp_path: Path) -> None:
    path = register(tmp_path / "r.csv", "王小花,50023719800101001X43,庙宇镇,永安村,台账数据")
    decided = {
        one: Answers.of([Answer("value", "persons", "townships with nobody", one)])
        for one in ("zero", "unreported")
    }

    asked = taken("persons", path)

    (question,) = [one for one in asked.faults if one.ask and one.ask.subject.startswith("town")]
    assert (question.severity, question.value) == ("decide", "大昌镇")
    for answer, count in (("zero", "0"), ("unreported", None)):
        frame = taken("persons", path, answers=decided[answer]).raw
        assert frame is not None
        rows = frame.frame[(frame.frame["zone_id"] == "500237102201").to_numpy()]
        assert {None if pd.isna(one) else one for one in rows["persons"]} == {count}


def test_a_name_in_the_village_column_is_told_without_the_name(tmp_path: Path) -> None:
    path = register(
        tmp_path / "r.csv",
        "王小花,50023719800101001X43,庙宇镇,王小花,台账数据",
        "李大山,50023719700101002X31,庙宇镇,永安村,台账数据",
    )

    found = taken("persons", path)

    assert [one.rule for one in found.faults if "columns may have shifted" in one.rule]
    assert "王小花" not in repr(found.faults)
    assert "王小花" not in pd.concat(found.matches).to_csv()


def test_a_point_inside_each_village_is_taken_where_that_was_decided() -> None:
    boxes = np.array([shapely.box(at, 0, at + 1, 1) for at in range(3)], dtype=object)
    frame = VILLAGES.assign(kind="village", basis="measured").astype("str")
    decided = Answers.of([Answer("source", "villages", "demand_point", "inside")])
    plain = Taken(Raw(frame, "v.geojson", boxes, header=None))
    settled = Taken(Raw(frame, "v.geojson", boxes, header=None))

    finish("villages", plain, context())
    finish("villages", settled, context(answers=decided))

    assert plain.raw is not None
    assert "demand_lon" not in plain.raw.frame
    assert cells(settled.raw, "demand_lon") == ["0.500000", "1.500000", "2.500000"]
    assert set(cells(settled.raw, "point_basis")) == {"inferred"}


def test_areas_are_no_facilities(tmp_path: Path) -> None:
    path = tmp_path / "f.geojson"
    square = "[[[0,0],[1,0],[1,1],[0,0]]]"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"甲"},'
        f'"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}',
        encoding="utf-8",
    )

    found = taken("facilities", path)

    assert [one.severity for one in found.faults if "is a point" in one.rule] == ["error"]


def test_a_kind_that_no_column_tells_is_read_from_the_name_and_told() -> None:
    names = ["高唐街道办事处", "庙宇镇", "红椿土家族乡", "某某"]
    frame = pd.DataFrame({"zone_id": list("abcd"), "name": names, "basis": "stated"}, dtype="str")
    found = Taken(Raw(frame, "t.csv"))

    finish("townships", found, context())

    assert cells(found.raw, "kind") == ["subdistrict", "town", "township", None]
    assert [one.severity for one in found.faults] == ["note"]
