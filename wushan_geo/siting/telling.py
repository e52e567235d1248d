"""A plan in a table and in words, Chinese and English with the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.storage import number_text
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from wushan_geo.siting.facts import PlanFacts
    from wushan_geo.wording import Language

NAMED = 12  # ids in a sentence; the rest is counted, and stands in the tables
TABLE_COLUMNS = (
    "model", "facility_id", "role", "places", "persons", "farthest", "mean_cost", "unit",
)  # fmt: skip


def plan_table(plan: PlanFacts) -> pd.DataFrame:
    """Give the open sites of a plan as a table.

    Parameters
    ----------
    plan
        A plan.

    Returns
    -------
    pandas.DataFrame
        One row for each open site, new ones first, each part by id: ``model``, ``facility_id``,
        ``role``, ``places``, ``persons``, ``farthest``, ``mean_cost``, ``unit``.

    Raises
    ------
    ParameterError
        If the plan has no table of open sites.

    Examples
    --------
    See :meth:`SitingPlan.to_table`.
    """
    if plan.stations is None:
        message = "the plan has no table of open sites: it was not made by a model of this room."
        raise ParameterError(message)
    table = plan.stations.copy()
    table.insert(0, "model", [plan.model] * len(table))
    table["unit"] = [plan.unit] * len(table)
    standing = (table["role"] == "existing").to_numpy()
    order = np.lexsort((table["facility_id"].to_numpy().astype(str), standing))
    return table.iloc[order][list(TABLE_COLUMNS)].reset_index(drop=True)


def plan_text(
    plan: PlanFacts, language: Language = "zh", names: Mapping[str, str] | None = None
) -> str:
    """Say what a plan does, how sure it is, and what it leaves undone.

    Parameters
    ----------
    plan
        A plan.
    language
        ``"zh"`` or ``"en"``.
    names
        Names of sites and places by id; ids stand where there is none.

    Returns
    -------
    str
        One sentence a line.

    Raises
    ------
    ParameterError
        If the language is another one.

    Examples
    --------
    See :meth:`SitingPlan.explain`.
    """
    if language not in LANGUAGES:
        message = f"language must be 'zh' or 'en'. Got {language!r} instead."
        raise ParameterError(message)
    called = dict(names or {})
    lines = [
        say(
            "siting.explain.request",
            language,
            model=say(f"siting.model.{plan.model}", language),
            sites=len(plan.chosen),
            existing=len(plan.existing),
        ),
        _chosen(plan, language, called),
        *_objective(plan, language),
        *_covered(plan, language),
        *_left(plan, language, called),
        _proof(plan, language),
        *_ties(plan, language),
        say(f"siting.explain.{'verified' if plan.verified else 'unverified'}", language),
    ]
    return "\n".join(lines)


def listing(ids: Sequence[str], language: Language, names: Mapping[str, str]) -> str:
    """Name the first few ids and count the rest.

    Parameters
    ----------
    ids
        Ids in order.
    language
        Language.
    names
        Names by id; ids stand where there is none.

    Returns
    -------
    str
        One text.

    Raises
    ------
    KeyError
        If there is no such language.

    Examples
    --------
    >>> listing(["A", "B"], "zh", {"A": "甲"})
    '甲、B'
    """
    shown = [names.get(one, one) for one in ids[:NAMED]]
    text = ("、" if language == "zh" else "; ").join(shown)
    if len(ids) > NAMED:
        more = len(ids) if language == "zh" else len(ids) - NAMED
        return say("siting.more", language, names=text, count=more)
    return text


def _chosen(plan: PlanFacts, language: Language, names: Mapping[str, str]) -> str:
    if not plan.chosen:
        return say("siting.explain.none", language)
    shown = ("、" if language == "zh" else "; ").join(names.get(one, one) for one in plan.chosen)
    return say("siting.explain.chosen", language, names=shown)


def _objective(plan: PlanFacts, language: Language) -> list[str]:
    """Say what the model made least or largest, where coverage does not say it already."""
    # Costs to one decimal: more would claim what no road is known to.
    value, unit = number_text(round(plan.objective, 1)), say(f"siting.unit.{plan.unit}", language)
    kind = str(plan.settings.get("objective", plan.model))
    if kind == "p_median":
        mean = plan.objective / plan.total_persons if plan.total_persons else 0.0
        shown = number_text(round(mean, 1))
        return [say("siting.explain.travel", language, objective=value, mean=shown, unit=unit)]
    if kind == "p_center":
        said = [say("siting.explain.farthest", language, objective=value, unit=unit)]
        if plan.settings.get("lexicographic", False) and plan.status == "optimal":
            said.append(say("siting.explain.in_turn", language))
        return said
    if kind == "set_covering":
        return [_fewest(plan, language, value)]
    if kind == "backup_covering":
        return [_twice(plan, language)]
    return _floors(plan, language)


def _fewest(plan: PlanFacts, language: Language, value: str) -> str:
    """Say how many sites are needed, or what they cost."""
    if plan.settings.get("priced", False):
        return say("siting.explain.cost", language, objective=value)
    if plan.status != "optimal":
        return say("siting.explain.sites", language, objective=value)
    share = plan.settings.get("share")
    if share is None:
        return say("siting.explain.fewest", language, objective=value)
    percent = number_text(round(100 * share, 6))
    if np.isnan(plan.total_persons):
        return say("siting.explain.fewest_places", language, objective=value, share=percent)
    return say("siting.explain.fewest_share", language, objective=value, share=percent)


def _floors(plan: PlanFacts, language: Language) -> list[str]:
    """Say how the worst off fare, and what that costs the others."""
    shares = plan.parts.get("shares")
    if shares is None or "price_most" not in plan.settings:
        return []
    said = []
    asked = shares.loc[((shares["floor"] > 0) & shares["share"].notna()).to_numpy(), "share"]
    if len(asked):
        lowest = _percent_down(float(asked.min()))
        said.append(say("siting.explain.floors", language, share=lowest))
    whose = plan.settings["worst_first"]
    if whose is not None:
        least, most = plan.settings["worst_share"], plan.settings["worst_share_bound"]
        values = {"whose": say(f"siting.explain.{whose}", language), "share": _percent_down(least)}
        key = "siting.explain.worst" if least >= most else "siting.explain.worst_so_far"
        said.append(say(key, language, **values))
    least, most = (plan.settings[name] for name in ("price_least", "price_most"))
    numbers = {"least": number_text(least), "most": number_text(most)}
    if most == 0:
        said.append(say("siting.explain.price_none", language))
    elif least == most:
        said.append(say("siting.explain.price", language, price=numbers["most"]))
    else:
        said.append(say("siting.explain.price_between", language, **numbers))
    return said


def _twice(plan: PlanFacts, language: Language) -> str:
    """Say who is reached twice, places and persons side by side where persons were counted."""
    places = plan.settings.get("backup_places", plan.objective)
    if np.isnan(plan.total_persons):
        return say("siting.explain.twice_places", language, places=number_text(places))
    persons = number_text(plan.settings.get("backup_persons", plan.objective))
    return say("siting.explain.twice", language, places=number_text(places), persons=persons)


def _covered(plan: PlanFacts, language: Language) -> list[str]:
    """Say what is covered, places and persons side by side."""
    if not np.isfinite(plan.limit) and "limits" not in plan.settings and plan.flows is None:
        return []
    values = {
        "places": plan.covered_places,
        "total_places": plan.total_places,
        "persons": number_text(plan.covered_persons),
        "total_persons": number_text(plan.total_persons),
        "share": _percent(plan.covered_persons, plan.total_persons),
    }
    if plan.flows is not None:
        return [say("siting.explain.served", language, **values)]
    if "limits" in plan.settings:
        return [say("siting.explain.covered_groups", language, **values)]
    values |= {
        "limit": number_text(plan.limit),
        "unit": say(f"siting.unit.{plan.unit}", language),
    }
    if np.isnan(plan.covered_persons):
        few = {name: values[name] for name in ("places", "total_places", "limit", "unit")}
        return [say("siting.explain.covered_places", language, **few)]
    return [say("siting.explain.covered", language, **values)]


def _left(plan: PlanFacts, language: Language, names: Mapping[str, str]) -> list[str]:
    """Say what the plan leaves undone."""
    lines = []
    left = "siting.explain.uncovered" if plan.flows is None else "siting.explain.unserved"
    for key, ids in ((left, plan.uncovered_ids), ("siting.explain.elsewhere", plan.not_nearest)):
        if ids:
            shown = listing(ids, language, names)
            lines.append(say(key, language, count=len(ids), names=shown))
    return lines


def _proof(plan: PlanFacts, language: Language) -> str:
    if plan.status == "optimal":
        return say("siting.explain.optimal", language)
    # The bound is rounded away from the objective: it must not promise more than is proven.
    away = np.ceil if plan.sense == "max" else np.floor
    bound = float(away(round(plan.bound * 10, 6))) / 10
    values = {
        "objective": number_text(round(plan.objective, 1)),
        "limit": say(f"siting.explain.bound.{plan.sense}", language, bound=number_text(bound)),
    }
    if plan.status == "heuristic":
        return say("siting.explain.heuristic", language, **values)
    if not np.isfinite(plan.gap):
        return say("siting.explain.stopped_at_nothing", language, **values)
    gap = number_text(round(plan.gap * 100, 2))
    return say("siting.explain.stopped", language, **values, gap=gap)


def _ties(plan: PlanFacts, language: Language) -> list[str]:
    if plan.alternatives is None or plan.status != "optimal":
        return []
    return [say(f"siting.explain.{'ties' if plan.alternatives else 'unique'}", language)]


def _percent_down(share: float) -> str:
    """Write a share in per cent to one decimal, rounded down: it is at least so much."""
    return number_text(float(np.floor(share * 1000 + 1e-9)) / 10)


def _percent(part: float, whole: float) -> str:
    """Write a share in per cent; without anybody there is none."""
    return number_text(round(100 * part / whole, 1)) if whole > 0 else "—"
