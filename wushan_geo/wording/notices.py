"""The notices that stand above pages, with the names of the study put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Iterable

Pair = tuple[str, str]


class ScenarioWords(NamedTuple):
    """What a reader is told of the scenario that a study stands under."""

    name: Pair
    """Its name in Chinese and English."""
    source: str
    """Where it comes from, or whose assumption it is."""
    basis: str
    """Basis of what it changes: measured, stated, inferred or modelled (an assumption)."""


def notice_texts(
    keys: Iterable[str],
    county: Pair,
    scenarios: Iterable[ScenarioWords] = (),
    known_min: Iterable[float | None] = (),
) -> dict[str, Pair]:
    """Give the texts of notices.

    Parameters
    ----------
    keys
        Message keys of the notices.
    county
        Name of the county in Chinese and English.
    scenarios
        The scenarios that the notice of a scenario is about; two where two are compared.
    known_min
        Minutes up to which given times list pairs, of each study; None where every way is known.

    Returns
    -------
    dict
        Chinese and English by key, in the order of the keys.

    Raises
    ------
    UnknownIdError
        If there is no such message.

    Examples
    --------
    >>> notice_texts(["notice.demonstration"], ("某县", "A County"))["notice.demonstration"][0][-39:]
    '不反映某县实际，不得用于考核、评估、选址和对外公布；导入本单位台账后重新生成。'
    """
    one_by_one = [
        put(
            "notice.scenario.one",
            {"name": one.name, "basis": scenario_basis(one.basis), "source": one.source},
        )
        for one in dict.fromkeys(scenarios)
    ]
    told = ("；".join(zh for zh, _ in one_by_one), "; ".join(en for _, en in one_by_one))
    ends = [f"{one:g}" for one in sorted({one for one in known_min if one is not None})]
    minutes = ("、".join(ends), ", ".join(ends))
    values = {"county": county, "scenario": told, "minutes": minutes}
    return {key: put(key, values) for key in keys}


def scenario_basis(basis: str) -> Pair:
    """Say what a scenario rests on: what nobody states otherwise is a planning assumption.

    Parameters
    ----------
    basis
        Word of ``measured``, ``stated``, ``inferred``, ``modelled``.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If the word is none of them.

    Examples
    --------
    >>> scenario_basis("modelled"), scenario_basis("stated")
    (('规划假设', 'planning assumption'), ('文件数据', 'stated'))
    """
    return MESSAGES["notice.scenario.assumed"] if basis == "modelled" else both(f"basis.{basis}")
