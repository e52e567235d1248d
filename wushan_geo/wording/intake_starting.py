"""Words of reading office files: starting."""

TEXTS: dict[str, tuple[str, str]] = {}
