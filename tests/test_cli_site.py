"""The command site: what it writes, what it refuses and in which words, what it leaves alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from built_in import study_of
from proposal_cases import small_proposal
from typer.testing import CliRunner

from wushan_geo.cli import app
from wushan_geo.proposal.rows import COLUMNS, table
from wushan_geo.terminal.site import show_proposal

if TYPE_CHECKING:
    from typer.testing import Result

FULL = ["--sites", "3", "--phases", "1，2", "--best", "2", "--within", "10", "--forbid", "C07",
        "--forbid", "C07", "--time-limit", "60"]  # fmt: skip


def run(out: Path, *arguments: str, tongue: str = "zh", study: str = "example") -> Result:
    """Ask for sites; the study is opened once for all tests of the process."""
    wanted = ["site", study, *arguments, "--out", str(out), "-l", tongue]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wushan_geo.sources.scenarios.open_either", study_of)
        return CliRunner().invoke(app, wanted, env={"COLUMNS": "100"})


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    (out / "tables").mkdir()
    (out / "tables" / "access.csv").write_text("kept", encoding="utf-8")
    ran = run(out, *FULL)
    assert ran.exit_code == 0, ran.output
    (out / "printed.txt").write_text(ran.stdout, encoding="utf-8")
    (out / "faults.txt").write_text(ran.stderr, encoding="utf-8")
    return out


def test_every_table_the_dictionary_and_the_record_are_written(written: Path) -> None:
    names = {path.stem for path in (written / "siting").glob("*.csv")}
    assert names == {*COLUMNS, "dictionary"}
    record = json.loads((written / "site.json").read_text(encoding="utf-8"))
    assert {f"siting/{name}.csv" for name in names} <= set(record["outputs"])
    assert all((written / name).is_file() for name in record["outputs"])
    assert record["study"] == "example"
    assert record["seconds"] > 0
    wish = record["wish"]
    assert (wish["model"], wish["sites"], wish["steps"]) == ("maximal_covering", 3, [1, 2])
    assert (wish["forbidden"], wish["within"], wish["best"]) == (["C07"], 0.1, 2)
    assert wish["seconds"] == 60


def test_codes_stay_text_for_a_spreadsheet_and_every_column_is_described(written: Path) -> None:
    raw = (written / "siting" / "villages.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(written / "siting" / "villages.csv", dtype={"zone_id": "str"})
    assert table["zone_id"].str.fullmatch(r"[0-9]{12}").all()
    told = pd.read_csv(written / "siting" / "dictionary.csv", dtype="str")
    described = set(zip(told["table"], told["column"], strict=True))
    for name, columns in COLUMNS.items():
        assert {(name, column) for column in columns} <= described


def test_the_plan_that_is_printed_is_the_one_that_is_written(written: Path) -> None:
    plan = pd.read_csv(written / "siting" / "plans.csv").iloc[0]
    names = pd.read_csv(written / "siting" / "facilities.csv").set_index("facility_id")["name"]
    text = re.sub(r"\s", "", (written / "printed.txt").read_text(encoding="utf-8"))

    assert (plan["status"], bool(plan["verified"])) == ("optimal", True)
    chosen = plan["chosen"].split(";")
    assert len(chosen) == 3
    assert "C07" not in chosen
    assert f"建议布点：{'、'.join(str(names[one]) for one in chosen)}。" in text
    assert f"{plan['covered_persons']:g}人（共{plan['total_persons']:g}人" in text
    assert "已证明最优" in text


def test_the_outputs_of_a_run_are_left_alone(written: Path) -> None:
    assert (written / "tables" / "access.csv").read_text(encoding="utf-8") == "kept"
    assert (written / "faults.txt").read_text(encoding="utf-8") == ""


def test_another_answer_takes_the_place_of_the_old_one_in_silence(tmp_path: Path) -> None:
    (tmp_path / "siting").mkdir()
    ran = run(tmp_path, "--model", "p-center", "--sites", "2", "--coverable", "-q")
    assert (ran.exit_code, ran.output) == (0, "")
    first = json.loads((tmp_path / "site.json").read_text(encoding="utf-8"))
    assert first["wish"]["model"] == "p_center"

    ran = run(tmp_path, "--sites", "1", "-q")

    assert (ran.exit_code, ran.output) == (0, "")
    plan = pd.read_csv(tmp_path / "siting" / "plans.csv").iloc[0]
    assert (plan["model"], plan["sites"]) == ("maximal_covering", 1)


def test_files_of_another_study_in_the_folder_are_warned_of(tmp_path: Path) -> None:
    other = {"study": "wushan", "inputs": {}, "outputs": {}}
    (tmp_path / "run.json").write_text(json.dumps(other), encoding="utf-8")

    for tongue, words in (("zh", "属于研究 wushan"), ("en", "are of the study wushan")):
        ran = run(tmp_path, "--sites", "1", "-q", tongue=tongue)
        assert ran.exit_code == 0
        assert words in ran.stderr
        assert ("布点方案" in ran.stderr) == (tongue == "zh")


WRONG = ["--sites", "1", "--budget", "2", "--require", "C99", "--forbid", "F01", "--share", "50",
         "--at-least", "3", "--at-most", "2"]  # fmt: skip


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_all_faults_are_named_at_once_and_nothing_is_written(tmp_path: Path, tongue: str) -> None:
    ran = run(tmp_path / "out", *WRONG, tongue=tongue)

    assert ran.exit_code == 1
    for option in ("--sites", "--require", "--forbid", "--share", "--at-least"):
        assert re.search(rf"^ *{option}", ran.stderr, re.MULTILINE), option
    for value in ("C99", "F01", "set-covering"):
        assert value in ran.stderr
    assert "Traceback" not in ran.stderr
    assert bool(re.search(r"[\u4e00-\u9fff]", ran.stderr)) == (tongue == "zh")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (
            ["--model", "p-median", "--sites", "2"],
            ("P-中位（总路程最短）", "太虚乡太虚四村", "98.05%"),
            ("p-median (least travel in all)", "Taixu No. 4 Village, Taixu Township", "98.05 %"),
        ),
        (
            ["--sites", "5", "--at-least", "2"],
            ("最大覆盖（MCLP）", "“太虚乡”各至少开放 2 处", "最少新设 7 处"),
            ("maximal covering", "at least 2 open sites in each of Zixu", "fewest new sites"),
        ),
    ],
)
def test_what_no_plan_meets_is_told_by_names_in_the_chosen_language(
    tmp_path: Path, arguments: list[str], zh: tuple[str, ...], en: tuple[str, ...]
) -> None:
    for tongue, words in (("zh", zh), ("en", en)):
        ran = run(tmp_path / "out", *arguments, tongue=tongue)
        assert ran.exit_code == 1
        assert ran.stdout == ""
        for word in words:
            assert word in ran.stderr
        assert "990101" not in ran.stderr
        assert not re.search("p_median|maximal_covering", ran.stderr)
        assert bool(re.search(r"[\u4e00-\u9fff]", ran.stderr)) == (tongue == "zh")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_study_without_times_is_refused_in_the_chosen_language(
    tmp_path: Path, tongue: str
) -> None:
    ran = run(tmp_path / "out", "--sites", "1", tongue=tongue, study="wushan-facts")

    assert ran.exit_code == 1
    assert {"zh": "到达时间", "en": "travel times"}[tongue] in ran.stderr
    assert not (tmp_path / "out").exists()


def test_phases_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    ran = run(tmp_path / "out", "--sites", "2", "--phases", "1,x")

    assert ran.exit_code == 1
    assert "--phases" in ran.stderr
    assert "1,x" in ran.stderr


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_texts_that_are_no_numbers_are_named_at_once_in_the_chosen_language(
    tmp_path: Path, tongue: str
) -> None:
    wrong = ["--sites", "two", "--limit", "30min", "--model", "p-medain", "--time-limit", ""]
    ran = run(tmp_path / "out", *wrong, tongue=tongue)

    assert (ran.exit_code, ran.stdout) == (1, "")
    for option in ("--sites", "--limit", "--model", "--time-limit"):
        assert re.search(rf"^ *{option}", ran.stderr, re.MULTILINE), option
    assert "p-median" in ran.stderr
    assert bool(re.search(r"[\u4e00-\u9fff]", ran.stderr)) == (tongue == "zh")
    assert not (tmp_path / "out").exists()


def test_facilities_that_close_and_who_loses_are_told_and_written(tmp_path: Path) -> None:
    ran = run(tmp_path, "--sites", "0", "--move", "2")
    assert ran.exit_code == 0, ran.output
    row = pd.read_csv(tmp_path / "siting" / "moved.csv").iloc[0]
    assert (row["closed"], row["opened"]) == ("F01;F03", "C05;C07")
    text = re.sub(r"\s", "", ran.stdout)
    assert "若关停2处（子虚镇阳光家园、水月乡敬老院托养点）" in text
    assert "1个村（社区）、3人出时限：子虚镇子虚七村" in text
    record = json.loads((tmp_path / "site.json").read_text(encoding="utf-8"))
    assert (record["wish"]["moves"], record["wish"]["may_close"]) == (2, [])


def test_places_are_told_beside_who_is_sent_to_each_site(tmp_path: Path) -> None:
    ran = run(tmp_path, "--sites", "1", "--capacity", "--require", "C07", tongue="en")
    assert ran.exit_code == 0, ran.output
    text = re.sub(r"\s", "", ran.stdout)
    assert "senttoit" in text
    assert re.search(r"places\W+for", ran.stdout)  # a column of its own
    flows = pd.read_csv(tmp_path / "siting" / "flows.csv")
    assert flows.groupby("facility_id")["persons"].sum().max() == 24  # F01 is full
    assert f"Withinthecapacities{flows['persons'].sum():g}of154persons" in text


def test_how_often_the_plan_stays_is_told_first_and_sites_never_chosen_are_counted(
    tmp_path: Path,
) -> None:
    ran = run(tmp_path, "--model", "p-center", "--sites", "2", "--coverable", "--draws", "6")
    assert ran.exit_code == 0, ran.output
    text = re.sub(r"[\s│]", "", ran.stdout)
    draws = pd.read_csv(tmp_path / "siting" / "draws.csv")
    share = f"{round(100 * (draws['same'] == 'yes').mean(), 1):g}"
    told = f"变动6次，其中{share}%仍是这一方案"
    assert text.index(told) < text.index("已证明最优")
    sites = pd.read_csv(tmp_path / "siting" / "stable_sites.csv")
    hidden = sites["chosen_share"].eq(0) & (sites[["in_best", "in_safe"]] != "yes").all(axis=1)
    assert 0 < hidden.sum() < len(sites)
    assert f"另有{hidden.sum()}处从未入选" in text
    shown = ran.stdout[ran.stdout.index("方案稳定性") :].split("└")[0]
    shares = [float(one) for one in re.findall(r"([0-9.]+) %", shown)]
    assert len(shares) == len(sites) - hidden.sum()
    assert shares == sorted(shares, reverse=True)
    assert (
        "新增覆盖（人/村）" not in text
    )  # the model has no order, and a column of dashes says none


def test_numbers_with_which_no_plan_keeps_to_the_rules_and_what_looks_at_none_are_told(
    tmp_path: Path,
) -> None:
    ran = run(tmp_path, "--sites", "7", "--at-least", "2")
    assert ran.exit_code == 0, ran.output
    text = re.sub(r"\s", "", ran.stdout)
    frontier = pd.read_csv(tmp_path / "siting" / "frontier.csv")
    none = frontier.loc[frontier["status"].eq("infeasible"), "sites"].astype(str)
    assert len(none) > 1
    assert f"新设{'、'.join(none)}处时，没有同时满足" in text
    assert "不看间距和每乡镇（街道）处数的要求" in text
    assert "数据性质：" in text


def test_a_proposed_site_that_nobody_listed_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    found = small_proposal()
    places = found.tables["facilities"].to_dict("records")
    first = found.tables["plans"]["chosen"].iloc[0].split(";")[0]
    name = next(row["name"] for row in places if row["facility_id"] == first)
    for origin, marked in (("listed", False), ("seat", True), ("generated", True)):
        rows = [row | ({"origin": origin} if row["facility_id"] == first else {}) for row in places]
        own = small_proposal(tables={"facilities": table("facilities", rows)})
        show_proposal(own, Path("out"), "zh")
        lines = [re.split("│", line) for line in capsys.readouterr().out.splitlines()]
        names = "".join(line[2].strip() for line in lines if len(line) > 4)  # folded
        assert name in names
        assert (f"{name}（按设定列入）" in names) == marked
