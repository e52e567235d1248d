"""A plan as data: what it must hold, and that no slip in it passes silently or as a traceback."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import builders
import pytest

from wushan_geo.study.pages import Words
from wushan_geo.study.plan import Plan, parse_plan


def parsed(*pairs: tuple[str, str]) -> tuple[Plan | None, list[str]]:
    raw = tomllib.loads(builders.replaced(*pairs)(builders.PLAN))
    plan, faults = parse_plan(raw, "plan.toml")
    return plan, [f"{one.column}: {one.rule}" for one in faults]


def test_a_good_plan_is_read_as_it_says() -> None:
    plan, faults = parsed()

    assert faults == []
    assert plan is not None
    assert (plan.document, plan.issued, plan.years) == ("1", dt.date(2022, 1, 1), (2021, 2025))
    assert plan.quote == Words("乡乡有机构", "a facility in every township")
    assert [(one.id, one.target, one.services) for one in plan.rules] == [
        ("township_facility", 1.0, ()),
        ("village_service", None, ("visiting",)),
    ]
    assert [(one.service, one.force) for one in plan.profiles] == [("day_care", "general")]
    indicator = plan.indicators[0]
    assert (indicator.target, indicator.baseline, indicator.accumulates) == (100.0, None, True)


def test_an_indicator_that_tracks_another_series_needs_no_target() -> None:
    plan, faults = parsed(('operator = ">="', 'operator = "tracks"'), ("target = 100\n", ""))

    assert faults == []
    assert plan is not None
    assert plan.indicators[0].target is None


def test_a_plan_may_have_a_heading_and_nothing_else() -> None:
    head = builders.PLAN[: builders.PLAN.index("[[rules]]")]

    plan, faults = parse_plan(tomllib.loads(head), "plan.toml")

    assert faults == []
    assert plan is not None
    assert plan.rules == plan.profiles == plan.indicators == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('document = "1"\n', "", "plan.document: has this setting"),
        ("issued = 2022-01-01", 'issued = "2022"', "plan.issued: has a value of the right kind"),
        ("issued = 2022-01-01", "issued = 2022-01-01T00:00:00", "plan.issued: has a value of the"),
        ("years = [2021, 2025]", "years = [2021]", "plan.years: is the first and the last year"),
        ("years = [2021, 2025]", "years = [2025, 2021]", "plan.years: is the first and the last"),
        ("years = [2021, 2025]", 'years = ["2021", "2025"]', "plan.years: is the first and the"),
        ("years = [2021, 2025]\n", "", "plan.years: has this setting"),
        (
            'quote = { zh = "乡乡有机构", en',
            'quote = { cn = "x", en',
            "plan.quote: is a text in both",
        ),
        ('level = "township"', 'level = "town"', "rules[1].level: is one of: county, township"),
        ('test = "any_facility', 'test = "some_facility', "rules[1].test: is one of:"),
        ('force = "must"', 'force = "should"', "rules[1].force: is one of: must, general"),
        (
            'services = ["visiting"]',
            'services = "visiting"',
            "rules[2].services: is a list of text",
        ),
        ('services = ["visiting"]', "services = [3]", "rules[2].services: is a list of texts"),
        ("target = 1.0", "target = 80", "rules[1].target: is a share from 0 to 1"),
        ("target = 1.0", "target = true", "rules[1].target: has a value of the right kind"),
        ("target = 1.0", "target = nan", "rules[1].target: has a value of the right kind"),
        ("target = 1.0", "traget = 1.0", "rules[1].traget: is a setting that exists"),
        ('id = "village_service"', 'id = "township_facility"', "rules.id: appears only once"),
        ('id = "village_service"\n', "", "rules[2].id: has this setting"),
        ('service = "day_care"\n', "", "profiles[1].service: has this setting"),
        ("number = 1", "number = 1.5", "indicators[1].number: has a value of the right kind"),
        ("number = 1", "number = true", "indicators[1].number: has a value of the right kind"),
        ('operator = ">="', 'operator = "=>"', "indicators[1].operator: is one of: >=, >, tracks"),
        ("target = 100", 'target = "100"', "indicators[1].target: has a value of the right kind"),
        ("accumulates = true", 'accumulates = "yes"', "indicators[1].accumulates: has a value"),
        (
            "accumulates = true",
            'accumulates = true\nbaseline = "x"',
            "indicators[1].baseline: has a",
        ),
        ("[[rules]]", "[extra]\n[[rules]]", "extra: is a setting that exists"),
    ],
)
def test_each_setting_is_checked(old: str, new: str, fault: str) -> None:
    plan, faults = parsed((old, new))

    assert plan is None
    assert len(faults) == 1, faults
    assert faults[0].startswith(fault), faults


@pytest.mark.parametrize("name", ["rules", "profiles", "indicators"])
@pytest.mark.parametrize("content", [3, "x", {}, [3], [[]]])
def test_a_list_of_something_else_is_a_fault_and_no_traceback(name: str, content: Any) -> None:
    raw = tomllib.loads(builders.PLAN)
    raw[name] = content

    plan, faults = parse_plan(raw, "plan.toml")

    assert plan is None
    assert [(one.column, one.rule) for one in faults] == [
        (name, f"is a list of sections [[{name}]]")
    ]


def test_all_faults_come_at_once_with_a_suggestion_in_both_languages() -> None:
    raw = tomllib.loads(builders.PLAN)
    raw["rules"][0]["force"] = "mus"
    raw["rules"][1]["test"] = "any_service_in_a_village"
    raw["indicators"][0]["target"] = None

    _, faults = parse_plan(raw, "plan.toml")

    told = {one.column: one.suggestion for one in faults}
    assert told == {
        "rules[1].force": "Did you mean 'must'?",
        "rules[2].test": "Did you mean 'any_service_in_village'?",
        "indicators[1].target": "Compare it with the plan.toml of a built-in study.",
    }
    assert all(one.rule_zh and one.suggestion_zh for one in faults)
