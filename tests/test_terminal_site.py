"""What the command prints of a proposal: the notice first, both languages, names instead of ids."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from built_in import study_of
from proposal_cases import small_proposal
from rich.cells import cell_len

import wushan_geo as wg
from wushan_geo.proposal.rows import table
from wushan_geo.terminal.site import show_proposal
from wushan_geo.wording import MESSAGES, say

if TYPE_CHECKING:
    from wushan_geo.results import SiteProposal
    from wushan_geo.wording import Language

TONGUES: tuple[Language, Language] = ("zh", "en")


@cache
def example() -> SiteProposal:
    """Propose sites of the example with all that is shown; its tables are not to be changed."""
    return wg.propose_sites(study_of("example"), sites=3, steps=(1, 2), best=3, within=0.1)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def printed(found: SiteProposal, tongue: Language, capsys: pytest.CaptureFixture[str]) -> str:
    show_proposal(found, Path("out"), tongue)
    return capsys.readouterr().out


def small(tongue: Language, capsys: pytest.CaptureFixture[str], **changes: Any) -> str:
    return printed(small_proposal(**changes), tongue, capsys)


def cells(text: str, beginning: str, column: int = 0) -> list[str]:
    """Give the cells of the first row of a table that has this in a column."""
    for line in text.splitlines():
        found = [one.strip() for one in re.split("[│┃]", line)[1:-1]]
        if len(found) > column + 1 and found[column] == beginning:
            return found
    raise AssertionError(beginning)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_notice_of_modelled_data_stands_before_any_number(
    tongue: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = say("notice.demonstration", tongue, county="")[:6]
    text = small(tongue, capsys, demonstration=True)

    assert text.index(notice) < text.index("1")
    assert notice not in small(tongue, capsys)


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_page_begins_with_the_county_and_ends_with_the_folder(
    tongue: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    found = small_proposal()
    lines = printed(found, tongue, capsys).splitlines()
    county = found.info.county_name[TONGUES.index(tongue)]

    assert lines[0] == say("site.title", tongue, county=county)
    assert lines[-1] == say("site.written", tongue, count=len(found.tables), folder="out/siting")


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_study_its_date_and_its_roads_stand_before_the_plan(
    tongue: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    info = small_proposal().info
    text = small(tongue, capsys)
    roads = say(f"condition.{info.condition}", tongue)
    told = say(
        "analysis.origin", tongue, study=info.id, as_of=info.as_of.isoformat(), condition=roads
    )

    assert text.index(told) < text.index({"zh": "新设 1 处。", "en": "1 new site."}[tongue])


@pytest.mark.parametrize("tongue", TONGUES)
def test_what_the_plan_does_stands_before_its_tables_and_the_other_notes_behind(
    tongue: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    text = small(tongue, capsys)
    parts = {
        "zh": ("新设 1 处。", "时限为 30 分钟。"),
        "en": ("1 new site.", "The limit is 30 min."),
    }
    explained, noted = parts[tongue]

    heading = say("site.heading.sites", tongue)
    assert text.index(explained) < text.index(heading) < text.index(noted)


def test_sites_stand_by_name_with_persons_and_places_side_by_side(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = small("zh", capsys)

    assert cells(text, "1") == ["1", "备选点一", "东乡", "12 / 2", "15 / 3", "27.4 / 40"]
    assert cells(text, "阳光家园", 1) == ["已有", "阳光家园", "东乡", "—", "10 / 3", "10 / 70"]
    assert cells(text, "县外机构", 1) == ["已有", "县外机构", "县外", "—", "0 / 0", "—"]
    english = small("en", capsys)
    assert cells(english, "Home", 1)[:3] == ["existing", "Home", "East Township"]
    assert cells(english, "Beyond", 1)[2] == "beyond the county"


def test_what_has_no_english_name_keeps_its_chinese_one_and_what_has_none_its_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        {"facility_id": "C1", "name": "点[/x]", "zone_id": "990101002001"},
        {"facility_id": "F1", "zone_id": "990101002001"},
    ]
    text = small("en", capsys, tables={"facilities": table("facilities", rows)})

    assert cells(text, "1")[1] == "点[/x]"
    assert cells(text, "F1", 1)[:2] == ["existing", "F1"]


def test_numbers_of_sites_have_their_shares_and_one_without_a_plan_has_dashes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = small_proposal().tables["frontier"].to_dict("records")
    rows.append({"limit": 30.0, "sites": 9, "status": "infeasible"})
    text = small("zh", capsys, tables={"frontier": table("frontier", rows)})

    part = text[text.index("增设处数与覆盖") :]
    assert cells(part, "1") == ["1", "22", "88.0 %", "12", "4", "2"]
    assert cells(part, "9") == ["9", "—", "—", "—", "—", "—"]


def test_questions_without_an_answer_have_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = small("zh", capsys)

    for part in ("phases", "best", "core", "ways", "screened"):
        assert bare(say(f"site.heading.{part}", "zh")) not in bare(text)
    empty = {name: table(name, []) for name in ("sites", "frontier")}
    text = small("zh", capsys, tables=empty)
    assert not re.search("[│┃]", text.split("╯")[-1])


@pytest.mark.parametrize("tongue", TONGUES)
def test_phases_best_plans_and_core_sites_are_told_by_name(
    tongue: Language, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("wushan_geo.terminal.WIDTH", 300)
    tables = {
        "phases": table("phases", [
            {"phase": 1, "new_sites": 1, "covered_persons": 22.0, "covered_places": 4,
             "lost_persons": 0.5, "opened": "C1"},
            {"phase": 2, "new_sites": 0, "covered_persons": 22.0, "covered_places": 4,
             "lost_persons": 0.0, "opened": ""},
        ]),
        "best": table("best", [
            {"rank": 1, "objective": 25.0, "covered_persons": 25.0, "covered_places": 5,
             "chosen": "C1;C2"},
        ]),
        "core": table("core", [
            {"facility_id": "C2", "plans": 2, "share": 2 / 3, "core": False},
            {"facility_id": "C1", "plans": 3, "share": 1.0, "core": True},
        ]),
    }  # fmt: skip
    text = small(tongue, capsys, tables=tables)
    one, two = {"zh": ("备选点一", "备选点二"), "en": ("Site 1", "Site 2")}[tongue]
    comma = {"zh": "、", "en": "; "}[tongue]

    part = text[text.index(say("site.heading.phases", tongue)) :]
    assert cells(part, "1") == ["1", "1", "22", "4", "0.5", one]
    assert cells(part, "2") == ["2", "0", "22", "4", "0", "—"]
    part = text[text.index(say("site.heading.best", tongue)) :]
    assert cells(part, "1") == ["1", "25", "25", "5", f"{one}{comma}{two}"]
    part = text[text.index(say("site.heading.core", tongue)) :]
    assert cells(part, one) == [one, "3", "100.0 %", say("site.yes", tongue)]
    assert cells(part, two) == [two, "2", "66.7 %", "—"]


@pytest.mark.parametrize("tongue", TONGUES)
def test_how_often_a_site_is_chosen_stands_with_the_number_of_draws(
    tongue: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {
        "stable_sites": table("stable_sites", [
            {"facility_id": "C1", "chosen_share": 0.85, "in_best": True, "in_safe": False},
        ]),
        "draws": table("draws", [{"draw": at} for at in range(20)]),
    }  # fmt: skip
    text = small(tongue, capsys, tables=tables)

    part = text[text.index(say("site.heading.stable", tongue, draws=20)) :]
    name = {"zh": "备选点一", "en": "Site 1"}[tongue]
    assert cells(part, name)[:4] == [name, "85.0 %", say("site.yes", tongue), "—"]


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("tongue", TONGUES)
def test_no_word_is_broken_and_no_line_is_too_long(
    tongue: Language,
    columns: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = printed(example(), tongue, capsys).splitlines()

    assert max(map(cell_len, lines[:-1])) <= columns
    for line in lines:
        for cell in re.split("[│┃]", line)[1:-1]:
            assert not re.match("[，。；：、）”%]", cell.strip()), line
            assert not re.search("[（“]$", cell.strip()), line
    words = set(re.findall(r"[A-Za-z]+", re.sub("[│┃]", " ", "\n".join(lines))))
    known: set[str] = set()
    for message in say_all("en"):
        known |= set(re.findall(r"[A-Za-z]+", message))
    for name in ("facilities", "units", "notes"):
        for value in example().tables[name].to_numpy().ravel().tolist():
            known |= set(re.findall(r"[A-Za-z]+", str(value)))
    assert tongue == "zh" or {"candidate", "Community", "township"} <= words
    assert words <= known | {"siting", "out", "example"}


def say_all(tongue: Language) -> list[str]:
    return [pair[TONGUES.index(tongue)] for pair in MESSAGES.values()]


def test_both_languages_print_the_same_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("wushan_geo.terminal.WIDTH", 300)

    def numbers(tongue: Language) -> list[str]:
        text = printed(example(), tongue, capsys)
        return re.findall(r"(?<=│) *([0-9.,]+(?: %| / [0-9.,]+)?) *(?=│)", text)

    found = numbers("zh")
    assert found == numbers("en")
    assert len(found) > 50


def test_what_is_printed_are_the_numbers_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(example(), "zh", capsys)
    part = text[text.index("增设处数与覆盖") :]
    for row in example().tables["frontier"].to_dict("records"):
        told = cells(part, str(row["sites"]))
        assert told[1] == f"{row['covered_persons']:g}"
        assert told[4] == str(row["covered_places"])


def test_nothing_that_is_not_known_is_printed_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    for tongue in TONGUES:
        text = printed(example(), tongue, capsys) + small(tongue, capsys)
        words = set(re.findall(r"[A-Za-z_<>]+", text))
        assert not words & {"nan", "None", "<NA>", "NA", "inf", "eligible_day_care"}


def test_what_was_promised_and_the_models_own_aim_stand_with_the_two_plans(
    capsys: pytest.CaptureFixture[str],
) -> None:
    aims = {"stated_aim": 41.0, "middle_aim": 42.5, "worst_aim": 55.0, "aim_regret": 2.0}
    own = {"judged_by": "farthest_cost", "promise": "reach", "meets_share": 0.25, **aims}
    rows = [{"plan": one, "chosen": "C1", "basis": "modelled", **own} for one in ("best", "safe")]
    draws = table("draws", [{"draw": 1}])
    tables = {"stable_plans": table("stable_plans", rows), "draws": draws}
    text = small("en", capsys, tables=tables)
    assert "request itself" in text
    assert cells(text, "41 / 42.5 / 55", 1)[2] == "41 / 42.5 / 55"
    plain = [one | {"judged_by": "persons", "meets_share": float("nan")} for one in rows]
    other = {"stable_plans": table("stable_plans", plain), "draws": draws}
    text = small("en", capsys, tables=other)
    assert "request itself" not in text
    assert "41 / 42.5" not in text
    # Minutes on schematic roads are no facts.
    assert "41 / 42.5" not in small("en", capsys, tables=tables, demonstration=True)


def test_a_building_where_the_candidate_was_screened_out_is_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        {"cluster": 1, "way": one, "viable": True, "cheapest": one == "new_home", "screened": gone}
        for one, gone in (("new_home", "C9"), ("shuttle", ""))
    ]
    for tongue in TONGUES:
        text = small(tongue, capsys, tables={"ways": table("ways", rows)})
        mark, cheapest = say("way.screened", tongue), say("site.cheapest", tongue)
        told = say("siting_map.way.screened", tongue, text=cheapest, mark=mark)
        lines = [re.split("[│┃]", line) for line in text.splitlines()]
        column = bare("".join(one[-2] for one in lines if len(one) > 7))  # parts of one cell
        assert bare(told) in column
        assert column.count(bare(mark)) == 1
