"""What the units and facilities of a study are called, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from wushan_geo.study.study import Study


def unit_rows(study: Study) -> pd.DataFrame:
    """List the county, its townships and its villages.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    pandas.DataFrame
        ``zone_id``, ``level`` (county, township, village), ``name``, ``name_en``, ``parent_id``
        (empty for the county).

    Raises
    ------
    KeyError
        If a layer lacks a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> unit_rows(wg.open_study("example"))["level"].value_counts().to_dict()
    {'village': 40, 'township': 5, 'county': 1}
    """
    name = study.config.county_name
    top = {"zone_id": study.config.county, "name": name.zh, "name_en": name.en, "parent_id": ""}
    townships = pd.DataFrame(study.townships[["zone_id", "name", "name_en"]])
    villages = pd.DataFrame(study.villages[["zone_id", "name", "name_en", "parent_id"]])
    rows = pd.concat(
        [
            pd.DataFrame([{**top, "level": "county"}]),
            townships.assign(level="township", parent_id=study.config.county),
            villages.assign(level="village"),
        ],
        ignore_index=True,
    )
    return rows[["zone_id", "level", "name", "name_en", "parent_id"]]


def names_of(study: Study) -> dict[str, tuple[str, str]]:
    """Name townships, villages (with their townships) and facilities, by id.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Chinese and English name.

    Raises
    ------
    KeyError
        If a layer lacks a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> names = names_of(wg.open_study("example"))
    >>> len(names) > 40
    True
    """
    townships = study.townships[["zone_id", "name", "name_en"]]
    homes = {str(one): (zh, en) for one, zh, en in townships.itertuples(index=False)}
    found = dict(homes)
    villages = study.villages[["zone_id", "name", "name_en", "parent_id"]]
    for one, zh, en, parent in villages.itertuples(index=False):
        above = homes[str(parent)]
        found[str(one)] = (f"{above[0]}{zh}", f"{en}, {above[1]}")
    facilities = study.facilities[["facility_id", "name", "name_en"]]
    return found | {
        str(one): (str(zh), str(en)) for one, zh, en in facilities.itertuples(index=False)
    }
