"""The one message table: both languages, the same values in both, nothing unused."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import wushan_geo
from wushan_geo.errors import UnknownIdError
from wushan_geo.wording import LANGUAGES, MESSAGES, PARTS, both, put, say

FOLDER = Path(wushan_geo.__file__).parent
WORDING = FOLDER / "wording"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# English sentences that name a Chinese word: a button, a name, a sheet.
EMPTY = {"remedy.none"}  # nothing to be done is said by saying nothing
QUOTING = {
    "map.language",
    "map.language.hint",
    "report.guide.ledgers",
    "report.guide.unreachable",
    "report.guide.unreachable.given",
}


def fields(text: str) -> set[str]:
    """Give the names of the values that a text needs."""
    return {
        name.partition(".")[0].partition("[")[0]
        for _, name, _, _ in string.Formatter().parse(text)
        if name is not None
    }


def sources() -> list[str]:
    """Read everything that may name a message: code, templates and scripts."""
    kinds = {".py", ".html", ".js", ".jinja", ".j2"}
    files = [path for path in FOLDER.rglob("*") if path.suffix in kinds]
    return [path.read_text(encoding="utf-8") for path in files if WORDING not in path.parents]


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_a_message_stands_in_both_languages_and_needs_the_same_values(key: str) -> None:
    zh, en = MESSAGES[key]

    assert bool(zh.strip()) == bool(en.strip()) == (key not in EMPTY)
    assert fields(zh) == fields(en)
    assert bool(CHINESE.search(en)) == (key in QUOTING)


def test_no_key_stands_twice() -> None:
    assert len(MESSAGES) == sum(len(part) for part in PARTS)
    for path in sorted(WORDING.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                keys = [one.value for one in node.keys if isinstance(one, ast.Constant)]
                assert len(keys) == len(set(keys)), (path.name, keys)


def test_every_message_is_used() -> None:
    text = "\n".join(sources())
    quoted = set(re.findall(r"""["'`]([a-z_0-9]+(?:\.[a-z_0-9]+)*)["'`]""", text))
    # A key may be put together from a beginning and a word: f"class.{kind}", word("class", kind).
    begun = set(re.findall(r"""["'`]([a-z_0-9]+(?:\.[a-z_0-9]+)*)\.(?:\{|["'`])""", text))
    begun |= {one for one in quoted if "." in one}

    def used(key: str) -> bool:
        room, _, name = key.partition(".")
        if room in {"rule", "hint"}:  # rule("number") says the message rule.number
            return name in quoted
        return key in quoted or any(key.startswith(f"{one}.") for one in begun)

    assert [key for key in sorted(MESSAGES) if not used(key)] == []


def test_an_unknown_key_and_a_value_not_given_are_named() -> None:
    with pytest.raises(UnknownIdError, match=r"no\.such\.key"):
        say("no.such.key", "zh")
    with pytest.raises(UnknownIdError, match="folder"):
        say("cli.written", "en", files=3)


def test_a_pair_is_put_in_by_language() -> None:
    assert put("info.missing", {"what": ("甲", "A")}) == (
        "缺少的数据表：甲",
        "Tables that are not there: A",
    )
    assert both("info.as_of") == (say("info.as_of", "zh"), say("info.as_of", "en"))
    assert LANGUAGES == ("zh", "en")


def test_a_value_with_braces_is_no_field() -> None:
    assert say("info.missing", "en", what="{x} {0}") == "Tables that are not there: {x} {0}"


def test_the_cut_off_date_has_one_wording_on_the_map_in_the_report_and_on_the_terminal() -> None:
    assert MESSAGES["map.as_of"] == MESSAGES["report.as_of"]
    assert MESSAGES["map.as_of"][0].startswith(f"{MESSAGES['info.as_of'][0]}：")
    assert MESSAGES["map.column.as_of"] == MESSAGES["report.column.as_of"]
    assert not [key for key, (zh, _) in MESSAGES.items() if "数据截至" in zh]
