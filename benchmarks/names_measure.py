"""Measure the matcher on the labelled list of messy names that somebody else wrote.

    python benchmarks/names_measure.py [--mistakes]

Townships are matched inside the county, villages inside the parent that the row tells (its code,
else its name), or anywhere if it tells none. The list was labelled by rules written before the
matcher, by someone who had not seen it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.sources.divisions import match, unit_index

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).resolve().parent
BOUNDARIES = HERE.parent / "data" / "boundaries"
LEAST_PRECISION, LEAST_RECALL = 0.99, 0.90


def scoring() -> Any:
    """Load the scorer beside the list.

    Returns
    -------
    module
        ``benchmarks/names/score.py``.

    Raises
    ------
    FileNotFoundError
        If it is lacking.
    """
    spec = importlib.util.spec_from_file_location("names_score", HERE / "names" / "score.py")
    if spec is None or spec.loader is None:
        message = "benchmarks/names/score.py"
        raise FileNotFoundError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def county_units() -> pd.DataFrame:
    """Read the county, its townships and its villages.

    Returns
    -------
    DataFrame
        Units, as :func:`match` takes them.

    Raises
    ------
    FileNotFoundError
        If the built-in county is lacking.
    """
    rows: list[dict[str, Any]] = []
    for level in ("county", "townships", "villages"):
        layer = json.loads((BOUNDARIES / f"{level}.geojson").read_text(encoding="utf-8"))
        rows += [feature["properties"] for feature in layer["features"]]
    table = pd.DataFrame(rows)
    wanted = ("zone_id", "name", "full_name", "name_en", "parent_id", "kind")
    return table[[name for name in wanted if name in table]]


def matched(rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Match the list as a user would.

    Parameters
    ----------
    rows
        Rows of ``names.csv``.

    Returns
    -------
    DataFrame
        As :func:`match` gives it, by ``row_id``.

    Raises
    ------
    KeyError
        If a column is lacking.
    """
    index = unit_index(county_units())
    table = pd.DataFrame(rows, dtype="str").set_index("row_id")
    told = table["parent_code"].where(table["parent_code"] != "", table["parent_name"])
    parents = told.where(table["level"] == "village", index.county)
    return match(table["name"], index, parents)


def measured() -> Any:
    """Score the matches of the list.

    Returns
    -------
    Score
        As ``benchmarks/names/score.py`` gives it.

    Raises
    ------
    FileNotFoundError
        If the list is lacking.
    """
    score = scoring()
    rows = score.read_names()
    found = matched(rows)["zone_id"]
    codes = {row: None if pd.isna(code) else str(code) for row, code in found.items()}
    return score.measure(codes, rows)


def main() -> None:
    """Print precision, recall and homonyms outside their parent.

    Raises
    ------
    SystemExit
        With 1 if a limit is missed.
    """
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--mistakes", action="store_true", help="count the mistakes by kind and rule"
    )
    given = words.parse_args()
    score = measured()
    print(f"names: {score.rows}, matched: {score.matched}, meant: {score.meant}")
    print(f"precision: {score.precision:.4f} (at least {LEAST_PRECISION})")
    print(f"recall: {score.recall:.4f} (at least {LEAST_RECALL})")
    print(f"homonyms outside their parent: {score.homonyms_outside}, all rows: {score.outside}")
    if given.mistakes:
        counted = Counter((one.kind, one.rule) for one in score.mistakes)
        for (kind, rule), count in sorted(counted.items()):
            print(f"  {kind:10} {rule:12} {count}")
    good = score.precision >= LEAST_PRECISION and score.recall >= LEAST_RECALL
    sys.exit(int(not good or score.outside > 0))


if __name__ == "__main__":
    main()
