"""Words of reading office files: divisions."""

TEXTS: dict[str, tuple[str, str]] = {}
