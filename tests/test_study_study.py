"""One county at one date: what is worked out once stays right when a study is changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from built_in import study_of


def test_what_a_caller_does_to_a_group_leaves_the_study_as_it_is() -> None:
    study = study_of("example")
    first = study.group("all")
    first[:] = 0.0

    assert study.group("all").sum() == 1600


def test_a_group_that_nobody_counts_is_not_known() -> None:
    found = study_of("example").group("no_such_group")

    assert found.isna().all()
    assert found.name == "no_such_group"
    assert len(found) == 40


def test_a_changed_study_counts_its_own_persons() -> None:
    study = study_of("example")
    assert study.persons is not None
    assert study.group("all").sum() == 1600

    half = replace(study, persons=study.persons.assign(persons=study.persons["persons"] / 2))

    assert half.group("all").sum() == 800
    assert study.group("all").sum() == 1600


def test_a_modelled_register_makes_a_demonstration_of_a_changed_study() -> None:
    study = study_of("example")
    assert not study.demonstration
    assert study.register_basis == "measured"

    facilities = study.facilities.copy()
    facilities["basis"] = np.where(facilities["status"] == "open", "modelled", facilities["basis"])

    assert replace(study, facilities=facilities).register_basis == "modelled"
    assert replace(study, facilities=facilities).demonstration
