"""A wish is checked as a whole: every fault at once, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.proposal.options import READ, wish_of
from wushan_geo.proposal.wish import MODELS, NUMBERS, Wish, checked, steps_of

CANDIDATES, EXISTING, OWN = ("G", "H", "J"), ("K", "L"), ("K",)  # L lies beyond the county


def faults(**wishes: Any) -> list[tuple[str, str]]:
    try:
        checked(Wish(**wishes), CANDIDATES, EXISTING, OWN)
    except InputError as error:
        return [(one.column, one.value) for one in error.faults]
    return []


@pytest.mark.parametrize(
    "wishes",
    [
        {"sites": 0},
        {"sites": 3, "required": ("G",), "forbidden": ()},
        {"budget": 5.0},
        {"model": "set_covering", "share": 0.9},
        {"model": "set_covering"},
        {"model": "one_per_township"},
        {"model": "floor_covering", "sites": 2, "floor": 0.5},
        {"model": "p_center", "sites": 2, "worst_first": True},
        {"sites": 2, "steps": (1, 1)},
        {"sites": 2, "steps": (1, 1), "required": ("G", "G")},
        {"sites": 2, "capacity": True},
        {"budget": 5.0, "capacity": True},
        {"model": "p_median", "sites": 2, "capacity": True, "best": 2, "within": 0.0},
        {"sites": 0, "moves": 1, "may_close": ("K",), "keep_covered": True},
    ],
)
def test_what_makes_sense_passes(wishes: dict[str, Any]) -> None:
    assert faults(**wishes) == []


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ({}, [("--sites", "")]),
        ({"sites": 1, "budget": 2.0}, [("--sites", "1")]),
        ({"sites": 4}, [("--sites", "4")]),
        ({"sites": 1, "steps": (2, 2)}, [("--phases", "4")]),
        ({"model": "p_median", "budget": 2.0}, [("--budget", "2.0")]),
        ({"model": "set_covering", "sites": 2}, [("--sites", "2")]),
        ({"model": "set_covering", "budget": 2.0}, [("--budget", "2.0")]),
        ({"sites": 3, "forbidden": ("G",)}, [("--sites", "3")]),
        ({"sites": 1, "required": ("G", "H")}, [("--sites", "1")]),
        ({"sites": 1, "at_least": 2, "at_most": 1}, [("--at-least", "2")]),
        (
            {"sites": 1, "at_least": -1, "at_most": -2},
            [("--at-least", "-1")] * 2 + [("--at-most", "-2")],
        ),
        ({"model": "p_median", "sites": 1, "share": 0.5}, [("--share", "")]),
        ({"model": "floor_covering", "sites": 1}, [("--floor", "")]),
        ({"model": "set_covering", "share": 1.5}, [("--share", "150")]),
        ({"sites": 1, "limit": -1.0}, [("--limit", "-1.0")]),
        ({"sites": 1, "limit": float("nan")}, [("--limit", "nan")]),
        ({"sites": 1, "required": ("K",)}, [("--require", "K")]),
        ({"sites": 1, "forbidden": ("X",)}, [("--forbid", "X")]),
        ({"sites": 1, "required": ("G",), "forbidden": ("G",)}, [("--require", "G")]),
        ({"sites": 2, "steps": (1, 1), "required": ("G", "H")}, [("--phases", "1")]),
        ({"sites": 1, "within": 0.05}, [("--within", "")]),
        ({"sites": 1, "within": float("nan"), "best": 2}, [("--within", "nan")]),
        ({"sites": 1, "budget": float("inf")}, [("--budget", "inf"), ("--sites", "1")]),
        ({"sites": 1, "moves": -1}, [("--move", "-1")]),
        ({"sites": 1, "moves": 2}, [("--move", "2")]),
        ({"sites": 1, "moves": 1, "may_close": ("L",)}, [("--may-close", "L")]),
        ({"sites": 1, "may_close": ("K",)}, [("--may-close", "")]),
        ({"sites": 1, "keep_covered": True}, [("--keep-covered", "")]),
        ({"budget": 1.0, "moves": 1}, [("--move", "")]),
        ({"model": "p_median", "sites": 1, "moves": 1}, [("--move", "")]),
        ({"model": "p_center", "sites": 1, "capacity": True}, [("--capacity", "")]),
        (
            {"sites": 1, "capacity": True, "steps": (1,), "moves": 1, "draws": 5},
            [("--capacity", "")] * 3,
        ),
        (
            {"sites": 9, "limit": -1.0, "required": ("X",), "worst_first": True},
            [("--limit", "-1.0"), ("--require", "X"), ("--sites", "9"), ("--worst-first", "")],
        ),
    ],
)
def test_every_fault_is_named_at_once(wishes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert sorted(faults(**wishes)) == sorted(found)


@pytest.mark.parametrize("best", [1, 2])
def test_a_distance_from_the_best_needs_plans_to_compare(best: int) -> None:
    try:
        checked(Wish(sites=1, best=best, within=0.05), CANDIDATES, ())
    except InputError as error:
        (one,) = error.faults
        assert best == 1
        assert "--best 不小于 2" in one.rule_zh
        assert "--best with at least 2" in one.rule
    else:
        assert best == 2


def test_phases_without_a_number_of_the_plan_say_that_it_needs_one() -> None:
    with pytest.raises(InputError) as caught:
        checked(Wish(steps=(1, 2)), CANDIDATES, EXISTING)
    (one,) = caught.value.faults
    assert "方案本身也要写明处数，例如 --sites 3" in one.suggestion_zh
    assert "for instance --sites 3" in one.suggestion
    with pytest.raises(InputError) as caught:
        checked(Wish(), CANDIDATES, EXISTING)
    assert "--phases" not in caught.value.faults[0].suggestion


def test_every_model_can_be_wished_for() -> None:
    own = {"floor_covering": {"floor": 0.1}}
    counted = {"set_covering", "one_per_township"}
    for model in MODELS:
        number = {} if model in counted else {"sites": 1}
        assert faults(model=model, **number, **own.get(model, {})) == []


@pytest.mark.parametrize("text", ["2,x", "2,,1", "-1", "1.5"])
def test_phases_are_whole_numbers_between_commas(text: str) -> None:
    with pytest.raises(InputError, match="--phases"):
        steps_of(text)


def test_chinese_commas_are_commas() -> None:
    assert steps_of(" 2，2, 1 ") == (2, 2, 1)


def test_sites_that_are_named_twice_count_once() -> None:
    found = checked(Wish(sites=1, required=("G", "G"), forbidden=("J", "H", "J")), CANDIDATES, ())
    assert (found.required, found.forbidden) == (("G",), ("H", "J"))


@pytest.mark.parametrize("field", [{"sites": 1.5}, {"best": 2.0}, {"steps": (1, 0.5)}])
def test_a_number_that_must_be_whole_is(field: dict[str, Any]) -> None:
    (name,) = field
    with pytest.raises(ParameterError, match=f"^{name} must be a whole number"):
        checked(Wish(**({"sites": 1} | field)), CANDIDATES, ())


WRONG = {"whole": ("x", "", "2.5", "1e1", "nan"), "number": ("x", "", "3,5"), "per cent": ("x", "")}


@pytest.mark.parametrize("name", READ)
def test_a_text_that_is_no_number_is_told_in_both_languages_with_an_example(name: str) -> None:
    option, kind, example = READ[name]
    assert name in NUMBERS
    for text in WRONG[kind]:
        with pytest.raises(InputError) as caught:
            wish_of("p-median", {name: text}, "")
        (one,) = caught.value.faults
        assert (one.column, one.value) == (option, text)
        assert "应为" in one.rule_zh
        assert "a number" in one.rule.replace("whole ", "")
        assert one.suggestion == f"For instance {option} {example}."
        assert one.suggestion_zh == f"例如 {option} {example}。"
    value = float(example) / (100.0 if kind == "per cent" else 1.0)
    assert getattr(wish_of("p-median", {name: example}, ""), name) == value


def test_every_number_of_a_wish_can_be_said_on_the_command() -> None:
    assert set(READ) == set(NUMBERS)


def test_a_model_that_is_none_is_told_with_the_nearest_name() -> None:
    with pytest.raises(InputError) as caught:
        wish_of("p-medain", {"sites": "x", "best": "two"}, "1;2")
    said = {one.column: one.suggestion for one in caught.value.faults}
    assert set(said) == {"--model", "--sites", "--best", "--phases"}
    assert said["--model"] == "Did you mean 'p-median'?"
    for name in MODELS:
        assert wish_of(name.replace("_", "-"), {}, "").model == wish_of(name, {}, "").model == name


def test_what_is_left_out_is_what_the_wish_has_anyway() -> None:
    assert wish_of("maximal-covering", dict.fromkeys(READ), "") == Wish()
