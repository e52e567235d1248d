"""The independent recomputation finds every way in which a plan can be wrong."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import VerificationError
from wushan_geo.siting import SitingPlan, maximal_covering, verified_plan
from wushan_geo.siting import verify as verify_module
from wushan_geo.travel.matrix import TravelMatrix

TIMES = TravelMatrix(
    ("B", "A", "C"), ("K", "G", "H"), "min", np.array([[30, 40, 50], [50, 10, 10], [60, 50, 31]])
)
PERSONS = pd.Series({"A": 4.0, "B": 3.0, "C": 2.0})


@pytest.fixture
def plan() -> SitingPlan:
    """Choose G besides K: A and B are covered."""
    made = maximal_covering(
        TIMES, PERSONS, sites=1, limit=30, existing=["K"], required=["G"], forbidden=["H"]
    )
    return replace(made, verified=False)


def test_a_right_plan_is_marked_and_otherwise_unchanged(plan: SitingPlan) -> None:
    checked = verified_plan(plan, TIMES, PERSONS)

    assert (checked.verified, plan.verified) == (True, False)
    assert replace(checked, verified=False).chosen == plan.chosen == ("G",)


def relabelled(plan: SitingPlan, place: str, site: str | None) -> SitingPlan:
    """Send a place elsewhere."""
    assignment = plan.assignment.copy()
    assignment[place] = site
    return replace(plan, assignment=assignment)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"covered_places": 3}, "covered_places is 3, recomputed 2"),
        ({"covered_persons": 7.5}, "covered_persons is 7.5, recomputed 7"),
        ({"objective": 8, "bound": 8}, "objective is 8, recomputed 7"),
        ({"bound": 6.0, "gap": 1 / 7}, "bound 6 is below the objective 7"),
        ({"bound": 8.0, "gap": 1 / 7}, "the plan is optimal, but bound 8 is above 7"),
        ({"bound": 8.0, "status": "time_limit"}, "gap is 0, recomputed 0.142857"),
        ({"greedy_objective": 7.5}, "greedy_objective 7.5 is above 7"),
        ({"gap": 0.1}, "gap is 0.1, recomputed 0"),
        ({"limit": 29.0}, "covered_places is 2, recomputed 1"),
        ({"chosen": ("X",)}, "X is no destination"),
        ({"existing": ("K", "Y")}, "Y is no destination"),
        ({"chosen": ("H",)}, "H is chosen although it is forbidden; G is required and not chosen"),
        ({"chosen": ("K",), "required": ()}, "K is chosen although it exists"),
        ({"chosen": ("G", "G"), "sites": 2}, "chosen is not sorted and unique"),
        ({"sites": 2}, "1 sites are chosen, not 2"),
    ],
)
def test_each_wrong_field_is_found(plan: SitingPlan, changes: dict[str, Any], text: str) -> None:
    with pytest.raises(VerificationError, match=text):
        verified_plan(replace(plan, **changes), TIMES, PERSONS)


@pytest.mark.parametrize(
    ("place", "site", "text"),
    [
        ("A", "K", "assignment of A is K, recomputed G"),
        ("A", None, "assignment of A is None, recomputed G"),
        ("C", "G", "assignment of C is G, recomputed None"),
    ],
)
def test_a_wrong_assignment_is_found(
    plan: SitingPlan, place: str, site: str | None, text: str
) -> None:
    with pytest.raises(VerificationError, match=text):
        verified_plan(relabelled(plan, place, site), TIMES, PERSONS)


def test_an_assignment_of_other_places_is_found(plan: SitingPlan) -> None:
    short = replace(plan, assignment=plan.assignment.iloc[:2])

    with pytest.raises(VerificationError, match="assignment has 2 places, not the 3 origins"):
        verified_plan(short, TIMES, PERSONS)


def test_all_differences_come_at_once(plan: SitingPlan) -> None:
    wrong = replace(plan, covered_places=9, objective=8.0, bound=8.0)

    with pytest.raises(VerificationError, match=r"covered_places is 9.*; objective is 8"):
        verified_plan(wrong, TIMES, PERSONS)


def test_a_plan_for_other_numbers_of_persons_is_found(plan: SitingPlan) -> None:
    with pytest.raises(VerificationError, match="covered_persons is 7, recomputed 14"):
        verified_plan(plan, TIMES, PERSONS * 2)


def test_the_recomputation_shares_no_code_with_the_models() -> None:
    tree = ast.parse(Path(str(verify_module.__file__)).read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    used = [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only
    ]

    assert [one for one in used if one and one.startswith("wushan_geo")] == ["wushan_geo.errors"]


def test_nothing_else_marks_a_plan_as_verified() -> None:
    room = Path(str(verify_module.__file__)).parent
    marking = [
        path.name
        for path in sorted(room.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "verified"
    ]

    # Plans of several levels or services have a recomputation of their own.
    assert set(marking) == {"verify.py", "verify_levels.py"}
