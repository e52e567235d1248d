"""Words of reading office files: checks."""

TEXTS: dict[str, tuple[str, str]] = {}
