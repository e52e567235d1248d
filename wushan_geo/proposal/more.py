"""What else there was to choose: other numbers of sites, years, the next best plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.errors import InfeasibleError
from wushan_geo.proposal.plans import covered
from wushan_geo.proposal.rows import table
from wushan_geo.siting import best_plans, core_sites, frontier, phased_plan

if TYPE_CHECKING:
    from wushan_geo.proposal.models import Solve
    from wushan_geo.proposal.page import Page
    from wushan_geo.proposal.wish import Wish
    from wushan_geo.siting.plan import SitingPlan

MORE = 3  # numbers of sites shown beyond that of the plan
LEAST = 8  # numbers of sites shown at least


def add_frontier(page: Page, plan: SitingPlan) -> None:
    """Say what each number of sites would cover, up to one that no longer adds anybody.

    Parameters
    ----------
    page
        The proposal.
    plan
        The plan, whose number of sites is among those shown.

    Raises
    ------
    VerificationError
        If a plan does not survive the recomputation.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    asked, wish = page.asked, page.wish
    least = len(wish.required)
    most = min(len(asked.candidates) - len(wish.forbidden), max(len(plan.chosen) + MORE, LEAST))
    found = frontier(
        asked.matrix, asked.persons, limit=page.limit, sites=range(least, most + 1),
        existing=asked.existing, required=wish.required, forbidden=wish.forbidden,
        rules=page.rules, time_limit=wish.seconds, capacity=page.room,
    )  # fmt: skip
    found = found.rename(columns={"share": "person_share"}).assign(
        limit=page.limit, basis=asked.basis
    )
    page.tables["frontier"] = table("frontier", found.to_dict("records"))
    page.note("frontier", "frontier_anew")
    if page.room is not None:
        page.note("frontier", "frontier_room")
    stopped = int((found["status"] == "time_limit").sum())
    if stopped:
        page.note("frontier", "frontier_stopped", count=stopped)


def add_phases(page: Page) -> None:
    """Work the years of a phased plan out, and what nesting costs.

    Parameters
    ----------
    page
        The proposal.

    Raises
    ------
    InfeasibleError
        If the rules leave no plan.
    VerificationError
        If a plan does not survive the recomputation.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    asked, wish = page.asked, page.wish
    rows: list[dict[str, object]] = []
    if wish.steps:
        found = phased_plan(
            asked.matrix, asked.persons, steps=wish.steps, limit=page.limit, by="total",
            existing=asked.existing, required=wish.required, forbidden=wish.forbidden,
            rules=page.rules, time_limit=wish.seconds,
        )  # fmt: skip
        before: set[str] = set()
        for at, (own, free) in enumerate(zip(found.phases, found.free, strict=True)):
            rows.append(
                {
                    "phase": at + 1,
                    "new_sites": wish.steps[at],
                    "sites": len(own.chosen),
                    "covered_places": own.covered_places,
                    "covered_persons": own.covered_persons,
                    "free_persons": free.covered_persons,
                    "lost_persons": free.covered_persons - own.covered_persons,
                    "opened": ";".join(one for one in own.chosen if one not in before),
                    "status": found.status,
                    "basis": asked.basis,
                }
            )
            before |= set(own.chosen)
    page.tables["phases"] = table("phases", rows)


def add_best(page: Page, solve: Solve) -> None:
    """Find the best distinct plans, and the sites that stand in all of them.

    Parameters
    ----------
    page
        The proposal.
    solve
        The model, as `wushan_geo.proposal.models.solver_of` gives it.

    Raises
    ------
    InfeasibleError
        If the rules leave no plan.
    VerificationError
        If a plan does not survive the recomputation.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    wish = page.wish
    rows: list[dict[str, object]] = []
    core = pd.DataFrame()
    if wish.best > 1:
        plans = best_plans(_with_others(solve, wish), count=wish.best, within=wish.within or 0.0)
        core = core_sites(plans)
        # Models without a limit count everybody as covered: here it is the limit of the page.
        reached = [covered(page, page.asked.matrix, (*one.existing, *one.chosen)) for one in plans]
        rows = [
            {
                "rank": at + 1,
                "objective": one.objective,
                "bound": one.bound,
                "covered_places": reached[at][0],
                "covered_persons": reached[at][1],
                "chosen": ";".join(one.chosen),
                "basis": page.asked.basis,
            }
            for at, one in enumerate(plans)
        ]
        if len(plans) < wish.best:
            within = f"{100 * (wish.within or 0.0):g}"
            page.note("best", "best_few", asked=wish.best, count=len(plans), within=within)
    page.tables["best"] = table("best", rows)
    page.tables["core"] = table("core", core.assign(basis=page.asked.basis).to_dict("records"))


def _with_others(solve: Solve, wish: Wish) -> Solve:
    """Settle more sites than the wish does already."""

    def again(required: tuple[str, ...] = (), forbidden: tuple[str, ...] = ()) -> SitingPlan:
        must, never = {*wish.required, *required}, {*wish.forbidden, *forbidden}
        if must & never:  # a part of the search in which the wish leaves no plan
            message = f"required and forbidden: {', '.join(sorted(must & never))}."
            raise InfeasibleError(message)
        return solve(required=tuple(sorted(must)), forbidden=tuple(sorted(never)))

    return again
