"""Names that are one character off: compared inside one parent, and only told when certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wushan_geo.sources.divisions.names import suffixes
from wushan_geo.sources.divisions.similar import likeness

if TYPE_CHECKING:
    from wushan_geo.sources.divisions.index import Scope, Unit

# Characters that tell one place from its neighbour: 东王庄 is not 王庄 with a character too many.
MODIFIERS = frozenset("东西南北中上下前后左右内外大小新老旧一二三四五六七八九十百千")
SHORT = 2  # one wrong of two characters is half the name, and needs evidence
LEAST_WRONG = 4  # characters of a stem that is still known with any one of them wrong
LEAST_LOST = 3  # the same, with one of them lost or one too many
LEAST_TAIL = 3  # characters of a suffix that is still known with one of them wrong
Slip = Literal["strong", "medium", "weak", "distinct"]
_RANK = {"distinct": 0, "weak": 1, "medium": 2, "strong": 3}


@dataclass(frozen=True, slots=True)
class Near:
    """A unit whose name is one character off, and how well that is explained."""

    unit: Unit
    """The unit."""
    how: Slip
    """As :func:`apart` tells it."""


def near(scope: Scope, stem: str, kind: str) -> list[Near]:
    """Find the units whose name is one character off.

    Parameters
    ----------
    scope
        The units of one parent.
    stem
        Stem as written.
    kind
        Kind as written; an empty one fits every unit.

    Returns
    -------
    list
        Units with the best explanation, in the order of their codes.

    Raises
    ------
    TypeError
        If a stem is not a text.

    Examples
    --------
    >>> from wushan_geo.sources.divisions.index import Scope, Unit
    >>> unit = Unit(0, "500237210207", "village", "建平", "village", ("建平村",), "", ())
    >>> [one.how for one in near(Scope([unit]), "建坪", "village")]
    ['strong']
    """
    found = []
    for unit in scope.units:
        if kind and unit.kind and kind != unit.kind:
            continue
        slips = (apart(stem, one) for one in (unit.stem, unit.alias) if one)
        hows = [how for how in slips if how is not None]
        if hows:
            found.append(Near(unit, max(hows, key=_RANK.__getitem__)))
    return found


def decided(found: list[Near]) -> Near | None:
    """Give the one unit that must be meant, if that is certain enough.

    One well explained unit is taken although others are as near without an explanation: a
    typist slips to what looks or sounds alike. Without an explanation the unit must be the only
    one near, and most of its name must be right.

    Parameters
    ----------
    found
        Units one character off.

    Returns
    -------
    Near or None
        The unit; None where a planner has to decide.

    Raises
    ------
    TypeError
        If `found` cannot be gone through.

    Examples
    --------
    >>> decided([]) is None
    True
    """
    strong = [one for one in found if one.how == "strong"]
    if strong:
        rivals = any(one.how == "medium" for one in found)
        sure = len(strong) == 1 and not rivals and len(strong[0].unit.stem) >= SHORT
        return strong[0] if sure else None
    if len(found) != 1 or found[0].how == "distinct" or len(found[0].unit.stem) < SHORT:
        return None
    return found[0]


def apart(given: str, stem: str) -> Slip | None:
    """Tell how a stem may have become another one by one slip.

    Parameters
    ----------
    given
        Stem as written.
    stem
        Stem of a unit.

    Returns
    -------
    str or None
        ``strong`` if the characters look or sound alike, are doubled or swapped; ``medium`` if
        they nearly sound alike; ``weak`` if nothing explains it, but most of a longer name is
        right; ``distinct`` if too little is, or if the difference tells two places apart (东, 大,
        二); None if more than one slip lies between.

    Raises
    ------
    TypeError
        If one is not a text.

    Examples
    --------
    >>> apart("建坪", "建平"), apart("平建", "建平"), apart("建建平", "建平")
    ('strong', 'strong', 'strong')
    >>> apart("龙坡", "龙骨坡")
    'weak'
    >>> apart("建山", "建平"), apart("王庄", "东王庄"), apart("东山", "建平") is None
    ('distinct', 'distinct', True)
    """
    longer = len(given) - len(stem)
    if given == stem or abs(longer) > 1:
        return None
    if longer == 0:
        return _replaced(given, stem)
    long, short = (given, stem) if longer > 0 else (stem, given)
    at = next((at for at, one in enumerate(short) if one != long[at]), len(short))
    if long[at + 1 :] != short[at:]:
        return None
    if at > 0 and long[at] == long[at - 1] and len(short) > 1:
        return "strong"
    return "distinct" if long[at] in MODIFIERS or len(stem) < LEAST_LOST else "weak"


def _replaced(given: str, stem: str) -> Slip | None:
    wrong = [at for at, (one, other) in enumerate(zip(given, stem, strict=True)) if one != other]
    if len(wrong) == 1:
        return _other(given[wrong[0]], stem[wrong[0]], len(stem))
    swapped = (
        len(wrong) == SHORT
        and wrong[1] == wrong[0] + 1
        and (given[wrong[0]], given[wrong[1]]) == (stem[wrong[1]], stem[wrong[0]])
    )
    return "strong" if swapped else None


def _other(one: str, other: str, length: int) -> Slip:
    if {one, other} <= MODIFIERS:
        return "distinct"
    how = likeness(one, other)
    return "distinct" if how == "weak" and length < LEAST_WRONG else how


def with_wrong_suffix(scope: Scope, form: str) -> list[Unit]:
    """Find the units whose stem is right and whose suffix is one character off.

    Parameters
    ----------
    scope
        The units of one parent.
    form
        A plain name.

    Returns
    -------
    list
        The units with the longest stem that fits.

    Raises
    ------
    TypeError
        If `form` is not a text.

    Examples
    --------
    >>> from wushan_geo.sources.divisions.index import Scope, Unit
    >>> unit = Unit(0, "500237210204", "village", "建平", "village", ("建平村",), "", ())
    >>> len(with_wrong_suffix(Scope([unit]), "建平村民委会"))
    1
    """
    for cut in range(len(form) - 1, 0, -1):
        units = scope.stems.get(form[:cut], [])
        fitting = [unit for unit in units if _is_tail(form[cut:], unit.kind)]
        if fitting:
            return fitting
    return []


def _is_tail(tail: str, kind: str) -> bool:
    known = suffixes("")
    if tail in known or not kind:  # another kind, written right
        return False
    more = len(tail) > 1 and tail[1:] in known and tail[0] != tail[1]  # 桂花树村委会
    words = [word for word in suffixes(kind) if abs(len(word) - len(tail)) <= 1]
    return any(_is_suffix(tail, word) for word in words if not more or len(word) > len(tail))


def _is_suffix(tail: str, word: str) -> bool:
    from rapidfuzz.distance import OSA

    if len(word) < LEAST_TAIL:
        return apart(tail, word) == "strong"
    return OSA.distance(tail, word, score_cutoff=1) <= 1
