"""Texts on candidates that the settings of a study place: faults of the settings, and names."""

TEXTS: dict[str, tuple[str, str]] = {
    "rule.generated_word": (
        "只在 candidates 含 generated 时填写",
        "stands only where candidates holds the word generated",
    ),
    "hint.generated_word": (
        '在 candidates 中加上 "generated"，或删去本行。',
        'Add "generated" to candidates, or leave this line out.',
    ),
    "hint.placed_words": (
        '例如 candidates = ["seats", "communities"]；不按设定列入备选点的，删去本行。',
        'For instance candidates = ["seats", "communities"]; leave the line out where the settings are to place none.',
    ),
    "hint.generated_count": (
        "写明推算几处备选点，例如 generated = 20。",
        "Say how many candidates to generate, for instance generated = 20.",
    ),
    "rule.generated_most": (
        "应不大于有点位的村（社区）数（{most}）",
        "is at most the number of villages with a point ({most})",
    ),
    "hint.generated_most": (
        "请减少，或补全村（社区）点位。",
        "Ask for fewer, or give more villages a point.",
    ),
    "rule.seat_known": (
        "乡镇（街道）驻地应已知；不详的：{names}",
        "the seat of every township is known; not known: {names}",
    ),
    "hint.seat_known": (
        "在村（社区）表 is_seat 列标明驻地村并填写点位，或填写乡镇（街道）点位；驻地不详的，不用 seats。",
        "Mark the village of the seat (is_seat) and give it a point, or give the township one; where that is not known, leave seats out.",
    ),
    "rule.seat_once": (
        "每个乡镇（街道）只有一个驻地村；标了几个的：{names}",
        "each township has its seat in one village; more than one is marked in: {names}",
    ),
    "hint.seat_once": (
        "请更正村（社区）表的 is_seat 列。",
        "Correct the column is_seat of the villages.",
    ),
    "rule.communities_there": (
        "村（社区）表中应有社区",
        "the villages hold communities",
    ),
    "hint.communities_there": (
        "请核对村（社区）表的 kind 列，或不用 communities。",
        "Check the column kind of the villages, or leave communities out.",
    ),
    "rule.placed_times": (
        "到达时间来自其他工具时，备选点须逐处列在机构表",
        "is left out where times come from another tool: they are known to listed facilities only",
    ),
    "hint.placed_times": (
        "把备选点写入机构表（status 为 candidate）和到达时间表，删去 candidates。",
        "List the candidates in the tables of facilities (status candidate) and of times, and leave candidates out.",
    ),
    "placed.seat": ("{township}驻地备选点", "Candidate site, seat of {township}"),
    "placed.village": ("{village}备选点", "Candidate site, {village}"),
    "placed.note": (
        "按研究设定列入的备选点，未经选址论证",
        "a candidate by the settings of the study, no site was examined",
    ),
}
