"""Every table of a proposal: the plan and its proof, what it leaves undone, what else there was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.access.eligibility import AT_HOME, PARTLY
from wushan_geo.errors import InfeasibleError, InputError, TimeOverError
from wushan_geo.proposal.beyond import (
    add_screening,
    add_stability,
    add_ways,
    checked_prices,
    prices_of,
)
from wushan_geo.proposal.models import rules_of, solver_of
from wushan_geo.proposal.more import add_best, add_frontier, add_phases
from wushan_geo.proposal.moving import add_moved, closable
from wushan_geo.proposal.options import OF_STUDY
from wushan_geo.proposal.page import Page
from wushan_geo.proposal.plans import (
    beside_plan,
    plan_row,
    say_left_out,
    site_rows,
    village_rows,
)
from wushan_geo.proposal.rooms import add_flows, room_of
from wushan_geo.proposal.rows import table
from wushan_geo.proposal.screening import all_screened
from wushan_geo.proposal.wish import COMMAND, WITHIN, checked
from wushan_geo.siting import ceiling
from wushan_geo.siting.obstacles import named
from wushan_geo.siting.placed import ORIGIN, placed_origins
from wushan_geo.siting.studied import admitted_matrix, offering_candidates, site_request
from wushan_geo.siting.telling import listing, plan_text
from wushan_geo.storage import number_text
from wushan_geo.study.candidates import GENERATED
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.naming import names_of, unit_rows
from wushan_geo.wording import LANGUAGES, both, put
from wushan_geo.wording.notices import notice_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from wushan_geo.access.gaps import Times
    from wushan_geo.errors import Fault
    from wushan_geo.proposal.wish import Wish
    from wushan_geo.siting.plan import Ceiling, SitingPlan
    from wushan_geo.siting.solver import Standing
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.study import Study

    Progress = Callable[[Standing], None]

MONEY = "yuan"  # in messages of errors, which are English
ABOVE = "demonstration"  # note that the terminal shows as the notice
CANDIDATE = "candidate"
LISTED = "listed"  # origin of a candidate that the table of facilities lists
FIRST = 3  # lines on what the plan is and reaches, before that on how stable it is


def proposal_tables(
    study: Study,
    times: Times,
    wish: Wish,
    *,
    tell: Callable[[str], None],
    progress: Progress | None = None,
) -> dict[str, pd.DataFrame]:
    """Answer a wish: the plan, what it leaves undone, and what else there was to choose.

    Parameters
    ----------
    study
        The study.
    times
        Minutes from villages to all facilities, central and at both ends.
    wish
        What is wished.
    tell
        Called with a message key before each step.
    progress
        Called with how the search for the plan stands.

    Returns
    -------
    dict of DataFrame
        Tables by name, as `wushan_geo.proposal.rows` has them.

    Raises
    ------
    InputError
        If the study lacks what siting needs, or the wish makes no sense; all faults at once. Also
        if the time limit ran out before there was any plan.
    InfeasibleError
        If no plan meets the wish; it says why, and what would help.
    VerificationError
        If a plan does not survive the recomputation.
    """
    try:
        return _answered(study, times, wish, tell, progress)
    except InfeasibleError as error:
        called = {one: pair[1] for one, pair in names_of(study).items()}
        raise named(error, called, MONEY) from error
    except TimeOverError as error:
        where = Where(COMMAND, None, "--time-limit", f"{wish.seconds:g}")
        raise InputError([fault(where, rule("site.time_over"), hint("site.time_over"))]) from error


def _answered(
    study: Study,
    times: Times,
    wish: Wish,
    tell: Callable[[str], None],
    progress: Progress | None,
) -> dict[str, pd.DataFrame]:
    """Answer a wish, table by table."""
    page = _page(study, times, wish)
    wish = page.wish
    add_screening(study, page)
    tell("progress.siting")
    solve = solver_of(page)
    plan = solve(progress=progress)
    best = ceiling(
        page.asked.matrix, page.asked.persons, limit=page.limit, existing=page.asked.existing,
        forbidden=wish.forbidden,
    )  # fmt: skip
    page.tables["plans"] = table("plans", [plan_row(page, plan, best)])
    page.tables["sites"] = table("sites", site_rows(page, plan))
    page.tables["villages"] = table("villages", village_rows(page, plan))
    add_flows(page, plan)
    tell("progress.siting_more")
    add_frontier(page, plan)
    add_phases(page)
    add_moved(study, page)
    add_best(page, solve)
    add_stability(study, page, solve)
    add_ways(study, page, times.central)
    _add_names(study, page)
    _say_what_counts(study, page, plan, best)
    if study.config.travel.known_min is not None:
        zh, en = both("site.note.given", minutes=f"{study.config.travel.known_min:g}")
        page.notes.insert(0, {"table": "", "key": "given", "zh": zh, "en": en})
    if study.scenario is not None:
        county = study.config.county_name
        told = notice_texts(["notice.scenario"], (county.zh, county.en), [study.scenario])
        zh, en = told["notice.scenario"]
        page.notes.insert(0, {"table": "", "key": "scenario", "zh": zh, "en": en})
    if study.demonstration:  # whoever opens a table alone is told first
        county = study.config.county_name
        zh, en = put("notice.demonstration", {"county": (county.zh, county.en)})
        page.notes.insert(0, {"table": "", "key": ABOVE, "zh": zh, "en": en})
    page.tables["notes"] = table("notes", page.notes)
    return page.tables


def _page(study: Study, times: Times, wish: Wish) -> Page:
    """Bring study and wish together."""
    settings = study.config.siting
    if settings is None:
        raise InputError([_fault("site.settings")])
    asked = site_request(study, settings, times.central)
    if asked is None:
        gone = all_screened(study, offering_candidates(study, settings, times.central))
        raise InputError([gone or _fault("site.request")])
    wish = checked(wish, asked.candidates, asked.existing, closable(asked))
    if wish.draws != 0 and settings.stability is None:  # before anything long is worked out
        told = OF_STUDY if wish.draws is None else str(wish.draws)
        where = Where(COMMAND, None, "--draws", told)
        raise InputError([fault(where, rule("site.bounds"), hint("site.bounds"))])
    limit = settings.limit if wish.limit is None else wish.limit
    ends = (
        admitted_matrix(study, settings, times.high, asked.candidates),
        admitted_matrix(study, settings, times.low, asked.candidates),
    )
    prices = prices_of(study, asked)
    if wish.budget is not None:
        prices = checked_prices(prices, asked)
    page = Page(
        asked, wish, limit, ends, rules_of(study, asked, wish), prices,
        room_of(study, asked, wish), names_of(study),
    )  # fmt: skip
    if wish.coverable:
        _leave_out(page)
    return page


def no_times(obstacles: Sequence[tuple[str, str]]) -> Fault:
    """Say that there are no travel times, and why.

    Parameters
    ----------
    obstacles
        What is missing, in both languages.

    Returns
    -------
    Fault
        To be raised with an `InputError`.

    Raises
    ------
    IndexError
        If an obstacle lacks a language.
    """
    why = "；".join(one[0] for one in obstacles), "; ".join(one[1] for one in obstacles)
    return fault(Where(COMMAND), rule("site.times", why=why), hint("site.times"))


def _fault(key: str) -> Fault:
    return fault(Where(COMMAND), rule(key), hint(key))


def _leave_out(page: Page) -> None:
    """Leave out the villages that neither an existing site nor a candidate can serve."""
    asked, wish = page.asked, page.wish
    reach = page.limit if wish.model in WITHIN else np.inf
    open_to = [one for one in asked.matrix.destination_ids if one not in set(wish.forbidden)]
    costs = asked.matrix.select(destinations=open_to).dense()
    near = np.flatnonzero(np.any((costs <= reach) & np.isfinite(costs), axis=1)).tolist()
    kept = [asked.matrix.origin_ids[at] for at in near]
    page.left_out = tuple(one for one in asked.matrix.origin_ids if one not in set(kept))
    page.everybody, page.asked = asked, asked.of_villages(kept)
    high, low = (one.select(origins=kept) for one in page.ends)
    page.ends = (high, low)


def _add_names(study: Study, page: Page) -> None:
    """List the units and facilities that the tables name by their codes."""
    page.tables["units"] = table("units", unit_rows(study).to_dict("records"))
    known = study.facilities["facility_id"].isin(page.asked.matrix.destination_ids)
    columns = ["facility_id", "name", "name_en", "status", "zone_id"]
    own = study.facilities.loc[known.to_numpy(), columns]
    placed = placed_origins(study)
    rows = [
        {**row, "origin": placed.get(row["facility_id"], LISTED) if row["status"] == CANDIDATE
         else None}
        for row in own.to_dict("records")
    ]  # fmt: skip
    page.tables["facilities"] = table("facilities", rows)


def _say_what_counts(study: Study, page: Page, plan: SitingPlan, best: Ceiling) -> None:
    """Note whom the plan is for, what was left out, and what no site can do."""
    page.note("plans", "limit", limit=f"{page.limit:g}")
    page.note("plans", "counted", counted=_whom(study, page.asked))
    _say_reach_and_cost(page)
    for key, ids in (
        ("without_count", page.asked.without_count),
        ("irreducible", best.uncovered_ids),
    ):
        if ids:
            page.note("villages", key, count=len(ids), names=_listed(ids, page))
    if best.uncovered_ids:
        page.note("villages", "irreducible_persons", persons=f"{best.uncovered_persons:g}")
    say_left_out(page)
    _say_what_was_not_looked_at(page)
    beside = beside_plan(study, page, plan)
    zh, en = (plan_text(plan, one, page.names(at), beside) for at, one in enumerate(LANGUAGES))
    for at, told in enumerate(zip(zh.splitlines(), en.splitlines(), strict=True)):
        if at == FIRST:
            _say_how_stable(study, page)
        page.say("plans", f"explain_{at + 1}", *told)
    _say_how_sure(study, page, plan)


def _say_what_was_not_looked_at(page: Page) -> None:
    """Note which numbers do not keep to the rules, and which rows of the frontier have no plan."""
    if page.rules is not None or page.wish.model == "one_per_township":
        page.note("plans", "ceiling_rules")
    frontier = page.tables["frontier"]
    none = frontier.loc[frontier["status"].eq("infeasible").to_numpy(), "sites"].tolist()
    if none:
        numbers = [str(one) for one in none]
        told = "、".join(numbers), ", ".join(numbers)
        page.note("frontier", "frontier_none", numbers=told)


def _say_how_stable(study: Study, page: Page) -> None:
    """Note in how many draws the plan stays the best, where draws were made."""
    draws, settings = page.tables["draws"], study.config.siting
    if draws.empty or settings is None or settings.stability is None:
        return
    share = number_text(round(100 * float(draws["same"].mean()), 1))
    points = settings.stability.coordinates_min is not None
    what = both("site.varied.points" if points else "site.varied.counts")
    page.note("draws", "explain_stable", what=what, draws=len(draws), share=share)
    best = page.tables["stable_plans"].iloc[0]
    if best["promise"] in {"share", "everywhere", "floors"}:
        kept = int(draws["best_meets"].sum())
        page.note("draws", "explain_meets", draws=len(draws), kept=kept)


def _say_how_sure(study: Study, page: Page, plan: SitingPlan) -> None:
    """Note the weakest input of the plan, and which candidates nobody listed."""
    asked = page.asked
    weak = [one for one, basis in asked.bases.items() if basis == asked.basis]
    inputs = [both(f"site.input.{one}") for one in weak]
    zh, en = ("、".join(one[0] for one in inputs), ", ".join(one[1] for one in inputs))
    page.note("plans", "explain_basis", basis=both(f"basis.{asked.basis}"), inputs=(zh, en))
    placed = placed_origins(study)
    if not placed:
        return
    counts = [(one, sum(own == one for own in placed.values())) for one in ORIGIN.values()]
    parts = [both(f"site.origin.{one}", count=count) for one, count in counts if count]
    zh, en = "、".join(one[0] for one in parts), ", ".join(one[1] for one in parts)
    page.note(
        "facilities", "explain_placed", count=len(placed), parts=(zh, en),
        fewer=_fewer(study, dict(counts)), chosen=len(set(plan.chosen) & set(placed)),
    )  # fmt: skip


def _fewer(study: Study, counts: dict[str, int]) -> tuple[str, str]:
    """Say that fewer candidates were generated than were asked for, and why."""
    settings = study.config.siting
    asked = 0 if settings is None else settings.generated or 0
    if counts[ORIGIN[GENERATED]] >= asked:
        return "", ""
    return both("site.origin.fewer", count=asked)


def _say_reach_and_cost(page: Page) -> None:
    """Note what the plan reaches at both ends of the times, and what it costs to build."""
    row = page.tables["plans"].iloc[0]
    numbers = {
        name: number_text(float(row[column]))
        for name, column in (
            ("limit", "limit"), ("places", "covered_places"), ("persons", "covered_persons"),
            ("low_places", "covered_places_pessimistic"),
            ("high_places", "covered_places_optimistic"),
            ("low_persons", "covered_persons_pessimistic"),
            ("high_persons", "covered_persons_optimistic"),
        )
    }  # fmt: skip
    page.note("plans", "reached", **numbers)
    if row["sites"] and not np.isnan(row["cost"]):
        cost = number_text(float(row["cost"]))
        if page.wish.budget is None:
            page.note("plans", "cost", cost=cost)
        else:
            page.note("plans", "budget", budget=number_text(page.wish.budget), cost=cost)


def _whom(study: Study, asked: SiteRequest) -> tuple[str, str]:
    """Say whom the persons are in words of both languages."""
    settings = study.config.siting
    group = "all" if settings is None else settings.demand
    service = study.config.services.get(group.removeprefix("eligible_"))
    whom = both("site.counted.all") if group == "all" else (group, group)
    if service is not None and group.startswith("eligible_"):
        whom = put("site.counted.eligible", {"service": (service.name.zh, service.name.en)})
    for told, key in ((AT_HOME, "at_home"), (PARTLY, "partly")):
        if told in asked.counted.split(", "):
            whom = put(f"site.counted.{key}", {"whom": whom})
    if settings is not None and settings.uptake is not None:
        share = f"{100 * settings.uptake:g}"
        whom = put("site.counted.uptake", {"whom": whom, "share": (share, share)})
    return whom


def _listed(ids: Sequence[str], page: Page) -> tuple[str, str]:
    """Name the first few villages in both languages."""
    zh, en = (listing(ids, one, page.names(at)) for at, one in enumerate(LANGUAGES))
    return zh, en
