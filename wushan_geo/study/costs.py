"""The table of costs: what only its rows together, or with the facilities, can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.study.faults import fault, hint, nearest, rule
from wushan_geo.study.tables import HOME_WAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.study.tables import Tables

TABLE = "costs"


def cost_faults(tables: Tables) -> Iterator[Fault]:
    """Check the table of costs.

    A way has one row for any site; a row of one site names a facility that there is, and is of a
    kind of home; what is built is written off over some years.

    Parameters
    ----------
    tables
        The typed and raw tables; without costs nothing is checked.

    Yields
    ------
    Fault
        Every fault found.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_costs_table.py``.
    """
    if TABLE not in tables.clean:
        return
    costs, raw = tables.clean[TABLE], tables.raw[TABLE]
    way, site = costs["way"], costs["facility_id"]
    general = site.isna().to_numpy() & way.notna().to_numpy()
    first: dict[str, int] = {}
    for at in np.flatnonzero(general).tolist():
        name = str(way.iloc[at])
        if name in first:
            row = raw.where(first[name], "way").row
            yield fault(raw.where(at, "way", name), rule("once"), hint("once", row=row))
        first.setdefault(name, at)
    lone = ~general & ~way.isin(HOME_WAYS).to_numpy() & way.notna().to_numpy()
    for at in np.flatnonzero(lone).tolist():
        where = raw.where(at, "facility_id", str(site.iloc[at]))
        yield fault(where, rule("cost_site"), hint("cost_site"))
    if "facilities" in tables.clean:
        known = tables.clean["facilities"]["facility_id"].dropna().astype(str).tolist()
        for at in np.flatnonzero(site.notna().to_numpy() & ~site.isin(known).to_numpy()).tolist():
            name = str(site.iloc[at])
            words = rule("cost_facility", file=tables.raw["facilities"].file)
            yield fault(raw.where(at, "facility_id", name), words, nearest(name, known))
    unspread = (costs["build"] > 0).to_numpy() & costs["years"].isna().to_numpy()
    for at in np.flatnonzero(unspread).tolist():
        yield fault(raw.where(at, "years"), rule("cost_years"), hint("cost_years"))
