"""What the two READMEs say is so, and they say the same."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from built_in import study_of
from typer.testing import CliRunner

from wushan_geo.cli import app

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, "notebooks/README.md", *(f"docs/{one.name}" for one in ROOT.glob("docs/*.md")))
HEAVIEST_PICTURE = 400_000  # bytes
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
PNG = b"\x89PNG\r\n\x1a\n"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str = "") -> list[str]:
    return [body for kind, body in FENCE.findall(text_of(name)) if kind == language]


def prose(name: str) -> str:
    return LINK.sub("]", FENCE.sub("", text_of(name)))


def anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


def left_column(block: str) -> list[str]:
    """Give what stands before the explanation, which is two spaces or more away."""
    return [re.split(r"(?<=\S) {2,}", line)[0] for line in block.splitlines()]


@pytest.mark.parametrize("name", READMES)
def test_a_readme_opens_with_a_sentence_a_picture_and_two_commands(name: str) -> None:
    parts = [one for one in text_of(name).split("\n\n") if one]

    assert parts[0].startswith("# ")
    assert re.fullmatch(r"\*\*[^*]+[.。]\*\*", parts[1])
    assert parts[3].startswith("![")
    assert parts[4].startswith("## ")
    commands = [
        line for block in blocks(name)[:2] for line in block.splitlines() if line.startswith("py")
    ]
    assert commands == ["python3 bootstrap.py run", "python3 bootstrap.py test"]


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = (text_of(one) for one in READMES)

    for part in (r"^## ", r"^\|", r"^!\[", r"(?:^> .*\n)+", r"^- ", r"^\d\. "):
        counts = [len(re.findall(part, one, flags=re.MULTILINE)) for one in (english, chinese)]
        assert counts[0] == counts[1], part


def test_both_readmes_give_the_same_commands_and_files() -> None:
    english, chinese = (
        [left_column(block) for language in ("", "pycon") for block in blocks(one, language)]
        for one in READMES
    )
    said = [
        [[line for line in block if not re.match(r"A facility|乡乡", line)] for block in one]
        for one in (english, chinese)
    ]

    assert [[line.replace("text_zh", "text_en") for line in block] for block in said[1]] == said[0]


def test_both_readmes_hold_the_same_numbers() -> None:
    english, chinese = (Counter(NUMBER.findall(prose(one))) for one in READMES)

    assert english == chinese


def test_both_readmes_link_to_the_same_files() -> None:
    english, chinese = (
        sorted(one for one in LINK.findall(text_of(name)) if not one.startswith("#"))
        for name in READMES
    )
    english = [one.replace(".en.png", ".png") for one in english if one != "README.zh-CN.md"]
    chinese = [one.replace(".zh.png", ".png") for one in chinese if one != "README.md"]

    assert english == chinese


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_links_to_is_there(name: str) -> None:
    here = (ROOT / name).parent
    lost = []
    for link in LINK.findall(text_of(name)):
        path, _, part = link.partition("#")
        target = here / path if path else ROOT / name
        if not target.is_file():
            lost.append(link)
        elif part:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), flags=re.MULTILINE)
            lost += [link] if part not in map(anchor, headings) else []

    assert lost == []


def test_a_page_names_no_file_of_the_project_that_is_not_there() -> None:
    named = re.compile(r"`((?:data|docs|notebooks|wushan_geo)/[\w./-]+)`")
    lost = [
        f"{name}: {path}"
        for name in PAGES
        for path in named.findall(text_of(name))
        if not (ROOT / path).exists()
    ]

    assert lost == []


@pytest.mark.parametrize("name", READMES)
def test_pictures_are_pictures_and_light(name: str) -> None:
    pictures = re.findall(r"!\[[^\]]{20,}\]\(([^)]+)\)", text_of(name))

    assert len(pictures) == 2
    for one in pictures:
        content = (ROOT / one).read_bytes()
        assert content.startswith(PNG)
        assert len(content) < HEAVIEST_PICTURE


@pytest.mark.parametrize("name", READMES)
def test_the_example_in_python_gives_what_is_printed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(name, "pycon")
    test = doctest.DocTestParser().get_doctest(block, {}, name, None, None)
    said: list[str] = []

    results = doctest.DocTestRunner().run(test, out=said.append)

    assert results.failed == 0, "".join(said)
    assert results.attempted > 8
    assert (tmp_path / "outputs/maps/example.html").is_file()


def test_what_is_said_of_the_studies_is_so() -> None:
    wushan, facts, example = (study_of(one) for one in ("wushan", "wushan-facts", "example"))

    for name in READMES:
        text = prose(name)
        assert f"{wushan.group('all').sum():,.0f}" in text
        for study in (wushan, example):
            units = rf"{len(study.townships)}\D{{1,12}}、?(?:and )?{len(study.villages)}\D"
            assert re.search(units, text), study.config.id
    assert len(facts.townships) == 26
    assert wushan.demonstration
    assert facts.config.facts_only
    assert example.config.fictional
    assert wushan.config.siting is not None
    assert wushan.config.siting.max_sites == 8  # "one to eight"


@pytest.mark.parametrize(
    ("name", "notice"),
    [("README.md", "DEMONSTRATION DATA"), ("README.zh-CN.md", "【演示数据】")],
)
def test_the_demonstration_notice_stands_in_each_readme(name: str, notice: str) -> None:
    assert notice in text_of(name)


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_no_real_township(name: str) -> None:
    names = study_of("wushan-facts").townships["name"]

    assert [one for one in names if one in text_of(name)] == []


def command(*words: str) -> subprocess.CompletedProcess[str]:
    start = "from wushan_geo.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )


def commands_of(name: str) -> list[list[str]]:
    lines = [line for block in blocks(name) for line in left_column(block)]
    return [line.split() for line in lines if line.startswith("wushan-geo ")]


def test_each_command_of_the_readme_takes_what_is_printed() -> None:
    listed = commands_of("README.md")
    assert [one[1] for one in listed] == [
        "run", "map", "report", "info", "init", "check", "roads", "gaps", "site", "compare",
    ]  # fmt: skip

    for _, name, *words in listed:
        said = CliRunner().invoke(app, [name, "--help"]).stdout
        assert ("[STUDY]" in words) == ("[STUDY]" in said)
        for option in ("--out", "--from", "--answers", "--accept", "--download"):
            assert any(word.strip("[]") == option for word in words) == (option in said)


@pytest.mark.slow
def test_a_run_writes_the_files_of_the_readme(tmp_path: Path) -> None:
    (tree,) = (block for block in blocks("README.md") if block.startswith("outputs/"))
    patterns = [line.split()[0] for line in tree.splitlines()[1:]]

    command("run", "example", "--out", str(tmp_path), "--quiet")

    made = {one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*") if one.is_file()}
    listed = {one.relative_to(tmp_path).as_posix() for at in patterns for one in tmp_path.glob(at)}
    assert all(list(tmp_path.glob(one)) for one in patterns)
    assert made == listed


def test_the_comparison_of_numbers_would_see_a_difference() -> None:
    found = NUMBER.findall("19,000 人，0.5 至 30 分钟")

    assert found == ["19,000", "0.5", "30"]
    assert all(one != other for one, other in pairwise(found))
