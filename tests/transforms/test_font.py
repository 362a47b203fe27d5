"""A document that does not carry its Chinese font reads the same whatever fonts the machine has."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from transforms.font import FONT

ROWS = (
    ("项目名称", "（资金使用单位）", "财政专户拨款"),
    ("人大会议经费", "广州市天河区人大办", "330,000.00"),
)
SYSTEM_FONTS = Path("/usr/share/fonts")
# In a mount namespace of its own the process sees the folder in place of the system's fonts; nobody else does.
UNDER = ("unshare", "--mount", "--map-root-user", "sh", "-c", 'mount --bind "$0" "$1" && shift && exec "$@"')
READ = """
import json, sys
from pathlib import Path
from transforms.readers import read
[grid] = [block for block in read(Path(sys.argv[1]).read_bytes()).blocks if hasattr(block, "cells")]
print(json.dumps([(cell.row, cell.column, cell.text, cell.box) for cell in grid.cells]))
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ruled table in 华文宋体, which the document names and does not carry, on a page that is turned."""
    data = io.BytesIO()
    canvas = Canvas(data, (600, 200))    # as it is shown
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas.setFont("STSong-Light", 9)
    canvas.setPageRotation(90)
    canvas.translate(200, 0)
    canvas.rotate(90)    # the table stands upright where the page is shown
    canvas.grid([50, 200, 350, 500], [160, 130, 100])
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            canvas.drawString(60 + 150 * column, 142 - 30 * row, text)
    canvas.save()
    path = tmp_path_factory.mktemp("document") / "budget.pdf"
    path.write_bytes(data.getvalue())
    return path


def read_where_the_system_has(fonts: Path, document: Path) -> list[tuple[int, int, str, list[float]]]:
    """The cells of a document as a process reads them that finds a folder in place of the system's fonts."""
    under = [*UNDER, str(fonts), str(SYSTEM_FONTS)]
    if not SYSTEM_FONTS.is_dir() or subprocess.run([*under, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no folder can be put in place of the system's fonts: mount namespaces are not to be had here")
    done = subprocess.run([*under, sys.executable, "-c", READ, str(document)], capture_output=True, text=True, check=True, timeout=60)
    return [tuple(cell) for cell in json.loads(done.stdout)]    # type: ignore[misc]


def test_without_fonts_of_the_system_no_character_is_lost(document: Path, tmp_path: Path) -> None:
    cells = read_where_the_system_has(tmp_path, document)
    assert [text for _, _, text, _ in cells] == [text for row in ROWS for text in row]


def test_fonts_of_the_system_change_nothing(document: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert read_where_the_system_has(FONT.parent, document) == read_where_the_system_has(tmp_path / "none", document)
