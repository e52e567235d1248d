"""The class of a road: own table, number, Chinese word, tag; what no rule knows is counted."""

from __future__ import annotations

import pytest

from wushan_geo.sources.roads.classes import HIGHWAYS, WORDS, classify, numbered, road_class
from wushan_geo.study.tables import ROAD_CLASSES


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("G5", "expressway"),
        ("G42", "expressway"),
        ("G6911", "expressway"),  # the third digit is the kind: 0 ring, 1 connection, 2 parallel
        ("G5002", "expressway"),
        ("G50S", "expressway"),
        ("G4W2", "expressway"),
        ("S1", "expressway"),
        ("S46", "expressway"),
        ("G348", "national"),
        ("S103", "provincial"),
        ("X203", "county"),
        ("XF93", "county"),
        ("Y001", "township"),
        ("C012", "village"),
        ("CA01", "village"),
        ("Z101", "special"),
        ("G348500237", "national"),  # with the six digits of the county behind it
        ("G42500237", "expressway"),
        ("X203500237", "county"),
        ("CA01500237", "village"),
        ("g348", "national"),
        ("Ｇ３４８", "national"),
        ("G 348", "national"),
        ("G-348", "national"),
        ("县道X203", "county"),
        ("G348;S103", "national"),
        ("S103;G348", "national"),
        ("X203、Y001", "county"),
        ("S12/G348", "expressway"),
        ("", ""),
        ("348", ""),
        ("G6939", ""),  # no expressway has this kind
        ("S1234", ""),
        ("G12345", ""),
        ("E18", ""),
        ("AG42", ""),
        ("X", ""),
    ],
)
def test_a_number_tells_its_class_and_the_highest_of_several_holds(number: str, told: str) -> None:
    assert numbered(number) == told
    assert road_class([number], {}) == told


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("高速公路", "expressway"),
        ("国道", "national"),
        ("普通国道", "national"),
        ("348国道", "national"),
        ("国道（二级公路）", "national"),
        ("省道", "provincial"),
        (" 县 道 ", "county"),
        ("乡道", "township"),
        ("村道", "village"),
        ("专用公路", "special"),
        ("城市道路", "street"),
        ("机耕路", "track"),
        ("小路", "path"),
        ("轮渡", "ferry"),
        ("county", "county"),
        ("trunk", "national"),
        ("primary_link", "provincial"),
        ("residential", "street"),
        ("steps", "path"),
    ],
)
def test_a_word_tells_its_class(word: str, told: str) -> None:
    assert road_class([word], {}) == told


@pytest.mark.parametrize(
    "word",
    [
        "一级公路",
        "二级公路",
        "三级公路",
        "四级公路",
        "等外公路",
        "农村公路",
        "road",
        "trail",
        "国道街",
        "国",
    ],
)
def test_a_technical_grade_and_a_vague_word_are_not_guessed(word: str) -> None:
    assert road_class([word], {}) == ""
    assert road_class([word], {word: "village"}) == "village"


def test_the_study_s_own_table_goes_before_the_number_the_word_and_the_tag() -> None:
    words = ["secondary", "G348", "乡道"]

    assert road_class(words, {}) == "national"
    assert road_class(words, {"乡道": "village"}) == "village"
    assert road_class(words, {"Secondary ": "track"}) == "track"
    assert road_class(words, {"Ｇ348": "special"}) == "special"


def test_the_number_goes_before_the_word_and_the_word_before_the_tag() -> None:
    assert road_class(["trunk", "乡道", "X203"], {}) == "county"
    assert road_class(["trunk", "乡道"], {}) == "township"
    assert road_class(["trunk", ""], {}) == "national"
    assert road_class([], {}) == ""


def test_many_words_are_told_at_once_and_all_unknown_ones_are_counted() -> None:
    values = ["国道", "等外路", "X203", "", "便道", "便道 ", "村道"]

    classes, unknown = classify(values, {"等外路": "track"})

    assert classes.tolist() == ["national", "track", "county", "", "", "", "village"]
    assert unknown == {"便道": 2, "": 1}
    assert list(unknown) == ["便道", ""]
    assert [road_class([one], {"等外路": "track"}) for one in values] == classes.tolist()


def test_no_word_at_all_is_no_fault() -> None:
    classes, unknown = classify([], {})

    assert (classes.shape, unknown) == ((0,), {})


def test_every_class_has_words_and_no_word_means_a_class_that_there_is_not() -> None:
    assert set(WORDS.values()) == set(ROAD_CLASSES)
    assert set(HIGHWAYS.values()) <= set(ROAD_CLASSES)
