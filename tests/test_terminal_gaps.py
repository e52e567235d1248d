"""What the command prints of a gap analysis: the notice first, both languages, nothing invented."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from analysed import analysis_of, rows
from rich.cells import cell_len

from wushan_geo.access.survey import GAP_COLUMNS
from wushan_geo.analysis.dictionary import dictionary
from wushan_geo.analysis.rows import COLUMNS
from wushan_geo.results import GapAnalysis, ServiceInfo, StudyInfo
from wushan_geo.terminal.gaps import show_gaps
from wushan_geo.wording import MESSAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterable

NAN = math.nan
CARE = ServiceInfo("care", ("日间照料", "day care"), "township", "minutes", 30.0, (30.0,), "甲")
REHAB = ServiceInfo("rehab", ("社区康复", "rehab"), "township", "minutes", 45.0, (45.0,), "甲")
INFO = StudyInfo(
    id="small", title=("题", "title"), county_name=("乙县", "B County"), county="990101",
    quote=("", ""), plan_title=("", ""), as_of=dt.date(2025, 6, 30), edition="internal",
    small_cell=5, demonstration=False, facts_only=False, fictional=False, headline="care",
    services=(CARE, REHAB), siting_service=None, siting_limit=None, condition="ordinary",
)  # fmt: skip
MEASURES = ["level", "service", "measure", "value", "parameters"]
CLUSTERS = [
    "service",
    "limit",
    "cluster",
    "centre",
    "places",
    "persons",
    "farthest",
    "minutes_farthest",
    "minutes_mean",
    "parameters",
]
SCALE = [
    "zone_id", "service", "limit", "as_one", "by_villages", "flips", "persons_otherwise",
    "parameters",
]  # fmt: skip
CHANGE = ["service", "limit", "counted", "part", "places", "persons", "eligible"]
EMPTY = {
    "units": ["zone_id", "level", "name", "name_en", "parent_id"],
    "measures": MEASURES,
    "causes": ["level", "service", "limit", "cause", "places", "persons"],
    "equity": ["service", "of", "index", "part", "value", "left_out_persons"],
    "gap_clusters": CLUSTERS,
    "scale": SCALE,
    "change": CHANGE,
    "notes": ["table", "service", "key", "zh", "en"],
}
UNITS = [
    ("99010101", "township", "丙镇", "C Town", "990101"),
    ("9901010101", "village", "丁村", "D", "99010101"),
    ("9901010102", "village", "戊村", "E", "99010101"),
]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def printed(name: str, tongue: str, capsys: pytest.CaptureFixture[str]) -> str:
    show_gaps(analysis_of(name), Path("out"), tongue)
    return capsys.readouterr().out


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_demonstration_is_named_before_any_number(
    tongue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed("wushan", tongue, capsys)
    notice = say("notice.demonstration", tongue, county="")[:6]

    assert notice in text
    assert text.index(notice) < text.index("%")


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_measured_data_carry_no_demonstration_notice(
    tongue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = say("notice.demonstration", tongue, county="")[:6]
    assert notice not in printed("example", tongue, capsys)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_each_question_with_an_answer_has_its_table(
    tongue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = re.sub(r"\s", "", printed("example", tongue, capsys))
    for part in ("reach", "causes", "places", "equity", "change", "notes"):
        assert re.sub(r"\s", "", say(f"analysis.heading.{part}", tongue)) in text
    care = ("日间照料", "day care")[tongue == "en"]
    clusters = say("analysis.heading.clusters", tongue, service=care, limit="30")
    assert re.sub(r"\s", "", clusters) in text


def test_modelled_persons_are_told_why_there_is_no_equity(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = re.sub(r"\s", "", printed("wushan", "zh", capsys))

    assert say("analysis.heading.equity", "zh") not in text
    assert "公平性指标、分组比较、位次和热点" in text
    assert "modelled" not in text


def test_both_languages_print_the_same_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("wushan_geo.terminal.WIDTH", 300)

    def numbers(tongue: str) -> list[str]:
        text = printed("example", tongue, capsys).replace("（", " (").replace("）", ")")
        return sorted(
            re.findall(r"│ *([+-]?[0-9.]+(?: %(?: / [0-9.]+ %| \([0-9.–]+\))?)?) *(?=│)", text)
        )

    found = numbers("zh")
    assert found == numbers("en")
    assert any("–" in one for one in found)


def test_the_counts_are_those_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    tables = analysis_of("example").tables
    served = rows(tables["causes"], service="day_care", level="county", limit=30.0, cause="served")

    text = printed("example", "zh", capsys)

    line = next(one for one in text.splitlines() if "已在时限内并有名额" in one)
    assert re.findall(r"[0-9]+", line)[:2] == [
        f"{served['places'].item()}", f"{served['persons'].item():g}",
    ]  # fmt: skip


def test_facts_alone_print_only_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed("wushan-facts", "zh", capsys)

    assert say("analysis.heading.reach", "zh") not in text
    assert say("analysis.heading.notes", "zh") in text


def small(
    tongue: str,
    capsys: pytest.CaptureFixture[str],
    info: StudyInfo = INFO,
    **tables: pd.DataFrame | Iterable[tuple[object, ...]],
) -> str:
    """Print an analysis that has these rows alone."""
    others = COLUMNS | {"gaps": GAP_COLUMNS}
    held = {name: pd.DataFrame(columns=columns) for name, columns in (others | EMPTY).items()}
    held["units"] = pd.DataFrame(UNITS, columns=EMPTY["units"])
    for name, some in tables.items():
        made = isinstance(some, pd.DataFrame)
        held[name] = some if made else pd.DataFrame(list(some), columns=EMPTY[name])
    show_gaps(GapAnalysis(info, held), Path("out"), tongue)
    return capsys.readouterr().out


def cells(text: str, beginning: str) -> list[str]:
    """Give the cells of the first row of a table that begins so, or whose second cell does."""
    for line in text.splitlines():
        found = [one.strip() for one in re.split("[│┃]", line)[1:-1]]
        if beginning in found[:2]:
            return found
    raise AssertionError(beginning)


def share(measure: str, value: float, times: str = "central") -> tuple[object, ...]:
    words = f"limit=30 min; counted=eligible_care, at home; times={times}"
    return ("county", "care", measure, value, words)


def test_the_title_names_the_county(capsys: pytest.CaptureFixture[str]) -> None:
    assert small("zh", capsys).startswith("乙县残疾人服务覆盖缺口分析\n")
    english = small("en", capsys)
    assert english.startswith("Gaps in services for persons with disabilities, B County\n")


@pytest.mark.parametrize(
    ("tongue", "cell"), [("zh", "10.1 %（6.8–25.8）"), ("en", "10.1 % (6.8–25.8)")]
)
def test_a_share_stands_with_its_range_and_what_is_to_be_verified(
    tongue: str, cell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = small(
        tongue,
        capsys,
        measures=[
            share("place_share", 0.5),
            share("person_share", 0.258, "low"),
            share("person_share", 0.101),
            share("person_share", 0.068, "high"),
            share("person_share_unknown", 0.054),
            share("place_share_unknown", 0.125),
        ],
    )

    assert cells(text, "30")[1:] == ["30", "50.0 %", cell, "12.5 % / 5.4 %"]


def test_all_certified_persons_are_named_as_such_also_where_those_at_home_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "limit=45 min; counted=all, at home; times=central"
    text = small("en", capsys, measures=[("county", "rehab", "person_share", 0.5, words)])

    assert cells(text, "rehab (certified persons)")[1:] == ["45", "—", "50.0 %", "— / —"]


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_shares_of_nobody_are_a_dash(tongue: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = [share("place_share", 0.5), share("person_share", NAN)]
    text = small(tongue, capsys, measures=found)

    assert cells(text, "30")[2:] == ["50.0 %", "—", "— / —"]
    assert "nan" not in text.lower()


def test_causes_say_who_is_in_reach_and_whom_admission_would_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain = [
        ("county", "care", 30.0, "in_reach", 3, 12.0),
        ("county", "rehab", 45.0, "roads", 2, 7.5),
    ]
    table = pd.DataFrame(plain, columns=EMPTY["causes"])

    assert cells(small("zh", capsys, causes=table), "日间照料")[2:] == ["3", "12"]
    table = table.assign(persons_by_admission=[0.0, 4.0], counted=["eligible_care", "all"])
    text = small("zh", capsys, causes=table)
    assert cells(text, "日间照料")[1:] == ["已在时限内（名额未核）", "3", "12", "0"]
    assert cells(text, "社区康复（持证残疾人）")[2:] == ["2", "7.5", "4"]
    assert "放宽" in text
    text = small("zh", capsys, causes=table.assign(persons_by_admission=[0.0, NAN]))
    assert "放宽" not in text


def test_outcomes_show_whoever_is_to_be_verified(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("served", "no_place", "out_of_reach", "not_admitted")
    found = [("county", "care", f"persons_{one}", 1.0 + at, "") for at, one in enumerate(names)]
    found.append(("county", "care", "minutes_allocated", NAN, ""))

    assert cells(small("zh", capsys, measures=found), "日间照料")[1:] == ["1", "2", "3", "4", "—"]
    found.append(("county", "care", "persons_to_verify", 9.0, ""))
    text = small("zh", capsys, measures=found)
    assert cells(text, "日间照料")[1:] == ["1", "2", "3", "4", "9", "—"]
    assert "无机构可达" in text
    assert say("analysis.places_told", "zh") in text


WITHIN = "within=60 min; linkage=complete; counted=eligible_care not reached"
GROUPS = [
    ("care", 30.0, 1.0, "9901010101", 3, 9.0, "9901010102", 56.0, 12.0, WITHIN),
    ("care", 30.0, 2.0, "9901010102", 1, 4.0, "9901010102", 0.0, 0.0, WITHIN),
    ("care", 45.0, 1.0, "9901010102", 2, 777.0, "9901010102", 0.0, 0.0, WITHIN),
]


def test_clusters_are_groups_of_the_default_limit_and_single_villages_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = small("zh", capsys, gap_clusters=GROUPS)

    assert cells(text, "1")[1:] == ["丙镇丁村", "3", "9", "丙镇戊村（56 分钟）", "12"]
    assert "均不超过60分钟" in re.sub(r"\s", "", text)
    assert say("analysis.single", "zh", count=1) in text
    assert say("analysis.heading.clusters", "zh", service="日间照料", limit="30") in text
    assert "777" not in text
    assert "仅作为方法演示" not in text


def test_clusters_name_the_site_by_its_name_else_by_its_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = pd.DataFrame(GROUPS, columns=CLUSTERS)
    table = table.assign(site=["f1", None, None], persons_by_site=[5.0, NAN, NAN])
    sites = pd.DataFrame([("f1", "己点[/x]", "F")], columns=["facility_id", "name", "name_en"])

    assert cells(small("zh", capsys, gap_clusters=table), "1")[-2:] == ["f1", "5"]
    text = small("zh", capsys, gap_clusters=table, facilities=sites)
    assert cells(text, "1")[-2:] == ["己点[/x]", "5"]
    text = small("zh", capsys, gap_clusters=table.assign(site=None))
    assert cells(text, "1")[-2:] == ["—", "5"]


FLIPS = [
    ("99010101", "care", 30.0, "yes", "no", "yes", 21.0, "share=0.5; counted=all; times=central")
]


def test_the_level_table_names_limit_and_share(capsys: pytest.CaptureFixture[str]) -> None:
    text = small("zh", capsys, scale=FLIPS)

    assert cells(text, "丙镇")[2:] == ["30", "在时限内", "不在时限内", "21"]
    assert "时限30分钟；" in re.sub(r"\s", "", text)
    assert "至少50%的服务对象" in re.sub(r"\s", "", text)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_demonstration_prints_no_table_that_names_places(
    tongue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    info = replace(INFO, demonstration=True)
    text = re.sub(r"\s", "", small(tongue, capsys, info, gap_clusters=GROUPS, scale=FLIPS))

    assert re.sub(r"\s", "", say("analysis.demonstration_only", tongue)) in text
    assert not any(name in text for name in ("丙镇", "丁村", "CTown", "D,CTown"))
    plain = re.sub(r"\s", "", small(tongue, capsys, info))
    assert re.sub(r"\s", "", say("analysis.demonstration_only", tongue)) not in plain


CHANGES = [
    ("care", 30.0, counted, part, places, NAN, persons)
    for counted, column in (
        ("not_reached", [(13, 16860.0), (0, 0.5), (-5, -1506.5), (0, -1e-12), (8, 15354.0)]),
        ("unknown", [(9, 31.0), (0, 1.0), (0, 0.0), (0, 0.0), (9, 32.0)]),
    )
    for part, (places, persons) in zip(
        ("before", "persons", "supply", "roads", "after"), column, strict=True
    )
]


def test_changes_are_written_in_full_and_only_changes_have_a_sign(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = small("zh", capsys, change=CHANGES)

    assert cells(text, "日间照料")[1:] == ["上期", "13", "16860", "9", "31"]
    assert cells(text, "人数变化")[2:] == ["0", "+0.5", "0", "+1"]
    assert cells(text, "机构变化")[2:] == ["-5", "-1506.5", "0", "0"]
    assert cells(text, "道路变化")[2:] == ["0", "0", "0", "0"]
    assert "六种先后次序" in text
    assert "缺少数据未计入" not in text


def test_a_change_says_how_many_villages_were_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame(CHANGES, columns=CHANGE)

    text = small("zh", capsys, change=table.assign(left_out=2, basis="measured"))
    assert say("analysis.change_left_out", "zh", count=2) in text
    text = small("zh", capsys, change=table.assign(left_out=0, basis="measured"))
    assert "缺少数据未计入" not in text


def test_an_index_that_has_no_value_is_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    table = [("care", "minutes_nearest", "gini", "all", NAN, 3.0)]

    assert cells(small("zh", capsys, equity=table), "日间照料")[2:] == ["—", "—", "3"]


def test_the_note_for_readers_of_the_files_is_not_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    notes = [("causes", "", "demonstration", "甲甲", "aa"), ("equity", "care", "x", "乙乙", "bb")]
    text = small("zh", capsys, notes=notes)

    assert "甲甲" not in text
    assert "日间照料：乙乙" in text


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("gaps", "facility_id", "最近的接收机构"),
        ("change", "counted", "not_reached 不在时限内，unknown 待核实"),
        ("change", "part", "before 上期"),
        ("equity", "part", "between_townships 乡镇间"),
        ("equity", "value", "inf 表示有人为零"),
        ("hotspots", "value", "未覆盖人数"),
        ("causes", "basis", "missing 无数据"),
    ],
)
def test_a_column_with_a_meaning_of_its_own_is_described_by_it(
    table: str, column: str, words: str
) -> None:
    found = dictionary({table: pd.DataFrame(columns=[column])})

    assert words in found["zh"].item()


def test_persons_and_care_places_have_their_units() -> None:
    columns = {"hotspots": ["value"], "equity": ["value"], "place_values": ["capacity"]}
    found = dictionary({name: pd.DataFrame(columns=some) for name, some in columns.items()})

    assert found["unit"].tolist() == ["persons", "", "care places"]


def test_texts_on_care_places_do_not_speak_of_villages() -> None:
    own = [key for key in MESSAGES if key.startswith("measure.places_per_person")]

    assert own
    assert all("care places" in MESSAGES[key][1] for key in own)


def test_what_one_more_place_would_do_is_told_by_facility(
    capsys: pytest.CaptureFixture[str],
) -> None:
    values = rows(analysis_of("example").tables["place_values"], service="day_care")

    text = re.sub(r"[\s│]", "", printed("example", "zh", capsys))

    for row in values.to_dict("records"):
        assert f"{row['capacity']:g}{row['load']:g}" in text
    assert "增加名额没有效果" in text


def test_a_township_to_be_verified_has_a_dash_and_no_rank(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed("example", "zh", capsys)

    part = text[text.index("各乡镇（街道）覆盖率") : text.index("分组比较")]
    unknown = next(line for line in part.splitlines() if "南柯乡" in line)
    assert re.findall(r"[^\s│]+", unknown) == ["南柯乡", "—", "—", "—", "31", "31"]
    assert "1–4" in next(line for line in part.splitlines() if "子虚镇" in line)


def test_groups_are_shown_with_their_difference_in_points(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = rows(
        analysis_of("example").tables["groups"], service="day_care", limit=30.0, partition="persons"
    ).set_index("group")

    text = printed("example", "zh", capsys)

    line = next(one for one in text.splitlines() if "言语残疾" in one)
    cells = re.findall(r"[^\s│]+", line.replace(" %", "%"))
    gap = 100 * found.loc["speech", "person_share_gap"]
    assert cells[:4] == ["言语残疾", "30", "80.0%", f"{gap:+.1f}"]


def test_what_lies_beyond_the_county_line_is_mentioned_where_it_may_matter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gaps = analysis_of("wushan").tables["gaps"]
    own = rows(gaps, service="day_care", limit=30.0)
    count = int((own["border"] == "yes").sum())

    text = re.sub(r"\s", "", printed("wushan", "zh", capsys))

    said = f"{count}个村（社区）的结论可能因此改变" in text
    assert said == (count > 0)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_no_word_is_broken_on_a_narrow_terminal(
    tongue: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = printed("example", tongue, capsys).splitlines()

    assert max(map(cell_len, lines[:-1])) <= 80
    for line in lines:
        for cell in re.split("[│┃]", line)[1:-1]:
            assert not re.match("[，。；：、）”%]", cell.strip()), line
            assert not re.search("[（“]$", cell.strip()), line
    words = set(re.findall(r"[A-Za-z]+", re.sub("[│┃]", " ", "\n".join(lines))))
    assert tongue == "zh" or {"sheltered", "employment", "rehabilitation", "Community"} <= words
    assert not words & {"employme", "nt", "rehabilita", "tion", "Communit", "candidat"}


def test_a_table_too_narrow_for_its_words_is_still_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")

    assert "12" in small("en", capsys, gap_clusters=GROUPS)


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_page_says_which_study_of_when_and_who_is_counted_before_any_number(
    tongue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = re.sub(r"\s", "", printed("example", tongue, capsys))

    told = ("数据截止日期：2025-06-30", "dataasof2025-06-30")[tongue == "en"]
    whom = say("analysis.note.counted_registered", tongue)
    for part in (told, re.sub(r"\s", "", whom)):
        assert 0 < text.index(part) < text.index("%")
    assert text.count(re.sub(r"\s", "", whom)) == 1


def test_the_notes_on_who_is_counted_are_not_among_what_was_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed("example", "zh", capsys)

    assert "登记人数计" not in text[text.index("未计算的内容及原因") :]
    assert "缺少到达时间或人数" in text[text.index("未计算的内容及原因") :]


def test_tables_are_counted_without_their_dictionary(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed("example", "zh", capsys)

    assert f"已写入 {len(analysis_of('example').tables) - 1} 个表" in text
    assert "dictionary.csv" in text


def test_kinds_of_villages_say_whose_persons_they_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("wushan_geo.terminal.WIDTH", 200)
    text = printed("example", "en", capsys)

    assert "communities (eligible persons)" in text
    assert "Without those to verify" in text


def test_the_two_years_of_a_change_carry_their_dates(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("wushan_geo.terminal.WIDTH", 200)
    page = analysis_of("example")
    dated = replace(page, manifest={**page.manifest, "before": {"as_of": "2024-06-30"}})

    show_gaps(dated, Path("out"), "en")

    text = capsys.readouterr().out
    assert "before (2024-06-30)" in text
    assert "after (2025-06-30)" in text
