"""From chosen columns back to ids: coverage, assignment, stations and flows by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from wushan_geo.siting.answering import Verdict, covered_places, plan_of
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.matrix import TravelMatrix

INF = np.inf
# Origins and destinations out of order; B can reach H only, C nothing but G (far), D nobody lives.
TIMES = TravelMatrix(
    ("C", "A", "B", "D"),
    ("H", "G", "K"),
    "min",
    np.array([[INF, 90, INF], [30, 10, 10], [30, INF, INF], [5, 40, 40]]),
)
PERSONS = {"A": 4, "B": 3, "C": 2, "D": 0}


def said(**changes: object) -> Verdict:
    given: dict[str, object] = {
        "model": "maximal_covering", "sense": "max", "objective": 7.0, "bound": 7.0,
        "status": "optimal", "limit": 30.0,
    }  # fmt: skip
    return Verdict(**(given | changes))  # type: ignore[arg-type]  # changed field by field


def test_coverage_assignment_and_stations_are_worked_out_by_id() -> None:
    problem = problem_of(TIMES, PERSONS, existing=["K"])

    plan = plan_of(problem, [1], said())

    assert (plan.chosen, plan.existing, plan.sites) == (("H",), ("K",), 1)
    assert (plan.covered_places, plan.covered_persons) == (3, 7.0)
    assert (plan.total_places, plan.total_persons, plan.uncovered_ids) == (4, 9.0, ("C",))
    assert plan.assignment.fillna("").to_dict() == {"A": "K", "B": "H", "C": "", "D": "H"}
    assert plan.stations is not None
    assert plan.stations.to_numpy().tolist() == [
        ["H", "new", 2, 3.0, 30.0, 30.0],
        ["K", "existing", 1, 4.0, 10.0, 10.0],
    ]
    assert verified_plan(plan, TIMES, PERSONS).verified


def test_without_a_limit_whoever_can_get_anywhere_is_covered() -> None:
    problem = problem_of(TIMES, PERSONS)

    plan = plan_of(problem, [0], said(model="p_median", sense="min", objective=220.0, limit=None))

    assert plan.limit == INF
    assert (plan.covered_places, plan.uncovered_ids) == (3, ("B",))
    assert plan.assignment["C"] == "G"


def test_of_equally_near_sites_the_first_by_id_serves() -> None:
    problem = problem_of(TIMES, PERSONS)

    plan = plan_of(problem, [0, 2], said())

    assert plan.assignment["A"] == "G"


def test_each_group_has_its_own_limit_and_a_place_is_covered_when_all_its_groups_are() -> None:
    table = pd.DataFrame({"young": [4, 0, 0, 0], "old": [1, 3, 2, 0]}, index=list("ABCD"))
    problem = problem_of(TIMES, table)
    limits = {"young": 10.0, "old": 5.0}

    plan = plan_of(problem, [0, 1], said(objective=4.0, bound=4.0, limit=limits))

    # A's old have 10 minutes and no site within 5; nobody lives in D, where both limits count.
    assert plan.covered_persons == 4.0
    assert plan.uncovered_ids == ("A", "B", "C")
    assert np.isnan(plan.limit)
    assert plan.settings["limits"] == limits
    assert verified_plan(plan, TIMES, table).verified


def test_flows_say_who_goes_where_and_who_does_not_go_to_the_nearest() -> None:
    problem = problem_of(TIMES, PERSONS, capacity={"G": 1, "H": 9, "K": 0})
    flows = np.zeros((4, 3))
    flows[0] = [1, 3, 0]
    flows[1, 1] = 3

    plan = plan_of(problem, [0, 1], said(flows=flows))

    assert plan.assignment.fillna("").to_dict() == {"A": "H", "B": "H", "C": "", "D": ""}
    assert (plan.covered_persons, plan.not_nearest) == (7.0, ("A",))
    assert plan.uncovered_ids == ("C",)  # nobody has to be sent from D, which can reach a site
    assert plan.flows is not None
    assert plan.flows.to_numpy().tolist() == [
        ["A", "G", 1.0, 10.0],
        ["A", "H", 3.0, 30.0],
        ["B", "H", 3.0, 30.0],
    ]
    assert verified_plan(plan, TIMES, PERSONS, capacity={"G": 1, "H": 9, "K": 0}).verified


def test_without_persons_only_places_are_counted() -> None:
    plan = plan_of(
        problem_of(TIMES, None), [1], said(model="set_covering", objective=1.0, bound=1.0)
    )

    assert np.isnan(plan.covered_persons)
    assert np.isnan(plan.total_persons)
    assert plan.stations is not None
    assert plan.stations["persons"].isna().all()


def test_nothing_chosen_is_a_plan_too() -> None:
    plan = plan_of(problem_of(TIMES, PERSONS), [], said(objective=0.0, bound=0.0))

    assert (plan.chosen, plan.covered_places, len(plan.to_table())) == ((), 0, 0)
    assert plan.assignment.isna().all()


@pytest.mark.parametrize(("limit", "covered"), [(10.0, True), (9.99, False)])
def test_exactly_at_the_limit_is_covered(limit: float, covered: bool) -> None:  # noqa: FBT001 -- a case
    problem = problem_of(TIMES, PERSONS)

    assert covered_places(problem, np.array([10.0, INF, INF, 1.0]), np.array([limit]))[0] == covered
