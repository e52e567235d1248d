"""The transport problem in the solver: few pairs, all of them checked, solved again warm."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from allocation_cases import Case, best_by_program, case

import wushan_geo.access.allocation as room
from wushan_geo.access.allocation import solver as solver_module
from wushan_geo.access.allocation.model import Market, Request, market
from wushan_geo.access.allocation.solver import SolverError, Transport
from wushan_geo.errors import WushanGeoError


def asked(made: Case) -> Market:
    """Bring a case into arrays."""
    return market(Request(made.matrix, *made.counts))


def crowded_case() -> Case:
    """Make a case in which most persons have to pass by their nearest facilities."""
    random = np.random.default_rng(5)
    costs = random.integers(1, 400, (20, 20)) / 4
    costs[:, :10] /= 50
    return Case(costs, np.full(20, 3.0), np.r_[np.ones(10), np.full(10, 6.0)])


def test_pairs_join_until_none_would_lower_the_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    made = crowded_case()
    given = asked(made)
    program = Transport(given)
    few = int(program._inside.sum())
    flow = program.solve()

    assert few < program._inside.sum() < given.cost.size
    assert (flow.sum(), flow @ given.cost) == pytest.approx(best_by_program(made))
    monkeypatch.setattr(solver_module, "FIRST", 1)
    monkeypatch.setattr(solver_module, "JOINING", 1)
    assert Transport(given).solve() @ given.cost == pytest.approx(flow @ given.cost)


def test_other_places_are_solved_from_where_it_was() -> None:
    made = crowded_case()
    program = Transport(asked(made))
    first = program.solve()
    program.set_places(0, 4.0)
    more = program.solve()
    program.set_places(0, 1.0)

    assert more @ asked(made).cost == pytest.approx(best_by_program(made.with_places(0, 3))[1])
    assert (program.solve() @ asked(made).cost) == pytest.approx(first @ asked(made).cost)


def test_the_penalty_is_above_what_any_chain_of_moves_adds() -> None:
    # Serving d as well moves a, b and c on, each for 100 more.
    made = case(
        [
            [0, 100, np.inf, np.inf],
            [np.inf, 0, 100, np.inf],
            [np.inf, np.inf, 0, 100],
            [100, *[np.inf] * 3],
        ],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
    )
    flow = Transport(asked(made)).solve()

    assert [float(flow.sum()), float(flow @ asked(made).cost)] == [4.0, 400.0]


def test_any_other_end_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import highspy

    program = Transport(asked(case([[1.0]], [1], [1])))
    stopped = highspy.HighsModelStatus.kTimeLimit
    monkeypatch.setattr("highspy._core._Highs.getModelStatus", lambda _: stopped)

    with pytest.raises(SolverError, match="ended with kTimeLimit") as caught:
        program.solve()
    assert isinstance(caught.value, WushanGeoError)


def test_what_the_solver_does_not_accept_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import highspy

    refused = highspy.HighsStatus.kError
    monkeypatch.setattr("highspy._core._Highs.addCols", lambda *_: refused)

    with pytest.raises(SolverError, match="did not accept the pairs"):
        Transport(asked(case([[1.0]], [1], [1])))


def test_nothing_is_written_to_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    Transport(asked(case([[1.0]], [1], [1]))).solve()

    assert "".join(capfd.readouterr()) == ""


def test_only_one_module_of_the_room_talks_to_the_solver() -> None:
    folder = Path(room.__file__).parent
    users = [
        path.stem
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("highspy")
    ]

    assert set(users) == {"solver"}


@pytest.mark.parametrize("scale", [1e-3, 1e5])
def test_the_scale_of_the_costs_changes_no_answer(scale: float) -> None:
    made = crowded_case()
    given, other = asked(made), asked(made._replace(costs=made.costs * scale))
    first, flow = Transport(given).solve(), Transport(other).solve()

    assert flow.sum() == first.sum()
    assert flow @ given.cost == pytest.approx(first @ given.cost, rel=1e-12)
