"""The one message table: every text that a planner reads, in Chinese and English.

Each part is a mapping of a key to its two texts. Values are put in with ``str.format``; both texts of a
key use the same values, so that both languages hold the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wushan_geo.errors import UnknownIdError
from wushan_geo.wording import (
    analysis,
    cli,
    common,
    compare,
    dictionary,
    faults,
    intake_checks,
    intake_datum,
    intake_divisions,
    intake_facilities,
    intake_layers,
    intake_registers,
    intake_starting,
    intake_tabular,
    map_siting,
    maps,
    obstacles,
    placed,
    policy,
    proposal,
    reports,
    roads,
    screening,
    siting,
    terrain,
    travel,
    ways,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

PARTS = (
    common.TEXTS,
    policy.TEXTS,
    maps.TEXTS,
    map_siting.TEXTS,
    obstacles.TEXTS,
    reports.TEXTS,
    faults.TEXTS,
    cli.TEXTS,
    intake_checks.TEXTS,
    intake_datum.TEXTS,
    intake_divisions.TEXTS,
    intake_facilities.TEXTS,
    intake_layers.TEXTS,
    intake_registers.TEXTS,
    intake_starting.TEXTS,
    intake_tabular.TEXTS,
    travel.TEXTS,
    roads.TEXTS,
    terrain.TEXTS,
    compare.TEXTS,
    analysis.TEXTS,
    siting.TEXTS,
    screening.TEXTS,
    placed.TEXTS,
    proposal.TEXTS,
    ways.TEXTS,
    dictionary.TEXTS,
)


def _assemble() -> dict[str, tuple[str, str]]:
    table: dict[str, tuple[str, str]] = {}
    for part in PARTS:
        for key in part:
            if key in table:
                message = f"the message {key!r} is there twice"
                raise ValueError(message)
        table.update(part)
    return table


MESSAGES = _assemble()


def say(key: str, language: Language, /, **values: object) -> str:
    """Give a message in one language.

    Parameters
    ----------
    key
        Name of the message.
    language
        ``zh`` or ``en``.
    **values
        What the message needs put in.

    Returns
    -------
    str
        The text.

    Raises
    ------
    UnknownIdError
        If there is no such message, or a value that it needs is not given.

    Examples
    --------
    >>> say("class.effective", "zh"), say("class.effective", "en")
    ('有效覆盖', 'effective')
    """
    texts = MESSAGES.get(key)
    if texts is None:
        message = f"there is no message {key!r}"
        raise UnknownIdError(message)
    try:
        return texts[LANGUAGES.index(language)].format(**values)
    except KeyError as error:
        message = f"the message {key!r} needs the value {error}"
        raise UnknownIdError(message) from error


def both(key: str, /, **values: object) -> tuple[str, str]:
    """Give a message in both languages, with the same values.

    Parameters
    ----------
    key
        Name of the message.
    **values
        What the message needs put in.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such message, or a value that it needs is not given.

    Examples
    --------
    >>> both("verdict.pass")
    ('达标', 'pass')
    """
    return say(key, "zh", **values), say(key, "en", **values)


def put(key: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Give a message in both languages; a value that is a pair holds a text for each language.

    Parameters
    ----------
    key
        Name of the message.
    values
        What the message needs put in.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such message, or a value that it needs is not given.

    Examples
    --------
    >>> put("remedy.build", {"name": ("甲村", "Jia Village")})
    ('在“甲村”增设机构', 'open a facility at Jia Village')
    """
    texts = [
        say(
            key,
            language,
            **{name: one[at] if isinstance(one, tuple) else one for name, one in values.items()},
        )
        for at, language in enumerate(LANGUAGES)
    ]
    return texts[0], texts[1]
