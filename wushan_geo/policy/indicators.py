"""The headline indicators of a plan as a table: baseline, target, how it is read, what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

COLUMNS = [
    "indicator", "number", "name", "name_en", "kind", "unit", "baseline", "operator", "target",
    "accumulates", "denominator", "denominator_en", "value", "value_denominator", "basis", "clause",
]  # fmt: skip


def indicator_table(study: Study) -> pd.DataFrame:
    """Lay out the headline indicators with what has been observed of them, without a verdict.

    Baseline and target stand side by side, since a target may lie below its baseline.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        The result table ``indicators``, in the order of the plan: ``operator`` is ``>=`` (at
        least), ``>`` (strictly more) or ``tracks``; ``baseline``, ``target``, ``value`` and
        ``value_denominator`` are NaN where not given.

    Raises
    ------
    KeyError
        If the observed indicators lack a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> len(indicator_table(wg.open_study("wushan")))
    11
    """
    indicators = () if study.plan is None else study.plan.indicators
    table = pd.DataFrame(
        {
            "indicator": [one.id for one in indicators],
            "number": [one.number for one in indicators],
            "name": [one.name.zh for one in indicators],
            "name_en": [one.name.en for one in indicators],
            "kind": [one.kind for one in indicators],
            "unit": [one.unit for one in indicators],
            "baseline": pd.array([one.baseline for one in indicators], dtype="float64"),
            "operator": [one.operator for one in indicators],
            "target": pd.array([one.target for one in indicators], dtype="float64"),
            "accumulates": [one.accumulates for one in indicators],
            "denominator": [one.denominator.zh for one in indicators],
            "denominator_en": [one.denominator.en for one in indicators],
            "clause": [one.clause for one in indicators],
        }
    )
    observed = study.indicators
    for name, column in (("value", "value"), ("value_denominator", "denominator")):
        known = (
            {}
            if observed is None
            else dict(zip(observed["indicator"], observed[column], strict=True))
        )
        table[name] = table["indicator"].map(known).astype(float)
    bases = (
        {} if observed is None else dict(zip(observed["indicator"], observed["basis"], strict=True))
    )
    table["basis"] = [bases.get(one, "missing") for one in table["indicator"]]
    return table[COLUMNS]
