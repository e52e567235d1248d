"""The README of the boundaries, generated with every figure in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from checksums import sha256
from common import read_facts, to_metres

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd
    from shapely.geometry.base import BaseGeometry

TEMPLATE = Path(__file__).resolve().parent / "boundaries_readme.md"
"""The README with places for its figures."""
EDITION = "2026-11-23"
"""Date of this edition of the boundaries: set by hand when the facts or the method change."""
PROMISED = 2.0
"""Largest error of a stated area that the reader is promised, per cent."""
MEANINGS = {"stated": "stated 文件", "lower": "lower bound 下限", "free": "unknown 未知"}
"""How the kind of a target is printed."""
FIT_HEAD = (
    "| code | 名称 | name | known 已知 | kind 性质 | Voronoi 泰森份额 | built 成图 "
    "| error 误差 | seat to border 驻地距界 (km) |\n"
    "|---|---|---|---:|---|---:|---:|---:|---:|"
)
"""Head of the table of the fit."""
ROLES = {
    "county": "county outline 县界轮廓",
    "townships": "township-level units 乡镇（街道）",
    "villages": "communities and villages 村（社区）",
}
"""What each layer holds, in both languages."""


def readme(folder: Path, layers: Mapping[str, pd.DataFrame], areas: pd.DataFrame) -> str:
    """Fill the template of the README: files with checksums, the fit, the neighbours.

    Parameters
    ----------
    folder
        Where the layers were written.
    layers
        The three layers by name.
    areas
        One row a township, see `boundaries.area_table`; km2 and metres.

    Raises
    ------
    OSError
        If a layer was not written.

    Examples
    --------
    >>> readme(folder, layers, areas)  # doctest: +SKIP
    """
    values = {
        "edition": EDITION,
        "files": _files(folder, layers),
        **_fit(areas),
        **_villages(layers["villages"]),
        **_neighbours(layers["townships"]),
    }
    return TEMPLATE.read_text(encoding="utf-8").format_map(values)


def stated_neighbours(towns: pd.DataFrame) -> list[tuple[str, str]]:
    """Read which townships are stated to be neighbours, as pairs of codes in ascending order.

    Units beyond the county are left out. Statements turned round from a neighbour's count once.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"code": ["1", "2"], "name_en": ["Aba Town", "Ubu Tujia Township"],
    ...                       "neighbours": ["E Ubu Township; N Fengjie County", ""]})
    >>> stated_neighbours(towns)
    [('1', '2')]
    """
    codes = {
        str(name).split()[0]: str(code)
        for name, code in zip(towns["name_en"], towns["code"], strict=True)
    }
    pairs: set[tuple[str, str]] = set()
    for code, text in zip(towns["code"], towns["neighbours"], strict=True):
        plain = re.sub(r"\([^)]*\)", "", text)
        for name in re.findall(r"(\w+) (?:Town|Township|Subdistrict)\b", plain):
            if name in codes:
                low, high = sorted([str(code), codes[name]])
                pairs.add((low, high))
    return sorted(pairs)


def _files(folder: Path, layers: Mapping[str, pd.DataFrame]) -> str:
    lines = ["| file | holds | rows | bytes | SHA-256 |", "|---|---|---:|---:|---|"]
    for name, layer in layers.items():
        path = folder / f"{name}.geojson"
        size = path.stat().st_size
        lines.append(
            f"| `{path.name}` | {ROLES[name]} | {len(layer)} | {size} | `{sha256(path)}` |"
        )
    return "\n".join(lines)


def _fit(areas: pd.DataFrame) -> dict[str, Any]:
    stated = areas[areas["meaning"] == "stated"]
    others = areas[areas["meaning"] != "stated"]
    rows = areas.to_dict("records")
    moved = max(rows, key=lambda row: float(row["moved"]))
    return {
        "fit": "\n".join([FIT_HEAD, *(_fit_line(row) for row in rows)]),
        "count": len(stated),
        "stated": stated["stated"].sum(),
        "total": areas["built"].sum(),
        "room": areas["room"].min() / 1000,
        "worst": 100 * float((stated["built"] / stated["stated"] - 1).abs().max()),
        "spread": 100 * float(np.sqrt(((others["built"] / others["voronoi"] - 1) ** 2).mean())),
        "promised": PROMISED,
        "moved": moved["moved"] / 1000,
        "lon": moved["lon"],
        "lat": moved["lat"],
    }


def _fit_line(row: Mapping[Hashable, Any]) -> str:
    known = "" if np.isnan(row["stated"]) else f"{row['stated']:.2f}"
    goal = row["stated"] if row["meaning"] == "stated" else row["voronoi"]
    error = f"{100 * (row['built'] / goal - 1):+.2f} %"
    cells = [
        row["code"],
        row["name"],
        row["name_en"],
        f"≥ {known}" if row["meaning"] == "lower" else known,
        MEANINGS[row["meaning"]],
        f"{row['voronoi']:.2f}",
        f"{row['built']:.2f}",
        error if row["meaning"] == "stated" else f"({error})",
        f"{row['room'] / 1000:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _villages(villages: pd.DataFrame) -> dict[str, Any]:
    sizes = [to_metres(one).area / 1e6 for one in villages["geometry"]]
    banks = list(villages["bank"])
    low, middle, high = np.quantile(sizes, [0, 0.5, 1])
    return {
        "low": low,
        "middle": middle,
        "high": high,
        "north": banks.count("N"),
        "south": banks.count("S"),
        "unknown": banks.count("unknown"),
    }


def _neighbours(townships: pd.DataFrame) -> dict[str, Any]:
    facts = read_facts("townships")
    shapes = dict(zip(townships["zone_id"], townships["geometry"], strict=True))
    names = dict(zip(facts["code"], facts["name_zh"] + " " + facts["name_en"], strict=True))
    pairs = stated_neighbours(facts)
    apart = [
        f"- {names[low]} / {names[high]}: {_gap(shapes[low], shapes[high]):.1f} km apart"
        for low, high in pairs
        if shapely.intersection(shapes[low].boundary, shapes[high].boundary).length == 0
    ]
    return {
        "pairs": len(pairs),
        "touching": len(pairs) - len(apart),
        "apart": "\n".join(apart) or "- none 无",
    }


def _gap(one: BaseGeometry, other: BaseGeometry) -> float:
    return float(to_metres(one).distance(to_metres(other))) / 1000
