"""The settings that a result rests on, beside the list of assumptions: never two values for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.storage import number_text
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.study.study import Study

SECTIONS = ("travel", "services", "siting", "measures")
ALONE = {"study.period_days"}


def assumptions_in_force(study: Study) -> pd.DataFrame:
    """List the assumptions with the values that the run has used.

    A row whose key names a setting of study.toml takes its value from there, so that an edited
    limit and its row cannot disagree; a number of the travel, service and siting settings without
    a row gets one.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        The columns of ``study.assumptions``; rows in its order, then the settings without a row.

    Raises
    ------
    KeyError
        If the list of assumptions has no column ``key`` or ``value``.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> table = assumptions_in_force(wg.open_study("example"))
    >>> table.loc[table["key"] == "services.day_care.limit", "value"].tolist()
    ['30']
    """
    numbers = dict(_numbers(study.config.raw))
    table = study.assumptions.copy()
    keys = table["key"].tolist()
    used = [
        numbers.get(key, value) for key, value in zip(keys, table["value"].tolist(), strict=True)
    ]
    table["value"] = pd.array(used, dtype="str")
    zh, en = both("setting.as_written")
    blank = dict.fromkeys(table.columns, "")
    more = [
        blank | {"key": key, "what": key, "what_zh": key, "value": value, "why": en, "why_zh": zh}
        for key, value in numbers.items()
        if key not in set(keys)
    ]
    if not more:
        return table
    rest = pd.DataFrame(more, columns=table.columns, dtype="str")
    return pd.concat([table, rest], ignore_index=True)


def _numbers(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give every number of the settings that results rest on, by its path in the file."""
    for section in SECTIONS:
        yield from _leaves(section, raw.get(section, {}))
    for key in sorted(ALONE):
        head, name = key.split(".")
        yield from _leaves(key, raw.get(head, {}).get(name))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(f"{path}.{name}", one)
    elif isinstance(value, list) and value and all(_number(one) for one in value):
        yield path, "; ".join(number_text(one) for one in value)
    elif _number(value):
        yield path, number_text(value)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
