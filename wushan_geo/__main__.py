"""``python -m wushan_geo`` is the command line, for where the command is not on the path."""

from __future__ import annotations

from wushan_geo.cli import main

if __name__ == "__main__":
    main()
