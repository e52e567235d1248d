"""Words of reading office files: datum."""

TEXTS: dict[str, tuple[str, str]] = {}
