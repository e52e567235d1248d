"""What a plan rests on and leaves undone: screening, costs, stability, ways without a building."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.access.clusters import gap_clusters
from wushan_geo.errors import InputError, ParameterError
from wushan_geo.proposal.plans import covered
from wushan_geo.proposal.rows import table
from wushan_geo.proposal.screening import screening_table
from wushan_geo.proposal.ways import notes_of, stuck_groups, study_ways
from wushan_geo.proposal.wish import COMMAND
from wushan_geo.siting import stability
from wushan_geo.siting.telling import listing
from wushan_geo.storage import number_text
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.study import weakest
from wushan_geo.travel.times import between_villages
from wushan_geo.wording import LANGUAGES, both, put

if TYPE_CHECKING:
    from wushan_geo.proposal.models import Solve
    from wushan_geo.proposal.page import Page
    from wushan_geo.proposal.ways import Stuck
    from wushan_geo.siting.choices.stability import Stability
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.candidates import StabilityConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

BUILT = ("conversion", "new_home")  # ways that stand at a candidate
HOUSED = (*BUILT, "shared_home")  # ways that are a building
STABLE = ("stable_plans", "stable_sites", "stable_villages", "draws")
PLAN_LINES = 4  # with which the explanation of stability tells of its two plans
AIMED = ("meets_share", "stated_aim", "middle_aim", "worst_aim", "aim_regret")
MOST_STUCK = 6  # groups without a viable way that have a line of their own
VARIED = "modelled"  # what is drawn at random within stated bounds was measured nowhere


def prices_of(study: Study, asked: SiteRequest) -> pd.Series[float] | None:
    """Give what each site costs to build: its own row of the costs, else that of a new home.

    Parameters
    ----------
    study
        The study.
    asked
        Its request.

    Returns
    -------
    pandas.Series or None
        Yuan, once, by facility; 0 for those that stand already. NaN where a cost is not known; None
        where the study has no costs at all.

    Raises
    ------
    KeyError
        If the table lacks a column.
    """
    costs = study.costs
    if costs is None or costs.empty:
        return None
    rows = costs[costs["way"].isin(BUILT).to_numpy()]
    general = rows[rows["facility_id"].isna().to_numpy() & (rows["way"] == "new_home").to_numpy()]
    usual = float(general["build"].iloc[0]) if len(general) else float("nan")
    own = rows[rows["facility_id"].notna().to_numpy()].groupby("facility_id")["build"].min()
    found = {one: float(own.get(one, usual)) for one in asked.candidates}
    return pd.Series(found | dict.fromkeys(asked.existing, 0.0), dtype="float64")


def checked_prices(prices: pd.Series[float] | None, asked: SiteRequest) -> pd.Series[float]:
    """Make sure that a budget can be kept: every candidate has a known cost.

    Parameters
    ----------
    prices
        As `prices_of` gives them.
    asked
        The request.

    Returns
    -------
    pandas.Series
        The same.

    Raises
    ------
    InputError
        If there are no costs, or that of a candidate is not known.
    """
    where = Where(COMMAND, None, "--budget")
    if prices is None:
        raise InputError([fault(where, rule("site.costs"), hint("site.costs"))])
    lost = [one for one in asked.candidates if pd.isna(prices[one])]
    if lost:
        names = "、".join(lost), ", ".join(lost)
        raise InputError([fault(where, rule("site.price", names=names), hint("site.costs"))])
    return prices


def add_screening(study: Study, page: Page) -> None:
    """Say of each candidate why it stays or goes.

    Parameters
    ----------
    study
        The study.
    page
        The proposal.

    Raises
    ------
    KeyError
        If a table lacks a column.

    Examples
    --------
    See ``tests/test_proposal_beyond.py``.
    """
    found = screening_table(study)
    rows = found.to_dict("records")
    if not rows:
        page.tables["screening"] = table("screening", [])
        page.note("screening", "no_screening")
        return
    # Those that go stand in no other table: their names stand here.
    known = study.facilities.set_index("facility_id")
    bases = _bases_of_screening(study)
    for row in rows:
        place = known.loc[row["facility_id"]]
        own = {one: place[one] for one in ("name", "name_en", "zone_id")}
        row.update(own, basis=bases[row["facility_id"]])
    page.tables["screening"] = table("screening", rows)
    gone = found.loc[found["candidate"].eq("goes").to_numpy(), "facility_id"].nunique()
    total = found["facility_id"].nunique()
    stay = found["candidate"].eq("stays") & found["verdict"].eq("not_known")
    unknown = found.loc[stay.to_numpy(), "facility_id"].nunique()
    settings = study.config.siting
    rules = None if settings is None else settings.screening
    _say_of(
        page, "screening", "screening.counted", total=total, stay=total - gone, go=gone,
        unknown=int(unknown),
        source=_source("" if rules is None else rules.source),
    )  # fmt: skip


def _bases_of_screening(study: Study) -> dict[str, str]:
    """Give the weakest basis of what is known of each candidate: its own row, and what is there."""
    rows = study.facilities[(study.facilities["status"] == "candidate").to_numpy()]
    found = dict(zip(map(str, rows["facility_id"]), map(str, rows["basis"]), strict=True))
    if study.candidates is not None:
        own = study.candidates
        for one, basis in zip(own["facility_id"], own["basis"], strict=True):
            found[str(one)] = weakest([found.get(str(one), str(basis)), str(basis)])
    return found


def _source(text: str) -> tuple[str, str]:
    """Say who chose an assumption; a study may say it in Chinese and English at once."""
    if not text:
        return both("screening.no_source")
    zh, _, en = text.partition("；")
    told = (zh.strip(), en.strip() or zh.strip())
    if "规划假设" in told[0]:
        return told
    marked = (both("screening.assumption", source=one)[at] for at, one in enumerate(told))
    return next(marked), next(marked)


def _say_of(page: Page, name: str, key: str, **values: object) -> None:
    """Say something about a table; a value may be a pair."""
    page.say(name, key.replace(".", "_"), *put(key, values))


def add_stability(study: Study, page: Page, solve: Solve) -> None:
    """Vary speeds and counts, where that is asked for.

    Parameters
    ----------
    study
        The study.
    page
        The proposal; its wish says how often, None as often as the study does.
    solve
        The model of the wish.

    Raises
    ------
    InputError
        If the study's own number is asked for and it states none.
    WushanGeoError
        If the model fails in a draw for another reason than that no plan is possible.

    Examples
    --------
    See ``tests/test_proposal_beyond.py``.
    """
    for name in STABLE:
        page.tables[name] = table(name, [])
    settings = None if study.config.siting is None else study.config.siting.stability
    draws = _draws(page.wish.draws, settings)
    if settings is None or not draws:
        if settings is not None:
            page.say("draws", "stability_none", *both("stability.none"))
        return
    found = stability(
        _varied(solve, page),
        page.asked.matrix,
        page.asked.persons,
        limit=page.limit,
        draws=draws,
        seed=settings.seed,
        speed=settings.speed,
        counts=settings.counts,
        coordinates=settings.coordinates_min,
        homes=page.asked.homes,
    )
    for name, rows in zip(STABLE[1:], (found.sites, found.places, found.draws), strict=True):
        page.tables[name] = table(name, rows.assign(basis=VARIED).to_dict("records"))
    page.tables["stable_plans"] = table("stable_plans", _plan_rows(page, found))
    _say_of_stability(page, found, settings)


def _say_of_stability(page: Page, found: Stability, settings: StabilityConfig) -> None:
    """Say what was varied and who chose the bounds, and how the two plans stand it."""
    one = found.safe == found.best.chosen
    told = list(zip(*(found.explain(tongue).splitlines() for tongue in LANGUAGES), strict=True))
    # The last lines name the two plans; here they are told more fully, as they stand in the table.
    for at, (zh, en) in enumerate(told[: -(PLAN_LINES + one)]):
        page.say("draws", f"stability_{at + 1}", zh, en)
    _say_of(page, "draws", "stability.assumed", source=_source(settings.source))
    for row in page.tables["stable_plans"].to_dict("records")[: 1 if one else 2]:
        _say_of(
            page, "stable_plans", f"stability.plan.{row['plan']}",
            names=_named(page, str(row["chosen"])), **_numbers_of(row),
        )  # fmt: skip
    if one:
        _say_of(page, "stable_plans", "stability.one")


def _named(page: Page, chosen: str) -> tuple[str, str]:
    """Name the sites of a plan."""
    ids = [one for one in chosen.split(";") if one]
    names = [[page.names(at).get(one, one) for one in ids] for at in (0, 1)]
    zh, en = both("stability.nobody")
    return "、".join(names[0]) or zh, "; ".join(names[1]) or en


def _draws(wished: int | None, stated: StabilityConfig | None) -> int:
    """Give the number of draws: what is wished, else what the study states."""
    if wished is not None:
        return wished
    if stated is None:
        where = Where(COMMAND, None, "--draws")
        raise InputError([fault(where, rule("site.bounds"), hint("site.bounds"))])
    return stated.draws


def _plan_rows(page: Page, found: Stability) -> list[dict[str, object]]:
    """Set the best and the safe plan side by side: as stated, in the middle, at worst."""
    asked = page.asked
    known = dict(zip(found.plans["facility_ids"], found.plans.to_dict("records"), strict=True))
    persons = asked.persons.reindex(found.places["zone_id"]).to_numpy(dtype=float)
    rows = []
    for name, chosen in (("best", found.best.chosen), ("safe", found.safe)):
        own = known[";".join(chosen)]
        covered_then = found.draws[f"{name}_persons"]
        passes = found.places[f"pass_{name}_share"].to_numpy(dtype=float)
        always = passes == 1.0
        places, stated = covered(page, asked.matrix, (*found.best.existing, *chosen))
        rows.append(
            {
                "plan": name,
                "chosen": ";".join(chosen),
                "sites": len(chosen),
                "stated_places": places,
                "stated_persons": stated,
                "middle_persons": float(covered_then.median()),
                "low_persons": own["low_persons"],
                "least_persons": own["least_persons"],
                "mean_places": float(passes.sum()),
                "always_places": int(always.sum()),
                "always_persons": float(persons[always].sum()),
                "unbeaten_share": float((found.draws[f"{name}_regret"] == 0).mean()),
                "own_share": own["seen_share"],
                "mean_regret": own["mean_regret"],
                "worst_regret": own["worst_regret"],
                "promise": found.settings["promise"],
                "judged_by": found.settings["judged_by"],
                **{one: own[one] for one in AIMED},
                "basis": VARIED,
            }
        )
    return rows


def _numbers_of(row: dict[Any, Any]) -> dict[str, str]:
    """Write the numbers of a plan as they are told."""
    shown = {
        one: number_text(round(float(row[one]), 1))
        for one in (
            "stated_persons", "stated_places", "middle_persons", "mean_places", "least_persons",
            "always_places", "worst_regret", "low_persons",
        )
    }  # fmt: skip
    return shown | {"share": number_text(round(100 * float(row["unbeaten_share"]), 1))}


def _varied(solve: Solve, page: Page) -> Any:
    """Give the model other minutes and counts."""
    counted = page.wish.model != "p_center"

    def again(matrix: TravelMatrix, persons: Any) -> SitingPlan:
        own = {"persons": persons} if counted else {}
        made: Any = solve
        settled = {name: value for name, value in made.keywords.items() if name != "persons"}
        plan: SitingPlan = made.func(matrix, **own, **settled)
        return plan

    return again


def add_ways(study: Study, page: Page, times: TravelMatrix) -> None:
    """Compare what could be done for the villages that the plan leaves beyond the limit.

    Villages no farther from each other than the study's groups may be (``cluster_min``) are one
    group; each is compared by cost a year and a person served.

    Parameters
    ----------
    study
        The study.
    page
        The proposal, with its villages.
    times
        Minutes from villages to all facilities.

    Raises
    ------
    UnknownIdError
        If a matrix lacks a village.
    """
    page.tables["ways"] = table("ways", [])
    page.tables["groups"] = table("groups", [])
    measures = study.config.measures
    if measures is None:
        page.note("ways", "no_groups_stated")
        return
    try:
        between = between_villages(study)
    except ParameterError:
        page.note("ways", "no_ways_between")
        return
    members = _groups(page, between, measures.cluster_min)
    found = study_ways(study, members, between, times, limit=page.limit)
    for zh, en in notes_of(found):
        page.say("ways", "none", zh, en)
    found = found.assign(screened=_screened_there(page, found))
    page.tables["ways"] = table("ways", found.to_dict("records"))
    page.tables["groups"] = table("groups", members.to_dict("records"))
    if len(found):
        _say_of_stuck(page, stuck_groups(found, members))
        page.note("ways", "ways_differ")
        settings = study.config.siting
        ways = None if settings is None else settings.ways
        _say_of(page, "ways", "way.assumed", source=_source("" if ways is None else ways.source))


def _screened_there(page: Page, ways: pd.DataFrame) -> list[str]:
    """Name the candidates that were screened out where each building would stand.

    A home may be reckoned at any village of a group, and so also at one all of whose candidates
    fail the rules, or at such a candidate; whoever reads the comparison has to see that beside it.
    """
    rows = page.tables.get("screening", table("screening", []))
    names = [rows[one].fillna("").astype("str") for one in ("zone_id", "facility_id", "candidate")]
    stays: set[str] = set()
    gone: dict[str, list[str]] = {}
    for zone, one, verdict in sorted(set(zip(*names, strict=True))):
        if verdict == "goes":
            gone[one] = [one]
            gone.setdefault(zone, []).append(one)
        else:
            stays.add(zone)
    buildings = ways["way"].isin(HOUSED)
    return [
        ";".join(gone.get(site, [])) if building and site not in stays else ""
        for site, building in zip(ways["site"].fillna("").astype("str"), buildings, strict=True)
    ]


def _say_of_stuck(page: Page, stuck: list[Stuck]) -> None:
    """Say one clear line for each group for which no way is viable, those with most persons."""
    for one in stuck[:MOST_STUCK]:
        zh, en = (
            listing(one.places, tongue, page.names(at)) for at, tongue in enumerate(LANGUAGES)
        )
        persons = number_text(one.persons)
        key = "way.stuck_unknown" if one.unknown else "way.stuck"
        _say_of(page, "ways", key, group=one.cluster, names=(zh, en), persons=persons, why=one.why)
    rest = stuck[MOST_STUCK:]
    if rest:
        groups = [str(one.cluster) for one in rest]
        _say_of(
            page, "ways", "way.stuck_more", count=len(rest),
            groups=("、".join(groups), ", ".join(groups)),
            persons=number_text(sum(one.persons for one in rest)),
        )  # fmt: skip


def _groups(page: Page, between: TravelMatrix, within: float) -> pd.DataFrame:
    """Group the villages that the plan leaves beyond the limit."""
    villages = page.tables["villages"]
    left = villages[villages["state"].isin(["left", "irreducible"]).to_numpy()]
    known = set(between.origin_ids) & set(between.destination_ids)
    persons = {
        str(one): float(count)
        for one, count in zip(left["zone_id"], left["persons"].fillna(0.0), strict=True)
        if one in known
    }
    own = between.select(origins=list(persons), destinations=list(persons))
    found = gap_clusters(persons, own, within=within).members
    rows = found.rename("cluster").rename_axis("zone_id").reset_index()
    rows = rows.sort_values(["cluster", "zone_id"], kind="stable", ignore_index=True)
    return rows.assign(
        persons=[persons[str(one)] for one in rows["zone_id"]],
        service=page.asked.service,
        limit=page.limit,
        basis=page.asked.basis,
    )
