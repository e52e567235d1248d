"""Begin a study: what the folder holds, that it can be read, and that nothing is overwritten."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from wushan_geo import storage
from wushan_geo.cli import app
from wushan_geo.errors import InputError, UnknownIdError
from wushan_geo.pipeline import run_study
from wushan_geo.sources.assumptions import read_assumptions
from wushan_geo.sources.built_in import read_built_in
from wushan_geo.sources.opening import (
    ALONE,
    BUILT_IN,
    data_folder,
    named_tables,
    open_study,
)
from wushan_geo.sources.vocabulary import built_in, extended
from wushan_geo.starting import Begun, County, begun_lines, start
from wushan_geo.study.plan import parse_plan
from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    from click.testing import Result

EXAMPLE = County("990101", "示例县", "Example County")
OWN = (
    "ASSUMPTIONS.md", "data/README.md", "plan.toml", "study.toml", "vocabulary.csv",
    "请先读我-README.md",
)  # fmt: skip
TABLES = (
    "facilities",
    "persons",
    "services",
    "residence",
    "indicators",
    "crossings",
    "eligibility",
)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Begun]:
    folder = tmp_path_factory.mktemp("copies")
    return {one: start(folder / one, one) for one in BUILT_IN}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return start(tmp_path_factory.mktemp("fresh") / "study")


# --- a new study


def test_a_new_folder_holds_settings_templates_and_what_to_do(fresh: Begun) -> None:
    found = contents(fresh.folder)

    assert tuple(found) == fresh.files
    assert [name for name in found if not name.startswith("templates/")] == sorted(OWN)
    assert sum(name.endswith(".xlsx") for name in found) == 16
    for folder in ("csv_zh", "csv_en"):
        assert sum(name.startswith(f"templates/{folder}/") for name in found) == 16


def test_what_is_still_to_be_filled_in_comes_in_one_readable_list(fresh: Begun) -> None:
    with pytest.raises(InputError) as caught:
        open_study(fresh.folder)

    places = {(one.file, one.column) for one in caught.value.faults}
    assert places == {
        ("data/county.geojson", ""),
        ("data/townships.geojson", ""),
        ("data/villages.geojson", ""),
        ("study.toml", "study.title"),
        ("study.toml", "study.county_name"),
        ("study.toml", "study.county"),
        ("study.toml", "study.as_of"),
    }
    result = run("info", fresh.folder, "-l", "zh")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert "study.county" in result.stderr


def test_what_is_said_of_the_county_need_not_be_filled_in_again(tmp_path: Path) -> None:
    start(tmp_path / "s", county=EXAMPLE)

    with pytest.raises(InputError) as caught:
        open_study(tmp_path / "s")

    settings = [one.column for one in caught.value.faults if one.file == "study.toml"]
    assert settings == ["study.as_of"]
    study = tomllib.loads((tmp_path / "s" / "study.toml").read_text(encoding="utf-8"))["study"]
    assert study["id"] == "county-990101"
    assert study["title"]["zh"] == "示例县残疾人服务设施覆盖情况分析"
    assert study["county_name"] == {"zh": "示例县", "en": "Example County"}


def test_a_filled_in_folder_is_a_study_that_runs(tmp_path: Path) -> None:
    folder = start(tmp_path / "s", county=EXAMPLE).folder
    source = data_folder() / "example"
    for layer in ("county", "townships", "villages"):
        shutil.copy(source / f"{layer}.geojson", folder / "data")
    for table in ("facilities", "persons", "services", "indicators"):
        shutil.copy(source / "2025" / f"{table}.csv", folder / "data")
    text = (
        (folder / "study.toml")
        .read_text(encoding="utf-8")
        .replace('as_of = "" ', "as_of = 2025-06-30")
    )
    for table in ("facilities", "persons", "services"):
        text = text.replace(f'# {table} = "data/', f'{table} = "data/')
    (folder / "study.toml").write_text(text, encoding="utf-8")

    study = open_study(folder)
    result = run_study(study)

    assert (len(study.townships), len(study.villages)) == (5, 40)
    assert study.group("all").sum() == 1600
    assert len(result.tables["townships"]) == 5
    # What the settings leave open is an assumption in force, and printed.
    assert set(study.assumptions["key"]) >= {"study.period_days", "services.day_care.limit"}


def commented(text: str, start_at: str) -> str:
    """Take the number sign off the lines of a block, as an officer does who needs it."""
    head, _, rest = text.partition(start_at)
    lines = rest.splitlines(keepends=True)
    taken = []
    for at, line in enumerate(lines):
        if not line.startswith("# "):
            return head + "".join(taken + lines[at:])
        taken.append(line.removeprefix("# "))
    return head + "".join(taken)


@pytest.mark.parametrize(
    ("engine", "block"),
    [
        ("straight", '# 用 straight 时，改用下列各行 / for "straight", use these:\n'),
        ("network", '# 用 network 时，改用下列各行 / for "network", use these instead:\n'),
        ("matrix", '# 用 matrix 时，改用下列各行 / for "matrix", use these instead:\n'),
        ("terrain", '# 用 terrain 时，改用下列各行 / for "terrain", use these instead:\n'),
    ],
)  # fmt: skip
def test_the_settings_behind_a_number_sign_are_valid_as_well(
    fresh: Begun, engine: str, block: str
) -> None:
    from wushan_geo.study.config import parse_config

    text = (fresh.folder / "study.toml").read_text(encoding="utf-8")
    text = commented(text, block).replace('engine = "none"', f'engine = "{engine}"')
    text = text.replace("# [siting]\n", "[siting]\n")
    text = commented(text, "[siting]\n").replace(
        'services = ["day_care"', '[siting]\nservices = ["day_care"', 1
    )

    _, faults = parse_config(tomllib.loads(text), "study.toml")

    assert {one.column for one in faults} == {
        "study.title", "study.county_name", "study.county", "study.as_of",
    }  # fmt: skip
    document = tomllib.loads(text)
    assert document["travel"]["boarding_min"] == (0.0 if engine == "matrix" else 5.0)
    assert document["siting"]["max_sites"] == 8


def test_a_source_behind_a_number_sign_is_valid_as_well(fresh: Begun) -> None:
    from wushan_geo.study.config import parse_config

    text = (fresh.folder / "study.toml").read_text(encoding="utf-8")
    text = text.replace('# persons = "data/', 'persons = "data/')
    at = text.index("# [[sources]]")
    opened = re.sub("^# ", "", text[at:], flags=re.MULTILINE)

    _, faults = parse_config(tomllib.loads(text[:at] + opened), "study.toml")

    assert [one.column for one in faults if one.column.startswith("sources")] == []


def test_every_table_of_a_study_is_named_in_its_settings(fresh: Begun) -> None:
    text = (fresh.folder / "study.toml").read_text(encoding="utf-8")
    listed = set(
        re.findall(r'^(?:# )?(\w+) = "[^"]+\.(?:geojson|csv|toml|md|npz)"', text, re.MULTILINE)
    )

    assert listed == {*CONTRACTS, *ALONE}


def test_every_setting_is_explained_and_policy_is_marked(fresh: Begun) -> None:
    text = (fresh.folder / "study.toml").read_text(encoding="utf-8")
    settings = [line for line in text.splitlines() if re.match(r"\w+ = ", line)]
    # The settings of a service are explained once, above the services.
    explained = {"name", "level", "measure", "eligible", "source"}

    bare = [
        line
        for line in settings
        if not re.search(r"  # .*[\u4e00-\u9fff]", line) and line.split(" = ")[0] not in explained
    ]
    assert bare == []
    for name in ("limit", "also", "period_days", "facilities", "engine"):
        lines = [line for line in settings if line.startswith(f"{name} = ")]
        assert lines
        assert all("【待定】" in line for line in lines), lines
    for name in explained:
        assert re.search(rf"^#   {name} ", text, re.MULTILINE)


def test_the_plan_can_be_read_as_it_stands(fresh: Begun) -> None:
    text = (fresh.folder / "plan.toml").read_text(encoding="utf-8")

    plan, faults = parse_plan(tomllib.loads(text), "plan.toml")

    assert faults == []
    assert plan is not None
    assert [one.id for one in plan.rules] == ["township_facility", "village_service"]
    assert "【待填】" in plan.title.zh


def test_an_indicator_behind_a_number_sign_is_valid_as_well(fresh: Begun) -> None:
    text = (fresh.folder / "plan.toml").read_text(encoding="utf-8")
    at = text.index("# [[indicators]]")
    opened = re.sub("^# ", "", text[at:], flags=re.MULTILINE)

    plan, faults = parse_plan(tomllib.loads(text[:at] + opened), "plan.toml")

    assert faults == []
    assert plan is not None
    assert [one.target for one in plan.indicators] == [85]


def test_each_assumption_names_a_setting_with_the_same_value(fresh: Begun) -> None:
    study = tomllib.loads((fresh.folder / "study.toml").read_text(encoding="utf-8"))
    path = fresh.folder / "ASSUMPTIONS.md"

    table, faults = read_assumptions(path.read_bytes(), path)

    assert faults == []
    for key, value in zip(table["key"], table["value"], strict=True):
        setting: object = study
        for part in key.split("."):
            assert isinstance(setting, dict)
            setting = setting[part]
        assert float(str(setting)) == float(value), key
    limits = {f"services.{key}.limit" for key, one in study["services"].items() if "limit" in one}
    assert limits <= set(table["key"])


def test_the_offices_own_words_are_an_empty_list(fresh: Begun) -> None:
    found, faults = extended((fresh.folder / "vocabulary.csv").read_bytes(), "vocabulary.csv")

    assert faults == []
    assert found.words == built_in().words


def test_the_example_words_of_the_first_page_can_be_used(fresh: Begun) -> None:
    text = (fresh.folder / "请先读我-README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:headers|values) .+) \|$", text, re.MULTILINE)
    cells = ["list,table,column,means,word"]
    cells += [",".join(one.strip() for one in row.split("|")) for row in rows]

    found, faults = extended("\n".join(cells).encode(), "vocabulary.csv")

    assert (len(rows), faults) == (2, [])
    assert found.means("headers", "persons", "登记在册人数") == "persons"
    assert found.means("values", "facilities", "正常营业", "status") == "open"


def test_a_first_page_tells_the_five_steps_in_chinese_first(fresh: Begun) -> None:
    text = (fresh.folder / "请先读我-README.md").read_text(encoding="utf-8")
    zh, en = text.split("\n---\n")

    for part in (zh, en):
        assert [int(one) for one in re.findall(r"^(\d)\. \*\*", part, re.MULTILINE)] == [
            1,
            2,
            3,
            4,
            5,
        ]
        assert "wushan-geo check . --answers checks.xlsx" in part
        assert "$" not in part
    assert not re.search(r"[\u4e00-\u9fff]", en)


def test_a_name_with_quotes_is_written_as_a_text(tmp_path: Path) -> None:
    name = 'a "b" \\ c\'d'
    folder = start(tmp_path / "s", county=County("990101", name, name)).folder

    study = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))["study"]

    assert study["county_name"] == {"zh": name, "en": name}


def test_what_is_wrong_with_the_county_is_said_at_once_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    wrong = County("50023", "巫山\n县", "x" * 61)

    with pytest.raises(InputError) as caught:
        start(tmp_path / "s", "wushan", wrong)

    assert [one.column for one in caught.value.faults] == [
        "--county", "--from", "--name", "--name-en",
    ]  # fmt: skip
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("code", ["50023", "5002360", "50023A", "５００２３６", "²00236"])
def test_a_code_has_six_plain_digits(tmp_path: Path, code: str) -> None:
    with pytest.raises(InputError, match="6 digits"):
        start(tmp_path / "s", county=County(code))


# --- a copy of a built-in study


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_copy_opens_as_the_same_study(copies: dict[str, Begun], name: str) -> None:
    theirs, ours = open_study(name), open_study(copies[name].folder)

    assert ours.config.id == theirs.config.id
    assert ours.demonstration == theirs.demonstration
    for table in ("townships", "villages", *TABLES, "assumptions"):
        one, other = getattr(theirs, table), getattr(ours, table)
        assert (one is None) == (other is None), table
        if one is not None:
            pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    assert ours.plan == theirs.plan
    assert {**ours.config.raw, "tables": {}} == {**theirs.config.raw, "tables": {}}


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_copy_stands_on_its_own(
    copies: dict[str, Begun], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = shutil.copytree(copies[name].folder, tmp_path / "elsewhere")
    monkeypatch.setattr("wushan_geo.sources.opening.data_folder", lambda: Path("/nowhere"))

    study = open_study(moved)

    files = [one for one in study.provenance["file"].dropna() if one]
    assert len(files) > 3
    for one in files:
        assert (moved / one).resolve().is_relative_to(moved.resolve())


@pytest.mark.parametrize("name", BUILT_IN)
def test_data_are_copied_byte_for_byte(copies: dict[str, Begun], name: str) -> None:
    folder = copies[name].folder
    theirs = {
        one: content
        for one, content in read_built_in(name).files.items()
        if not one.endswith((".toml", ".md"))
    }

    assert len(theirs) >= 5
    assert {one: (folder / one).read_bytes() for one in theirs} == theirs


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_copy_says_that_it_may_be_changed(copies: dict[str, Begun], name: str) -> None:
    found = contents(copies[name].folder)
    texts = {
        one: content.decode() for one, content in found.items() if one.endswith((".md", ".toml"))
    }

    for one, text in texts.items():
        assert "请勿手工修改" not in text, one
        assert "it by hand" not in text, one
        assert "edit by hand" not in text, one
    assert any("可以修改" in text for text in texts.values())


def test_a_copy_of_the_demonstration_keeps_its_notice_and_says_what_is_modelled(
    copies: dict[str, Begun],
) -> None:
    folder = copies["wushan"].folder

    assert "【演示数据】" in (folder / "请先读我-README.md").read_text(encoding="utf-8")
    assert "DEMONSTRATION DATA" in (folder / "请先读我-README.md").read_text(encoding="utf-8")
    assert "推算" in (folder / "README.md").read_text(encoding="utf-8")
    assert "schematic" in (folder / "boundaries" / "README.md").read_text(encoding="utf-8")
    assert open_study(folder).demonstration


def test_the_facts_do_not_carry_the_demonstration_along(copies: dict[str, Begun]) -> None:
    names = set(copies["wushan-facts"].files)

    assert {"villages.csv", "facilities.csv", "plan.toml", "crossings.csv"} <= names
    assert not {"persons.csv", "services.csv", "README.md", "roads/edges.csv"} & names


def test_the_copy_of_the_county_leaves_out_the_study_of_facts(copies: dict[str, Begun]) -> None:
    assert not [one for one in copies["wushan"].files if one.startswith("facts/")]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_copy_holds_no_data_that_its_study_file_does_not_name(
    copies: dict[str, Begun], name: str
) -> None:
    folder = copies[name].folder
    document = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    named = {one for files in named_tables(document).values() for one in files}

    data = {
        one
        for one in copies[name].files
        if not one.startswith("templates/") and not one.endswith(".md") and one != "study.toml"
    }

    assert data == {one for one in named if not one.endswith(".md")}


def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(UnknownIdError, match="no built-in study 'wusham'"):
        read_built_in("wusham")


# --- written whole, once


@pytest.mark.parametrize("source", [None, "example"])
def test_the_same_request_writes_the_same_bytes(tmp_path: Path, source: str | None) -> None:
    for name in ("a", "b"):
        start(tmp_path / name, source)

    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_file_that_is_there_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("mine", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "残疾人数_persons.xlsx").write_bytes(b"filled in")
    before = contents(tmp_path)

    with pytest.raises(InputError) as caught:
        start(tmp_path)

    assert [Path(one.file).name for one in caught.value.faults] == [
        "study.toml", "残疾人数_persons.xlsx",
    ]  # fmt: skip
    assert "Nothing was written" in str(caught.value)
    assert contents(tmp_path) == before


def test_the_second_time_is_refused(tmp_path: Path) -> None:
    begun = start(tmp_path / "s")
    before = contents(tmp_path)

    with pytest.raises(InputError) as caught:
        start(tmp_path / "s")

    assert len(caught.value.faults) == len(begun.files)
    assert contents(tmp_path) == before


def test_files_of_the_office_that_are_there_stay(tmp_path: Path) -> None:
    (tmp_path / "台账.xlsx").write_bytes(b"theirs")

    start(tmp_path)

    assert (tmp_path / "台账.xlsx").read_bytes() == b"theirs"


def test_a_link_that_leads_nowhere_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "study.toml").symlink_to(tmp_path / "gone.toml")

    with pytest.raises(InputError, match=r"study\.toml"):
        start(tmp_path)

    assert (tmp_path / "study.toml").is_symlink()
    assert [one.name for one in tmp_path.iterdir()] == ["study.toml"]


def test_an_interruption_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = storage.Outputs.add

    def stop(self: storage.Outputs, name: str, content: str | bytes) -> None:
        if len(self.sums) == 5:
            raise KeyboardInterrupt
        add(self, name, content)

    monkeypatch.setattr(storage.Outputs, "add", stop)

    with pytest.raises(KeyboardInterrupt):
        start(tmp_path / "s")

    assert list((tmp_path / "s").iterdir()) == []


# --- the command


def test_the_command_tells_what_was_made_and_what_comes_next(tmp_path: Path) -> None:
    result = run("init", tmp_path / "s", "--county", "500236", "--name", "奉节县", "-l", "zh")

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == f"已建好研究文件夹 {tmp_path / 's'}（54 个文件）："
    assert "  templates：Excel 模板 16 个、CSV 模板 32 个" in lines
    assert lines[-1].startswith("下一步：先看 请先读我-README.md；")
    assert lines[-1].endswith(f"wushan-geo check {tmp_path / 's'}")


def test_the_command_speaks_english_and_copies(tmp_path: Path) -> None:
    result = run("init", tmp_path / "s", "--from", "wushan", "-l", "en")

    assert result.exit_code == 0
    assert "The templates hold the codes and names of 340 villages" in result.stdout
    assert f"wushan-geo run {tmp_path / 's'}" in result.stdout
    assert not re.search(r"[\u4e00-\u9fff]", result.stdout.replace("请先读我-README.md", ""))
    assert run("info", tmp_path / "s", "-l", "en").exit_code == 0


def test_a_folder_named_like_a_built_in_study_is_shown_as_a_folder() -> None:
    begun = Begun(Path("wushan"), ("study.toml",), "wushan", 0)

    assert begun.shown == "./wushan"
    assert begun_lines(begun, "en")[-1].endswith("wushan-geo check ./wushan")


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "未写入任何文件"), ("en", "Nothing was written")]
)
def test_the_command_refuses_a_folder_in_use(tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "plan.toml").write_text("mine", encoding="utf-8")

    result = run("init", tmp_path, "-l", language)

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert str(tmp_path / "plan.toml") in result.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "plan.toml"]


@pytest.mark.parametrize("inside", ["", "s"])
def test_a_place_that_cannot_be_written_has_its_own_exit_code(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")

    result = run("init", tmp_path / "file" / inside, "-l", "en")

    assert result.exit_code == 3
    assert result.stderr.startswith("Cannot write: ")


def test_the_command_refuses_a_study_that_is_not_built_in(tmp_path: Path) -> None:
    result = run("init", tmp_path / "s", "--from", "wusham")

    assert result.exit_code == 2
    assert not (tmp_path / "s").exists()
