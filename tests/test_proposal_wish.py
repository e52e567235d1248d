"""A wish is checked as a whole: every fault at once, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from wushan_geo.errors import InputError
from wushan_geo.proposal.wish import MODELS, Wish, checked, steps_of

CANDIDATES, EXISTING = ("G", "H", "J"), ("K",)


def faults(**wishes: Any) -> list[tuple[str, str]]:
    try:
        checked(Wish(**wishes), CANDIDATES, EXISTING)
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
        (
            {"sites": 9, "limit": -1.0, "required": ("X",), "worst_first": True},
            [("--limit", "-1.0"), ("--require", "X"), ("--sites", "9"), ("--worst-first", "")],
        ),
    ],
)
def test_every_fault_is_named_at_once(wishes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert sorted(faults(**wishes)) == sorted(found)


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
