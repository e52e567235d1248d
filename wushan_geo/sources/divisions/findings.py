"""What matching and checking found, as faults that an officer can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wushan_geo.errors import Ask
from wushan_geo.sources.divisions.codes import kind_of
from wushan_geo.sources.divisions.index import unit_index
from wushan_geo.sources.divisions.matching import how_text, reason_text
from wushan_geo.sources.divisions.names import compact, parted, plain, simplified, unbracketed
from wushan_geo.sources.divisions.systems import CHOICES, follows_other_system
from wushan_geo.study.answers import Answers
from wushan_geo.study.faults import fault, hint, rule, some
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from wushan_geo.errors import Fault
    from wushan_geo.sources.divisions.index import UnitIndex
    from wushan_geo.study.faults import Where

PLAIN = ("exact", "code")  # nothing was changed, so there is nothing to tell
SYSTEM = "coding system"


def match_faults(
    found: pd.DataFrame,
    units: pd.DataFrame | UnitIndex,
    where: Callable[[int], Where],
    table: str,
    subjects: Sequence[str],
) -> list[Fault]:
    """Tell how names were matched, and ask about those that were not.

    A name that had to be changed is a note; one that is ambiguous or unmatched is a question,
    whose choices are the candidates.

    Parameters
    ----------
    found
        Result of :func:`match`.
    units
        The units it was made with.
    where
        Place of the name by its position.
    table
        Table of the study, for the questions.
    subjects
        What each name is asked about as, worded so that it stays the same next year.

    Returns
    -------
    list
        The faults in the order of the names.

    Raises
    ------
    ValueError
        If there are not as many subjects as names.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.matching import match
    >>> from wushan_geo.study.faults import Where
    >>> units = pd.DataFrame({"zone_id": ["500237210"], "name": ["建平乡"]})
    >>> names = ["建平鄉", "山平乡"]
    >>> places = lambda at: Where("persons.csv", at + 2, "乡镇", names[at])
    >>> for one in match_faults(match(names, units), units, places, "persons", names):
    ...     print(one.severity, one.rule, "|", one.suggestion.partition(";")[0])
    note was read as 建平乡 (500237210): traditional characters | Nothing to do
    decide names a unit inside its parent: no parent is told | Choose one: 建平乡 (500237210).
    """
    index = unit_index(units)
    faults = []
    rows: Iterable[Any] = found.itertuples(index=False)
    for at, (row, subject) in enumerate(zip(rows, subjects, strict=True)):
        if row.status != "matched":
            ask = Ask("zone", table, subject, row.candidates)
            what = rule("zone_name", why=reason_text(row.reason))
            faults.append(_question(where(at), what, index, ask))
        elif row.method not in PLAIN:
            faults.append(_note(where(at), row.name, row.zone_id, row.method))
    return faults


def code_faults(
    checked: pd.DataFrame,
    units: pd.DataFrame | UnitIndex,
    where: Callable[[int], Where],
    table: str,
    answers: Answers | None = None,
) -> list[Fault]:
    """Tell where codes and names contradict each other: once, if it is the whole list.

    Parameters
    ----------
    checked
        Result of :func:`check_codes`.
    units
        The units it was made with.
    where
        Place of the code by its position.
    table
        Table of the study, for the questions.
    answers
        What was decided before.

    Returns
    -------
    list
        The faults in the order of the rows; a list that follows another system gives one.

    Raises
    ------
    KeyError
        If it is another table.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.systems import check_codes
    >>> from wushan_geo.study.faults import Where
    >>> rows = {"zone_id": ["500237101", "500237102"], "name": ["庙宇镇", "大昌镇"]}
    >>> units = pd.DataFrame(rows)
    >>> checked = check_codes(["500237101"], ["大昌镇"], units)
    >>> place = lambda at: Where("a.csv", at + 2, "代码", "500237101")
    >>> [(one.severity, one.ask.choices) for one in code_faults(checked, units, place, "persons")]
    [('decide', ('500237102', '500237101'))]
    """
    index = unit_index(units)
    known = answers or Answers()
    system = follows_other_system(checked)
    faults = _system_faults(checked, where, table, known) if system else []
    for at, row in enumerate(checked.itertuples(index=False)):
        if row.verdict == "contradict" and not system:
            faults.append(_contradiction(where(at), row, index, table))
        elif row.verdict in {"code only", "name only"}:
            word = both("known.code") if row.verdict == "code only" else both("known.name")
            what = rule("code_or_name", known=word)
            faults.append(fault(where(at), what, hint("code_or_name"), severity="note"))
        elif row.verdict == "neither":
            faults.append(fault(where(at), rule("code_nor_name"), hint("zone_write")))
    return faults


def kind_faults(
    codes: pd.Series[str], names: Iterable[object], where: Callable[[int], Where]
) -> list[Fault]:
    """Note where the kind in a name is not the one that its code's last digits stand for.

    Parameters
    ----------
    codes
        Codes of townships or villages.
    names
        Their names.
    where
        Place of the code by its position.

    Returns
    -------
    list
        Notes only: a unit may change its kind and keep its code.

    Raises
    ------
    ValueError
        If there are not as many names as codes.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.study.faults import Where
    >>> place = lambda at: Where("a.csv", at + 2, "代码", "500237111217")
    >>> len(kind_faults(pd.Series(["500237111217"]), ["桂花社区"], place))
    1
    """
    faults = []
    for at, (code, name) in enumerate(zip(codes, names, strict=True)):
        by_code = kind_of(str(code))
        by_name = parted(compact(unbracketed(simplified(plain(str(name))))))[1]
        if by_code and by_name and by_code != by_name:
            words = {
                "by_code": both(f"kind_word.{by_code}"),
                "by_name": both(f"kind_word.{by_name}"),
            }
            what = rule("kind_and_code", **words)
            faults.append(fault(where(at), what, hint("kind_and_code"), severity="note"))
    return faults


def _question(place: Where, what: tuple[str, str], index: UnitIndex, ask: Ask) -> Fault:
    shown = some(f"{index.names[index.position[one]]} ({one})" for one in ask.choices)
    advice = hint("zone_choose", candidates=shown) if ask.choices else hint("zone_write")
    return fault(place, what, advice, severity="decide", ask=ask)


def _note(place: Where, name: str, code: str, method: str) -> Fault:
    what = rule("zone_read_as", name=name, code=code, how=how_text(method))
    return fault(place, what, hint("zone_read_as"), severity="note")


def _contradiction(place: Where, row: Any, index: UnitIndex, table: str) -> Fault:
    by_code, by_name, code = (str(getattr(row, one)) for one in ("by_code", "by_name", "code"))
    means = {"by_code": by_code, "by_name": by_name}
    names = {how: index.names[index.position[unit]] for how, unit in means.items()}
    ask = Ask("zone", table, f"{code} {names['by_name']}", (by_name, by_code))
    what = rule("code_and_name", **names)
    return fault(place, what, hint("code_and_name"), severity="decide", ask=ask)


def _system_faults(
    checked: pd.DataFrame, where: Callable[[int], Where], table: str, answers: Answers
) -> list[Fault]:
    """Give the one question of a list that follows another system; a note once it is answered."""
    positions = [at for at, one in enumerate(checked["verdict"]) if one == "contradict"]
    first = where(positions[0])
    place = type(first)(first.file, None, first.column, "")
    count = checked["by_name"].iloc[positions].nunique()
    answered = answers.get("zone", table, SYSTEM) in CHOICES
    return [
        fault(
            place,
            rule("other_system", count=count),
            hint("other_system"),
            severity="note" if answered else "decide",
            ask=Ask("zone", table, SYSTEM, CHOICES),
        )
    ]
