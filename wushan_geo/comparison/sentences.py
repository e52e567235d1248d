"""The answer of a comparison in sentences, how the two work first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.comparison.columns import (
    CHANGES,
    CLOSE,
    COLUMNS,
    COUNTED,
    FINDING_COLUMNS,
    REACHED,
    ROAD_CHANGES,
    UNKNOWN,
    floats,
)
from wushan_geo.results import CONDITIONS
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wushan_geo.results import ServiceInfo, StudyInfo, StudyResult

SETTINGS_SHOWN = 8  # in a sentence; comparison.json has all
# Topics of the sentences on what the two studies themselves do not share.
UNLIKE = ("method", "settings", "condition", "as_of", "roads_apart")
MAIN = ("straight_speed_kmh", "detour.low", "detour.central", "detour.high", "matrix.unit")


def sentences(
    a: StudyResult,
    b: StudyResult,
    table: pd.DataFrame,
    units: pd.DataFrame,
    roads: pd.DataFrame,
    apart: tuple[int, int, int] | None,
) -> pd.DataFrame:
    """Say the answer in sentences: how each side works, the headline, then the other services.

    Parameters
    ----------
    a, b
        The two results.
    table
        What changes, unit by unit.
    units
        What only one of the two has.
    roads
        Roads that change.
    apart
        For two networks numbered apart the edges of each and those that both have; else None.

    Returns
    -------
    pandas.DataFrame
        One row for each sentence, in Chinese and English, with the number that it is about (NaN
        for none); where nothing differs, the first says so.

    Raises
    ------
    KeyError
        If a table lacks a column.

    Examples
    --------
    See ``tests/test_comparison.py``.
    """
    rows: list[dict[str, Any]] = [*_method_rows(a.info, b.info)]
    mark = _mark(a.info, b.info)
    services = [one for one in a.info.services if one.limit is not None]
    services.sort(key=lambda one: one.key != a.info.headline)
    for service in services:
        for limit in service.limits:
            rows += _service_rows(service, limit, table, mark=mark)
    if services:
        rows += _condition_rows(services[0], a.info.condition, table, mark=mark)
    rows += _setting_rows(a.info, b.info)
    for change in ROAD_CHANGES:
        count = int((roads["change"] == change).sum())
        if count:
            text = put("compare.roads", {"count": count, "change": both(f"compare.road.{change}")})
            rows.append({"topic": "roads", "value": count, "unit": "edges", "text": text})
    if apart is not None:
        values = dict(zip(("a", "b", "common"), apart, strict=True))
        text = put("compare.roads_apart", values)
        rows.append({"topic": "roads_apart", "value": apart[2], "unit": "edges", "text": text})
    if _alike(table, rows, units, roads):
        text = put("compare.nothing", {})
        rows.insert(0, {"topic": "nothing", "value": 0.0, "unit": "places", "text": text})
    found = [
        {
            "service": "",
            "limit": np.nan,
            **one,
            "text_zh": one["text"][0],
            "text_en": one["text"][1],
        }
        for one in rows
    ]
    table = pd.DataFrame(found, columns=FINDING_COLUMNS)
    return table.astype({"value": float, "limit": float, "topic": "str", "service": "str",
                         "unit": "str", "text_zh": "str", "text_en": "str"})  # fmt: skip


def _service_rows(
    service: ServiceInfo, limit: float, table: pd.DataFrame, *, mark: str
) -> Iterator[dict[str, Any]]:
    own = table[((table["service"] == service.key) & (table["limit"] == limit)).to_numpy()]
    county, villages = own[own["level"] == "county"], own[own["level"] == "village"]
    if county.empty or villages.empty:
        return
    row: dict[Any, Any] = county.iloc[0].to_dict()
    common = {"service": service.key, "limit": limit}
    if _blank(row, "places"):
        text = put("compare.blind", {"service": service.name, "limit": f"{limit:g}"})
        yield {**common, "topic": "unknown", "value": np.nan, "unit": "", "text": text}
        return
    values: dict[str, object] = {"service": service.name, "limit": f"{limit:g}"}
    for group in COUNTED:
        before, after = row[f"{group}_reached_a"], row[f"{group}_reached_b"]
        values[f"{group}_a"], values[f"{group}_b"] = _number(before), _number(after)
        values[f"{group}_delta"] = _signed(after - before)
    counted = "compare.reached" if not _blank(row, "eligible") else "compare.reached.persons"
    value = float(row["places_reached_delta"])
    text = _marked(put(counted, values), mark=mark)
    yield {**common, "topic": "reached", "value": value, "unit": "places", "text": text}
    counts = villages["change"].value_counts()
    persons = villages.groupby("change")["persons_total_b"].sum(min_count=1)
    parts = [
        put(
            "compare.part",
            {
                "change": both(f"compare.change.{one}"),
                "places": int(counts[one]),
                "persons": _number(float(persons[one])),
            },
        )
        for one in CHANGES
        if one in counts and one != "same"
    ]
    same = int(counts.get("same", 0))
    key = "compare.changes" if parts else "compare.no_changes"
    joined = ("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts))
    told = put(key, {**values, "parts": joined, "same": same, "all": len(villages)})
    text = _marked(told, mark=mark)
    changed = float(len(villages) - same)
    yield {**common, "topic": "changes", "value": changed, "unit": "places", "text": text}


def _condition_rows(
    service: ServiceInfo, shown: str, table: pd.DataFrame, *, mark: str
) -> Iterator[dict[str, Any]]:
    """Count who is reached in each further condition that both state, at the default limit."""
    own = (table["service"] == service.key) & (table["limit"] == service.limit)
    rows = table[(own & (table["level"] == "village")).to_numpy()]
    for condition in CONDITIONS:
        sides = [_condition_counts(rows, condition, side) for side in ("a", "b")]
        if condition == shown or np.isnan(sides).any():
            continue
        values: dict[str, object] = {
            "condition": both(f"condition.{condition}"),
            "service": service.name,
            "limit": f"{service.limit:g}",
        }
        for at, group in enumerate(COUNTED[:2]):
            before, after = sides[0][at], sides[1][at]
            values[f"{group}_a"], values[f"{group}_b"] = _number(before), _number(after)
            values[f"{group}_delta"] = _signed(after - before)
        told = put("compare.in_condition", values)
        yield {
            "topic": f"reached_{condition}",
            "service": service.key,
            "limit": service.limit,
            "value": sides[1][0] - sides[0][0],
            "unit": "places",
            "text": _marked(told, mark=mark),
        }


def _condition_counts(rows: pd.DataFrame, condition: str, side: str) -> tuple[float, float]:
    """Give villages and persons reached in a condition; NaN where no class is known."""
    classes = rows[f"class_{condition}_{side}"]
    if not (classes.notna() & (classes != UNKNOWN)).any():
        return float("nan"), float("nan")
    reached = classes.isin(REACHED).to_numpy()
    persons = floats(rows[f"persons_total_{side}"])
    counted = persons[reached & ~np.isnan(persons)].sum()
    return float(reached.sum()), float("nan") if np.isnan(persons).all() else float(counted)


def _alike(
    table: pd.DataFrame, rows: Sequence[Mapping[str, Any]], units: pd.DataFrame, roads: pd.DataFrame
) -> bool:
    """Say whether nothing that is compared differs: no number, no class, no unit, no road."""
    if len(units) or len(roads) or any(one["topic"] in UNLIKE for one in rows):
        return False
    for column in (one for one in COLUMNS if one.endswith("_a")):
        one, other = table[column], table[f"{column[:-2]}_b"]
        if one.dtype == np.float64:
            # Unreachable on both sides is alike, and so is what is not known on both.
            if not np.allclose(one, other, rtol=0.0, atol=CLOSE, equal_nan=True):
                return False
        elif one.fillna("").tolist() != other.fillna("").tolist():
            return False
    return True


def _method_rows(a: StudyInfo, b: StudyInfo) -> Iterator[dict[str, Any]]:
    """Say how each side works out its times, where they do not do it alike."""
    blank = {"value": np.nan, "unit": ""}
    if a.engine != b.engine:
        text = put("compare.method", {"a": _method(a), "b": _method(b)})
        yield {**blank, "topic": "method", "text": text}
    own = [one for one in a.settings if a.engine == b.engine or one in b.settings]
    keys = [*own, *(one for one in b.settings if a.engine == b.engine and one not in own)]
    # The main settings of a straight line stand in the sentence on the method.
    unlike = [one for one in keys if a.settings.get(one) != b.settings.get(one)]
    if not unlike:
        return
    parts = [
        put(
            "compare.setting.part",
            {"name": _setting(one), "a": _value(a, one), "b": _value(b, one)},
        )
        for one in unlike[:SETTINGS_SHOWN]
    ]
    values: dict[str, object] = {
        "parts": ("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)),
        "count": len(unlike),
    }
    key = "compare.settings" if len(unlike) <= SETTINGS_SHOWN else "compare.settings.more"
    yield {
        **blank,
        "topic": "settings",
        "value": float(len(unlike)),
        "unit": "settings",
        "text": put(key, values),
    }


def _method(info: StudyInfo) -> tuple[str, str]:
    """Say how a study works out its times."""
    name = both(f"engine.{info.engine or 'none'}")
    told = [_setting_part(info, one) for one in info.settings if one in MAIN]
    if not told:
        return name
    parts = ("；".join(zh for zh, _ in told), "; ".join(en for _, en in told))
    return put("compare.method.part", {"name": name, "parts": parts})


def _setting_part(info: StudyInfo, key: str) -> tuple[str, str]:
    return put("compare.method.setting", {"name": _setting(key), "value": _value(info, key)})


def _value(info: StudyInfo, key: str) -> str | tuple[str, str]:
    return info.settings.get(key) or both("compare.setting.none")


def _setting(key: str) -> tuple[str, str]:
    """Name a setting as an office would; one without a name of its own by its path in the file."""
    head, _, rest = key.partition(".")
    if head == "speeds_kmh":
        return put("compare.setting.speed", {"road": both(f"compare.road_class.{rest}")})
    of, _, what = rest.partition(".")
    field_name = f"compare.field.{what}"
    if head in {"profiles", "conditions"} and field_name in MESSAGES:
        one = f"{head[:-1]}.{of}"  # an office may have profiles of its own
        values = {"of": MESSAGES.get(one, (of, of)), "field": both(field_name)}
        return put(f"compare.setting.{head}", values)
    named = f"compare.setting.{key}"
    return both(named) if named in MESSAGES else (f"travel.{key}", f"travel.{key}")


def _setting_rows(a: StudyInfo, b: StudyInfo) -> Iterator[dict[str, Any]]:
    """Say what the two studies themselves do not share."""
    if a.condition != b.condition:
        values = {"a": both(f"condition.{a.condition}"), "b": both(f"condition.{b.condition}")}
        text = put("compare.condition", values)
        yield {"topic": "condition", "value": np.nan, "unit": "", "text": text}
    if a.as_of != b.as_of:
        text = put("compare.as_of", {"a": a.as_of.isoformat(), "b": b.as_of.isoformat()})
        yield {"topic": "as_of", "value": np.nan, "unit": "", "text": text}


def _marked(text: tuple[str, str], *, mark: str) -> tuple[str, str]:
    return put(mark, {"text": text}) if mark else text


def _mark(a: StudyInfo, b: StudyInfo) -> str:
    """Give the key of what each sentence begins with; empty for two studies as they are."""
    if a.demonstration or b.demonstration:
        return "compare.demonstration"
    return "" if a.scenario is None and b.scenario is None else "compare.scenario"


def _blank(row: Mapping[Any, Any], group: str) -> bool:
    return bool(np.isnan(row[f"{group}_reached_a"]) and np.isnan(row[f"{group}_reached_b"]))


def _number(value: float) -> str | tuple[str, str]:
    return both("no_data") if np.isnan(value) else f"{value:.0f}"


def _signed(value: float) -> str | tuple[str, str]:
    if np.isnan(value):
        return both("no_data")
    return "±0" if value == 0 else f"{value:+.0f}".replace("-", "−")
