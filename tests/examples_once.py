"""A plugin for the examples in docstrings: what they open and run often is worked out once.

Many examples begin with ``wg.run_study(wg.open_study("example"))``. The first one does so; the
others get copies of what it found. A study that an example has changed is run as it is.

    PYTHONPATH=tests python -m pytest -p examples_once --doctest-modules wushan_geo
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import wushan_geo as wg
from wushan_geo import pipeline
from wushan_geo.sources import opening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.results import StudyResult
    from wushan_geo.study.study import Study


@pytest.fixture(autouse=True, scope="session")
def each_built_in_study_once() -> Iterator[None]:
    """Put what remembers in the place of what opens and runs."""
    opens, runs = opening.open_study, pipeline.run_study
    opened, ran = cache(opens), cache(lambda name: runs(deepcopy(opened(name))))
    given: dict[int, tuple[str, Study]] = {}

    def open_study(source: Any) -> Study:
        if source not in opening.BUILT_IN:
            return opens(source)
        study = deepcopy(opened(source))
        given[id(study)] = (source, study)  # kept, so that no other object gets its id
        return study

    def run_study(study: Study, **more: Any) -> StudyResult:
        known = given.get(id(study))
        return runs(study, **more) if known is None or more else deepcopy(ran(known[0]))

    with pytest.MonkeyPatch.context() as patch:
        for place in (wg, opening):
            patch.setattr(place, "open_study", open_study)
        for place in (wg, pipeline):
            patch.setattr(place, "run_study", run_study)
        yield
