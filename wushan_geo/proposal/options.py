"""From the texts behind the options of the command to a wish; every wrong number named at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wushan_geo.errors import InputError
from wushan_geo.proposal.wish import COMMAND, MODELS, Wish, steps_of
from wushan_geo.study.faults import Where, fault, hint, nearest, rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.errors import Fault

# Field of the wish -> option, what it is, and a number that makes sense there.
READ: dict[str, tuple[str, str, str]] = {
    "sites": ("--sites", "whole", "3"),
    "budget": ("--budget", "number", "900000"),
    "limit": ("--limit", "number", "30"),
    "share": ("--share", "per cent", "90"),
    "floor": ("--floor", "per cent", "60"),
    "at_least": ("--at-least", "whole", "1"),
    "at_most": ("--at-most", "whole", "2"),
    "apart_km": ("--apart-km", "number", "5"),
    "moves": ("--move", "whole", "1"),
    "best": ("--best", "whole", "3"),
    "within": ("--within", "per cent", "5"),
    "draws": ("--draws", "whole", "50"),
    "seconds": ("--time-limit", "number", "30"),
}
OF_STUDY = "study"  # as many draws as the study says


def wish_of(model: str, numbers: Mapping[str, str | None], phases: str, **others: Any) -> Wish:
    """Make a wish of the texts of the command.

    Parameters
    ----------
    model
        Name of the model, with hyphens or underscores.
    numbers
        Text of each number by field of the wish; None where the option was left out. Shares are in
        per cent.
    phases
        New sites of each phase, between commas.
    **others
        Further fields of the wish.

    Returns
    -------
    Wish
        Not checked yet.

    Raises
    ------
    InputError
        If there is no such model, or a text is no number; all of them at once.
    KeyError
        If a field takes no number.

    Examples
    --------
    >>> found = wish_of("set-covering", {"share": "80", "sites": None}, "")
    >>> found.model, found.share
    ('set_covering', 0.8)
    """
    faults: list[Fault] = []
    name = model.strip().lower().replace("_", "-")
    known = {one.replace("_", "-"): one for one in MODELS}
    if name not in known:
        where = Where(COMMAND, None, "--model", model)
        faults.append(fault(where, rule("site.model"), nearest(name, known)))
    fields = dict(others)
    for field, text in numbers.items():
        option, kind, example = READ[field]
        if text is None:
            continue
        value = _read(text, kind)
        if field == "draws" and text.strip().lower() == OF_STUDY:
            fields[field] = None
        elif value is None:
            told = rule("count") if kind == "whole" else rule("number")
            shown = hint("site.for_instance", example=f"{option} {example}")
            faults.append(fault(Where(COMMAND, None, option, text), told, shown))
        else:
            fields[field] = value
    try:
        fields["steps"] = steps_of(phases)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    return Wish(model=known[name], **fields)


def _read(text: str, kind: str) -> float | None:
    """Read a number; a share is given in per cent."""
    try:
        if kind == "whole":
            return int(text)
        value = float(text)
    except ValueError:
        return None
    return value / 100.0 if kind == "per cent" else value
