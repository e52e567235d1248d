"""Variants of a study for tests of the plan: the same county with one thing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

S2 = "990101003202"


def set_facility(study: Study, facility: str, **changes: Any) -> Study:
    """Change some columns of one facility."""
    table = study.facilities.copy()
    for column, value in changes.items():
        cells = zip(table["facility_id"], table[column], strict=True)
        changed = [value if one == facility else old for one, old in cells]
        table[column] = pd.Series(changed, index=table.index, dtype=table[column].dtype)
    return replace(study, facilities=table)


def with_registers(study: Study, **states: str | None) -> Study:
    """Say how complete the registers are; None takes the word away."""
    words = {**study.config.registers, **states}
    kept: Any = {name: word for name, word in words.items() if word is not None}
    return replace(study, config=replace(study.config, registers=kept))


def set_basis(study: Study, table: str, basis: str) -> Study:
    """Say that the weakest record of a table is of some basis."""
    provenance = study.provenance.copy()
    provenance.loc[(provenance["table"] == table).to_numpy(), "basis"] = basis
    return replace(study, provenance=provenance)


def one_service(study: Study, status: str, last: str | None = None) -> Study:
    """Leave village S2 of the example with a single record of visits."""
    if study.services is None:
        return study
    own = (study.services["zone_id"] == S2).to_numpy()
    table = study.services[~own | (study.services["service"] == "visiting").to_numpy()].copy()
    at = (table["zone_id"] == S2).to_numpy()
    table.loc[at, "status"] = status
    table.loc[at, "last"] = pd.NaT if last is None else pd.Timestamp(last)
    return replace(study, services=table)


def shuffled(study: Study, seed: int) -> Study:
    """Put the rows of every table of records into another order."""
    tables = {
        name: getattr(study, name).sample(frac=1, random_state=seed + at)
        for at, name in enumerate(("facilities", "services", "indicators", "persons"))
        if getattr(study, name) is not None
    }
    return replace(study, **tables)
