"""What the drawn boundaries and village points assume: the page's rows about zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import banks
import boundaries
import villages
from assumptions import worded

if TYPE_CHECKING:
    from pathlib import Path

    from assumptions import Assumption


def assumptions(out: Path) -> list[Assumption]:
    """List what the schematic zones assume, with the values used.

    Raises
    ------
    AttributeError
        If a constant of the boundaries was renamed.

    Examples
    --------
    >>> from pathlib import Path
    >>> assumptions(Path())[0].key
    'zones.area_tolerance'
    """
    del out  # every value is a constant of the boundaries
    return worded(
        {
            "zones.area_tolerance": boundaries.TOLERANCE,
            "zones.lower_bounds": list(boundaries.LOWER_BOUNDS),
            "zones.wuxia_seat_reach": boundaries.SEAT_REACH,
            "zones.seat_margin": boundaries.SEAT_MARGIN,
            "zones.point_margin": boundaries.POINT_MARGIN,
            "zones.village_rounds": villages.ROUNDS,
            "zones.village_pull": villages.PULL,
            "zones.village_inset": villages.INSET,
            "zones.bank_doubtful": banks.DOUBTFUL,
        }
    )
