"""The tiny study of the builders with joint counts and places of residence, every file valid.

Village 4 has no joint counts, village 3 no word on where its eligible persons live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import VILLAGES, make_study_folder, replaced

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Change

CELLS = """zone_id,type,severity,age_band,persons,basis
990201001001,intellectual,severe,age_16_59,3,measured
990201001001,physical,severe,age_16_59,2,measured
990201001001,visual,other,age_0_15,1,measured
990201001001,hearing,other,age_60_plus,4,measured
990201001002,intellectual,severe,age_16_59,4,measured
990201001002,intellectual,other,age_16_59,6,measured
990201001002,visual,other,age_0_15,2,measured
990201001002,mental,severe,age_60_plus,8,measured
990201002001,physical,other,age_0_15,3,measured
990201002001,physical,other,age_16_59,9,measured
990201002001,intellectual,severe,age_16_59,6,measured
990201002001,mental,other,age_60_plus,12,measured
"""
RESIDENCE = """zone_id,group,residence,persons,basis
990201001001,eligible_day_care,at_home,2,measured
990201001001,eligible_day_care,away,1,measured
990201001002,eligible_day_care,at_home,1,measured
990201001002,eligible_day_care,away,2,measured
990201001002,eligible_day_care,institution,1,measured
"""
ALL_AT_HOME = f"{RESIDENCE}{VILLAGES[2]},eligible_day_care,at_home,5,measured\n"
TABLES = {"person_cells": "person_cells.csv", "residence": "residence.csv"}


def joint_folder(
    folder: Path,
    *,
    cells: str | None = CELLS,
    residence: str | None = RESIDENCE,
    **changes: Change,
) -> Path:
    """Write the tiny study with the two tables; None leaves one out."""
    told = {"person_cells": cells, "residence": residence}
    lines = "".join(f'{name} = "{TABLES[name]}"\n' for name, text in told.items() if text)
    for name, text in told.items():
        if text:
            (folder / TABLES[name]).write_text(text, encoding="utf-8")
    named = replaced(('persons = "persons.csv"\n', f'persons = "persons.csv"\n{lines}'))
    return make_study_folder(folder, study=named, **changes)
