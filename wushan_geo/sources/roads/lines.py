"""Road lines as a county's transport office draws them, made into a network.

GeoPackage, Shapefile (also zipped), GeoJSON and whatever else `sources.layers` reads. Columns go by
the names that offices use; the class of a road is told by every column that says something of it
(see `classes`). Where the lines meet is told in `noding`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.layers import read_layer_grid
from wushan_geo.sources.roads.classes import road_class
from wushan_geo.sources.roads.noding import noded
from wushan_geo.sources.roads.osm import Found
from wushan_geo.sources.vocabulary import Vocabulary, built_in, folded
from wushan_geo.study.answers import Answers
from wushan_geo.study.bounds import FASTEST_KMH, SPEED
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.roads import METRES_A_KM, PERCENT, RoadNetwork
from wushan_geo.study.tables import BASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Cell, Grid
    from wushan_geo.sources.roads.noding import Noded

TABLE = "road_edges"
SHAPEFILES, SHAPEFILE_BYTES = ("shp", "zip"), 10  # a field name has no more bytes there
FAR_OFF = 0.2  # a length stated otherwise than drawn by more than this share is told of
WORDS_SHOWN = 20  # words for classes that are not known; a list of more is no list of classes
# What the columns of a layer of lines are called. Words that mean the same in a table of roads
# stand in the vocabulary; here are those that only a layer has, or that mean something else in it:
# the number of a route is no id, since a route has many lines.
HEADERS: dict[str, tuple[str, ...]] = {
    "number": (
        "路线编号", "路线编码", "路线代码", "路线号", "道路编号", "公路编号", "LXBM", "LXBH",
        "LXDM", "ref", "road_no", "route_no",
    ),
    "name": (
        "道路名称", "路线名称", "公路名称", "路段名称", "路名", "名称", "LXMC", "DLMC", "LDMC",
        "MC", "name", "road_name", "roadname", "street",
    ),
    "class": (
        "行政等级", "公路行政等级", "路线行政等级", "XZDJ", "道路等级", "道路类型", "道路类别",
        "道路分类", "路线等级", "公路等级", "公路类型", "公路类别", "DLDJ", "DLLX", "LXDJ", "GLDJ",
        "highway", "fclass", "road_class", "road_type", "技术等级", "公路技术等级", "JSDJ",
    ),
    "direction": ("通行方向", "行车方向", "交通方向", "TXFX", "direction", "dir"),
    "oneway": ("单行线", "是否单行线", "oneway"),
    "bridge": ("桥", "桥梁", "是否桥", "SFQL", "bridge"),
    "speed_kmh": ("行驶速度", "运行速度", "平均车速", "speed"),
    "limit": (
        "限速", "限速值", "最高限速", "设计速度", "设计时速", "设计车速", "maxspeed", "speed_limit",
    ),
    "length_m": ("路线长度", "路段里程", "实际里程", "length_km", "km"),
    "edition": ("年份", "年度", "数据年份", "统计年度", "year"),
    "edge_id": ("路段编号", "路段代码", "路段编码", "LDBH", "LDBM", "edge_id", "osm_id"),
    "": ("shape_leng", "shape_length", "shape_len", "st_length"),  # in units of the map, not metres
}  # fmt: skip
_MEANS = {folded(word): means for means, words in HEADERS.items() for word in words}
_NOT_READ = {"u", "v", "basis_original"}

_YES = {"yes", "y", "true", "t", "1", "是", "有", "√"}
_NO = {"", "no", "n", "false", "f", "0", "否", "无", "非"}
# What the cells of a column on one-way traffic say of the line's own direction: 1 only along it,
# -1 only against it, 0 both. Navigation maps number the same three in a column of directions.
_BOTH = {"双向", "双行", "双向通行", "both", "b"}
_ALONG = {"单行", "单向", "单向通行", "单行线", "单行道", "正向", "顺向", "顺行", "forward", "ft"}
_AGAINST = {"反向", "逆向", "逆行", "反方向", "reverse", "backward", "-1", "tf"}
_SAME = dict.fromkeys(_BOTH, 0) | dict.fromkeys(_ALONG, 1) | dict.fromkeys(_AGAINST, -1)
ONEWAY = _SAME | dict.fromkeys(_YES, 1) | dict.fromkeys(_NO, 0)
DIRECTION = _SAME | {"": 0, "0": 0, "1": 0, "2": 1, "3": -1}
LETTERS = {"": 0, "b": 0, "f": 1, "t": -1}  # both, from start to end, to the start


@dataclass(frozen=True, slots=True)
class Asked:
    """How lines are to be read."""

    road_classes: Mapping[str, str]
    """What an office's word for a road means: word to road class."""
    snap_m: float
    """Farthest that a gap between lines is closed, in metres."""
    edition: str = ""
    """Date of the state of lines that name none."""
    answers: Answers = field(default_factory=Answers)
    """What was decided before: the layer of a file, its reference system."""
    vocabulary: Vocabulary = field(default_factory=built_in)
    """Words of the offices."""


class _Columns(NamedTuple):
    """The attributes of the lines, by what they mean."""

    file: str
    """Name of the file."""
    cells: dict[str, list[tuple[str, list[str]]]]
    """Header and cells of each column of a meaning, in the order of the file."""

    def first(self, means: str) -> tuple[str, list[str]] | None:
        """Give the first column of a meaning, None if there is none."""
        return self.cells.get(means, [None])[0]


def read_road_lines(
    path: Path,
    *,
    road_classes: Mapping[str, str],
    edition: str = "",
    layer: str | None = None,
    snap_m: float,
) -> RoadNetwork:
    """Read a layer of road lines as a network.

    Nodes stand at the ends of lines, at corners that two lines share, and where an end lies on
    another line (:func:`~wushan_geo.sources.roads.noding.noded`). Lines that cross without a common
    corner are not joined. Lengths are measured along the lines over the ellipsoid.

    Parameters
    ----------
    path
        The file.
    road_classes
        What an office's word for a road means: word to road class.
    edition
        Date of the state of the lines that name none themselves, as text.
    layer
        Name of the layer in a file of several.
    snap_m
        Farthest that a gap between an end and another line is closed, in metres; 0 closes none.

    Returns
    -------
    RoadNetwork
        The network. Its node ids are numbers in the order of the places; an edge has the id of its
        line, where the layer has a column of them, with a number if the line was cut.

    Raises
    ------
    InputError
        With all faults at once: no reference system, a class that is not known, shapes that are no
        lines.
    ParameterError
        If `snap_m` is not a finite number of at least 0.
    OSError
        If the file cannot be read.

    Examples
    --------
    See ``tests/test_sources_roads_lines.py``.
    """
    answers = Answers() if layer is None else Answers({("table", TABLE, path.name): layer})
    asked = Asked(road_classes, snap_m, edition, answers)
    return network_of_lines(path.read_bytes(), path, asked).roads


def network_of_lines(content: bytes, path: Path, asked: Asked) -> Found:
    """Make a network of the lines in a file, and tell how they were understood.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path; the other parts of a Shapefile are read from its folder.
    asked
        How lines are to be read.

    Returns
    -------
    Found
        The network, and notes: columns that were read, gaps that were closed, lines that cross
        without meeting, lengths that are stated otherwise than drawn.

    Raises
    ------
    InputError
        With all faults at once.
    ParameterError
        If ``asked.snap_m`` is not a finite number of at least 0.

    Examples
    --------
    See ``tests/test_sources_roads_lines.py``.
    """
    if not (math.isfinite(asked.snap_m) and asked.snap_m >= 0):
        message = f"snap_m must be a finite number of at least 0. Got {asked.snap_m!r} instead."
        raise ParameterError(message)
    layer, faults = read_layer_grid(content, path, table=TABLE, answers=asked.answers)
    if layer is None or any(one.severity != "note" for one in faults):
        raise InputError([one for one in faults if one.severity != "note"])
    columns = _columns(layer.grid, asked)
    lines, feature, more = _lines(layer.geometry, path.name)
    read = _Read(columns, asked, len(layer.geometry))
    wrong = [*more, *read.faults]
    if wrong:
        raise InputError(wrong)
    against = read.ways[feature] < 0
    lines[against] = shapely.reverse(lines[against])
    network = noded(lines, asked.snap_m)
    roads = read.roads(network, feature[network.line], against)
    notes = [*faults, *_told(columns), *_joined(network, path.name, asked.snap_m)]
    return Found(roads, (*notes, *read.notes, *_lengths(columns, network, feature)))


def _columns(grid: Grid, asked: Asked) -> _Columns:
    """Sort the columns by what they mean."""
    cells: dict[str, list[tuple[str, list[str]]]] = {}
    cut = _cut_headers(asked.vocabulary) if grid.format in SHAPEFILES else {}
    for at, header in enumerate(grid.rows[0]):
        name = str(header or "")
        means = _means(name, asked.vocabulary) or cut.get(folded(name), "")
        if means:
            column = [_text(row[at]) for row in grid.rows[1:]]
            cells.setdefault(means, []).append((name, column))
    return _Columns(grid.file, cells)


def _means(header: str, vocabulary: Vocabulary) -> str:
    """Tell what a column holds; empty where nothing here asks for it."""
    found = _MEANS.get(folded(header))
    if found is None:
        found = vocabulary.means("headers", TABLE, header) or ""
    if found == "road_class":
        return "class"
    return "" if found in _NOT_READ else found


def _cut_headers(vocabulary: Vocabulary) -> dict[str, str]:
    """Give the headers as a Shapefile cuts them, to ten bytes, where that leaves one meaning."""
    words = [word for some in HEADERS.values() for word in some]
    words += [one.word for one in vocabulary.words if (one.list, one.table) == ("headers", TABLE)]
    found: dict[str, set[str]] = {}
    for word in words:
        for encoding in ("utf-8", "gb18030"):
            whole = word.encode(encoding)
            if len(whole) > SHAPEFILE_BYTES:
                cut = whole[:SHAPEFILE_BYTES].decode(encoding, "ignore")
                found.setdefault(folded(cut), set()).add(_means(word, vocabulary))
    return {cut: next(iter(means)) for cut, means in found.items() if len(means) == 1}


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _lines(shapes: NDArray[Any], file: str) -> tuple[NDArray[Any], NDArray[np.intp], list[Fault]]:
    """Give each single line and the feature that it is of."""
    lines, feature = shapely.get_parts(shapes, return_index=True)
    kind = shapely.get_type_id(lines)
    drawn = np.isin(kind, [shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING])
    wrong = ~drawn & ~shapely.is_missing(lines)
    faults = []
    if wrong.any():
        where = Where(file, int(feature[wrong][0]) + 1, "geometry")
        words = rule("road_is_line", count=len(np.unique(feature[wrong])))
        faults.append(fault(where, words, hint("road_is_line")))
    return lines[drawn], feature[drawn], faults


class _Read:
    """The attributes of the features, understood; what could not be is a fault."""

    def __init__(self, columns: _Columns, asked: Asked, size: int) -> None:
        self.columns, self.asked, self.size = columns, asked, size
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.classes = self._classes()
        self.ways = self._ways()
        self.speeds = self._speeds()
        self.grades = self._numbers("grade") / PERCENT

    def roads(
        self, network: Noded, feature: NDArray[np.intp], against: NDArray[np.bool_]
    ) -> RoadNetwork:
        """Give each edge what is known of its line."""
        turned = np.where(against[network.line], -1.0, 1.0)
        numbers, names = self._plain("number"), self._plain("name")
        name = np.where(names == "", numbers, names)
        edition = self._plain("edition")
        basis = self._plain("basis")
        return RoadNetwork(
            node_ids=_counted(network.lon.size),
            lon=network.lon,
            lat=network.lat,
            edge_ids=self._ids(feature, network),
            u=network.u,
            v=network.v,
            length_m=network.length_m,
            road_class=self.classes[feature],
            oneway=self.ways[feature] != 0,
            closed=self._flags("closed")[feature],
            crossing_id=self._plain("crossing_id")[feature],
            basis=np.where(np.isin(basis, BASES), basis, "")[feature],
            speed_kmh=self.speeds[feature],
            grade=self.grades[feature] * turned,
            bridge=self._flags("bridge")[feature],
            name=name[feature],
            edition=np.where(edition == "", self.asked.edition, edition)[feature],
            bend_at=network.bend_at,
            bend_lon=network.bend_lon,
            bend_lat=network.bend_lat,
        )

    def _plain(self, means: str) -> NDArray[Any]:
        """Give the cells of the first column of a meaning, empty where there is none."""
        found = self.columns.first(means)
        texts = np.full(self.size, "", dtype=object)
        if found is not None:
            texts[:] = found[1]
        return texts

    def _ids(self, feature: NDArray[np.intp], network: Noded) -> NDArray[Any]:
        """Name edges after their lines, where the layer names each line once; else count them."""
        own = self._plain("edge_id")
        told = [one for one in own.tolist() if one]
        if len(told) == self.size == len(set(told)):
            order = np.lexsort((network.turn, network.line, feature))
            pieces = np.bincount(feature, minlength=self.size)
            first = np.cumsum(pieces) - pieces
            number = np.empty(feature.size, dtype=np.intp)
            number[order] = np.arange(feature.size) - first[feature[order]] + 1
            ids = [
                own[at] if pieces[at] == 1 else f"{own[at]}-{turn}"
                for at, turn in zip(feature.tolist(), number.tolist(), strict=True)
            ]
            if len(set(ids)) == len(ids):
                return np.array([*ids, None], dtype=object)[:-1]
        return _counted(feature.size)

    def _classes(self) -> NDArray[Any]:
        """Tell the class of each road from every word that is known of it."""
        worded = [cells for _, cells in self.columns.cells.get("class", [])]
        others = [
            cells for one in ("number", "name") for _, cells in self.columns.cells.get(one, [])
        ]
        found = np.full(self.size, "", dtype=object)
        known: dict[tuple[str, ...], str] = {}
        unknown: dict[str, list[int]] = {}
        for at in range(self.size):
            words = tuple(cells[at] for cells in worded)
            key = (*words, *(cells[at] for cells in others))
            if key not in known:
                known[key] = self._class(words, key)
            found[at] = known[key]
            if not found[at]:
                shown = " / ".join(dict.fromkeys(one for one in words if one))
                unknown.setdefault(shown, []).append(at)
        self.faults += self._unknown(unknown)
        return found

    def _class(self, words: tuple[str, ...], known: tuple[str, ...]) -> str:
        own, vocabulary = self.asked.road_classes, self.asked.vocabulary
        told = road_class(known, own)
        if told:
            return told
        means = (vocabulary.means("values", TABLE, one, "road_class") for one in words if one)
        return road_class([one for one in means if one], {})

    def _unknown(self, unknown: Mapping[str, list[int]]) -> Iterator[Fault]:
        """Ask what words for classes mean, and for the class of roads that have none."""
        headers = "、".join(header for header, _ in self.columns.cells.get("class", []))
        listed = sorted(unknown, key=lambda one: (-len(unknown[one]), one))
        for word in listed[:WORDS_SHOWN]:
            places = unknown[word]
            where = Where(self.columns.file, places[0] + 1, headers, word)
            if word:
                yield fault(where, rule("road_word", count=len(places)), hint("road_word"))
            else:
                words = rule("road_class_blank", count=len(places))
                yield fault(where, words, hint("road_class_blank"))
        if len(listed) > WORDS_SHOWN:
            where = Where(self.columns.file, None, headers, len(listed))
            yield fault(where, rule("road_class_words"), hint("road_class_words"))

    def _ways(self) -> NDArray[np.intp]:
        """Tell which way each line can be travelled: 1 along it, -1 against it, 0 both."""
        ways = np.zeros(self.size, dtype=np.intp)
        for means in ("direction", "oneway"):
            column = self.columns.first(means)
            if column is not None:
                header, cells = column
                plain = [one.casefold() for one in cells]
                meant = DIRECTION if means == "direction" else _oneway_words(plain)
                self._refuse(header, cells, [one not in meant for one in plain])
                found = np.array([meant.get(one, 0) for one in plain], dtype=np.intp)
                ways = np.where(ways == 0, found, ways)
        return ways

    def _refuse(self, header: str, cells: Sequence[str], wrong: Sequence[bool]) -> None:
        """Refuse cells that are not understood, each word once."""
        told: dict[str, int] = {}
        for at in np.flatnonzero(wrong).tolist():
            told.setdefault(cells[at], at)
        for word, at in told.items():
            where = Where(self.columns.file, at + 1, header, word)
            self.faults.append(fault(where, rule("road_way"), hint("road_way")))

    def _flags(self, means: str) -> NDArray[np.bool_]:
        """Read yes and no; any other word (the name of a bridge) is a yes."""
        return np.array([one.casefold() not in _NO for one in self._plain(means)], dtype=bool)

    def _numbers(self, means: str) -> NDArray[np.float64]:
        """Read a column of numbers, which may have a unit behind them; NaN where there is none."""
        found = np.full(self.size, np.nan)
        column = self.columns.first(means)
        if column is None:
            return found
        header, cells = column
        for at, cell in enumerate(cells):
            number = _NUMBER.fullmatch(cell)
            if number:
                found[at] = float(number[1])
            elif cell:
                where = Where(self.columns.file, at + 1, header, cell)
                self.faults.append(fault(where, rule("number"), hint("correct_number")))
        return found

    def _speeds(self) -> NDArray[np.float64]:
        """Read speeds; no road is travelled at 0, which offices write where they know none."""
        speeds = self._numbers("speed_kmh")
        fast = speeds > FASTEST_KMH
        if fast.any():
            header, cells = self.columns.first("speed_kmh") or ("", [])
            at = int(np.flatnonzero(fast)[0])
            where = Where(self.columns.file, at + 1, header, cells[at])
            words = rule("road_too_fast", most=f"{FASTEST_KMH:g}", count=int(fast.sum()))
            self.faults.append(fault(where, words, SPEED.advice))
        none = speeds <= 0
        if none.any():
            header, _ = self.columns.first("speed_kmh") or ("", [])
            where = Where(self.columns.file, None, header)
            words = rule("road_no_speed", count=int(none.sum()))
            self.notes.append(fault(where, words, hint("nothing"), severity="note"))
        return np.where(none, np.nan, speeds)


_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:km/h|kmh|公里/小时|千米/小时|%)?", re.IGNORECASE)


def _oneway_words(cells: Sequence[str]) -> Mapping[str, int]:
    """Tell the letters B, F and T (both, from, to) from T and F for true and false."""
    return LETTERS if "b" in cells and set(cells) <= set(LETTERS) else ONEWAY


def _counted(size: int) -> NDArray[Any]:
    """Give ids that are whole numbers from 1."""
    return np.arange(1, size + 1).astype(str).astype(object)


def _note(file: str, words: tuple[str, str], advice: tuple[str, str] | None = None) -> Fault:
    return fault(Where(file), words, advice or hint("nothing"), severity="note")


def _told(columns: _Columns) -> Iterator[Fault]:
    """Tell which columns were read, and that a limit is no speed."""
    read = [
        header for means, found in columns.cells.items() if means != "limit" for header, _ in found
    ]
    if read:
        shown = "、".join(read), ", ".join(read)
        yield _note(columns.file, rule("road_columns", columns=shown))
    limit = columns.first("limit")
    if limit is not None and "speed_kmh" not in columns.cells:
        where = Where(columns.file, None, limit[0])
        yield fault(where, rule("road_limit"), hint("road_limit"), severity="note")


def _joined(network: Noded, file: str, snap_m: float) -> Iterator[Fault]:
    """Tell what was joined, what was not, and what was left out."""
    metres = f"{snap_m:g}"
    if network.ends_joined:
        yield _note(file, rule("roads_ends_joined", count=network.ends_joined, metres=metres))
    if network.tees_joined:
        yield _note(file, rule("roads_tees_joined", count=network.tees_joined, metres=metres))
    if network.pointless:
        yield _note(file, rule("roads_pointless", count=network.pointless))
    if network.shrunk:
        words = rule("roads_shrunk", count=network.shrunk, metres=metres)
        yield _note(file, words, hint("roads_shrunk"))
    if len(network.crossings):
        words = rule("roads_crossing", count=len(network.crossings))
        yield _note(file, words, hint("roads_crossing"))


def _lengths(columns: _Columns, network: Noded, feature: NDArray[np.intp]) -> Iterator[Fault]:
    """Tell of lengths that are stated otherwise than drawn."""
    column = columns.first("length_m")
    if column is None:
        return
    header, cells = column
    drawn = np.bincount(feature[network.line], network.length_m, minlength=len(cells))
    stated = np.array([_length(one) for one in cells])
    known = np.isfinite(stated) & (stated > 0) & (drawn > 0)
    if not known.any():
        return
    ratio = stated[known] / drawn[known]
    # Kilometres unless the numbers only make sense as metres: whichever is nearer to what is drawn.
    unit = min((1.0, METRES_A_KM), key=lambda one: abs(math.log(float(np.median(ratio)) * one)))
    far = np.abs(ratio * unit - 1) > FAR_OFF
    if far.any():
        words = rule(
            "road_lengths",
            count=int(far.sum()),
            of=int(known.sum()),
            share=f"{FAR_OFF:.0%}",
            stated=f"{(stated[known] * unit).sum() / METRES_A_KM:.1f}",
            drawn=f"{drawn[known].sum() / METRES_A_KM:.1f}",
        )
        where = Where(columns.file, None, header)
        yield fault(where, words, hint("road_lengths"), severity="note")


def _length(cell: str) -> float:
    """Read a stated length, NaN where there is none that can be read."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")
