"""Words of reading office files: layers."""

TEXTS: dict[str, tuple[str, str]] = {}
