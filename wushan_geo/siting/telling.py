"""A plan in a table and in words, Chinese and English with the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
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
COMPARED = {
    "worst": "largest smallest share", "cost": "plans that cost the same",
    "persons": "most persons", "places": "most places", "travel": "least person-cost",
    "sites": "fewest sites", "twice": "reaches most twice", "closings": "fewest closings",
}  # fmt: skip
"""What a model may compare, and how `settings["ties"]` says so."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a plan does not know of itself and its reader has to be told in the same breath.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Beside(places=340, persons=3175.0).unclear
    ()
    """

    places: int
    """Places of the whole county, those among them that the plan leaves out."""
    persons: float
    """Persons of the whole county, as far as their number is known."""
    counted: float = float("nan")
    """Persons that the plan counts, for models that are given places alone."""
    unclear: tuple[str, ...] = ()
    """Existing sites of which it is not known whether they admit anybody of the county."""
    idle: tuple[str, ...] = ()
    """Proposed sites that add nothing to what the others cover, or take nobody."""


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
    plan: PlanFacts,
    language: Language = "zh",
    names: Mapping[str, str] | None = None,
    beside: Beside | None = None,
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
    beside
        What to say of the county beside the plan; None where the plan is told alone.

    Returns
    -------
    str
        One point a line.

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
    beside = beside or Beside(plan.total_places, plan.total_persons)
    parted = beside.places > plan.total_places
    lines = [
        _joined(
            language,
            _request(plan, language, called, beside),
            *([_counted_only(plan, language, beside)] if parted else []),
        ),
        _joined(language, _chosen(plan, language, called), *_idle(plan, language, called, beside)),
        *_objective(plan, language, parted=parted),
        *_covered(plan, language, beside),
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


def _joined(language: Language, *sentences: str) -> str:
    """Put sentences on one line, so that none is read without the others."""
    return ("" if language == "zh" else " ").join(sentences)


def _chosen(plan: PlanFacts, language: Language, names: Mapping[str, str]) -> str:
    if not plan.chosen:
        return say("siting.explain.none", language)
    shown = ("、" if language == "zh" else "; ").join(names.get(one, one) for one in plan.chosen)
    return say("siting.explain.chosen", language, names=shown)


def _request(plan: PlanFacts, language: Language, names: Mapping[str, str], beside: Beside) -> str:
    """Say what was asked, and which existing sites may not be there for the county."""
    values = {
        "model": say(f"siting.model.{plan.model}", language),
        "sites": len(plan.chosen),
        "existing": len(plan.existing),
    }
    if not beside.unclear:
        return say("siting.explain.request", language, **values)
    unclear = {"unclear": len(beside.unclear), "names": listing(beside.unclear, language, names)}
    return say("siting.explain.request_unclear", language, **values, **unclear)


def _idle(
    plan: PlanFacts, language: Language, names: Mapping[str, str], beside: Beside
) -> list[str]:
    """Say which of the proposed sites add nothing."""
    if not beside.idle:
        return []
    values = {"count": len(beside.idle), "names": listing(beside.idle, language, names)}
    if plan.flows is not None:
        return [say("siting.explain.idle_served", language, **values)]
    limit = {"limit": number_text(plan.limit), "unit": say(f"siting.unit.{plan.unit}", language)}
    return [say("siting.explain.idle", language, **values, **limit)]


def _counted_only(plan: PlanFacts, language: Language, beside: Beside) -> str:
    """Say how much of the county the plan looks at."""
    values = {
        "places": plan.total_places,
        "county_places": beside.places,
        "county_persons": number_text(beside.persons),
    }
    counted = beside.counted if np.isnan(plan.total_persons) else plan.total_persons
    if np.isnan(counted):
        return say("siting.explain.counted_places", language, **values)
    return say("siting.explain.counted_only", language, **values, persons=number_text(counted))


def _objective(plan: PlanFacts, language: Language, *, parted: bool) -> list[str]:
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
        return [_fewest(plan, language, value, parted=parted)]
    if kind == "backup_covering":
        said = [_twice(plan, language)]
        if plan.settings.get("first") is False:  # else nobody need be left out for it
            said.append(say("siting.explain.twice_first", language))
        return said
    return _floors(plan, language)


def _fewest(plan: PlanFacts, language: Language, value: str, *, parted: bool) -> str:
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
    key = "siting.explain.fewest_of_counted" if parted else "siting.explain.fewest_share"
    return say(key, language, objective=value, share=percent)


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


def _covered(plan: PlanFacts, language: Language, beside: Beside) -> list[str]:
    """Say what is covered, places and persons side by side, and what part of the county that is."""
    if not np.isfinite(plan.limit) and "limits" not in plan.settings and plan.flows is None:
        return []
    told = _reached(plan, language)
    if beside.places <= plan.total_places or np.isnan(plan.covered_persons):
        return [told]
    values = {
        "county_persons": number_text(beside.persons),
        "share": _percent(plan.covered_persons, beside.persons),
    }
    return [_joined(language, told, say("siting.explain.of_county", language, **values))]


def _reached(plan: PlanFacts, language: Language) -> str:
    """Say what is covered of what the plan counts."""
    values = {
        "places": plan.covered_places,
        "total_places": plan.total_places,
        "persons": number_text(plan.covered_persons),
        "total_persons": number_text(plan.total_persons),
        "share": _percent(plan.covered_persons, plan.total_persons),
    }
    if plan.flows is not None:
        return _served(plan, language, values)
    if "limits" in plan.settings:
        return say("siting.explain.covered_groups", language, **values)
    values |= {
        "limit": number_text(plan.limit),
        "unit": say(f"siting.unit.{plan.unit}", language),
    }
    if np.isnan(plan.covered_persons):
        few = {name: values[name] for name in ("places", "total_places", "limit", "unit")}
        return say("siting.explain.covered_places", language, **few)
    return say("siting.explain.covered", language, **values)


def _served(plan: PlanFacts, language: Language, values: Mapping[str, object]) -> str:
    """Say who has a place; places without persons are no part of those that are served."""
    lived = plan.covered_places + len(plan.uncovered_ids)
    empty = plan.total_places - lived
    key = "siting.explain.served_lived" if empty else "siting.explain.served"
    return say(key, language, **values, lived=lived, empty=empty)


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
    ending = "ties" if plan.alternatives else "unique"
    compared = _compared(plan)
    if len(compared) < 2:  # noqa: PLR2004 -- nothing but the objective, which is told
        return [say(f"siting.explain.{ending}", language)]
    words = [say(f"siting.compared.{one}", language) for one in compared]
    by = ("、再按" if language == "zh" else ", then ").join(words)
    return [say(f"siting.explain.{ending}_by", language, by=by)]


def _compared(plan: PlanFacts) -> list[str]:
    """Name what the model compares, in its order."""
    rule = str(plan.settings.get("ties", ""))
    found = {word: rule.find(said) for word, said in COMPARED.items() if said in rule}
    order = sorted(found, key=found.__getitem__)
    if order == ["twice"]:  # among plans with as few sites
        order = ["sites", "twice"]
    if np.isnan(plan.total_persons):
        order = [one for one in order if one != "persons"]
    if plan.flows is not None:
        order = ["placed" if one == "persons" else one for one in order]
    return order


def _percent_down(share: float) -> str:
    """Write a share in per cent to one decimal, rounded down: it is at least so much."""
    return number_text(float(np.floor(share * 1000 + 1e-9)) / 10)


def _percent(part: float, whole: float) -> str:
    """Write a share in per cent; without anybody there is none."""
    return number_text(round(100 * part / whole, 1)) if whole > 0 else "—"
