"""Take the pictures of the page that docs/ shows: `make pictures`, after a night on the samples. It needs Chromium.

    python docs/take_pictures.py DATA

DATA is the data folder of that night. Written are pictures/page-*.png: some pages, all of them at the widths of a desktop and a phone, and
the way from the overview to a cell of the original as a strip, a log-in and a decision.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from portal.accounts import Accounts

FOLDER = Path(__file__).parent / "pictures"
NAME, PASSWORD = "王某", "for pictures alone"
YEAR = 2022                  # of the samples: of which there are booklets with amounts
DESKTOP, PHONE, WHOLE, CUT = (1280, 900), (390, 844), (1280, 1150), (1280, 460)
SHEET = 4                    # pictures beside each other on a sheet, of which each is so many dots wide:
SMALL = {DESKTOP: 480, PHONE: 240}
GAP = 12
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias></fontconfig>"""


def main(data: Path) -> None:
    """Serve the page, look at it, and write what is seen."""
    accounts = Accounts(data / "accounts.json")
    if NAME not in accounts.current():
        accounts.add(NAME, PASSWORD, "quality_officer")
    with tempfile.TemporaryDirectory() as cache:
        spec = find_spec("manimgx_fonts_cjk")
        assert spec
        assert spec.submodule_search_locations
        config = Path(cache) / "fonts.conf"
        config.write_text(FONTS.format(fonts=spec.submodule_search_locations[0], cache=cache), "utf-8")
        os.environ["FONTCONFIG_FILE"] = str(config)
        with _served(data) as server, sync_playwright() as playwright:
            assert server.stderr
            address = server.stderr.readline().split()[4].rstrip("/")
            program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
            with playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as browser:
                take(browser, address)
            server.terminate()


def take(browser: Browser, address: str) -> None:
    """Take all pictures of the page that is served at an address."""
    way = _way(browser, address)
    overview, *_, source = way
    _look(browser, address, overview, WHOLE).save(FOLDER / "page-overview.png", optimize=True)
    _look(browser, address, source, DESKTOP).save(FOLDER / "page-source.png", optimize=True)
    _look(browser, address, "/?lang=en", PHONE).save(FOLDER / "page-phone.png", optimize=True)
    _sheet([_look(browser, address, page, DESKTOP) for page in way], len(way), SMALL[DESKTOP]).save(FOLDER / "page-way.png", optimize=True)
    lists = ("departments", "projects", "indicators", "lines", "documents", "quality", "nights")
    pages = [*way, f"{way[1]}/letter", *(f"/lists/{name}" for name in lists), "/maintainers", "/sql"]
    for size, name in ((DESKTOP, "desktop"), (PHONE, "phone")):
        pictures = [_look(browser, address, page, size) for page in pages]
        _sheet(pictures, SHEET if size == DESKTOP else 2 * SHEET, SMALL[size]).save(FOLDER / f"page-all-{name}.png", optimize=True)
    _decide(browser, address)


def _decide(browser: Browser, address: str) -> None:
    """Log in and acknowledge a problem, on a desktop; then look at both on a phone, in English."""
    with browser.new_context() as context, context.new_page() as shown:
        shown.set_viewport_size({"width": WHOLE[0], "height": WHOLE[1]})
        shown.goto(f"{address}/quality")
        problem = _links(shown, "td a[href^='/problems/']")[0]
        shown.goto(f"{address}/login?next={problem}")
        shown.locator("[name=name]").fill(NAME)
        _seen(shown, CUT).save(FOLDER / "page-login.png", optimize=True)
        shown.locator("[name=password]").fill(PASSWORD)
        shown.keyboard.press("Enter")
        shown.locator("form[action$='/acknowledged'] textarea").fill("周一已电话询问，将随决算更正。")
        shown.locator("form[action$='/acknowledged'] button").click()
        shown.locator("#pending").wait_for()
        _seen(shown, WHOLE).save(FOLDER / "page-problem.png", optimize=True)
        phones = []
        for place in ("header", "#pending", "form[action$='/muted']"):
            shown.goto(f"{address}{problem}?lang=en")
            shown.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            shown.locator(place).first.evaluate("place => place.scrollIntoView()")
            phones.append(_seen(shown, PHONE))
        _sheet(phones, len(phones), SMALL[DESKTOP]).save(FOLDER / "page-problem-phone.png", optimize=True)


def _way(browser: Browser, address: str) -> list[str]:
    """Overview, department, project and the cell of the original from which its amount was read."""
    with browser.new_page() as shown:
        shown.goto(f"{address}/lists/projects?year={YEAR}")
        for project in _links(shown, "a[href^='/projects/']"):
            shown.goto(f"{address}{project}")
            cells = _links(shown, ".amount a[href*='/pages/']")
            if cells:
                return [f"/?year={YEAR}", _links(shown, ".lead a[href^='/departments/']")[0], project, cells[0]]
    raise SystemExit("No project of the samples stands on a page; run a night on samples/catalogue first.")


def _links(shown: Page, chosen: str) -> list[str]:
    """Where the links of a page lead that a selector chooses."""
    found: list[str] = shown.locator(chosen).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return found


def _look(browser: Browser, address: str, page: str, size: tuple[int, int]) -> Image.Image:
    with browser.new_page(viewport={"width": size[0], "height": size[1]}) as shown:
        shown.goto(address + page)
        return _seen(shown, size)


def _seen(shown: Page, size: tuple[int, int]) -> Image.Image:
    shown.set_viewport_size({"width": size[0], "height": size[1]})
    return Image.open(BytesIO(shown.screenshot())).convert("RGB").quantize(128)


def _sheet(pictures: list[Image.Image], across: int, width: int) -> Image.Image:
    """Pictures beside and below each other, each so many dots wide."""
    size = width, pictures[0].height * width // pictures[0].width
    small = [picture.convert("RGB").resize(size, Image.Resampling.LANCZOS) for picture in pictures]
    rows = [small[begin:end] for begin, end in pairwise(range(0, len(small) + across, across))]
    height = small[0].height + GAP
    sheet = Image.new("RGB", (across * (width + GAP) - GAP, len(rows) * height - GAP), "#8a939c")
    for down, row in enumerate(rows):
        for right, picture in enumerate(row):
            sheet.paste(picture, (right * (width + GAP), down * height))
    return sheet.quantize(128)


def _served(data: Path) -> subprocess.Popen[str]:
    command = [Path(sys.executable).with_name("yusuan"), "serve", "--port", "8765", "--data", data]
    environment = {**os.environ, "YUSUAN_LANGUAGE": "en"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)    # noqa: S603 this very program


if __name__ == "__main__":
    main(Path(sys.argv[1]))
