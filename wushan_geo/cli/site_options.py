"""The options of the command site: what stands behind them is read by `proposal.options`.

Numbers are taken as texts, so that a wrong one is told like every other fault: in the language of
the terminal, with the option and what would make sense there, all of them at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

ModelOption = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="What is made best: maximal-covering (most persons within the limit), set-covering"
        " (fewest sites that cover all, or --share), backup-covering (two sites within reach),"
        " p-median (least travel), p-center (nearest for the farthest), one-per-township,"
        " floor-covering (a floor for each township). 选址模型",
    ),
]
SitesOption = Annotated[
    str | None, typer.Option("--sites", metavar="N", help="Number of new sites. 新设处数")
]
BudgetOption = Annotated[
    str | None,
    typer.Option("--budget", metavar="YUAN", help="Most that they may cost, instead. 预算（元）"),
]
LimitOption = Annotated[
    str | None,
    typer.Option(
        "--limit", metavar="MINUTES", help="Minutes one way (else \\[siting]). 单程时限（分钟）"
    ),
]
ShareOption = Annotated[
    str | None,
    typer.Option(
        "--share",
        metavar="PERCENT",
        help="Per cent of the persons that set-covering covers. 人数覆盖率（%）",
    ),
]
FloorOption = Annotated[
    str | None,
    typer.Option(
        "--floor",
        metavar="PERCENT",
        help="Per cent of the persons of every township. 各乡镇（街道）最低覆盖率（%）",
    ),
]
WorstFirstOption = Annotated[
    bool,
    typer.Option("--worst-first", help="p-center: then the second farthest, ... 逐级改善最远者"),
]
CoverableOption = Annotated[
    bool,
    typer.Option(
        "--coverable", help="Leave out villages that no site can serve. 不计布点无法解决的村"
    ),
]
CapacityOption = Annotated[
    bool,
    typer.Option(
        "--capacity",
        help="No more persons than places: column capacity of the facilities. 按名额安排",
    ),
]
MoveOption = Annotated[
    str | None,
    typer.Option(
        "--move",
        metavar="N",
        help="Up to N facilities of the county may close, each for a new one; shown beside the"
        " plan. 可关停现有机构数",
    ),
]
MayCloseOption = Annotated[
    list[str] | None,
    typer.Option("--may-close", metavar="ID", help="With --move: these alone. 可关停的机构"),
]
KeepCoveredOption = Annotated[
    bool,
    typer.Option(
        "--keep-covered", help="With --move: nobody within the limit leaves it. 不使任何村出时限"
    ),
]
RequireOption = Annotated[
    list[str] | None,
    typer.Option("--require", metavar="ID", help="A site that must stand. 必设布点"),
]
ForbidOption = Annotated[
    list[str] | None,
    typer.Option("--forbid", metavar="ID", help="A site that must not. 不设布点"),
]
AtLeastOption = Annotated[
    str | None,
    typer.Option("--at-least", metavar="N", help="Open sites in every township. 每乡镇至少几处"),
]
AtMostOption = Annotated[
    str | None,
    typer.Option("--at-most", metavar="N", help="Open sites in any township. 每乡镇至多几处"),
]
ApartOption = Annotated[
    str | None,
    typer.Option(
        "--apart-km", metavar="KM", help="Kilometres between sites, straight. 布点直线间距（公里）"
    ),
]
PhasesOption = Annotated[
    str, typer.Option("--phases", metavar="N,N,...", help="New sites by year. 各期新设处数")
]
BestOption = Annotated[
    str | None, typer.Option("--best", metavar="N", help="How many of the best plans. 比选方案数")
]
WithinOption = Annotated[
    str | None,
    typer.Option("--within", metavar="PERCENT", help="Per cent below the best. 与最优的差距（%）"),
]
DrawsOption = Annotated[
    str | None,
    typer.Option(
        "--draws",
        metavar="N|study",
        help="Draws of a test of stability, or study: as many as it says. "
        "稳定性变动次数，study 为研究文件所定次数",
    ),
]
TimeLimitOption = Annotated[
    str | None,
    typer.Option("--time-limit", metavar="SECONDS", help="Seconds for each search. 求解时限（秒）"),
]
