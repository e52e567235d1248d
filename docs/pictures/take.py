"""Take the README's pictures: run the main job, open its pages in Chromium, write PNG files here.

    python docs/pictures/take.py [STUDY]

The browser is the one named in CHROMIUM, else the one on the path. The network stays off. Where
Pillow is installed (it need not be), the pictures keep 256 colours, a third of the size.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
PAGES = {"map": "maps/coverage.html", "report": "reports/county.html"}
ENGLISH = "#language, label[for=in-en]"
SETTLED = 1500  # milliseconds until a map has drawn its layers
COLOURS = 256


def main(study: str) -> None:
    """Run a study into a folder that goes away, and photograph its pages in both languages."""
    start = "import sys; from wushan_geo.cli import main; sys.exit(main())"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as out, sync_playwright() as playwright:
        command = [sys.executable, "-c", start, "run", study, "--out", out, "--quiet"]
        subprocess.run(command, check=True)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, file in PAGES.items():
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 860})
            page = context.new_page()
            page.goto((Path(out) / file).as_uri())
            keep(page, f"{name}.zh.png")
            page.locator(ENGLISH).first.click()
            keep(page, f"{name}.en.png")
            context.close()
        browser.close()


def keep(page: Page, name: str) -> None:
    """Photograph a page once it has settled, without the pointer over anything."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED)
    (HERE / name).write_bytes(smaller(page.screenshot()))


def smaller(png: bytes) -> bytes:
    """Reduce a picture to fewer colours, if the means are there."""
    if importlib.util.find_spec("PIL") is None:
        return png
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    reduced = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    target = io.BytesIO()
    reduced.save(target, "PNG", optimize=True)
    return target.getvalue()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "wushan")
