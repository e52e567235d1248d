"""The independent recomputation finds every way in which a plan can be wrong."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo import siting
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


ONE_WAY = TravelMatrix(
    ("A", "B", "C", "D"),
    ("G", "H", "J", "K"),
    "min",
    np.array([[5, 30, 9, 40], [12, 7, 30, 35], [60, 31, 8, 2], [30, 30, 50, 50]]),
)
PEOPLE = {"A": 4, "B": 3, "C": 2, "D": 0}
ROOM = {"G": 3, "H": 9, "J": 2, "K": 5}
RULES = siting.SiteRules(zones={"G": "T1", "H": "T1", "J": "T2", "K": "T2"}, at_most=1)
FAR = siting.SiteRules(
    apart=10.0,
    between=TravelMatrix(
        tuple("GHJK"), tuple("GHJK"), "m",
        np.array([[0, 9, 20, 20], [20, 0, 20, 20], [20, 20, 0, 20], [20, 20, 20, 0]]),
    ),
)  # fmt: skip


def checked(plan: SitingPlan, **more: Any) -> SitingPlan:
    """Recompute a plan of the models below from what it was made of."""
    return verified_plan(plan, ONE_WAY, PEOPLE, **more)


@pytest.fixture(scope="module")
def plans() -> dict[str, SitingPlan]:
    return {
        "set": siting.set_covering(ONE_WAY, persons=PEOPLE, limit=30, backup=True),
        "share": siting.set_covering(ONE_WAY, persons=PEOPLE, limit=9, share=0.7),
        "backup": siting.backup_covering(ONE_WAY, PEOPLE, sites=2, limit=30, first=False),
        "median": siting.p_median(ONE_WAY, PEOPLE, sites=2),
        "room": siting.p_median(ONE_WAY, PEOPLE, sites=2, capacity=ROOM),
        "center": siting.p_center(ONE_WAY, sites=2, persons=PEOPLE, lexicographic=True),
        "budget": siting.maximal_covering(
            ONE_WAY, PEOPLE, limit=9, budget=3, costs={"G": 1, "H": 2, "J": 2, "K": 9}
        ),
    }


COSTS = {"G": 1, "H": 2, "J": 2, "K": 9}
MORE: dict[str, dict[str, Any]] = {"room": {"capacity": ROOM}, "budget": {"costs": COSTS}}


@pytest.mark.parametrize("name", ["set", "share", "backup", "median", "room", "center", "budget"])
def test_the_plans_of_every_model_pass_and_a_wrong_objective_of_each_is_found(
    plans: dict[str, SitingPlan], name: str
) -> None:
    plan = replace(plans[name], verified=False)

    assert checked(plan, **MORE.get(name, {})).verified
    wrong = replace(plan, objective=plan.objective + 1, bound=plan.objective + 1, gap=0.0)
    with pytest.raises(VerificationError, match="objective is"):
        checked(wrong, **MORE.get(name, {}))


def with_settings(plan: SitingPlan, **settings: Any) -> SitingPlan:
    return replace(plan, settings=dict(plan.settings) | settings)


def test_a_wrong_count_of_backup_is_found(plans: dict[str, SitingPlan]) -> None:
    plan = with_settings(plans["set"], backup_places=9, backup_persons=99.0)

    with pytest.raises(VerificationError, match=r"backup_places is 9.*backup_persons is 99"):
        checked(plan)


def test_a_share_that_is_not_met_is_found(plans: dict[str, SitingPlan]) -> None:
    with pytest.raises(VerificationError, match="persons are covered, less than 1"):
        checked(with_settings(plans["share"], share=1.0))


def test_places_without_enough_sites_are_found(plans: dict[str, SitingPlan]) -> None:
    with pytest.raises(VerificationError, match="has fewer than 3 open sites in reach"):
        checked(with_settings(plans["set"], times=3))


def test_a_budget_that_is_passed_is_found(plans: dict[str, SitingPlan]) -> None:
    with pytest.raises(VerificationError, match="more than the budget of 1"):
        checked(with_settings(plans["budget"], budget=1.0), costs=COSTS)
    with pytest.raises(VerificationError, match="no costs were given"):
        checked(plans["budget"])


def test_flows_beyond_a_capacity_or_beyond_those_who_live_there_are_found(
    plans: dict[str, SitingPlan],
) -> None:
    plan = plans["room"]
    assert plan.flows is not None

    with pytest.raises(VerificationError, match="more than its capacity of 1"):
        checked(plan, capacity=dict.fromkeys(ROOM, 1))
    with pytest.raises(VerificationError, match="where 4 live"):
        checked(replace(plan, flows=plan.flows.assign(persons=9.0)), capacity=ROOM)
    with pytest.raises(VerificationError, match="costs 99"):
        checked(replace(plan, flows=plan.flows.assign(cost=99.0)), capacity=ROOM)


def test_levels_that_do_not_fit_the_matrix_are_found(plans: dict[str, SitingPlan]) -> None:
    plan = plans["center"]
    levels = plan.parts["levels"]

    with pytest.raises(VerificationError, match="levels has"):
        checked(replace(plan, parts={"levels": levels.iloc[1:]}))
    with pytest.raises(VerificationError, match=r"the level of .* recomputed"):
        checked(replace(plan, parts={"levels": levels.assign(places=7)}))


@pytest.mark.parametrize(
    ("rules", "text"), [(RULES, "T1 has 2 open sites, not 0 to 1"), (FAR, "G and H are 9 apart")]
)
def test_rules_that_are_broken_are_found(rules: siting.SiteRules, text: str) -> None:
    plan = siting.maximal_covering(ONE_WAY, PEOPLE, sites=2, limit=7, required=["G", "H"])

    with pytest.raises(VerificationError, match=text):
        checked(plan, rules=rules)


def test_bounds_of_models_that_minimise_lie_below(plans: dict[str, SitingPlan]) -> None:
    plan = plans["median"]
    below = replace(plan, status="time_limit", bound=plan.objective - 1)
    above = replace(plan, status="time_limit", bound=plan.objective + 1)

    assert checked(replace(below, gap=1 / plan.objective)).verified
    with pytest.raises(VerificationError, match="is above the objective"):
        checked(replace(above, gap=1 / plan.objective))
