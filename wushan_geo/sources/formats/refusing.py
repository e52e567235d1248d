"""A file, or a part of it, that is not read: the fault that says why travels as an exception."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wushan_geo.errors import WushanGeoError
from wushan_geo.study.faults import Pair, Where, fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Ask, Fault, Severity


class RefusedError(WushanGeoError):
    """A reader stops here; it never leaves :func:`wushan_geo.sources.formats.read_grids`."""

    def __init__(
        self,
        words: Pair,
        advice: Pair,
        where: Where | None = None,
        *,
        severity: Severity = "error",
        ask: Ask | None = None,
    ) -> None:
        place = Where("") if where is None else where
        self._fault = fault(place, words, advice, severity=severity, ask=ask)
        super().__init__(str(self._fault))

    def at(self, place: str) -> Fault:
        """Give the fault at the file or sheet where it happened.

        Parameters
        ----------
        place
            File (and sheet) as the user named it.

        Returns
        -------
        Fault
            The fault, placed.

        Raises
        ------
        TypeError
            Never for a text.

        Examples
        --------
        >>> damaged().at("a.xlsx").file
        'a.xlsx'
        """
        return replace(self._fault, file=place)


def damaged(where: Where | None = None) -> RefusedError:
    """Refuse bytes that do not hold together.

    Parameters
    ----------
    where
        Row or column, where it is known.

    Returns
    -------
    RefusedError
        To be raised.

    Raises
    ------
    TypeError
        If `where` is no place.

    Examples
    --------
    >>> damaged().at("a.xls").rule
    'is whole, and can be read to its end'
    """
    return RefusedError(rule("file_whole"), hint("file_whole"), where)


def locked() -> RefusedError:
    """Refuse a file that only a password opens.

    Returns
    -------
    RefusedError
        To be raised.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> locked().at("a.xlsx").rule
    'opens without a password'
    """
    return RefusedError(rule("file_password"), hint("file_password"))
