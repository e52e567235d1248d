"""Parquet files, with the library that an extra brings."""

from __future__ import annotations

import datetime as dt
import decimal
import io
from typing import TYPE_CHECKING, Any

from wushan_geo.sources.formats import numbers
from wushan_geo.sources.formats.limits import (
    MEGABYTE,
    MOST_UNPACKED_MEGABYTES,
    Allowance,
    check_place,
)
from wushan_geo.sources.formats.refusing import RefusedError, damaged
from wushan_geo.sources.formats.sheet import plain
from wushan_geo.sources.grid import Grid
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.book import Source
    from wushan_geo.sources.grid import Cell

MAGIC = b"PAR1"
ENCRYPTED = b"PARE"
_BATCH = 10_000
_INDEX = "__index_level_"


def read_parquet(source: Source) -> tuple[list[Grid], list[Fault]]:
    """Read the table of a Parquet file: its names are row 1, as in a CSV file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    tuple
        One grid, and a note for each column that no cell can hold.

    Raises
    ------
    RefusedError
        If it cannot be read, pyarrow is not installed, or it is beyond a limit.

    Examples
    --------
    >>> from pathlib import Path
    >>> import pyarrow.parquet
    >>> from wushan_geo.sources.formats.book import Source
    >>> from wushan_geo.study.answers import Answers
    >>> made = io.BytesIO()
    >>> pyarrow.parquet.write_table(pyarrow.table({"人数": [None, 5]}), made)
    >>> read_parquet(Source(made.getvalue(), Path("a.parquet"), Answers()))[0][0].rows
    (('人数',), (None,), (5,))
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise RefusedError(rule("file_parquet"), hint("file_parquet")) from error
    try:
        schema = parquet.read_schema(io.BytesIO(source.content))
        texts = [one.name for one in schema if _is_text(one.type)]
        file = parquet.ParquetFile(io.BytesIO(source.content), read_dictionary=texts)
        _check(file.metadata)
        return _read(source, file)
    except (pa.ArrowException, OSError, ValueError, LookupError, ArithmeticError) as error:
        raise damaged() from error


def _check(about: Any) -> None:
    """Refuse what is too large, by what the file says of itself."""
    check_place(about.num_rows, about.num_columns - 1)
    Allowance().spend((about.num_rows + 1) * about.num_columns)
    groups = (about.row_group(at) for at in range(about.num_row_groups))
    if sum(one.total_byte_size for one in groups) > MOST_UNPACKED_MEGABYTES * MEGABYTE:
        words = rule("file_unpacked", most=MOST_UNPACKED_MEGABYTES)
        raise RefusedError(words, hint("file_split"))


def _read(source: Source, file: Any) -> tuple[list[Grid], list[Fault]]:
    name = source.path.name
    faults: list[Fault] = []
    names: list[str] = []
    for one in file.schema_arrow:
        if _is_cell(one.type) and not one.name.startswith(_INDEX):
            names.append(one.name)
        else:
            where = Where(name, 1, one.name, one.type)
            faults.append(fault(where, rule("file_column"), hint("nothing"), severity="note"))
    allowance = Allowance()
    rows: list[tuple[Cell, ...]] = [tuple(map(plain, names))]
    if not any(rows[0]):
        raise RefusedError(rule("file_filled"), hint("file_filled"))
    for batch in file.iter_batches(batch_size=_BATCH, columns=names):
        if batch.num_columns != len(names):
            raise damaged()
        allowance.spend(batch.num_rows * batch.num_columns)
        rows += zip(*map(_cells, batch.columns), strict=True)
    while not any(one is not None for one in rows[-1]):
        rows.pop()
    return [Grid(name, "", tuple(rows), format="parquet")], faults


def _is_text(kind: Any) -> bool:
    """Tell whether a column holds text: it is read word by word, however often a word stands."""
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_cell(kind: Any) -> bool:
    """Tell whether a value of a type fits into a cell."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_cell(kind.value_type)
    known = (
        types.is_null, types.is_boolean, types.is_integer, types.is_floating, types.is_decimal,
        _is_text, types.is_date, types.is_time, types.is_timestamp,
    )  # fmt: skip
    return any(one(kind) for one in known)


def _cells(column: Any) -> list[Cell]:
    """Give the cells of a column; equal texts are one text in memory."""
    import pyarrow as pa
    from pyarrow import types

    if types.is_dictionary(column.type):
        words = _cells(column.dictionary)
        places = column.indices.to_pylist()
        return [None if place is None else words[place] for place in places]
    if types.is_floating(column.type) and not types.is_float64(column.type):
        # The shortest decimal that is the same short float: 0.97, not 0.9700000286102295.
        column = column.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    if types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    if types.is_time64(column.type):
        column = column.cast(pa.time64("us"), safe=False)
    return [_cell(one) for one in column.to_pylist()]


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, float):
        return numbers.cell(value, numbers.PLAIN)
    if isinstance(value, decimal.Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else float(value)
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=None)
        return moment if moment.time() != dt.time() else moment.date()
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}".removesuffix(":00")
    known: Cell = value
    return known
