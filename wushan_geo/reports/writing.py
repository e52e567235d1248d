"""Make the files of a report, and write them whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo import storage
from wushan_geo.errors import ParameterError, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from wushan_geo.reports.desk import Desk
    from wushan_geo.results import StudyResult

NAME = "county"


def report_files(
    result: StudyResult, formats: Sequence[str] = ("html", "xlsx")
) -> dict[str, bytes]:
    """Make the report of a finished result without writing it.

    A report computes no measure: every number is a cell of a result table, a count of its rows, or
    a sum of persons over them.

    Parameters
    ----------
    result
        A finished result.
    formats
        What to make: ``html`` (a page in two languages) and ``xlsx`` (a workbook).

    Returns
    -------
    dict
        Content of ``county.html`` and ``county.xlsx``; the same result gives the same bytes.

    Raises
    ------
    ParameterError
        If a format is not known.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> result = wg.run_study(wg.open_study("example"))
    >>> sorted(report_files(result))
    ['county.html', 'county.xlsx']
    """
    from wushan_geo.reports.desk import desk_of

    makers: dict[str, Callable[[Desk], bytes]] = {"html": _html, "xlsx": _xlsx}
    _checked(formats, makers)
    desk = desk_of(result)
    return {f"{NAME}.{one}": makers[one](desk) for one in dict.fromkeys(formats)}


def write_report(
    result: StudyResult, folder: str | Path, formats: Sequence[str] = ("html", "xlsx")
) -> list[Path]:
    """Write the report of a finished result, all files or none.

    Parameters
    ----------
    result
        A finished result.
    folder
        Where the files shall stand; made if it is not there.
    formats
        What to write: ``html`` (a page in two languages that opens without a network) and ``xlsx``
        (a workbook, one table a sheet).

    Returns
    -------
    list of Path
        Paths of the files, in the order of `formats`.

    Raises
    ------
    ParameterError
        If a format is not known; nothing is written then.
    OSError
        If the folder cannot be written; the old files are then still there.

    Examples
    --------
    >>> import tempfile, wushan_geo as wg
    >>> result = wg.run_study(wg.open_study("example"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [one.name for one in write_report(result, folder, formats=["html"])]
    ['county.html']
    """
    made = report_files(result, formats)
    with storage.Outputs(folder) as outputs:
        for name, content in made.items():
            outputs.add(name, content)
    return [outputs.folder / name for name in made]


def _checked(formats: Sequence[str], makers: dict[str, Callable[[Desk], bytes]]) -> None:
    asked = [formats] if isinstance(formats, str) else list(formats)
    unknown = [one for one in asked if one not in makers]
    if isinstance(formats, str) or unknown or not asked:
        wrong = listed(unknown) if unknown else repr(formats)
        message = f"formats must list some of {listed(makers)}, not {wrong}"
        raise ParameterError(message)


def _html(desk: Desk) -> bytes:
    from wushan_geo.reports.html import county_html

    return county_html(desk).encode()


def _xlsx(desk: Desk) -> bytes:
    from wushan_geo.reports.excel import county_xlsx

    return county_xlsx(desk)
