"""Backup covering: two open sites in reach, against trying out all plans."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting.covers.backup import backup_covering
from wushan_geo.travel.matrix import TravelMatrix


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("first", [True, False])
def test_most_are_reached_twice_as_by_trying_out_all_plans(seed: int, *, first: bool) -> None:
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(1, 10)), int(draw.integers(4, 9))
    costs = draw.choice([0, 20, 30, 30.5, 60, np.inf], (places, sites))
    names = [f"S{at}" for at in draw.permutation(sites)]
    origins = [f"P{at}" for at in draw.permutation(places)]
    matrix = TravelMatrix(tuple(origins), tuple(names), "min", costs)
    persons = pd.Series(draw.choice([0.0, 1.0, 2.5, 7.0], places), index=origins)
    existing, required = names[: draw.integers(0, 2)], names[2:3]
    near = costs <= 30
    standing = [names.index(one) for one in existing]
    plans = []
    for plan in combinations(sorted(set(names) - set(existing)), 3):
        number = near[:, [*standing, *(names.index(one) for one in plan)]].sum(axis=1)
        if set(required) <= set(plan) and (not first or (number[near.any(axis=1)] > 0).all()):
            plans.append((-float(persons[number > 1].sum()), plan))
    asked: dict[str, Any] = {"sites": 3, "limit": 30, "first": first, "existing": existing}

    if not plans:
        with pytest.raises(InfeasibleError):
            backup_covering(matrix, persons, required=required, **asked)
        return
    plan = backup_covering(matrix, persons, required=required, **asked)
    assert (-plan.objective, plan.chosen) == min(plans)
    assert plan.alternatives == (sum(one[0] == min(plans)[0] for one in plans) > 1)
    assert plan.verified
    assert plan.status == "optimal"
    assert not plan.greedy_objective > plan.objective


def test_arguments_out_of_range_are_refused() -> None:
    matrix = TravelMatrix(("A",), ("G", "H"), "min", np.array([[5.0, 6.0]]))

    with pytest.raises(ParameterError, match="first"):
        backup_covering(matrix, sites=1, limit=30, first=1)  # type: ignore[arg-type] -- refused
    with pytest.raises(ParameterError, match="sites"):
        backup_covering(matrix, sites=3, limit=30)
    assert backup_covering(matrix, sites=2, limit=30).objective == 1
