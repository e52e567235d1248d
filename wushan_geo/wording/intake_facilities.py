"""Words of reading office files: facilities."""

TEXTS: dict[str, tuple[str, str]] = {}
