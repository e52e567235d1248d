"""What a plan rests on and leaves: how often it is varied, who was screened out, who has no way."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from analysed import times_of
from built_in import study_of

from wushan_geo.analysis.dictionary import dictionary
from wushan_geo.errors import InputError
from wushan_geo.proposal import beyond
from wushan_geo.proposal.models import solver_of
from wushan_geo.proposal.page import Page
from wushan_geo.proposal.rows import COLUMNS, table
from wushan_geo.proposal.ways import stuck_groups
from wushan_geo.proposal.wish import Wish
from wushan_geo.siting.studied import site_request
from wushan_geo.study.candidates import ScreeningConfig, StabilityConfig

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

LISTS = {"units", "facilities", "notes"}  # names and texts, which are no results
BOUNDS = StabilityConfig(draws=3, seed=2025, speed=(0.8, 1.25), counts=0.1, coordinates_min=3.0)


def study_with(**changes: Any) -> Study:
    """Give the example with other settings of siting."""
    found = study_of("example")
    assert found.config.siting is not None
    siting = replace(found.config.siting, **changes)
    return replace(found, config=replace(found.config, siting=siting))


def page_of(study: Study, **wishes: Any) -> Page:
    """Ask for sites of a study; nothing is worked out yet."""
    assert study.config.siting is not None
    asked = site_request(study, study.config.siting, times_of("example").central)
    assert asked is not None
    ends = (asked.matrix, asked.matrix)
    return Page(
        asked=asked, wish=Wish(sites=3, **wishes), limit=30.0, ends=ends, rules=None, prices=None
    )


def varied(draws: int | None, bounds: StabilityConfig | None = BOUNDS) -> Page:
    study = study_with(stability=bounds)
    page = page_of(study, draws=draws)
    beyond.add_stability(study, page, solver_of(page))
    return page


@cache
def thrice() -> Page:
    """Vary as often as the study says; not to be changed."""
    return varied(None)


def plans(page: Page) -> dict[str, dict[str, Any]]:
    rows: list[dict[Any, Any]] = page.tables["stable_plans"].to_dict("records")
    return {str(one["plan"]): one for one in rows}


def keys(page: Page) -> list[str]:
    return [str(one["key"]) for one in page.notes]


def note(page: Page, key: str, language: str = "zh") -> str:
    return next(str(one[language]) for one in page.notes if one["key"] == key)


def test_a_plan_is_varied_as_often_as_is_wished_else_as_the_study_says_and_not_unasked() -> None:
    assert len(thrice().tables["draws"]) == BOUNDS.draws
    assert len(varied(1).tables["draws"]) == 1
    none = varied(0)
    assert all(none.tables[one].empty for one in beyond.STABLE)
    assert keys(none) == ["stability_none"]
    assert keys(varied(0, None)) == []


def test_the_number_of_the_study_is_refused_where_it_states_none() -> None:
    with pytest.raises(InputError, match=r"no section \[siting.stability\]"):
        varied(None, None)


def test_the_best_and_the_safe_plan_have_the_numbers_of_the_draws() -> None:
    page = thrice()
    draws, places = page.tables["draws"], page.tables["stable_villages"]
    rows = plans(page)
    assert list(rows) == ["best", "safe"]
    for name, row in rows.items():
        covered = sorted(map(float, draws[f"{name}_persons"]))
        regrets = [float(one) for one in draws[f"{name}_regret"]]
        assert row["middle_persons"] == covered[1]
        assert row["least_persons"] == row["low_persons"] == covered[0]
        assert row["worst_regret"] == max(regrets)
        assert row["unbeaten_share"] == regrets.count(0.0) / 3
        often = dict(zip(places["zone_id"], places[f"pass_{name}_share"], strict=True))
        always = [one for one, share in often.items() if share == 1]
        assert row["always_places"] == len(always)
        assert row["always_persons"] == sum(page.asked.persons[one] for one in always)
        assert row["mean_places"] == pytest.approx(sum(often.values()))
        sites = [*page.asked.existing, *row["chosen"].split(";")]
        near = page.asked.matrix.select(destinations=sites).within(30.0).any(axis=1)
        assert row["stated_places"] == near.sum()
    assert rows["best"]["own_share"] == draws["same"].mean()
    assert rows["safe"]["worst_regret"] <= rows["best"]["worst_regret"]


def test_both_plans_are_told_with_these_numbers_and_one_that_is_both_once() -> None:
    page = thrice()
    rows = plans(page)
    same = rows["best"]["chosen"] == rows["safe"]["chosen"]
    told = [one for one in keys(page) if one.startswith("stability_plan_")]
    assert told == ["stability_plan_best", *([] if same else ["stability_plan_safe"])]
    assert ("stability_one" in keys(page)) == same
    for language in ("zh", "en"):
        text = note(page, "stability_plan_best", language)
        for column in ("stated_persons", "least_persons", "middle_persons"):
            assert f"{round(rows['best'][column], 1):g}" in text
    once = varied(1)  # the plan of one draw has no regret in it
    safe = once.tables["stable_plans"]["worst_regret"].iloc[1]
    assert safe == 0


def test_what_is_drawn_at_random_is_modelled_and_who_chose_the_bounds_is_said() -> None:
    page = thrice()
    for name in beyond.STABLE:
        assert set(page.tables[name]["basis"]) == {"modelled"}
    assert "规划假设，未注明由谁选定" in note(page, "stability_assumed")
    chosen = replace(BOUNDS, draws=1, source="县残联选定；chosen by the federation")
    page = varied(None, chosen)
    assert "规划假设（县残联选定）" in note(page, "stability_assumed")
    assert "planning assumption (chosen by the federation)" in note(page, "stability_assumed", "en")


def screened(unknown: str = "keep") -> Page:
    study = study_with(
        screening=ScreeningConfig(
            max_slope_deg=25, hazard="exclude", unknown=unknown, source="规划假设，某人；by X"
        )
    )
    own = study.facilities[(study.facilities["status"] == "candidate").to_numpy()]
    ids = own["facility_id"].astype("str").tolist()
    known = pd.DataFrame(
        {
            "facility_id": ids,
            "slope_deg": [31.0, *([None] * (len(ids) - 2)), 5.0],
            "hazard": ["no", "yes", *(["no"] * (len(ids) - 2))],
            "basis": ["stated", *(["measured"] * (len(ids) - 1))],
        }
    )
    study = replace(study, candidates=known)
    page = page_of(study)
    beyond.add_screening(study, page)
    return page


def test_candidates_that_go_are_named_with_the_reason_and_what_is_not_known_is_counted() -> None:
    page = screened()
    found = page.tables["screening"]
    total = found["facility_id"].nunique()
    first = found[(found["facility_id"] == found["facility_id"].iloc[0]).to_numpy()]
    assert first["verdict"].tolist() == ["goes", "stays"]
    assert first["value"].tolist() == ["31", "no"]  # a number and a word in one column
    assert first["limit"].iloc[0] == "25"
    assert set(first["candidate"]) == {"goes"}
    assert first["name"].iloc[0]
    assert first["basis"].iloc[0] == "stated"
    assert first["facility_id"].iloc[0] not in page.asked.candidates
    text = f"{total} 处中保留 {total - 2} 处（其中 {total - 3} 处有未核实项），排除 2 处"
    assert text in note(page, "screening_counted")
    assert "规划假设，某人" in note(page, "screening_counted")
    assert note(page, "screening_counted", "en").endswith("The rules: by X.")


def test_what_is_not_known_may_send_a_candidate_away() -> None:
    found = screened("drop").tables["screening"]
    stays = found.loc[found["candidate"].eq("stays").to_numpy(), "facility_id"].unique()
    assert stays.tolist() == [found["facility_id"].iloc[-1]]
    assert found["reason_en"].str.contains("drops what is not known").any()


def ways(*rows: tuple[int, str, float, bool | None, str]) -> pd.DataFrame:
    names = ("cluster", "way", "persons", "viable", "why_not")
    return table("ways", [dict(zip(names, row, strict=True)) for row in rows])


def members(**villages: int) -> pd.DataFrame:
    return pd.DataFrame({"zone_id": list(villages), "cluster": list(villages.values())})


def test_a_group_for_which_no_way_is_viable_says_why_and_those_with_most_persons_first() -> None:
    found = stuck_groups(
        ways(
            (1, "shuttle", 2.0, False, "no_hub"),
            (2, "new_home", 5.0, False, "nobody"),
            (2, "shuttle", 5.0, False, "no_hub"),
            (2, "mobile_team", 5.0, False, "nobody"),
            (3, "shuttle", 9.0, True, ""),
            (3, "new_home", 9.0, False, "nobody"),
            (4, "shuttle", 1.0, None, "costs_unknown"),
        ),
        members(b=2, a=2, c=1, d=3, e=4),
    )
    assert [(one.cluster, one.places, one.unknown) for one in found] == [
        (2, ("a", "b"), False), (1, ("c",), False), (4, ("e",), True),
    ]  # fmt: skip
    assert found[0].why == (
        "新建机构、巡回服务队：一个人也服务不到；接送车：没有可以接送到的机构",
        "new home, mobile team: it serves nobody; shuttle: no open facility to bring persons to",
    )


def test_each_of_few_groups_without_a_way_has_a_line_and_many_share_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = ways(*((at, "shuttle", 10.0 - at, False, "no_hub") for at in range(1, 9)))
    given = {f"v{at}": at for at in range(1, 9)}

    def compared(*_: object, **__: object) -> pd.DataFrame:
        return rows

    monkeypatch.setattr(beyond, "study_ways", compared)
    monkeypatch.setattr(beyond, "_groups", lambda *_: members(**given).assign(persons=1.0))
    study = study_with()
    page = page_of(study)
    beyond.add_ways(study, page, times_of("example").central)
    assert keys(page) == [
        *["way_stuck"] * beyond.MOST_STUCK, "way_stuck_more", "ways_differ", "way_assumed",
    ]  # fmt: skip
    assert "片区 1（v1；服务对象 9 人）：没有可行的服务方式" in note(page, "way_stuck")
    assert "2 个片区没有可行的服务方式（片区 7、8；服务对象共 5 人）" in note(
        page, "way_stuck_more"
    )
    assert "规划假设，示例县残联（虚构）选定" in note(page, "way_assumed")


def test_a_building_where_every_candidate_was_screened_out_is_marked_and_no_other_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = study_with()
    page = page_of(study)
    page.tables["screening"] = table("screening", [
        {"facility_id": one, "zone_id": zone, "rule": rule, "candidate": verdict}
        for one, zone, verdict in (
            ("C1", "v1", "goes"), ("C2", "v1", "goes"), ("C3", "v2", "goes"), ("C4", "v2", "stays"),
        )
        for rule in ("hazard", "max_slope_deg")
    ])  # fmt: skip
    rows = ways(
        (1, "new_home", 3.0, True, ""),
        (1, "shuttle", 3.0, True, ""),
        (1, "conversion", 3.0, True, ""),
        (2, "new_home", 3.0, True, ""),
        (2, "conversion", 3.0, True, ""),
        (2, "shared_home", 3.0, False, "nobody"),
    ).assign(site=["v1", "v1", "C3", "v2", "C4", ""])
    monkeypatch.setattr(beyond, "study_ways", lambda *_, **__: rows)
    monkeypatch.setattr(beyond, "_groups", lambda *_: members(v1=1, v2=2).assign(persons=3.0))
    beyond.add_ways(study, page, times_of("example").central)
    # C4 stays in v2, so that a home of that village may stand there.
    assert page.tables["ways"]["screened"].tolist() == ["C1;C2", "", "C3", "", "", ""]


def test_what_was_promised_and_what_the_model_is_after_stand_beside_the_persons() -> None:
    study = study_with(stability=BOUNDS)
    page = page_of(study, draws=4, model="set_covering", share=0.9)
    beyond.add_stability(study, page, solver_of(page))
    row, draws = plans(page)["best"], page.tables["draws"]
    assert (row["promise"], row["judged_by"]) == ("share", "persons")
    # As stated it covers 90.3 %; in the fourth draw roads are slow, and nothing covers 90 %.
    assert draws["best_meets"].tolist() == [True, True, True, False]
    assert row["meets_share"] == 0.75
    assert (draws["own_sites"].isna() == draws["status"].eq("infeasible")).all()
    told = next(str(one["zh"]) for one in page.notes if "要求本身" in str(one["zh"]))
    assert "时限内的人数不少于总人数的 90%）能否守住：4 次测算中，最优方案有 3 次" in told

    floors = page_of(study, draws=1, model="floor_covering", floor=0.2)
    beyond.add_stability(study, floors, solver_of(floors))
    assert plans(floors)["best"]["promise"] == "floors"  # the township of each village is known
    assert pd.notna(plans(floors)["best"]["meets_share"])
    none = plans(thrice())["best"]
    assert (none["promise"], none["judged_by"]) == ("", "persons")
    assert pd.isna(none["meets_share"])


def test_every_table_of_results_says_what_it_rests_on_and_every_column_what_it_is() -> None:
    assert [one for one in COLUMNS if "basis" not in COLUMNS[one]] == sorted(
        LISTS, key=list(COLUMNS).index
    )
    names = (
        "core", "stable_plans", "stable_sites", "stable_villages", "draws", "screening", "ways",
    )  # fmt: skip
    found = dictionary({one: table(one, []) for one in names})
    units = {(name, column): unit for name, column, unit, *_ in found.itertuples(index=False)}
    assert units["stable_plans", "middle_persons"] == "persons"
    assert units["stable_plans", "unbeaten_share"] == "share"
    assert units["stable_plans", "mean_places"] == "villages"
    assert units["draws", "best_regret"] == "persons"
    assert units["stable_plans", "meets_share"] == "share"
    assert units["draws", "own_sites"] == "sites"
    assert units["stable_plans", "aim_regret"] == ""  # persons or minutes: judged_by says which
