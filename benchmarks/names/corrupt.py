"""Make `names.csv`, a labelled list of messy administrative names, from the county's 366 units.

The rules are numbered and explained in `README.md`. They were written before the matcher which is
measured with the list, by someone who had not seen it. The same facts give the same bytes: every
row has its own dice, and only `random.Random.random` is used, whose numbers Python promises to
keep.

    python benchmarks/names/corrupt.py [--check]
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

FOLDER = Path(__file__).resolve().parent
if str(FOLDER) not in sys.path:  # the folder is not a package
    sys.path.insert(0, str(FOLDER))

from planted import (  # noqa: E402  # found only now that its folder is on the path
    ETHNIC_FORMS,
    HOMONYMS,
    NEGATIVES,
    OUTSIDE_TOWNSHIPS,
    OUTSIDE_VILLAGES,
    SHAPE,
    SOUND,
    TOWNSHIP_ERRORS,
    TOWNSHIP_NEGATIVES,
    TRADITIONAL,
    Planted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FACTS = FOLDER.parents[1] / "data" / "build" / "facts"
LIST = FOLDER / "names.csv"
SEED = "wushan-names-1"
COUNTY = "500237"
TOWNSHIP_DIGITS = 9
ATTEMPTS = 60
EXTRA_ROWS = 60
COLUMNS = (
    "row_id",
    "level",
    "name",
    "parent_code",
    "parent_name",
    "expected",
    "rule",
    "note",
    "parent_meant",
)
ETHNIC = {"红椿": "红椿土家族乡", "邓家": "邓家土家族乡"}
LOST = "□?"  # how a lost character is printed; each stands for one character
CITY = "500237001"  # 高唐街道: its communities never were villages
FORMER = ("前进", "红旗", "团结", "跃进", "东风", "建设", "群力", "先锋")  # none is a unit here

# Rule and weight: what happens to a village's name, apart from its parent.
MENU = {
    "R1": 22,
    "R3": 13,
    "R4": 10,
    "R5": 15,
    "R6": 12,
    "R7": 10,
    "R8": 10,
    "R9": 24,
    "R10": 12,
    "R11": 8,
    "R12": 11,
    "R13": 7,
}
TOWNSHIP_MENU = {"R1": 20, "R3": 14, "R4": 12, "R6": 14, "R7": 6, "R8": 10, "R11": 8, "R13": 5}
CLASHES = (
    {"R1", "R13"},
    {"R1", "R12"},
    {"R9", "R10"},
    {"R9", "R13"},
    {"R10", "R13"},
    {"R12", "R13"},
)
HOW_MANY = (0, 1, 1, 1, 1, 2, 2, 2, 3)
SPOILING = {"R9", "R10"}

T = TypeVar("T")


class Unit(NamedTuple):
    """A township or village: its code, the name without its kind, its kind, its township."""

    code: str
    stem: str
    kind: str
    parent: str


class Told(NamedTuple):
    """What the table tells about the parent, and which township that means."""

    code: str
    name: str
    meant: str
    rules: frozenset[str]


class Dice:
    """Chance with a key, from the only method whose numbers Python promises to keep."""

    def __init__(self, *key: str) -> None:
        # Reproducible on purpose: nothing here is a secret.
        self._source = random.Random("/".join((SEED, *key)))  # noqa: S311 -- a list to measure with, no secret

    def chance(self, share: float) -> bool:
        """Give true in this share of the throws."""
        return self._source.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """Give one of the choices."""
        return choices[int(self._source.random() * len(choices))]

    def weighted(self, weights: dict[str, int]) -> str:
        """Give one of the keys, the heavier the likelier."""
        return self.pick([key for key, weight in weights.items() for _ in range(weight)])

    def rules(self, menu: dict[str, int]) -> set[str]:
        """Give none to three rules of a menu that go together."""
        chosen: set[str] = set()
        for _ in range(self.pick(HOW_MANY)):
            rule = self.weighted(menu)
            if not any(clash <= chosen | {rule} for clash in CLASHES):
                chosen.add(rule)
        return chosen


def pairs(table: str) -> dict[str, str]:
    """Read a table of characters and what stands in their place.

    Parameters
    ----------
    table
        A character and one or more others without a gap, separated by blanks.

    Returns
    -------
    dict
        For each first character all the others.

    Raises
    ------
    ValueError
        If a character stands alone.

    Examples
    --------
    >>> pairs("坪平 坪评 桥侨")
    {'坪': '平评', '桥': '侨'}
    """
    found: dict[str, str] = {}
    for pair in table.split():
        if len(pair) == 1:
            raise ValueError(f"nothing stands in the place of {pair}")
        found[pair[0]] = found.get(pair[0], "") + pair[1:]
    return found


SOUNDS, SHAPES, OLD_FORMS = pairs(SOUND), pairs(SHAPE), pairs(TRADITIONAL)
WIDE = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in "0123456789().#-AB"}


def edits(one: str, other: str) -> int:
    """Count the characters to change, add or take away; a lost one equals any.

    Parameters
    ----------
    one, other
        Two names.

    Returns
    -------
    int
        The Levenshtein distance.

    Raises
    ------
    TypeError
        If one of them is not text.

    Examples
    --------
    >>> edits("长坪", "长房"), edits("长?", "长坪"), edits("禹王", "禹王宫")
    (1, 0, 1)
    """
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        previous, row = row, [i]
        for j, right in enumerate(other, start=1):
            same = left == right or left in LOST or right in LOST
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (not same)))
    return row[-1]


def read_units(facts: Path) -> tuple[list[Unit], list[Unit]]:
    """Read the townships and the villages.

    Parameters
    ----------
    facts
        The folder with `townships.csv` and `villages.csv`.

    Returns
    -------
    tuple
        26 townships and 340 villages, in the order of the files.

    Raises
    ------
    FileNotFoundError
        If a file is lacking.

    Examples
    --------
    >>> townships, villages = read_units(FACTS)
    >>> len(townships), len(villages), townships[2].stem, villages[0].kind
    (26, 340, '庙宇', '社区')
    """

    def rows(name: str) -> list[dict[str, str]]:
        with (facts / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def cut(name: str, kinds: tuple[str, ...]) -> tuple[str, str]:
        kind = next(kind for kind in kinds if name.endswith(kind))
        return name.removesuffix(kind), kind

    townships = [
        Unit(row["code"], *cut(row["name_zh"], ("街道", "镇", "乡")), COUNTY)
        for row in rows("townships.csv")
    ]
    villages = [
        Unit(row["code"], *cut(row["short_name_zh"], ("社区", "村")), row["township_code"])
        for row in rows("villages.csv")
    ]
    return townships, villages


def traditional(text: str) -> str:
    """Write a text in traditional characters.

    Parameters
    ----------
    text
        Simplified text.

    Returns
    -------
    str
        The same text; a character without another form stays.

    Raises
    ------
    AttributeError
        If it is not text.

    Examples
    --------
    >>> traditional("巫山县庙宇镇龙骨坡社区")
    '巫山縣廟宇鎮龍骨坡社區'
    """
    return "".join(OLD_FORMS.get(character, character) for character in text)


def _spaced(text: str, dice: Dice, inner: str) -> str:
    """Put blanks, zero-width ones among them, outside or inside a name."""
    wide = " ".join(inner) + text.removeprefix(inner) if text.startswith(inner) else text
    return dice.pick(
        (
            f" {text}",
            f"{text} ",
            f"\u3000\u3000{text}",
            f"{text}\u3000",
            f"\u200b{text}",
            f"{text}\u00a0",
            f"{text[:1]}\u200b{text[1:]}",
            wide,
            wide.replace(" ", "\u3000"),
            " ".join(text),
        )
    )


def _pointed(text: str, dice: Dice) -> str:
    """Put a mark before or after a name."""
    return dice.pick(("{}。", "{}、", "{},", "{}：", "·{}", "“{}”", "{}*", "{};")).format(text)


def _numbered(text: str, dice: Dice) -> str:
    """Put a running number before or after a name."""
    number = int(dice.pick("123456789"))
    words = "一二三四五六七八九"[number - 1]
    forms = (
        f"{number}.{text}",
        f"{number}、{text}",
        f"{words}、{text}",
        f"{number:02d} {text}",
        f"({number}){text}",
        f"({words}){text}",
        f"{chr(0x2460 + number - 1)}{text}",
        f"#{number}-{text}",
        f"A{number}.{text}",
        f"B-{number} {text}",
        f"A{number}、{text}",
        f"{text}-{number:02d}",
        f"{text}{chr(0x2460 + number - 1)}",
        f"{text}({number})",
    )
    return dice.pick(forms)


def _widened(text: str, dice: Dice) -> str:
    """Write digits, brackets and marks in full width, or only the brackets, in some fashion."""
    if "(" in text and dice.chance(0.4):
        style = dice.pick(("【】", "〔〕", "[]", "（)"))
        return text.replace("(", style[0]).replace(")", style[1])
    return text.translate(WIDE)


def spoil(stem: str, rule: str, dice: Dice) -> tuple[str, str]:
    """Put one mistake of writing into a stem.

    Parameters
    ----------
    stem
        The name without its kind.
    rule
        R9 (a wrong character) or R10 (one lost or doubled).
    dice
        The dice of the row.

    Returns
    -------
    tuple
        The stem and a note; the stem unchanged where the rule has nothing to do.

    Raises
    ------
    IndexError
        If the stem is empty.

    Examples
    --------
    >>> spoil("兔坪", "R9", Dice("an example"))
    ('免坪', '免 for 兔 by shape')
    """
    if rule == "R9":
        table, why = (SOUNDS, "sound") if dice.chance(0.6) else (SHAPES, "shape")
        places = [place for place, character in enumerate(stem) if character in table]
        if not places:
            return stem, ""
        place = dice.pick(places)
        wrong = dice.pick(table[stem[place]])
        written = stem[:place] + wrong + stem[place + 1 :]
        return written, f"{wrong} for {stem[place]} by {why}"
    place = int(dice.pick("0123456789")) % len(stem)
    before, lost, after = stem[:place], stem[place], stem[place + 1 :]
    if dice.chance(0.25) or not before + after:
        return stem, "in the kind"
    if dice.chance(0.35):
        return f"{before}{lost}{lost}{after}", f"{lost} twice"
    if len(before + after) > 1:
        return before + after, f"{lost} lost"
    return before + dice.pick(LOST) + after, f"{lost} unreadable"


def _suffix(unit: Unit, stem: str, rules: set[str], dice: Dice, *, bare: bool) -> str:
    """Give a village's name a kind: as published, shortened, changed, or with a lost character."""
    village = unit.kind == "村"
    if "R13" in rules:
        return stem + dice.pick(("社区", "社区居委会") if village else ("村", "村村委会", "村委会"))
    if "R1" in rules:
        forms = (
            ("村委会", "村村委会", "村民委员会", "村委", "村民委")
            if village
            else ("社区居委会", "居委会", "居民委员会", "社区居民委")
        )
        return stem + (dice.pick((*forms, "", "")) if bare else dice.pick(forms))
    if "R10" in rules and stem == unit.stem:
        return stem + dice.pick(
            ("村民委会", "村村民委员", "村村")
            if village
            else ("社区居民委会", "社区居民委员", "社居委会")
        )
    if "R12" in rules or dice.chance(0.7):
        return stem + unit.kind
    return stem + ("村村民委员会" if village else "社区居民委员会")


def _grouped(text: str, unit: Unit, dice: Dice) -> str:
    """Put the number of a group behind a village's name."""
    number = int(dice.pick("12345678"))
    words = "一二三四五六七八"[number - 1]
    forms = [f"{number}组", f"{words}组", f"{number}社", f"{words}社", f"第{words}村民小组"]
    if unit.kind == "社区":
        forms = [f"{number}组", f"{words}组", f"第{words}居民小组", f"{number}网格"]
    return text + dice.pick(forms)


def _remarked(text: str, unit: Unit, dice: Dice) -> str:
    """Put a remark in brackets behind a name; the name before the brackets is meant."""
    former = dice.pick(FORMER)
    forms = ["(已核)", "(库区)", "(高山)"]
    if len(unit.code) > TOWNSHIP_DIGITS:
        forms += [f"(原{former}村)", f"(含原{former}村)", "(搬迁)", "(含二组)", "(易地搬迁)"]
        forms += ["(贫困村)", "(合并后)"] if unit.kind == "村" else ["(城镇)"]
    return text + dice.pick(forms)


def _in_front(text: str, township: Unit, dice: Dice) -> tuple[str, bool]:
    """Put county, township or both before a village's name; say whether the township is there."""
    county = dice.pick(("巫山县", "重庆市巫山县", "", ""))
    if county and dice.chance(0.4):
        return county + text, False
    name = township.stem + township.kind
    if dice.chance(0.5):
        name = ETHNIC.get(township.stem, name)
    return county + name + dice.pick(("", "", "", "-", " ", "/")) + text, True


def _finish(text: str, stem: str, rules: set[str], dice: Dice) -> str:
    """Apply the rules that concern any text; take out of the rules those that changed nothing."""
    if "R4" in rules:
        if traditional(text) == text:
            rules.discard("R4")
        text, stem = traditional(text), traditional(stem)
    if "R6" in rules:
        text = _spaced(text, dice, stem)
    if "R8" in rules:
        text = _numbered(text, dice)
    if "R11" in rules:
        text = _pointed(text, dice)
    if "R5" in rules:
        narrow, text = text, _widened(text, dice)
        if text == narrow:
            rules.discard("R5")
    return text


def messy_township(unit: Unit, dice: Dice) -> str:
    """Write the name of a township as it stands in a column of parents.

    Parameters
    ----------
    unit
        The township.
    dice
        The dice of the row.

    Returns
    -------
    str
        A name that means this township and no other of the county.

    Raises
    ------
    KeyError
        If the township has no entry among the errors.

    Examples
    --------
    >>> messy_township(Unit("500237101", "庙宇", "镇", "500237"), Dice("an example"))
    '庙字镇'
    """
    name = ETHNIC.get(unit.stem, unit.stem + unit.kind)
    office = "办事处" if unit.kind == "街道" else "人民政府"
    return dice.pick(
        (
            unit.stem,
            unit.stem,
            f"巫山县{name}",
            f"重庆市巫山县{unit.stem}{unit.kind}",
            name + office,
            traditional(name),
            " ".join(unit.stem) + unit.kind,
            f"{name}\u3000",
            TOWNSHIP_ERRORS[unit.stem] + unit.kind,
        )
    )


def tell(township: Unit, dice: Dice, *, named: bool, alone: bool) -> Told:
    """Decide what a row tells about its parent.

    Parameters
    ----------
    township
        The true parent.
    dice
        The dice of the row.
    named
        Whether the messy name has the township in front.
    alone
        Whether the name is the only one of its kind in the county, so that nothing may be told.

    Returns
    -------
    Told
        Code, name, the township that is meant, and the rules that this adds.

    Raises
    ------
    KeyError
        If the township has no entry among the errors.

    Examples
    --------
    >>> tell(Unit("500237101", "庙宇", "镇", "500237"), Dice("b"), named=False, alone=False)
    Told(code='', name='庙宇', meant='500237101', rules=frozenset({'R14'}))
    """
    clean = township.stem + township.kind
    if township.stem in ETHNIC and dice.chance(0.5):
        clean = ETHNIC[township.stem]
    ethnic = frozenset({"R2"} if "土家族" in clean else ())
    way = dice.weighted({"both": 50, "code": 12, "name": 20, "mixed": 12, "none": 6})
    if named and dice.chance(0.5):
        return Told("", "", township.code, frozenset())
    if way == "none" and alone:
        meant = township.code if named else ""
        return Told("", "", meant, frozenset() if named else frozenset({"R15"}))
    if way == "code":
        return Told(township.code, "", township.code, frozenset())
    if way in {"both", "none"}:
        return Told(township.code, clean, township.code, ethnic)
    name = messy_township(township, dice)
    added = {"R14"} | ({"R2"} if "土家族" in name else set())
    return Told(township.code if way == "mixed" else "", name, township.code, frozenset(added))


def _alone(unit: Unit, stem: str, others: Sequence[Unit], parent: str) -> bool:
    """Whether no other unit in the parent (without one: the county) is within one character."""
    least = 0 if stem == unit.stem or any(sign in stem for sign in LOST) else 1
    return all(
        edits(stem, other.stem) > least
        for other in others
        if other.code != unit.code and parent in {"", other.parent}
    )


class County(NamedTuple):
    """All units, for questions about names."""

    townships: list[Unit]
    villages: list[Unit]

    def township(self, code: str) -> Unit:
        """Give the township with a code."""
        return next(unit for unit in self.townships if unit.code == code)

    def called(self, path: str) -> Unit:
        """Give the unit called township/village, or only township."""
        stem, _, village = path.partition("/")
        township = next(unit for unit in self.townships if unit.stem == stem)
        if not village:
            return township
        return next(
            unit for unit in self.villages if unit.parent == township.code and unit.stem == village
        )


def _possible(rules: set[str], unit: Unit, township: Unit) -> set[str]:
    """Leave out the rules that make no sense for a unit; add what a rule needs."""
    rules = set(rules)
    # 骡坪村 written 骡坪社区 would be taken for the community of the seat: planted as N7.
    if unit.parent == CITY or unit.stem.endswith("场镇") or unit.stem == township.stem:
        rules.discard("R13")
    if "R5" in rules and not rules & {"R7", "R8", "R12"}:
        # Something in it must have a width: a number before or after, or the number of a group.
        rules = rules | {"R8"} if int(unit.code[-1]) % 2 else rules - {"R1", "R13"} | {"R12"}
    return rules


def village_row(unit: Unit, county: County, rules: set[str], dice: Dice) -> dict[str, str] | None:
    """Write one village's name in a messy way.

    Parameters
    ----------
    unit
        The village.
    county
        All units.
    rules
        The rules to apply.
    dice
        The dice of the row.

    Returns
    -------
    dict or None
        The row, or none where another unit would be just as possible.

    Raises
    ------
    StopIteration
        If its township is not in the county.

    Examples
    --------
    >>> county = County(*read_units(FACTS))
    >>> village_row(county.called("大溪/军营"), county, {"R8"}, Dice("c"))["expected"]
    '500237211214'
    """
    township, named = county.township(unit.parent), False
    rules = _possible(rules, unit, township)
    stem, note = unit.stem, ""
    for rule in sorted(rules & SPOILING):
        stem, note = spoil(stem, rule, dice)
    # A mistake in the kind leaves no room for another kind or a group behind it.
    if rules & SPOILING and stem == unit.stem and ("R9" in rules or rules & {"R1", "R12"}):
        return None
    names = {township.stem for township in county.townships}
    bare = len(stem) > 1 and stem == unit.stem and stem not in {*names, "场镇", "龙溪场镇"}
    text = _suffix(unit, stem, rules, dice, bare=bare)
    if "R12" in rules:
        text = _grouped(text, unit, dice)
    if "R7" in rules:
        text = _remarked(text, unit, dice)
    if "R3" in rules:
        text, named = _in_front(text, township, dice)
        rules |= {"R2"} if "土家族" in text else set()
    text = _finish(text, stem, rules, dice)
    everywhere = _alone(unit, stem, county.villages, "") and not any(sign in stem for sign in LOST)
    told = tell(township, dice, named=named, alone=everywhere)
    if not _alone(unit, stem, county.villages, told.meant):
        return None
    return _row(unit, text, told, rules | told.rules, note)


def _row(unit: Unit, text: str, told: Told, rules: set[str], note: str) -> dict[str, str]:
    """Put together a row that means a unit."""
    return {
        "level": "village" if len(unit.code) > TOWNSHIP_DIGITS else "township",
        "name": text,
        "parent_code": told.code,
        "parent_name": told.name,
        "expected": unit.code,
        "rule": "+".join(sorted(rules, key=lambda rule: (rule[0], int(rule[1:])))) or "R0",
        "note": note,
        "parent_meant": told.meant,
    }


def township_row(unit: Unit, rules: set[str], dice: Dice) -> dict[str, str]:
    """Write one township's name in a messy way.

    Parameters
    ----------
    unit
        The township.
    rules
        The rules to apply.
    dice
        The dice of the row.

    Returns
    -------
    dict
        The row.

    Raises
    ------
    KeyError
        If the township has no entry among the errors.

    Examples
    --------
    >>> unit = Unit("500237101", "庙宇", "镇", "500237")
    >>> township_row(unit, {"R9"}, Dice("d"))["name"]
    '庙字镇'
    """
    rules, note = set(rules), ""
    stem = unit.stem
    kind = ETHNIC.get(stem, stem + unit.kind).removeprefix(stem) if "R2" in rules else unit.kind
    if "R9" in rules:
        stem = TOWNSHIP_ERRORS[stem]
        note = f"{stem} for {unit.stem}"
    text = stem + kind
    if unit.kind == "街道":
        rules.discard("R13")
    if "R13" in rules:
        text = stem + {"镇": "乡", "乡": "镇"}[unit.kind]
    elif "R1" in rules:
        text = stem + (
            dice.pick(("街道办事处", "街道办", "街办", "办事处", ""))
            if unit.kind == "街道"
            else dice.pick((f"{kind}人民政府", f"{kind}政府", "", ""))
        )
    if "土家族" not in text:
        rules.discard("R2")
    if "R7" in rules:
        text = _remarked(text, unit, dice)
    if "R3" in rules:
        text = dice.pick(("巫山县", "重庆市巫山县", "巫山县", "重庆巫山")) + text
    text = _finish(text, stem, rules, dice)
    code, name = dice.pick(((COUNTY, ""), (COUNTY, "巫山县"), ("", "巫山县"), ("", "")))
    if "R13" in rules:
        code, name = COUNTY, "巫山县"
    return _row(
        unit, text, Told(code, name, COUNTY if code or name else "", frozenset()), rules, note
    )


def _townships(county: County) -> list[dict[str, str]]:
    """Three rows for each township: its kind, a wrong character, and a mixture."""
    rows = []
    for unit in county.townships:
        ethnic = {"R2"} if unit.stem in ETHNIC else set()
        first, second, third = (Dice(unit.code, str(turn)) for turn in range(3))
        kind = first.pick(({"R1"}, {"R1"}, set[str](), {"R3"}))
        rows.append(township_row(unit, kind | ethnic, first))
        more = second.pick(({"R6"}, {"R3"}, {"R4"}, set[str](), set[str]()))
        rows.append(township_row(unit, {"R9"} | more, second))
        mixed = third.rules(TOWNSHIP_MENU) or {"R6"}
        mixed |= {"R5"} if mixed & {"R7", "R8"} and third.chance(0.5) else set()
        mixed |= ethnic if "R13" not in mixed else set()
        rows.append(township_row(unit, mixed, third))
    told = Told(COUNTY, "", COUNTY, frozenset())
    for stem, name, rules in ETHNIC_FORMS:
        rows.append(_row(county.called(stem), name, told, set(rules.split("+")), ""))
    return rows


def _one_village(unit: Unit, county: County, turn: str, menu: dict[str, int]) -> dict[str, str]:
    """Throw until a row means this village and no other."""
    for attempt in range(ATTEMPTS):
        dice = Dice(unit.code, turn, str(attempt))
        rules = dice.rules(menu)
        if turn == "again" and not rules & SPOILING:
            continue
        row = village_row(unit, county, rules, dice)
        if row is not None:
            return row
    raise RuntimeError(f"no row for {unit.stem} after {ATTEMPTS} attempts")


def _villages(county: County) -> list[dict[str, str]]:
    """One row for each village, and a second one with a mistake of writing for some."""
    rows = [_one_village(unit, county, "first", MENU) for unit in county.villages]
    order = sorted(county.villages, key=lambda unit: Dice(unit.code, "order").pick(range(10**9)))
    for unit in order:
        if len(rows) == len(county.villages) + EXTRA_ROWS:
            break
        # Every mistake in a name with near neighbours may lead to one of them: then no second row.
        with suppress(RuntimeError):
            rows.append(_one_village(unit, county, "again", MENU))
    return rows


def planted_row(row: Planted, county: County) -> dict[str, str]:
    """Give a row that was written by hand its codes.

    Parameters
    ----------
    row
        The row as planted.
    county
        All units.

    Returns
    -------
    dict
        The row of the list.

    Raises
    ------
    StopIteration
        If it names a unit that the county lacks.

    Examples
    --------
    >>> county = County(*read_units(FACTS))
    >>> planted_row(Planted("H1", "兴旺村", "大昌", "both", "大昌/兴旺", ""), county)["expected"]
    '500237102237'
    """
    parent = county.called(row.told) if row.told else None
    expected = county.called(row.expected).code if "/" in row.expected else row.expected
    code = name = meant = ""
    if parent is not None:
        meant = parent.code
        code = parent.code if row.shown in {"code", "both"} else ""
        name = parent.stem + parent.kind if row.shown in {"name", "both"} else ""
        if row.shown == "name" and "R14" in row.rule:
            name = parent.stem
    return {
        "level": "village",
        "name": row.name,
        "parent_code": code,
        "parent_name": name,
        "expected": expected,
        "rule": row.rule,
        "note": row.note,
        "parent_meant": meant,
    }


def _fixed(
    level: str, name: str, parent: tuple[str, str], label: tuple[str, str, str]
) -> dict[str, str]:
    """Put together a negative row: parent is code and name, label is expected, rule and note."""
    return {
        "level": level,
        "name": name,
        "parent_code": parent[0],
        "parent_name": parent[1],
        "expected": label[0],
        "rule": label[1],
        "note": label[2],
        "parent_meant": "",
    }


def make_rows(facts: Path = FACTS) -> list[dict[str, str]]:
    """Make the whole list.

    Parameters
    ----------
    facts
        The folder with the facts about the county.

    Returns
    -------
    list
        Rows with the columns of `names.csv`.

    Raises
    ------
    FileNotFoundError
        If a file of the facts is lacking.

    Examples
    --------
    >>> rows = make_rows()
    >>> rows[0]["row_id"], len(rows) > 500
    ('n0001', True)
    """
    county = County(*read_units(facts))
    rows = _townships(county) + _villages(county)
    rows += [planted_row(row, county) for row in HOMONYMS]
    rows += [
        _fixed("township", name, (code, ""), ("none", "N1", note))
        for name, code, note in OUTSIDE_TOWNSHIPS
    ]
    rows += [
        _fixed("village", name, ("", parent), ("none", "N1", note))
        for name, parent, note in OUTSIDE_VILLAGES
    ]
    rows += [planted_row(row, county) for row in NEGATIVES]
    rows += [
        _fixed("township", name, (code, ""), (expected, rule, note))
        for name, code, expected, rule, note in TOWNSHIP_NEGATIVES
    ]
    return [{"row_id": f"n{number:04d}", **row} for number, row in enumerate(rows, start=1)]


def as_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """Write rows as a CSV file: UTF-8 with a mark, so that a spreadsheet opens it rightly.

    Parameters
    ----------
    rows
        Rows with the columns of the list.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ValueError
        If a row has a column that the list lacks.

    Examples
    --------
    >>> as_csv([]).decode("utf-8-sig").startswith("row_id,level,name")
    True
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def main() -> int:
    """Write the list, or check that it is what the rules give."""
    parser = argparse.ArgumentParser(description="Make the list of messy names.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    made = as_csv(make_rows())
    if parser.parse_args().check:
        same = LIST.read_bytes() == made
        print("names.csv is as the rules give it" if same else "names.csv differs")
        return 0 if same else 1
    LIST.write_bytes(made)
    print(f"{LIST}: {made.count(10) - 1} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
