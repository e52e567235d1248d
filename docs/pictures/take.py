"""Take the README's pictures: run the main job, open its pages in Chromium, write PNG files here.

    python docs/pictures/take.py [STUDY]

The browser is the one named in CHROMIUM, else the one on the path. The network stays off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PAGES = {"map": "maps/coverage.html", "report": "reports/county.html"}
ENGLISH = "#language"
SETTLED = 1500  # milliseconds until a map has drawn its layers


def main(study: str) -> None:
    """Run a study into a folder that goes away, and photograph its pages in both languages."""
    start = "import sys; from wushan_geo.cli import main; sys.exit(main())"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as out, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-c", start, "run", study, "--out", out], check=True)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, file in PAGES.items():
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 860})
            page = context.new_page()
            page.goto((Path(out) / file).as_uri())
            page.wait_for_timeout(SETTLED)
            page.screenshot(path=HERE / f"{name}.zh.png")
            switch = page.locator(ENGLISH)
            if switch.count():
                switch.first.click()
                page.wait_for_timeout(SETTLED)
                page.screenshot(path=HERE / f"{name}.en.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "wushan")
