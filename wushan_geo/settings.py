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
# Of [travel]: told elsewhere, or not behind any minute (names of columns, whose idea it is).
NOT_COUNTED = {
    "engine", "condition", "road_classes", "download", "matrix.origin", "matrix.destination",
    "matrix.cost",
}  # fmt: skip
SOURCE = "source"
TIMES = "travel_times"


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


def travel_settings(study: Study) -> dict[str, str]:
    """Give the settings behind the travel times, each as text by its path in the study file.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Text by path below ``[travel]``, such as ``speeds_kmh.national``; settings that the engine
        does not look at are left out. Of times from elsewhere the checksum of their files counts.

    Raises
    ------
    KeyError
        If the provenance lacks a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> travel_settings(wg.open_study("example"))["speeds_kmh.county"]
    '30'
    """
    config = study.config
    idle = {one.removeprefix("travel.") for one in config.travel.idle}
    left_out = NOT_COUNTED | idle
    found = {
        path: told
        for path, told in _texts("", config.raw.get("travel", {}))
        if not any(path == one or path.startswith(f"{one}.") for one in left_out)
        and path.rpartition(".")[2] != SOURCE
    }
    if config.travel.engine == "matrix":
        rows = study.provenance[(study.provenance["table"] == TIMES).to_numpy()]
        found[TIMES] = "; ".join(str(one)[:8] for one in rows["sha256"])
    return found


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Give every setting as text, by its path."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(f"{path}.{name}" if path else str(name), one)
    elif isinstance(value, list):
        yield path, "; ".join(number_text(one) if _number(one) else str(one) for one in value)
    elif isinstance(value, bool):
        yield path, str(value).lower()  # as it is written
    else:
        yield path, number_text(value) if _number(value) else str(value)


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
