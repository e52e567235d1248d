"""The correction loop: check, fill the workbook in, read it back, accept, and see what changed."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner

from wushan_geo.cli import app
from wushan_geo.errors import InputError
from wushan_geo.sources.checking import check_study_files
from wushan_geo.sources.opening import data_folder, open_study

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.slow  # whole folders are written, read and checked


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Give a copy of the example to work on."""
    folder = tmp_path / "county"
    shutil.copytree(data_folder() / "example", folder)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def fill(book: Path, answers: dict[str, str]) -> None:
    """Fill the yellow column in, by subject, as an officer would in Excel."""
    workbook = openpyxl.load_workbook(book)
    page = workbook["待决事项"]
    heads = {str(cell.value).splitlines()[-1]: cell.column for cell in page[3] if cell.value}
    left = dict(answers)
    for row in range(4, page.max_row + 1):
        subject = str(page.cell(row, heads["subject"]).value)
        if subject in left:
            page.cell(row, heads["answer"]).value = left.pop(subject)
    assert left == {}
    workbook.save(book)


def test_a_clean_study_ends_with_zero_and_writes_the_workbook_alone(county: Path) -> None:
    before = {path for path in county.rglob("*") if path.is_file()}

    result = run("check", county, "-l", "en")

    assert result.exit_code == 0, result.output
    assert {path for path in county.rglob("*") if path.is_file()} - before == {
        county / "checks.xlsx"
    }
    assert "Nothing is left to do" in result.output


def test_the_same_files_give_the_same_workbook(county: Path) -> None:
    run("check", county)
    one = (county / "checks.xlsx").read_bytes()
    run("check", county)

    assert (county / "checks.xlsx").read_bytes() == one


def test_a_file_in_the_folder_that_nobody_named_is_asked_about_and_then_read(
    county: Path,
) -> None:
    edit(county / "study.toml", 'indicators = "2025/indicators.csv"\n', "")
    (county / "2025" / "indicators.csv").rename(county / "指标.csv")

    asked = run("check", county, "-l", "zh")
    fill(county / "checks.xlsx", {"指标.csv": "indicators 指标实际值"})
    settled = run("check", county, "--answers", county / "checks.xlsx", "-l", "zh")

    assert asked.exit_code == 1
    assert "未列入研究" in asked.output
    assert settled.exit_code == 0, settled.output
    assert "指标.csv" in (county / "answers.csv").read_text(encoding="utf-8")
    table = open_study(county).indicators
    assert table is not None
    assert len(table) == 11


def test_a_file_left_out_is_not_asked_about_again(county: Path) -> None:
    (county / "旧台账.csv").write_text("机构名称,托养名额\n甲,3\n", encoding="utf-8")
    run("check", county)
    fill(county / "checks.xlsx", {"旧台账.csv": "skip 不采用"})

    first = run("check", county, "--answers", county / "checks.xlsx")
    second = run("check", county)

    assert (first.exit_code, second.exit_code) == (0, 0)


def test_a_register_is_asked_once_who_signed_it(county: Path) -> None:
    path = county / "2025" / "persons.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("签字人甲（虚构）", ""), encoding="utf-8"
    )

    asked = run("check", county, "-l", "en")
    fill(county / "checks.xlsx", {"signer": "王主任"})
    settled = run("check", county, "--answers", county / "checks.xlsx")

    assert asked.exit_code == 1
    assert "names who signed it" in asked.output
    assert settled.exit_code == 0, settled.output
    persons = open_study(county).persons
    assert persons is not None
    assert set(persons["signer"]) == {"王主任"}


def test_an_answer_that_was_not_offered_changes_nothing(county: Path) -> None:
    homes = county / "2025" / "facilities.csv"
    lines = homes.read_text(encoding="utf-8").splitlines()
    homes.write_text("\n".join([*lines, lines[1].replace("F01", "F99", 1)]), encoding="utf-8")
    run("check", county)
    book = openpyxl.load_workbook(county / "checks.xlsx")
    page = book["待决事项"]
    heads = {str(cell.value).splitlines()[-1]: cell.column for cell in page[3] if cell.value}
    topics = [page.cell(row, heads["topic"]).value for row in range(4, page.max_row + 1)]
    page.cell(4 + topics.index("same"), heads["answer"]).value = "perhaps"
    book.save(county / "checks.xlsx")
    filled = (county / "checks.xlsx").read_bytes()

    result = run("check", county, "--answers", county / "checks.xlsx", "-l", "en")

    assert result.exit_code == 1
    assert "is one of the answers offered (found 'perhaps')" in result.output
    assert (county / "checks.xlsx").read_bytes() == filled
    assert not (county / "answers.csv").exists()


def test_what_changed_since_the_accepted_version_is_told_cell_by_cell(county: Path) -> None:
    accepted = run("check", county, "--accept", "-l", "en")
    path = county / "2025" / "persons.csv"
    edit(path, "990101001001,visual,11", "990101001001,visual,12")
    edit(path, "990101001001,hearing,14", "990101001001,hearing,13")

    checkup, _ = check_study_files(county)

    assert "This version is accepted" in accepted.output
    assert checkup.changes[["key", "before", "after"]].to_numpy().tolist() == [
        ["990101001001 / hearing", "14", "13"],
        ["990101001001 / visual", "11", "12"],
    ]


def test_nothing_is_accepted_while_something_is_left_to_do(county: Path) -> None:
    edit(county / "2025" / "persons.csv", "990101001001,visual,11", "990101001001,visual,x")

    result = run("check", county, "--accept", "-l", "en")

    assert result.exit_code == 1
    assert "not accepted" in result.output
    assert not (county / "accepted").exists()


def test_a_built_in_study_is_checked_and_keeps_no_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    checked = run("check", "example")
    refused = run("check", "example", "--accept", "-l", "en")

    assert checked.exit_code == 0
    assert (tmp_path / "outputs" / "checks.xlsx").is_file()
    assert refused.exit_code == 1
    assert "copy it with init first" in refused.output


def test_files_of_last_year_that_another_study_names_are_left_in_peace(county: Path) -> None:
    assert (county / "2024" / "persons.csv").is_file()

    checkup, _ = check_study_files(county)

    assert not checkup.findings["file"].str.startswith("2024").any()


def test_villages_that_a_list_leaves_out_are_asked_about_once(county: Path) -> None:
    path = county / "2025" / "persons.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [one for one in lines if not one.startswith("990101001001,")]
    path.write_text("\n".join(kept), encoding="utf-8")

    run("check", county)
    fill(county / "checks.xlsx", {"villages not listed": "unreported 未上报，按缺数据处理"})
    settled = run("check", county, "--answers", county / "checks.xlsx")

    assert settled.exit_code == 0, settled.output
    study = open_study(county)
    assert study.group("all").isna().sum() == 1


def test_an_unknown_answers_file_is_told_without_a_traceback(county: Path) -> None:
    result = run("check", county, "--answers", county / "nothing.xlsx", "-l", "en")

    assert result.exit_code != 0
    assert "nothing.xlsx" in result.output
    assert "Traceback" not in result.output


def errors(folder: Path) -> list[tuple[str, str]]:
    """Check in-process and give the file and the rule of each error."""
    findings = check_study_files(folder)[0].findings
    grave = findings[findings["severity"] == "error"]
    return list(zip(grave["file"], grave["rule_en"], strict=True))


@pytest.mark.parametrize("name", ["x" * 5000, "a\\u0000b"])
def test_a_name_that_no_system_takes_is_a_missing_file(county: Path, name: str) -> None:
    edit(county / "study.toml", '"2025/indicators.csv"', f'"{name}"')

    assert [rule for _, rule in errors(county)] == ["exists"]


def test_links_in_a_circle_and_folders_named_as_files_stop_nothing(county: Path) -> None:
    (county / "one.csv").symlink_to(county / "two.csv")
    (county / "two.csv").symlink_to(county / "one.csv")
    (county / "x.csv").mkdir()
    (county / "old.toml").mkdir()
    (county / "deep.toml").write_text("a=" + "[" * 5000, encoding="utf-8")
    edit(county / "study.toml", '"2025/indicators.csv"', '"one.csv"')

    assert errors(county) == [("one.csv", "exists")]


@pytest.mark.parametrize("text", ["a=" + "[" * 5000, "a=" + "9" * 5000])
def test_a_study_file_without_an_end_is_refused_in_words(county: Path, text: str) -> None:
    (county / "study.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="readable TOML"):
        check_study_files(county)


def test_a_file_name_unpacked_in_another_encoding_is_to_be_renamed(county: Path) -> None:
    (county / os.fsdecode("台账.csv".encode("gb18030"))).write_text("a,b\n1,2\n")

    ((file, rule),) = errors(county)

    assert (file, "a name that can be read" in rule) == ("台账.csv", True)


DAMAGED = (
    ("accepted.json", b"{"),
    ("accepted.json", b"[]"),
    ("persons.csv", b"\xff\xfe\x00,"),
    ("persons.csv", b"zone_id,group\n" + b"x" * 200_000),
)


def test_a_damaged_accepted_version_is_told_with_all_the_rest(county: Path) -> None:
    assert run("check", county, "--accept").exit_code == 0
    for name, content in DAMAGED:
        path = county / "accepted" / name
        whole = path.read_bytes()
        path.write_bytes(content)

        ((file, rule),) = errors(county)

        assert (file, "damaged" in rule) == (f"accepted/{name}", True)
        path.write_bytes(whole)


@pytest.mark.parametrize(
    "content",
    [
        "topic,table,subject,answer\nzone,persons,兴旺村,990101001001\n".encode("gb18030"),
        b"topic,table,subject,answer\ndatum,facilities," + b"x" * 200_000 + b",gcj02\n",
    ],
)
def test_answers_that_cannot_be_read_are_never_written_over(county: Path, content: bytes) -> None:
    (county / "answers.csv").write_bytes(content)
    filled = county / "filled.csv"
    filled.write_text("topic,table,subject,answer\nsource,persons,signer,甲\n", encoding="utf-8")

    result = run("check", county, "--answers", filled, "-l", "en")

    assert result.exit_code == 1
    assert "answers.csv" in result.output
    assert (county / "answers.csv").read_bytes() == content


def test_a_number_sign_in_the_name_of_a_file_or_a_sheet_is_no_end(county: Path) -> None:
    rows = (county / "2025" / "indicators.csv").read_text(encoding="utf-8-sig").splitlines()
    (county / "2025" / "indicators.csv").unlink()
    book = openpyxl.Workbook()
    page = book.create_sheet("甲#乙", 0)
    for row in rows:
        page.append(row.split(","))
    book.save(county / "2025" / "指标 #1.xlsx")
    edit(county / "study.toml", '"2025/indicators.csv"', '"2025/指标 #1.xlsx"')

    assert errors(county) == []

    edit(county / "study.toml", '"2025/指标 #1.xlsx"', '"2025/指标 #1.xlsx#甲#乙"')

    assert errors(county) == []


def test_a_second_plan_does_not_take_the_place_of_the_first(county: Path) -> None:
    edit(county / "study.toml", '"plan.toml"', '["plan.toml", "plan.toml"]')

    assert errors(county) == [("study.toml", "is one file")]


def test_a_register_with_its_header_alone_is_not_clean(county: Path) -> None:
    path = county / "2025" / "persons.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").splitlines()[0] + "\n", encoding="utf-8")

    assert errors(county) == [
        ("2025/persons.csv", "has at least one row besides headings and totals")
    ]


@pytest.mark.parametrize("layer", ["villages", "rivers"])
def test_features_without_attributes_are_told_and_never_silently_gone(
    county: Path, layer: str
) -> None:
    path = county / f"{layer}.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][0]["properties"] = {}
    path.write_text(json.dumps(document), encoding="utf-8")

    told = [rule for file, rule in errors(county) if file == path.name]
    assert any("1 features have none" in one for one in told)

    for feature in document["features"]:
        feature["properties"] = None
    path.write_text(json.dumps(document), encoding="utf-8")

    assert any(
        f"{len(document['features'])} features have none" in rule for _, rule in errors(county)
    )


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point", "coordinates": [101.07, 31.14]},
        {"type": "GeometryCollection", "geometries": []},
        {
            "type": "Polygon",
            "coordinates": [[[1e308, 1e308], [1e308, -1e308], [0, 0], [1e308, 1e308]]],
        },
    ],
)
def test_a_village_that_is_no_polygon_is_an_error_of_its_layer(
    county: Path, shape: dict[str, object]
) -> None:
    path = county / "villages.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][0]["geometry"] = shape
    path.write_text(json.dumps(document), encoding="utf-8")

    assert [file for file, _ in errors(county)] == [path.name]


def test_a_list_without_a_code_beside_a_layer_is_an_error_of_the_list(county: Path) -> None:
    document = json.loads((county / "villages.geojson").read_text(encoding="utf-8"))
    rows = [feature["properties"] for feature in document["features"]]
    lines = [f"{one['zone_id'] if at else ''},{one['name']}" for at, one in enumerate(rows)]
    (county / "v.csv").write_text("\n".join(["zone_id,name", *lines]), encoding="utf-8")
    edit(county / "study.toml", '"villages.geojson"', '["v.csv", "villages.geojson"]')

    assert ("v.csv", "must not be empty") in errors(county)


def test_a_latitude_beyond_the_pole_is_told_without_a_warning(county: Path) -> None:
    path = county / "2025" / "facilities.csv"
    edit(path, ",31.142,", ",311.42,")

    assert ("2025/facilities.csv") in [file for file, _ in errors(county)]


def test_an_answer_to_no_known_question_is_refused_and_not_remembered(county: Path) -> None:
    filled = county / "filled.csv"
    filled.write_text("topic,table,subject,answer\nzzz,persons,signer,甲\n", encoding="utf-8")

    result = run("check", county, "--answers", filled, "-l", "en")

    assert result.exit_code == 1
    assert "has a known topic" in result.output
    assert not (county / "answers.csv").exists()


def test_townships_of_a_list_find_their_shapes_by_name(county: Path) -> None:
    path = county / "townships.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    rows = [dict(feature["properties"]) for feature in document["features"]]
    lines = [f"{one['zone_id']},{one['name']}" for one in rows]
    (county / "t.csv").write_text("\n".join(["zone_id,name", *lines]), encoding="utf-8")
    for feature in document["features"]:
        del feature["properties"]["zone_id"]
    path.write_text(json.dumps(document), encoding="utf-8")
    edit(county / "study.toml", '"townships.geojson"', '["t.csv", "townships.geojson"]')

    assert errors(county) == []


def test_villages_without_any_demand_point_are_asked_about(county: Path) -> None:
    path = county / "villages.geojson"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"demand_lon"', '"lon_of_old"').replace('"demand_lat"', '"lat_of_old"'),
        encoding="utf-8",
    )

    run("check", county)
    fill(county / "checks.xlsx", {"demand_point": "inside 取界线内的点"})
    settled = run("check", county, "--answers", county / "checks.xlsx")

    assert settled.exit_code == 0, settled.output
    points = open_study(county).villages["demand_lon"]
    assert points.notna().all()


def test_a_register_of_points_whose_datum_nothing_tells_is_asked_about(county: Path) -> None:
    edit(county / "study.toml", 'datum = "cgcs2000"\n', "")

    run("check", county)
    checkup, _ = check_study_files(county)
    open_questions = checkup.findings[(checkup.findings["severity"] == "decide").to_numpy()]

    assert open_questions["topic"].tolist() == ["datum"]
    fill(county / "checks.xlsx", {"2025/facilities.csv": "wgs84"})
    settled = run("check", county, "--answers", county / "checks.xlsx")
    assert settled.exit_code == 0, settled.output


def test_an_answer_names_no_file_outside_the_folder(county: Path) -> None:
    (county.parent / "secret.csv").write_text("指标编号,实际值\nx,1\n", encoding="utf-8")
    (county / "answers.csv").write_text(
        "topic,table,subject,answer\ntable,files,../secret.csv,indicators\n", encoding="utf-8"
    )

    checkup, _ = check_study_files(county)

    assert not checkup.arrivals["file"].str.contains("secret").any()


def test_a_check_says_where_the_filled_workbook_is_looked_for(county: Path) -> None:
    run("check", county)

    found = run("check", county, "--answers", "checks.xlsx")
    missing = run("check", county, "--answers", "nothing.xlsx", "-l", "en")

    assert found.exit_code == 0, found.output
    assert missing.exit_code == 1
    assert "There is no such workbook" in missing.output
