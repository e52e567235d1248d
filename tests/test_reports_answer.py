from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import reports_cases as cases

from wushan_geo.reports.answer import answers, nearest_names
from wushan_geo.reports.desk import added, desk_of, tally

if TYPE_CHECKING:
    from wushan_geo.results import StudyResult


def known_numbers(result: StudyResult) -> set[str]:
    """Give every number of the result tables, and counts and sums of persons over their rows."""
    found: set[str] = set()
    for table in result.tables.values():
        found.add(str(len(table)))
        for name in table.columns:
            column = table[name]
            if column.dtype.kind in "if":
                known = [float(one) for one in column.dropna() if abs(one) < 1e12]
                found |= {f"{one:.{places}f}" for one in known for places in (0, 1)}
            else:
                found |= set(re.findall(r"\d+(?:\.\d+)?", " ".join(map(str, column))))
                found |= {str(one) for one in column.map(str).value_counts()}
    board = result.tables["scoreboard"]
    for column in ("verdict", "demonstration_verdict"):
        groups = board.groupby(["rule", column])
        found |= {str(one) for one in groups.size()}
        found |= {f"{one:.0f}" for one in groups["persons"].sum()}
        known = board[board[column].isin(["pass", "fail"])]
        found |= {str(one) for one in known.groupby("rule").size()}
    return found | {"0"} | homes(result)


def homes(result: StudyResult) -> set[str]:
    """Count villages by where their nearest facility stands, another way than the report."""
    villages = result.tables["villages"]
    where = villages["facility_id"].map(
        result.tables["facilities"].set_index("facility_id")["parent_id"]
    )
    known = villages["facility_id"].notna()
    own = int((where == villages["parent_id"]).sum())
    return {str(own), str(int(known.sum()) - own), str(int((~known).sum()))}


@pytest.mark.parametrize("study", cases.STUDIES)
def test_every_number_of_the_answer_is_in_a_table(study: str) -> None:
    known = known_numbers(cases.result_of(study))
    html = cases.section(cases.page_of(study), "answer")
    html = re.sub(r"<(?:h2|svg)\b.*?</(?:h2|svg)>|<[^>]*>", " ", html, flags=re.DOTALL)
    said = re.findall(r"\d+(?:\.\d+)?", html)
    assert len(said) > 10
    assert {one for one in said if one not in known} == set()


def test_the_six_questions_come_in_the_order_in_which_planners_ask() -> None:
    found = answers(desk_of(cases.result_of("wushan")))
    assert [one.id for one in found] == [
        "units",
        "persons",
        "nearest",
        "next",
        "ceiling",
        "unknown",
    ]


def test_a_study_of_facts_says_what_is_lacking_and_nothing_else() -> None:
    found = answers(desk_of(cases.result_of("wushan-facts")))
    assert [one.id for one in found] == ["units", "unknown"]
    assert sum("缺数据" in zh for zh, _ in found[1].points) == 6
    assert cases.table(cases.page_of("wushan-facts"), "promises") == [
        ["乡乡有设施（机构）", "正式评定", "26", "0", "0", "26", "—"],
        ["村村有服务内容", "正式评定", "340", "0", "0", "340", "—"],
    ]


def test_the_demonstration_stands_beside_an_official_verdict_that_cannot_be_given() -> None:
    rows = cases.table(cases.page_of("wushan"), "promises")
    assert [row[1] for row in rows] == ["正式评定", "演示结果", "正式评定", "演示结果"]
    assert rows[0] == ["乡乡有设施（机构）", "正式评定", "26", "0", "0", "26", "—"]
    board = cases.result_of("wushan").tables["scoreboard"]
    own = board[board["rule"] == "township_facility"]
    failed = own[own["demonstration_verdict"] == "fail"]
    assert rows[1][4] == str(len(failed))
    assert rows[1][6] == f"{failed['persons'].sum():.0f}"


def test_real_verdicts_are_official_and_carry_no_demonstration() -> None:
    page = cases.page_of("example")
    rows = cases.table(page, "promises")
    assert rows[0] == ["乡乡有设施（机构）", "正式评定", "5", "4", "1", "0", "235"]
    assert "演示结果" not in cases.chinese(page[page.index("<body>") : page.index("<script>")])


def test_the_nearest_facility_of_a_township_is_the_one_of_most_villages() -> None:
    result = cases.result_of("example")
    villages = result.tables["villages"].copy()
    own = villages["parent_id"] == "990101001"
    assert own.sum() == 8
    villages.loc[own, "facility_id"] = ["F02"] * 4 + ["F01"] * 4
    found = nearest_names(desk_of(cases.with_tables(result, villages=villages)))
    assert found["990101001"] == desk_of(result).facilities["F01"]  # a tie goes to the smaller id


def test_the_page_says_who_could_be_served_from_beyond_the_county() -> None:
    told = cases.result_of("wushan").tables["findings"].query("topic == 'border'")
    assert len(told) == 3
    page = cases.page_of("wushan")
    for zh, en in zip(told["text_zh"], told["text_en"], strict=True):
        assert zh.removeprefix("演示：") in cases.chinese(page)
        assert en.removeprefix("Demonstration: ") in page


def test_persons_that_are_not_known_do_not_become_zero() -> None:
    assert added([1.0, float("nan")]) == 1.0
    assert str(added([float("nan")])) == "nan"
    assert added([]) == 0.0


def test_a_tally_counts_every_verdict() -> None:
    desk = desk_of(cases.result_of("example"))
    assert tally(desk.rule("village"), official=True) == {"pass": 31, "fail": 6, "cannot_assess": 3}
