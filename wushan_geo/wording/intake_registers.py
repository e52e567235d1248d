"""Words of reading office files: registers."""

TEXTS: dict[str, tuple[str, str]] = {}
