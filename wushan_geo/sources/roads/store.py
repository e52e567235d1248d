"""A road network as one small file of a study folder: ``roads.npz``, read in milliseconds.

The file is a zip of plain arrays, so that any tool that reads ``.npz`` can open it. Coordinates are
whole numbers of 1e-7 degree (about a centimetre); a network whose coordinates have more decimals
is stored up to half of that off. Everything else is kept as it is, bit by bit. What is not known
of any edge or node (speeds, slopes, elevations) takes no room.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wushan_geo.errors import InputError
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.roads import RoadNetwork

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

ROADS_FILE = "roads.npz"
STEPS_A_DEGREE = 10_000_000  # coordinates are whole numbers of this part of a degree
VERSION = 1
MOST_NODES, MOST_EDGES, MOST_BENDS = 20_000_000, 40_000_000, 400_000_000  # beyond all of China's
_MARK = "wushan-geo roads"
# What comes out of the file may be this many times its size: whole columns that hold one value
# shrink without limit, but ids, ends and lengths of a real network do not.
_MOST_TIMES, _ROOM = 100, 16 << 20
_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows: same input, same bytes
_LEVEL = 3  # harder work makes the file one part in a hundred smaller
_END = ".npy"
_CODED = ("road_class", "basis", "name", "edition", "crossing_id")
_FLAGS = ("oneway", "closed", "bridge")
_NUMBERS = {"speed_kmh": "edges", "grade": "edges", "elevation_m": "nodes"}
_UNREADABLE = (
    ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, struct.error,
    NotImplementedError, RuntimeError, UnicodeDecodeError, MemoryError,
)  # fmt: skip


class _Newer(Exception):  # noqa: N818 -- not an error of its own: it only leaves the reading
    """The file was written by a later version of the program."""


class _Sizes(NamedTuple):
    """How much the file holds."""

    nodes: int
    edges: int
    bends: int


def roads_bytes(roads: RoadNetwork, credit: str = "") -> bytes:
    """Turn a network into the bytes of a ``roads.npz``.

    Coordinates are rounded to 1e-7 degree; texts that repeat are stored once. The same network
    gives the same bytes.

    Parameters
    ----------
    roads
        Road network.
    credit
        Whom every page that uses the roads has to name, such as the contributors of a map.

    Returns
    -------
    bytes
        Content of the file, to be written by ``storage``.

    Raises
    ------
    UnicodeEncodeError
        If a text is none that can be written.

    Examples
    --------
    >>> import pandas as pd
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9000.0], "road_class": ["x"]}
    ... )
    >>> stored_roads(roads_bytes(RoadNetwork.from_tables(nodes, edges)), "roads.npz")
    RoadNetwork: 2 nodes, 1 edge (9.0 km), 0 one-way, 0 closed
    """
    sizes = (roads.lon.size, roads.u.size, roads.bend_lon.size)
    arrays: dict[str, NDArray[Any]] = {
        "format": np.array(_MARK),
        "version": np.array(VERSION, dtype=np.int64),
        "sizes": np.array(sizes, dtype=np.int64),
        **_written_texts("node_ids", roads.node_ids),
        **_written_texts("edge_ids", roads.edge_ids),
        "lon": _steps(roads.lon),
        "lat": _steps(roads.lat),
        "u": roads.u.astype(np.int32),
        "v": roads.v.astype(np.int32),
        "length_m": roads.length_m.astype("<f8"),
    }
    for name in _CODED:
        arrays |= _written_codes(name, getattr(roads, name))
    for name in _FLAGS:
        flags = getattr(roads, name)
        if flags.any():
            arrays[name] = flags
    for name in _NUMBERS:
        numbers = getattr(roads, name)
        if not np.isnan(numbers).all():
            arrays[name] = numbers.astype("<f8")
    if roads.bend_lon.size:
        arrays["bends"] = np.diff(roads.bend_at).astype(np.int32)
        # The step from bend to bend is small, and small numbers shrink. Overflow turns round, and
        # turns back when the steps are added up again.
        for name in ("bend_lon", "bend_lat"):
            arrays[name] = np.diff(_steps(getattr(roads, name)), prepend=np.int32(0))
    if credit:
        arrays["credit"] = np.array(credit)
    return _packed(arrays)


def stored_credit(content: bytes) -> str:
    """Say whom the roads of a ``roads.npz`` come from.

    Parameters
    ----------
    content
        Bytes of a file that :func:`stored_roads` reads.

    Returns
    -------
    str
        The credit, empty if the file names none.

    Raises
    ------
    ValueError
        If the file is damaged.

    Examples
    --------
    See ``tests/test_sources_roads_store.py``.
    """
    return str(_unpacked(content).get("credit", ""))


def stored_roads(content: bytes, file: str) -> RoadNetwork:
    """Read a ``roads.npz``.

    Nothing in the file is run: it holds arrays of numbers and texts, and their sizes are checked
    before they are read.

    Parameters
    ----------
    content
        Bytes of the file.
    file
        Its name, for the fault.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    InputError
        If the file is no such file, is damaged, was written by a later version of the program, or
        holds a network that contradicts itself.

    Examples
    --------
    >>> stored_roads(b"", "roads.npz")
    Traceback (most recent call last):
    ...
    wushan_geo.errors.InputError: 1 fault in the input:
      roads.npz: is an undamaged roads.npz of this program. Make it again: wushan-geo roads \
STUDY --from FILE, or --download.
    """
    try:
        return _network(_unpacked(content))
    except InputError:
        raise
    except _Newer as error:
        where = Where(file, None, "version", error)
        raise InputError([fault(where, rule("roads_newer"), hint("roads_newer"))]) from error
    except _UNREADABLE as error:
        where = Where(file)
        raise InputError([fault(where, rule("roads_stored"), hint("roads_stored"))]) from error


def _steps(degrees: NDArray[np.float64]) -> NDArray[np.int32]:
    """Round degrees to whole steps; 180 degrees still fit."""
    return np.rint(degrees * STEPS_A_DEGREE).astype(np.int32)


def _degrees(steps: NDArray[np.int32]) -> NDArray[np.float64]:
    """Give the degrees nearest to whole steps, as a text with seven decimals would."""
    return steps / float(STEPS_A_DEGREE)


def _written_texts(name: str, texts: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Store texts as whole numbers where all of them are, else as one text and where each ends."""
    known = texts.tolist()
    numbers = _whole_numbers(known)
    if numbers is not None:
        return {f"{name}.numbers": numbers}
    content = "".join(known).encode()
    lengths = np.fromiter(map(len, known), dtype=np.int32, count=len(known))
    return {f"{name}.text": np.frombuffer(content, dtype=np.uint8), f"{name}.lengths": lengths}


def _whole_numbers(texts: list[str]) -> NDArray[np.int64] | None:
    """Give ids as whole numbers if every one is written as that number would be."""
    try:
        numbers = np.array(list(map(int, texts)), dtype=np.int64)
    except (ValueError, OverflowError):
        return None
    return numbers if list(map(str, numbers.tolist())) == texts else None


def _written_codes(name: str, texts: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Store each text once, and which of them every edge has; nothing where all are empty."""
    known = texts.tolist()
    words = sorted(set(known))
    if words in ([], [""]):
        return {}
    places = {word: at for at, word in enumerate(words)}
    kind = np.min_scalar_type(len(words) - 1)
    codes = np.fromiter(map(places.__getitem__, known), dtype=kind, count=len(known))
    return {f"{name}.codes": codes, **_written_texts(f"{name}.words", np.array(words, object))}


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Put arrays into a zip in memory, dated alike every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            array = arrays[name]
            little = array.astype(array.dtype.newbyteorder("<"))
            np.lib.format.write_array(member, little, version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}{_END}", _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, member.getvalue(), compresslevel=_LEVEL)
    return out.getvalue()


def _unpacked(content: bytes) -> dict[str, NDArray[Any]]:
    """Take the arrays out of the zip, none of them larger than it says and may be."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if sum(one.file_size for one in members) > _MOST_TIMES * len(content) + _ROOM:
            message = "more would come out of the file than any network holds"
            raise ValueError(message)
        return {one.filename.removesuffix(_END): _array(archive.read(one)) for one in members}


def _array(member: bytes) -> NDArray[Any]:
    """Read one array where it lies; a header that promises more than there is is refused."""
    at = io.BytesIO(member)
    if np.lib.format.read_magic(at) != (1, 0):
        message = "an array of another kind"
        raise ValueError(message)
    shape, _, kind = np.lib.format.read_array_header_1_0(at)
    if kind.kind not in "biufU" or len(shape) > 1:
        message = "an array that is no column of numbers"
        raise ValueError(message)
    start = at.tell()
    count = shape[0] if shape else 1
    if start + count * kind.itemsize != len(member):
        message = "an array of another size than it says"
        raise ValueError(message)
    return np.frombuffer(member, dtype=kind, count=count, offset=start).reshape(shape)


def _network(arrays: Mapping[str, NDArray[Any]]) -> RoadNetwork:
    """Make the network of the arrays of a file."""
    if str(arrays["format"]) != _MARK:
        message = "a file of another program"
        raise ValueError(message)
    version = int(arrays["version"])
    if version > VERSION:
        raise _Newer(version)
    sizes = _Sizes(*_column(arrays, "sizes", len(_Sizes._fields), np.int64).tolist())
    most = (MOST_NODES, MOST_EDGES, MOST_BENDS)
    if not all(0 <= one <= bound for one, bound in zip(sizes, most, strict=True)):
        message = "more than any network holds"
        raise ValueError(message)
    edges = sizes.edges
    given: dict[str, Any] = {
        name: _column(arrays, name, getattr(sizes, of), np.float64)
        for name, of in _NUMBERS.items()
        if name in arrays
    }
    given |= {name: _coded(arrays, name, edges) for name in _CODED}
    given |= {name: _flags(arrays, name, edges) for name in _FLAGS}
    return RoadNetwork(
        node_ids=_texts(arrays, "node_ids", sizes.nodes),
        lon=_degrees(_column(arrays, "lon", sizes.nodes, np.int32)),
        lat=_degrees(_column(arrays, "lat", sizes.nodes, np.int32)),
        edge_ids=_texts(arrays, "edge_ids", edges),
        u=_column(arrays, "u", edges, np.int32),
        v=_column(arrays, "v", edges, np.int32),
        length_m=_column(arrays, "length_m", edges, np.float64),
        **given,
        **_bends(arrays, sizes),
    )


def _column(arrays: Mapping[str, NDArray[Any]], name: str, size: int, kind: type) -> NDArray[Any]:
    """Give an array that must have a size and a kind."""
    array = arrays[name]
    if array.shape != (size,) or array.dtype != np.dtype(kind):
        message = f"{name} has another size or kind"
        raise ValueError(message)
    return array


def _flags(arrays: Mapping[str, NDArray[Any]], name: str, size: int) -> NDArray[np.bool_]:
    """Give flags; where none is stored, all are no."""
    if name not in arrays:
        return np.zeros(size, dtype=bool)
    # A byte that is neither 0 nor 1 would be a flag unlike both.
    flags: NDArray[np.bool_] = _column(arrays, name, size, np.bool_).view(np.uint8) != 0
    return flags


def _texts(arrays: Mapping[str, NDArray[Any]], name: str, size: int) -> NDArray[Any]:
    """Give texts as they were."""
    if f"{name}.numbers" in arrays:
        numbers = _column(arrays, f"{name}.numbers", size, np.int64)
        return _objects(list(map(str, numbers.tolist())))
    lengths = _column(arrays, f"{name}.lengths", size, np.int32)
    text = arrays[f"{name}.text"].tobytes().decode()
    if (lengths < 0).any() or int(lengths.sum(dtype=np.int64)) != len(text):
        message = f"{name} has texts of another length"
        raise ValueError(message)
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = (ends - lengths).tolist()
    return _objects([text[one:end] for one, end in zip(starts, ends.tolist(), strict=True)])


def _objects(texts: list[str]) -> NDArray[Any]:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _coded(arrays: Mapping[str, NDArray[Any]], name: str, size: int) -> NDArray[Any]:
    """Give the text of each edge, empty where none is stored."""
    if f"{name}.codes" not in arrays:
        return np.full(size, "", dtype=object)
    codes = arrays[f"{name}.codes"]
    if codes.shape != (size,) or codes.dtype.kind != "u":
        message = f"{name} has another size or kind"
        raise ValueError(message)
    count = arrays.get(f"{name}.words.lengths", arrays.get(f"{name}.words.numbers"))
    words = _texts(arrays, f"{name}.words", 0 if count is None else count.size)
    if codes.size and int(codes.max()) >= words.size:
        message = f"{name} has more codes than words"
        raise ValueError(message)
    found: NDArray[Any] = words[codes]
    return found


def _bends(arrays: Mapping[str, NDArray[Any]], sizes: _Sizes) -> dict[str, NDArray[Any]]:
    """Give the bends; no field where there are none."""
    if not sizes.bends:
        return {}
    counts = _column(arrays, "bends", sizes.edges, np.int32)
    found = {
        name: _degrees(np.cumsum(_column(arrays, name, sizes.bends, np.int32), dtype=np.int32))
        for name in ("bend_lon", "bend_lat")
    }
    return {"bend_at": np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]), **found}
