"""Units made ready for looking names up: by code, and by stem inside each parent.

Nothing is read twice: the units below a parent are prepared when a name first asks for them, so
that a national list costs only what is looked up in it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.sources.divisions.codes import (
    COUNTY,
    LENGTHS,
    PROVINCES,
    TOWNSHIP,
    VILLAGE,
    shortened_code,
)
from wushan_geo.sources.divisions.names import (
    KIND_LEVEL,
    parted,
    plain,
    simplified,
    whole_forms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

LEVELS = {length: level for level, length in LENGTHS.items()}
_ENGLISH_KIND = re.compile(
    r"(?:(?:tujia)?ethnictownship|township|town|subdistrict|community|village)$"
)
_AREA = re.compile(
    r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|省|市|县|区|旗|盟|地区)$"
)


class Unit(NamedTuple):
    """One unit, its name taken apart."""

    at: int
    """Position in the table of units."""
    code: str
    """Its code."""
    level: str
    """``township``, ``village`` ...; empty for a code of another length."""
    stem: str
    """Name without its kind."""
    kind: str
    """Kind by its name, else by its column; empty if neither says."""
    exact: tuple[str, ...]
    """Whole names in plain form."""
    alias: str
    """Stem without the name of its township in front (场镇 for 龙溪场镇); empty if it has none."""
    english: tuple[str, ...]
    """Names in Latin letters, folded."""

    def fits(self, kind: str) -> bool:
        """Tell whether the unit may be of a kind; one of unknown kind may be any of its level."""
        if not kind or self.kind == kind:
            return True
        return not self.kind and self.level in {"", KIND_LEVEL[kind]}


class Scope:
    """Units among which a name is looked for."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = tuple(units)

    @cached_property
    def _odd(self) -> dict[str, list[Unit]]:
        """Units by the stem of a whole name that has another stem than the unit."""
        return _grouped(
            (stem, unit._replace(stem=stem, kind=kind or unit.kind))
            for unit in self.units
            if len(unit.exact) > 1
            for stem, kind in map(parted, unit.exact)
            if stem != unit.stem
        )

    def named(self, stem: str, kind: str, *, direct: bool) -> list[Unit]:
        """Give the units that go by a stem and a kind, however the list spells them.

        Right below one parent a name stands once, so what is of just that kind goes before what
        may be of it; anywhere else whatever may be meant counts.
        """
        called = (*self.stems.get(stem, ()), *self._odd.get(stem, ()))
        fitting = {unit.at: unit for unit in reversed(called) if unit.fits(kind)}
        same = [unit for unit in fitting.values() if direct and unit.kind == kind]
        return sorted(same or fitting.values(), key=lambda unit: unit.code)

    @cached_property
    def stems(self) -> dict[str, list[Unit]]:
        """Units by stem."""
        return _grouped((unit.stem, unit) for unit in self.units)

    @cached_property
    def aliases(self) -> dict[str, list[Unit]]:
        """Units by stem without the township's name."""
        return _grouped((unit.alias, unit) for unit in self.units if unit.alias)

    @cached_property
    def english(self) -> dict[str, list[Unit]]:
        """Units by name in Latin letters."""
        return _grouped((form, unit) for unit in self.units for form in unit.english)


def _grouped(pairs: Iterable[tuple[str, Unit]]) -> dict[str, list[Unit]]:
    found = defaultdict(list)
    for key, unit in pairs:
        found[key].append(unit)
    return dict(found)


class UnitIndex:
    """Units by code and by name, to be made once and used for many calls of ``match``."""

    def __init__(self, units: pd.DataFrame) -> None:
        _check(units)
        self.codes: list[str] = units["zone_id"].astype(str).tolist()
        self.names: list[str] = _texts(units, "name")
        self._more = [_texts(units, name) for name in ("full_name",) if name in units]
        self._english = _texts(units, "name_en")
        self._kinds = _texts(units, "kind")
        self.position = {code: at for at, code in enumerate(self.codes)}
        self.parents = _parents(self.codes, _texts(units, "parent_id"))
        self._refuse_circles()
        self._sorted = sorted(self.codes)
        self._units: dict[int, Unit] = {}
        self._stems: dict[str, str] = {}
        self._scopes: dict[str, Scope] = {}
        self._below: dict[str, Scope] = {}

    def _refuse_circles(self) -> None:
        """Follow every unit up: who stands above itself has no place."""
        for at, code in enumerate(self.codes):
            above, steps = self.parents[at], 0
            while above in self.position and above != code and steps <= _MOST_LEVELS:
                above, steps = self.parents[self.position[above]], steps + 1
            if above == code or steps > _MOST_LEVELS:
                message = f"the unit {code} stands above itself (parent_id)"
                raise ParameterError(message)

    def __len__(self) -> int:
        """Count the units."""
        return len(self.codes)

    @cached_property
    def _children(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, parent in enumerate(self.parents):
            found.setdefault(parent, []).append(at)
        return found

    @cached_property
    def county(self) -> str:
        """Code of the county that all units lie in; empty if there are several."""
        counties = {code[:COUNTY] for code in self.codes if len(code) >= COUNTY}
        return counties.pop() if len(counties) == 1 else ""

    def knows(self, code: str) -> bool:
        """Tell whether a code is a unit, or the parent of one."""
        return code in self.position or code in self._children

    def unit(self, at: int) -> Unit:
        """Give a unit by its position."""
        if at not in self._units:
            self._units[at] = self._taken_apart(at)
        return self._units[at]

    def inside(self, parent: str) -> Scope:
        """Give the units right below a parent."""
        if parent not in self._scopes:
            below = self._children.get(parent, [])
            ordered = sorted(below, key=lambda at: self.codes[at])
            self._scopes[parent] = Scope(map(self.unit, ordered))
        return self._scopes[parent]

    def below(self, prefix: str) -> Scope:
        """Give all townships and villages whose code begins so."""
        if prefix not in self._below:
            first, last = (bisect_left(self._sorted, prefix + end) for end in ("", "\U0010ffff"))
            codes = self._sorted[first:last]
            lower = [code for code in codes if len(code) > COUNTY and code != prefix]
            wanted = [self.position[code] for code in lower]
            self._below[prefix] = Scope(map(self.unit, wanted))
        return self._below[prefix]

    def area_words(self, county: str) -> list[str]:
        """Give how texts call a county and the areas above it, from the widest."""
        codes = (shortened_code(county[:4] + "00"), county)
        known = [self.names[self.position[code]] for code in codes if code in self.position]
        province = PROVINCES.get(county[:2], "")
        return [short for name in (province, *known) if name for short in _short_forms(name)]

    @cached_property
    def counties_by_name(self) -> dict[str, list[str]]:
        """Codes of counties by their names."""
        found: dict[str, list[str]] = {}
        for code, name in zip(self.codes, self.names, strict=True):
            if len(code) == COUNTY:
                for form in _short_forms(simplified(plain(name))):
                    found.setdefault(form, []).append(code)
        return found

    def stem(self, township: str) -> str:
        """Give the stem of a township; empty if it is not among the units."""
        if township not in self._stems:
            is_known = len(township) == TOWNSHIP and township in self.position
            self._stems[township] = self.unit(self.position[township]).stem if is_known else ""
        return self._stems[township]

    def _taken_apart(self, at: int) -> Unit:
        named = whole_forms(self.names[at])
        more = [form for column in self._more for form in whole_forms(column[at])]
        stem, kind = parted(named[-1] if named else "")
        above = self.stem(self.parents[at])
        return Unit(
            at=at,
            code=self.codes[at],
            level=LEVELS.get(len(self.codes[at]), ""),
            stem=stem,
            kind=kind or (self._kinds[at] if self._kinds[at] in KIND_LEVEL else ""),
            exact=tuple(dict.fromkeys((*named, *more))) if more else named,
            alias=stem.removeprefix(above) if above and stem.startswith(above) else "",
            english=latin(self._english[at]),
        )


def unit_index(units: pd.DataFrame | UnitIndex) -> UnitIndex:
    """Make units ready for many calls of :func:`match`.

    Parameters
    ----------
    units
        Units with ``zone_id`` and ``name``, and where known ``full_name``, ``name_en``,
        ``parent_id`` (else the prefix) and ``kind``. Give the county's row too: only then can a
        county's name in front of a name be checked.

    Returns
    -------
    UnitIndex
        The units by code and by name; an index is given back as it is.

    Raises
    ------
    ParameterError
        If a column is lacking, or a code or a name is.
    UnknownIdError
        If a code stands there twice.

    Examples
    --------
    >>> import pandas as pd
    >>> units = pd.DataFrame({"zone_id": ["500237111"], "name": ["巫峡镇"]})
    >>> len(unit_index(units))
    1
    """
    return units if isinstance(units, UnitIndex) else UnitIndex(units)


def latin(text: str) -> tuple[str, ...]:
    """Fold a name in Latin letters: with its kind and without.

    Parameters
    ----------
    text
        The name.

    Returns
    -------
    tuple of str
        The folded forms; none for a text without letters.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> latin("Gui-hua Village"), latin("桂花村")
    (('guihuavillage', 'guihua'), ())
    """
    if not text:
        return ()
    letters = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(one for one in letters if "a" <= one <= "z")
    if not folded or any("\u3400" <= one <= "\u9fff" for one in text):
        return ()
    return tuple(dict.fromkeys((folded, _ENGLISH_KIND.sub("", folded) or folded)))


def _short_forms(name: str) -> tuple[str, ...]:
    short = _AREA.sub("", name)
    return (name, short) if len(short) > 1 and short != name else (name,)


def _texts(units: pd.DataFrame, column: str) -> list[str]:
    if column not in units:
        return [""] * len(units)
    return [
        "" if missing else str(one)
        for one, missing in zip(units[column], units[column].isna(), strict=True)
    ]


def _parents(codes: list[str], told: list[str]) -> list[str]:
    cut = {VILLAGE: TOWNSHIP, TOWNSHIP: COUNTY, COUNTY: 4, 4: 2}
    return [
        parent or code[: cut.get(len(code), 0)] for code, parent in zip(codes, told, strict=True)
    ]


_MOST_LEVELS = 6  # province, prefecture, county, township, village, and one to spare


def _check(units: pd.DataFrame) -> None:
    lacking = [name for name in ("zone_id", "name") if name not in units]
    if lacking:
        message = f"units lack the column {listed(lacking)}"
        raise ParameterError(message)
    empty = units["zone_id"].isna() | units["name"].isna()
    if empty.any():
        message = f"units lack a code or a name in row {listed(units.index[empty])}"
        raise ParameterError(message)
    twice = units.loc[units["zone_id"].duplicated(), "zone_id"]
    if len(twice):
        message = f"units stand there twice: {listed(twice)}"
        raise UnknownIdError(message)
