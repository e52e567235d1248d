"""The matcher on a labelled list that somebody who had not seen it wrote."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "names_measure.py"


@pytest.fixture(scope="module")
def score() -> Any:
    """Score the list as the benchmark does."""
    spec = importlib.util.spec_from_file_location("names_measure", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.measured()


def test_of_what_is_matched_by_itself_99_per_cent_are_right(score: Any) -> None:
    assert score.rows >= 350
    assert score.precision >= 0.99


def test_of_what_means_a_unit_90_per_cent_are_found(score: Any) -> None:
    assert score.recall >= 0.90


def test_no_homonym_and_no_other_name_is_matched_outside_the_parent_told(score: Any) -> None:
    assert score.homonyms_outside == score.outside == 0
