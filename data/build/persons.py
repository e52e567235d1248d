"""Certified persons of the demonstration county by village and group: whole numbers that add up.

The only count that is public is the county's: about 19,000 persons hold a certificate. It is spread
in four steps:

1. residents of 2010 by township (census); the one figure for Gaotang, Longmen and Wuxia is split by
   their number of communities and villages;
2. residents of 2020: the three published counts stay, the rest of the county's census total goes to
   the other townships in proportion to 2010;
3. certified persons in proportion to those residents, by township (largest remainder). Certificates
   follow registration, not residence: it is assumed that both are spread alike;
4. inside a township evenly over its villages, a community counting as ``COMMUNITY_WEIGHT`` of them.

Types, severity, ages and the jointly eligible take the same shares everywhere and are rounded by
controlled rounding, see ``rounding``. Everything is ``modelled``.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd
from assumptions import worded
from common import largest_remainder, read_facts, write_csv
from rounding import controlled_rounding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assumptions import Assumption

COMMUNITY_WEIGHT = 2
"""Persons of a community by persons of a village of the same township."""
CHILDREN_SHARE = 0.05
"""Share of the certified persons who are 0 to 15 years old."""
TYPE_PROXY = "national_rehab_recipients_2020"
"""Group of the reference table whose mix of types is taken."""
BASIS = "modelled"

TYPES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
AGES = ("age_0_15", "age_16_59", "age_60_plus")
ELIGIBLE = ("eligible_day_care", "eligible_sheltered_employment", "eligible_concentrated_care")
GROUPS = ("all", *TYPES, "severe", *AGES, *ELIGIBLE)
"""All groups, in the order in which they are written."""

URBAN = ("500237001", "500237002", "500237111")
"""Gaotang, Longmen and Wuxia, which share one census figure of 2010."""


def county_figure(key: str) -> int:
    """Read a whole number of the county's fact table.

    Raises
    ------
    KeyError
        If there is no such key.

    Examples
    --------
    >>> county_figure("resident_population_2020")
    462462
    """
    return int(read_facts("county").set_index("key")["value"][key])


def residents_2010() -> pd.Series:
    """Give the census residents of 2010 by township, the three urban units split by their villages.

    Returns
    -------
    Whole persons by nine-digit code, in code order; they add up to the census total of the county.

    Raises
    ------
    ValueError
        If they do not add up to the published total.

    Examples
    --------
    >>> int(residents_2010().sum())
    495072
    """
    facts = read_facts("townships").set_index("code").sort_index()
    counts = pd.to_numeric(facts["census_population_2010"]).astype("Int64")
    units = pd.to_numeric(facts["communities"]) + pd.to_numeric(facts["villages"])
    urban = list(URBAN)
    shared = county_figure("resident_population_2010_three_urban_units")
    counts[urban] = largest_remainder(units[urban], shared)
    if counts.isna().any() or counts.sum() != county_figure("resident_population_2010"):
        raise ValueError("The census counts of 2010 do not add up to the county's total.")
    return counts.astype("int64")


def residents_2020() -> pd.Series:
    """Estimate the residents of 2020 by township: published counts stay, the rest follows 2010.

    Returns
    -------
    Whole persons by nine-digit code, in code order; they add up to the census total of the county.

    Raises
    ------
    ValueError
        If the facts of 2010 do not add up, see ``residents_2010``.

    Examples
    --------
    >>> int(residents_2020().sum()), int(residents_2020()["500237211"])
    (462462, 4315)
    """
    facts = read_facts("townships").set_index("code").sort_index()
    counts = pd.to_numeric(facts["resident_population_2020"]).astype("Int64")
    open_units = list(counts.index[counts.isna()])
    rest = county_figure("resident_population_2020") - int(counts.sum())
    counts[open_units] = largest_remainder(residents_2010()[open_units], rest)
    return counts.astype("int64")


def certified_total() -> int:
    """Read the county's certified persons from the plan (about 19,000).

    Raises
    ------
    KeyError
        If the plan's figures do not hold it.

    Examples
    --------
    >>> certified_total()
    19000
    """
    return _plan_figure("certified_persons")


def persons_by_village() -> pd.Series:
    """Spread the certified persons over townships, then over the villages of each township.

    Returns
    -------
    Whole persons by twelve-digit code, in code order; they add up to ``certified_total``.

    Raises
    ------
    ValueError
        If the facts do not add up, see ``residents_2010``.

    Examples
    --------
    >>> int(persons_by_village().sum()), len(persons_by_village())
    (19000, 340)
    """
    townships = residents_2020()
    shares = largest_remainder(townships, certified_total())
    villages = read_facts("villages").sort_values("code").set_index("code")
    weights = villages["kind"].map({"community": COMMUNITY_WEIGHT, "village": 1})
    parts = [
        pd.Series(largest_remainder(inside, int(share)), index=inside.index)
        for share, (_, inside) in zip(
            shares, weights.groupby(villages["township_code"], sort=True), strict=True
        )
    ]
    return pd.concat(parts).rename("persons")


def group_totals() -> dict[str, int]:
    """Work out the county's persons of each group from the national shares.

    The types and the ages each add up to ``all`` (largest remainder). The jointly eligible for
    trusteeship are 16 to 59 years old and intellectually, mentally or severely physically disabled;
    type, severity and age are taken as independent: N x a x (i + m + p x s), with N persons and the
    shares a, i, m, p, s of the county.

    Returns
    -------
    Whole persons by group; groups overlap and are never added to each other.

    Raises
    ------
    KeyError
        If the reference table lacks one of the groups.

    Examples
    --------
    >>> totals = group_totals()
    >>> totals["severe"], sum(totals[kind] for kind in TYPES)
    (5628, 19000)
    """
    total = certified_total()
    reference = read_facts("disability_reference").set_index(["group", "category_en"])
    mix = [float(str(reference.loc[(TYPE_PROXY, kind), "persons_10k"])) for kind in TYPES]
    totals = {"all": total}
    totals.update(zip(TYPES, map(int, largest_remainder(mix, total)), strict=True))
    totals["severe"] = _nearest(Fraction(_severe_share()) / 100 * total)
    old = _share_of_old()
    bands = [CHILDREN_SHARE, 1 - CHILDREN_SHARE - old, old]
    totals.update(zip(AGES, map(int, largest_remainder(bands, total)), strict=True))
    totals.update(dict.fromkeys(ELIGIBLE, _nearest(_jointly_eligible(totals))))
    return totals


def table() -> pd.DataFrame:
    """Make the table of persons: every village and group, in numbers that add up at every level.

    Returns
    -------
    ``zone_id``, ``group``, ``persons``, ``basis``; by code, groups in the order of ``GROUPS``.

    Raises
    ------
    ValueError
        If more persons come out as eligible in a village than are of working age or of its types.

    Examples
    --------
    >>> counts = table()
    >>> int(counts.loc[counts["group"] == "all", "persons"].sum())
    19000
    """
    villages, totals = persons_by_village(), group_totals()
    counts: dict[tuple[str, str], int] = {
        (str(code), "all"): int(persons) for code, persons in villages.items()
    }
    for parts in (TYPES, AGES):
        counts.update(_rounded(villages, {part: totals[part] for part in parts}))
    for group in ("severe", ELIGIBLE[0]):
        halves = {group: totals[group], "rest": totals["all"] - totals[group]}
        counts.update(_rounded(villages, halves))
    for code, group in product(villages.index, ELIGIBLE):
        # Trusteeship and sheltered employment name the same persons: one rule, one count.
        counts[code, group] = counts[code, ELIGIBLE[0]]
        _check(counts, code, group)
    keys = list(product(villages.index, GROUPS))
    return pd.DataFrame(keys, columns=["zone_id", "group"]).assign(
        persons=[counts[key] for key in keys], basis=BASIS
    )


def assumptions(out: Path) -> list[Assumption]:
    """List what this step assumes, with the values it used.

    Raises
    ------
    KeyError
        If the reference facts are not complete.

    Examples
    --------
    >>> from pathlib import Path
    >>> assumptions(Path())[0].value
    '2'
    """
    del out  # every value stands in this module or in the facts
    totals, townships = group_totals(), residents_2020()
    values = {
        "persons.community_weight": COMMUNITY_WEIGHT,
        "persons.residents_2020": [int(townships.min()), int(townships.max())],
        "persons.total": totals["all"],
        "persons.type_totals": [totals[kind] for kind in TYPES],
        "persons.severe": totals["severe"],
        "persons.share_60_plus": round(_share_of_old(), 4),
        "persons.children_share": CHILDREN_SHARE,
        "persons.age_totals": [totals[band] for band in AGES],
        "persons.eligible": totals[ELIGIBLE[0]],
        "persons.residence": "none",
    }
    return worded(
        values,
        known=int((read_facts("townships")["resident_population_2020"] != "").sum()),
        insured=_plan_figure("medical_insured"),
        share=_severe_share(),
        subsidy=_plan_figure("nursing_subsidy_recipients"),
        registered=county_figure("hukou_population_2017"),
        residents=county_figure("resident_population_2020"),
    )


def build(out: Path) -> None:
    """Write ``wushan/persons.csv``.

    Raises
    ------
    ValueError
        If a rounded count breaks a rule, see ``table``.
    OSError
        If the file cannot be written.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    write_csv(out / "wushan" / "persons.csv", table())


def _rounded(villages: pd.Series, columns: Mapping[str, int]) -> dict[tuple[str, str], int]:
    rows = {str(code): int(persons) for code, persons in villages.items()}
    return controlled_rounding(rows, columns, {code: code[:9] for code in rows})


def _check(counts: Mapping[tuple[str, str], int], code: str, group: str) -> None:
    of_type = counts[code, "intellectual"] + counts[code, "mental"] + counts[code, "physical"]
    if counts[code, group] > min(counts[code, "age_16_59"], of_type):
        raise ValueError(f"{code}: more persons in {group} than of working age or of its types.")


def _plan_figure(key: str) -> int:
    return int(read_facts("plan_figures").set_index("key")["value"][key])


def _severe_share() -> str:
    reference = read_facts("disability_reference").set_index(["group", "category_en"])
    return str(reference.loc[("national_estimate_2010", "grade_1_2_severe"), "share_pct"])


def _share_of_old() -> float:
    reference = read_facts("disability_reference")
    survey = reference[reference["group"] == "national_survey_2006"]
    counts = pd.to_numeric(survey["persons_10k"])
    surveyed = counts[survey["dimension"] == "type"].sum()
    return float(counts[survey["category_en"] == "age_60_plus"].sum() / surveyed)


def _jointly_eligible(totals: Mapping[str, int]) -> Fraction:
    total = totals["all"]
    working_age = Fraction(totals["age_16_59"], total)
    severe = Fraction(totals["severe"], total)
    return working_age * (totals["intellectual"] + totals["mental"] + totals["physical"] * severe)


def _nearest(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))
