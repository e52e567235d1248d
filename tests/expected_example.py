"""What a pencil finds for the example county of 2025, for the tests of every room.

Three townships: Z (its Home admits its own people only), S (a care point in the welfare home, its
own people only) and T (nothing of its own that is open; two homes beyond the county). Service: day
care. A kilometre costs 1.5 min on a provincial road, 2 on a county road, 3 on a township road, 4 on
a village road and 10 on the ferry, for which one waits 1.5; 2 min of boarding are added once to
every trip. The sketch map and the road lengths stand in ``data/example/README.md`` and
``data/example/roads/edges.csv``.

Open day care: F01 at Z1 (admits Z), F02 at W1 (the county), F03 at S1 (admits S), F08 at X1 beyond
the county (anyone), F09 at X2 beyond the county (by an agreement that is not on file: admits nobody
surely). F04 at N1 does not report its services and admits N only. T has F05 closed, F06 planned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

INF = math.inf
LIMITS = (20.0, 30.0, 45.0)
BOARDING = 2.0
FACTORS = (0.9, 1.0, 1.1)
"""Multipliers of the road part; minutes at another end are 2 + factor x (minutes - 2)."""

E, B, N, G, U = "effective", "neighbour", "nominal", "gap", "unknown"


@dataclass(frozen=True)
class Expected:
    """One village."""

    zone_id: str
    own: float
    """Minutes to the nearest open day care of the own township (inf: none)."""
    anywhere: float
    """Minutes to the nearest open day care that surely admits, wherever it stands."""
    facility_id: str | None
    """That one."""
    classes: tuple[str, str, str]
    """Class at 20, 30 and 45 minutes."""
    promise: str
    """Verdict of the village promise (any service delivered within 365 days)."""


VILLAGES = {
    # Township Z: F01 at Z1.
    # At the door: 0 + 2 = 2.
    "Z1": Expected("990101001001", 2.0, 2.0, "F01", (E, E, E), "pass"),
    # Z2-Z1 6 km county: 6 x 2 = 12, + 2 = 14.
    "Z2": Expected("990101001002", 14.0, 14.0, "F01", (E, E, E), "pass"),
    # Z3-Z1 6 km provincial: 6 x 1.5 = 9, + 2 = 11.
    "Z3": Expected("990101001203", 11.0, 11.0, "F01", (E, E, E), "pass"),
    # Own: Z4-Z3 7 km 10.5, Z3-Z1 9: 19.5 + 2 = 21.5. F02 is nearer: Z4-W2 6 km 9, W2-W1 5.5 km
    # 8.25: 17.25 + 2 = 19.25. At 20 only F02 is in reach; from 21.5 on the own one is, and decides.
    "Z4": Expected("990101001204", 21.5, 19.25, "F02", (B, E, E), "pass"),
    # Z5-Z6 is closed. Z5-Z2 6 km village 24, Z2-Z1 12: 36 + 2 = 38.
    "Z5": Expected("990101001205", 38.0, 38.0, "F01", (N, N, E), "pass"),
    # Z6-Z1 5.5 km township: 5.5 x 3 = 16.5, + 2 = 18.5.
    "Z6": Expected("990101001206", 18.5, 18.5, "F01", (E, E, E), "pass"),
    # Z7-Z3 6 km township 18, Z3-Z1 9: 27 + 2 = 29. No service is delivered at all.
    "Z7": Expected("990101001207", 29.0, 29.0, "F01", (N, E, E), "fail"),
    # Z4 -> Z8 is one-way, so the way out is Z8-W2 7.5 km county 15. F02: + W2-W1 8.25 = 23.25 + 2
    # = 25.25. Own: 15 + W2-Z4 9 + Z4-Z3 10.5 + Z3-Z1 9 = 43.5 + 2 = 45.5, beyond 45.
    "Z8": Expected("990101001208", 45.5, 25.25, "F02", (N, B, B), "pass"),
    # Township S: F03 at S1. The nearest other one that admits is F02, 49.25 from S1 itself
    # (S1-K2-K1-Z1 7 km 10.5, Z1-Z3 9, Z3-Z4 10.5, Z4-W2 9, W2-W1 8.25: 47.25 + 2), beyond 45.
    "S1": Expected("990101003001", 2.0, 2.0, "F03", (E, E, E), "pass"),
    # S2-S1 6 km county 12, + 2 = 14. Last visit exactly 365 days before the cut-off date: counts.
    "S2": Expected("990101003202", 14.0, 14.0, "F03", (E, E, E), "pass"),
    # S3-S1 6 km provincial 9, + 2 = 11.
    "S3": Expected("990101003203", 11.0, 11.0, "F03", (E, E, E), "pass"),
    # S4-S5 6 km county 12, S5-S1 4 km village 16: 28 + 2 = 30, exactly the limit: covered at 30.
    "S4": Expected("990101003204", 30.0, 30.0, "F03", (N, E, E), "pass"),
    # S5-S1 16, + 2 = 18.
    "S5": Expected("990101003205", 18.0, 18.0, "F03", (E, E, E), "pass"),
    # S6-S3 5.5 km township 16.5, S3-S1 9: 25.5 + 2 = 27.5. Visits unknown, the rest none.
    "S6": Expected("990101003206", 27.5, 27.5, "F03", (N, E, E), "cannot_assess"),
    # S7-S4 5 km village 20, S4-S1 28: 48 + 2 = 50. Last visit 366 days before: does not count.
    "S7": Expected("990101003207", 50.0, 50.0, "F03", (N, N, N), "fail"),
    # S8-S5 5.5 km village 22, S5-S1 16: 38 + 2 = 40. Visits unknown, but neighbourly help given.
    "S8": Expected("990101003008", 40.0, 40.0, "F03", (N, N, E), "pass"),
    # Township T: nothing open of its own.
    # T1-T3 7 km 10.5, T3-X1 5 km county 10: 20.5 + 2 = 22.5 to F08.
    # (F02: T1-T2 9 + 24.5 + 2 = 35.5.)
    "T1": Expected("990101005001", INF, 22.5, "F08", (G, B, B), "pass"),
    # T2-P2 3 km township 9, wait 1.5 (half of 3), ferry 0.5 km 5, P1-W1 3 km township 9:
    # 24.5 + 2 = 26.5 to F02. (F08: 9 + 20.5 + 2 = 31.5.)
    "T2": Expected("990101005202", INF, 26.5, "F02", (G, B, B), "pass"),
    # T3-X1 10, + 2 = 12.
    "T3": Expected("990101005203", INF, 12.0, "F08", (B, B, B), "pass"),
    # T4-T2 is closed: only a lane to the hamlet H1 is left. No service either.
    "T4": Expected("990101005204", INF, INF, None, (G, G, G), "fail"),
    # T5-T1 5 km township 15, T1-X1 20.5: 35.5 + 2 = 37.5.
    "T5": Expected("990101005205", INF, 37.5, "F08", (G, G, B), "pass"),
    # T6-T3 6 km county 12, T3-X1 10: 22 + 2 = 24. (F09: T6-T8 24 + T8-X2 12 + 2 = 38, unsure.)
    "T6": Expected("990101005006", INF, 24.0, "F08", (G, B, B), "pass"),
    # T7-T5 5 km village 20, T5-X1 35.5: 55.5 + 2 = 57.5. F09, which may admit: T7-T8 6 km township
    # 18, T8-X2 12: 30 + 2 = 32, so it decides at 45 only. Visits are planned: fail.
    "T7": Expected("990101005207", INF, 57.5, "F08", (G, G, U), "fail"),
    # T8-T6 6 km village 24, T6-X1 22: 46 + 2 = 48. F09, which may admit: T8-X2 6 km county 12,
    # + 2 = 14, in reach at every limit. All three village services unknown.
    "T8": Expected("990101005208", INF, 48.0, "F08", (U, U, U), "cannot_assess"),
}
"""Expectations by label (first letter of the township, number of the village)."""

DEPENDS_AT_30 = frozenset({"Z7", "S4", "S6", "T7"})
"""Villages of Z, S and T whose class at 30 minutes changes between the factors 0.9 and 1.1.

Z7 2 + 27 x 1.1 = 31.7; S4 2 + 28 x 1.1 = 32.8; S6 2 + 25.5 x 1.1 = 30.05: nominal at the high end.
T7 to F09 2 + 30 x 0.9 = 29: unknown at the low end.
"""

TOWNSHIP_PROMISE = {
    "990101001": "pass",  # F01 (and F07)
    "990101002": "pass",  # F02
    "990101003": "pass",  # F03, hosted in a welfare home: hosted ones count
    "990101004": "pass",  # F04 and F10; what F04 offers does not matter here
    "990101005": "fail",  # F05 closed, F06 planned, and the register is complete
}
"""Any open facility in the township, 2025."""

COUNTY_VERDICTS = {
    # Psychiatric rehabilitation in Z (F01), W (F02), S (F03), N (F10): 4 of 5 are 80 %, at least.
    "psychiatric_rehab": "pass",
    # F07 is open.
    "county_rehab_centre": "pass",
    # Asks for each of the two kinds; there is no county care centre, and the register is complete.
    "county_full_coverage": "fail",
    "indicator_01_income_growth": "cannot_assess",  # no second series to compare with
    "indicator_02_training_persons": "pass",  # 208 >= 200
    "indicator_03_dibao_coverage": "pass",  # 100 >= 100
    "indicator_04_living_subsidy_coverage": "fail",  # 98.5 < 100
    "indicator_05_nursing_subsidy_coverage": "pass",  # 100 >= 100
    "indicator_06_pension_participation": "fail",  # 90 is not more than 90
    "indicator_07_medical_participation": "pass",  # 95.2 > 95
    "indicator_08_compulsory_enrolment": "pass",  # 97 >= 97, though below its baseline of 100
    "indicator_09_rehab_coverage": "pass",  # 85 >= 85
    "indicator_10_assistive_device_rate": "fail",  # 83.5 < 85
    "indicator_11_retrofit_coverage": "cannot_assess",  # no official denominator
}
"""Rules and indicators of the county as a whole, 2025."""

# --- The next sites: day care within 30 minutes, eligible persons, new sites admit the county. ---
#
# Covered already (an open day care that surely admits them within 30):
#   Z1 9 + Z2 6 + Z3 5 + Z4 4 + Z6 4 + Z7 3 + Z8 3              = 34   (7 places)
#   W1 8 + W2 5 + W3 4 + W4 3 + W5 3 + W6 not known             = 23   (6 places)
#   S1 6 + S2 4 + S3 4 + S4 4 + S5 4 + S6 3                     = 25   (6 places)
#   T1 5 + T2 4 + T3 4 + T6 3                                   = 16   (4 places)
#   N: F04 does not say what it offers, F02 is 35.5 min from N1 =  0
EXISTING_PERSONS = 98
EXISTING_PLACES = 23
#   All known: Z 38, W 28, S 32, N 31, T 25.
TOTAL_PERSONS = 154
TOTAL_PLACES = 40
#
# What each candidate adds (minutes with boarding; beyond 30 left out):
#   C01 Z1: nothing (N2 32: N2-S3 10.5, S3-S1 9, S1-Z1 10.5, + 2)     = 0
#   C02 Z2: Z5 26                                                     = 4
#   C03 W1: nothing (W7 35, N1 35.5)                                  = 0
#   C04 W4: W8 26                                                     = 2
#   C05 S1: N2 21.5 (N1 32)                                           = 5
#   C06 S8: S8 2                                                      = 5
#   C07 N1: N1 2, N2 12.5, N4 17, N3 27.5                 6 + 5 + 5 + 5 = 21
#   C08 N3: N3 2, N2 17, N6 17, N1 27.5                   5 + 5 + 4 + 6 = 20
#   C09 N4: N4 2, N1 17, N7 22, N2 27.5                   5 + 6 + 4 + 5 = 20
#   C10 T1: T5 17, N1 21.5 (N2 32)                        3 + 6       = 9
#   C11 T6: T8 26                                                     = 1
GAINS_ALONE = {
    "C01": 0,
    "C02": 4,
    "C03": 0,
    "C04": 2,
    "C05": 5,
    "C06": 5,
    "C07": 21,
    "C08": 20,
    "C09": 20,
    "C10": 9,
    "C11": 1,
}
# One site: C07, 21 persons in 4 places. Two sites: C08 and C09 together reach N1 6, N2 5, N3 5,
# N4 5, N6 4, N7 4 = 29 in 6 places. With C07 the best partner adds 5 (C06: S8), 26 in all; no pair
# without C08 and C09 both reaches more than 26. So greedy (C07, then C06) falls short by 3.
BEST = {
    1: (("C07",), 21, 4),
    2: (("C08", "C09"), 29, 6),
    # Then nothing overlaps any more: + S8 5, + Z5 4, + T5 3, + W8 2, + T8 1.
    3: (("C06", "C08", "C09"), 34, 7),
    4: (("C02", "C06", "C08", "C09"), 38, 8),
    5: (("C02", "C06", "C08", "C09", "C10"), 41, 9),
    6: (("C02", "C04", "C06", "C08", "C09", "C10"), 43, 10),
    7: (("C02", "C04", "C06", "C08", "C09", "C10", "C11"), 44, 11),
}
"""New sites: chosen ids, persons gained, places gained. Each plan is the only best one."""
GREEDY_TWO = (("C06", "C07"), 26)
#
# With every candidate open there remain W7 3, S7 2, N5 2, N8 0, T4 3 (unreachable), T7 2 = 12.
CEILING_PERSONS = 142
CEILING_PLACES = 34
NEVER_COVERED = frozenset({"W7", "S7", "N5", "N8", "T4", "T7"})
