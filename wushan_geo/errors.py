"""What can go wrong, in a form that a planner can act on."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Number
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "decide", "note"]

LONGEST = 100  # characters of a wrong value that a message shows
SHOWN = 5  # how many offending ids a message lists before it only counts them


@dataclass(frozen=True, slots=True, order=True)
class Ask:
    """What a planner may answer once, to be remembered in the study folder."""

    topic: str
    """What kind of answer it is: ``zone``, ``column``, ``value``, ``datum``, ``crs``, ``total``,
    ``same``, ``source``, ``repair``, ``encoding`` or ``table``."""
    table: str
    """Table of the study (or file) that the answer is about."""
    subject: str
    """What is asked about, worded so that it stays the same from year to year."""
    choices: tuple[str, ...] = ()
    """Answers that are possible, the likeliest first; empty where any text may be."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with an input, or doubtful, or was mended, and what to do about it.

    An ``error`` must be mended in the file. What is to ``decide`` can be answered once and is then
    remembered; until then the input is refused. A ``note`` says how something was understood.
    """

    file: str
    """File (and sheet) as the user named it."""
    row: int | None
    """Row as a spreadsheet numbers it (the header is row 1), or None for the file as a whole."""
    column: str
    """Column or setting, empty for the row as a whole."""
    value: str
    """What stands there."""
    rule: str
    """What should stand there."""
    suggestion: str
    """What to do."""
    rule_zh: str = ""
    """What should stand there, in Chinese; empty where it is only said in English."""
    suggestion_zh: str = ""
    """What to do, in Chinese; empty where it is only said in English."""
    severity: Severity = "error"
    """``error``, ``decide`` or ``note``."""
    ask: Ask | None = field(default=None, compare=False)
    """The question that settles it, where one can be answered."""

    def __str__(self) -> str:
        """Write the fault as one readable line."""
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        if self.column:
            place += f", {self.column}"
        found = f" (found {shortened(self.value)!r})" if self.value else ""
        return f"{place}: {self.rule}{found}. {self.suggestion}".rstrip()


class WushanGeoError(Exception):
    """Any error that this package raises on purpose."""


class InputError(WushanGeoError, ValueError):
    """The inputs break a rule; ``faults`` lists every case found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=_fault_order))
        count = len(self.faults)
        title = "1 fault in the input:" if count == 1 else f"{count} faults in the input:"
        super().__init__("\n".join([title, *(f"  {fault}" for fault in self.faults)]))


class UnknownIdError(WushanGeoError, KeyError):
    """An id is missing, unknown or there twice."""

    def __str__(self) -> str:
        """Give the message without the quotes that KeyError adds."""
        return str(self.args[0]) if self.args else ""


class ParameterError(WushanGeoError, ValueError):
    """An argument is outside its allowed range or contradicts another one."""


class TimeOverError(ParameterError):
    """A time limit ran out before there was any answer at all."""


class CrsError(WushanGeoError, ValueError):
    """Coordinates have no reference system, or one not in metres where metres are needed."""


class InfeasibleError(WushanGeoError, ValueError):
    """No plan can satisfy the request; the message names what stands against it.

    ``obstacles`` holds the same as data (`wushan_geo.siting.Obstacles`), None where there is none.
    """

    def __init__(self, message: str, obstacles: object = None) -> None:
        self.obstacles = obstacles
        super().__init__(message)


class VerificationError(WushanGeoError, RuntimeError):
    """A solver's answer did not survive the independent recomputation."""


def listed(ids: Iterable[object]) -> str:
    """Name the first few ids and count the rest, for use in a message."""
    names = [str(one) for one in ids]
    text = ", ".join(names[:SHOWN])
    rest = len(names) - SHOWN
    return f"{text} and {rest} more" if rest > 0 else text


def shortened(value: str) -> str:
    """Cut a long value, for use in a message.

    Parameters
    ----------
    value
        What stands in a cell or setting.

    Returns
    -------
    str
        The value, or its beginning and three dots.

    Raises
    ------
    TypeError
        If `value` is not a text.

    Examples
    --------
    >>> shortened("31.1"), len(shortened("x" * 1000))
    ('31.1', 100)
    """
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"


def shown(value: object) -> str:
    """Write a wrong argument for a message: a number or text as it is, anything else by its type.

    Parameters
    ----------
    value
        What was given.

    Returns
    -------
    str
        One line, not longer than `LONGEST`; the rows of a whole table say nothing in a message.

    Raises
    ------
    Never
        Anything has a type.

    Examples
    --------
    >>> shown(99), shown("x"), shown([1, 2]), shown(None)
    ('99', "'x'", 'a list', 'None')
    """
    if value is None or isinstance(value, (str, bytes, Number)):
        return shortened(repr(value))
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _fault_order(fault: Fault) -> tuple[str, int, str, str, str]:
    return (fault.file, fault.row or 0, fault.column, fault.value, fault.rule)
