"""Reading documents against the libraries that people take for it: ratios, measured in one run.

    python benchmarks/bench_read.py [--write] [FOLDER…]

* tables out of PDFs against pdfplumber's `extract_tables`, and against the time that PDFium takes for all text of the same pages;
* the whole of `parse_document` against that PDFium time; the same tables without the compiled kernel against with it;
* pages with colours, covers, a seal against the same pages without;
* workbooks against openpyxl (load, and look at every cell), pages of HTML against `pandas.read_html`;
* DOC against LibreOffice, where it is installed;
* the memory of a booklet of 400 pages, made of the folders' longest PDF by repeating it;
* two processes against one on all documents, and on scans, through what `yusuan parse` runs.

One process, imports excluded, processor time: these machines are shared. Scans, whose time is that of the recognition, are only compared
between one process and two.
`--write` writes docs/performance.md.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pandas as pd
import pdfplumber
import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from flows.batch import parse_files  # noqa: E402 - the project's own rooms, from its root
from flows.workers import Limits  # noqa: E402
from transforms.grid import Cell, Grid, UnreadableDocument  # noqa: E402
from transforms.parse import parse_document  # noqa: E402
from transforms.readers import doc, html, libreoffice, ole2, xlsx  # noqa: E402
from transforms.readers.pdf import asking, document  # noqa: E402

CASES = PROJECT.parent / "shared" / "cases"
# Not all cases: some were made to break other programs, and pandas takes all memory for a page whose rows are said to span a billion.
DEFAULTS = ((CASES / "real", CASES / "made"), (PROJECT / "samples" / "published",))
ROUNDS = 9          # the best of so many
SLOW_ROUNDS = 3     # of pdfplumber, which takes half a minute
TURNS = 3           # of one process and of two
ENDINGS = ("pdf", "xlsx", "html", "doc")
PAGES = 400
PRINTED = 10         # pages with colours, covers, seals
FONT = "STSong-Light"
COPIES = 4          # of every document for two processes against one: enough work that their start does not count
LIMITS = Limits(seconds=120, memory_mb=2048, output_mb=64)
LIBRARIES = ("pypdfium2", "pdfplumber", "openpyxl", "pandas", "lxml", "numpy")


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the result; `is_more` says that more is better."""

    name: str
    value: float
    target: float
    unit: str = "×"
    is_more: bool = True

    def __str__(self) -> str:
        is_met = self.value >= self.target if self.is_more else self.value <= self.target
        bound = "≥" if self.is_more else "≤"
        return f"| {self.name} | {self.value:.2f} {self.unit} | {bound} {self.target:g} {self.unit} | {'yes' if is_met else 'no'} |"


def best(*actions: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The least processor time of each action, in seconds; they take turns."""
    least = [float("inf")] * len(actions)
    for _ in range(rounds):
        for place, action in enumerate(actions):
            begin = time.process_time()
            action()
            least[place] = min(least[place], time.process_time() - begin)
    return least


def is_scan(data: bytes) -> bool:
    """Whether some cells or lines were recognised in pictures, or nothing can be read."""
    try:
        blocks = document.read(data).blocks
    except UnreadableDocument:
        return True
    cells = [cell for block in blocks for cell in (block.cells if isinstance(block, Grid) else [block])]
    return any(cell.confidence is not None for cell in cells if isinstance(cell, Cell) or cell.text)


def all_text(data: bytes) -> None:
    """What PDFium takes to hand over all text."""
    with pdfium.PdfDocument(data) as pdf:
        for page in pdf:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()


def plumbed(data: bytes) -> None:
    """What pdfplumber takes for the tables."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.extract_tables()
            page.close()


def without_kernel(data: bytes) -> None:
    """The tables, with PDFium asked from Python."""
    kernel, asking.KERNEL = asking.KERNEL, {}
    try:
        document.read(data)
    finally:
        asking.KERNEL = kernel


def each(action: Callable[[bytes], object], files: Sequence[bytes]) -> Callable[[], None]:
    """An action on all files."""

    def run() -> None:
        for data in files:
            action(data)

    return run


def workbook_cells(data: bytes) -> int:
    """Every cell of a workbook, through openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)


def pdf_ratios(files: Sequence[bytes]) -> list[Ratio]:
    """The ratios of PDFs."""
    whole = each(lambda data: parse_document("a.pdf", data), files)
    text, tables, parsed, alone = best(each(all_text, files), each(document.read, files), whole, each(without_kernel, files))
    (plumber,) = best(each(plumbed, files), rounds=SLOW_ROUNDS)
    return [
        Ratio("tables of PDFs against pdfplumber's `extract_tables`: times as fast", plumber / tables, 17),
        Ratio("tables of PDFs: times PDFium's own time for all text", tables / text, 2, is_more=False),
        Ratio("whole `parse_document`: times PDFium's own time for all text", parsed / text, 2.9, is_more=False),
        Ratio("tables of PDFs without the kernel: times as long as with it", alone / tables, 1.7, is_more=False),
    ]


def printed(decorate: Callable[[Canvas], None] | None = None) -> bytes:
    """Pages of a ruled table with something drawn on each."""
    data = io.BytesIO()
    canvas = Canvas(data)
    for _ in range(PRINTED):
        canvas.setFont(FONT, 8)
        for row, column in ((row, column) for row in range(40) for column in range(6)):
            canvas.rect(40 + column * 85, 60 + row * 17, 85, 17)
            canvas.drawString(44 + column * 85, 65 + row * 17, f"{row * 137 + column * 11:,}.{row:02d}" if column else "项目支出")
        if decorate:
            decorate(canvas)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def colours(canvas: Canvas) -> None:
    """Marks over rows that their text shows through."""
    canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
    for row in range(0, 40, 4):
        canvas.rect(40, 60 + row * 17, 510, 17, stroke=0, fill=1)


def covers(canvas: Canvas) -> None:
    """White boxes over numbers, with others written on them."""
    for row in range(5, 30, 3):
        canvas.setFillGray(1)
        canvas.rect(212, 61 + row * 17, 80, 15, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.drawString(214, 65 + row * 17, "123.45")


def seal(canvas: Canvas) -> None:
    """A picture that the text below it shows through."""
    canvas.drawImage(ImageReader(Image.new("RGBA", (80, 80), (255, 0, 0, 60))), 300, 90, 120, 120, mask="auto")


def stamp(canvas: Canvas) -> None:
    """A picture over the whole page that everything shows through."""
    canvas.drawImage(ImageReader(Image.new("RGBA", (80, 80), (0, 0, 255, 20))), 0, 0, 595, 842, mask="auto")


def decorated_ratios() -> list[Ratio]:
    """The ratios of pages with colours, covers, seals and stamps against the same pages without."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    decorations = (colours, covers, seal, stamp)
    plain, *others = best(*(each(document.read, [printed(decorate)]) for decorate in (None, *decorations)))
    return [
        Ratio(f"pages with {decorate.__name__}: times as long as without", took / plain, 2, is_more=False)
        for decorate, took in zip(decorations, others, strict=True)
    ]


def office_ratios(books: Sequence[bytes], pages: Sequence[bytes]) -> list[Ratio]:
    """The ratios of workbooks and pages."""
    slow, fast = best(each(workbook_cells, books), each(xlsx.read, books))
    pandas_time, own = best(each(lambda data: pd.read_html(io.BytesIO(data)), pages), each(html.read, pages))
    return [
        Ratio("XLSX against openpyxl: times as fast", slow / fast, 5),
        Ratio("HTML against `pandas.read_html`: times as fast", pandas_time / own, 3),
    ]


def legacy_ratios(documents: Sequence[bytes]) -> list[Ratio]:
    """Reading DOC against LibreOffice's conversion of the same, by the clock, because that is another program; none without it."""
    if not documents or not libreoffice.find_program():
        return []

    def seconds(work: Callable[[bytes], object]) -> float:
        begin = time.perf_counter()
        each(work, documents)()
        return time.perf_counter() - begin

    slow, fast = (min(times) for times in zip(*((seconds(lambda data: libreoffice.convert(data, "doc")), seconds(doc.read))
        for _ in range(SLOW_ROUNDS)), strict=True))
    return [Ratio(f"DOC against LibreOffice's conversion, {len(documents)} documents: times as fast", slow / fast, 20)]


def peak_memory(files: Sequence[bytes]) -> Ratio:
    """The most memory that parsing a booklet of 400 pages takes, in a process of its own."""
    longest = max(files, key=lambda data: len(pdfium.PdfDocument(data)))
    with pdfium.PdfDocument.new() as booklet, pdfium.PdfDocument(longest) as source, tempfile.TemporaryDirectory() as folder:
        while len(booklet) < PAGES:
            booklet.import_pages(source, list(range(min(len(source), PAGES - len(booklet)))))
        path = Path(folder) / "booklet.pdf"
        booklet.save(path)
        code = (    # ru_maxrss would begin with what this process had when it was forked
            "import pathlib, sys; from transforms.parse import parse_document; "
            "found = parse_document('a.pdf', pathlib.Path(sys.argv[1]).read_bytes()); assert found.tables, found.errors; "
            "print(pathlib.Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True, cwd=PROJECT)
    return Ratio(f"a booklet of {PAGES} pages: peak memory", int(done.stdout) / 1024, 150, "MB", is_more=False)


def two_processes(paths: Sequence[Path], what: str, copies: int = COPIES) -> list[Ratio]:
    """Two processes against one on some files, by the clock; they take turns. None without files."""
    if not paths:
        return []

    def run(jobs: int) -> float:
        begin = time.perf_counter()
        for _ in parse_files([*paths] * copies, jobs, LIMITS):
            pass
        return time.perf_counter() - begin

    one, two = (min(times) for times in zip(*((run(1), run(2)) for _ in range(TURNS)), strict=True))
    return [Ratio(f"two processes against one, {len(paths) * copies} {what}: times as fast", one / two, 1.7)]


def machine() -> str:
    """What it was measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{os.cpu_count()} cores ({models[0] if models else platform.processor()}), Python {platform.python_version()}; {libraries}"


PAGE = """# Performance of reading

Ratios, measured in one run on {date} by `make bench-read` on {counts}; of scans there is the last line.
{machine}.

| what | measured | target | met |
|---|---|---|---|
{rows}

Each figure compares our reader with the named alternative on the same documents in the same run, because times of one machine say nothing
on another. `benchmarks/bench_read.py` says what is measured; `make bench-read` prints the table, `python benchmarks/bench_read.py --write
FOLDER` measures on a folder of your own and writes this page.
"""


def main() -> None:
    """Measure, print and, where asked for, write the page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = options.parse_args()
    folders = given.folders or next(folders for folders in DEFAULTS if all(map(Path.is_dir, folders)))
    paths = {ending: sorted(path for folder in folders for path in folder.rglob(f"*.{ending}")) for ending in ENDINGS}
    logging.getLogger("pdfminer").setLevel(logging.ERROR)    # it warns of every font that it does not know
    # The samples have a broken workbook.
    paths["xlsx"] = [path for path in paths["xlsx"] if not parse_document(path.name, path.read_bytes()).errors]
    contents = {ending: [path.read_bytes() for path in found] for ending, found in paths.items()}
    pdfs = [(path, data) for path, data in zip(paths["pdf"], contents["pdf"], strict=True) if not is_scan(data)]
    files = [data for _, data in pdfs]
    scans = sorted(set(paths["pdf"]) - {path for path, _ in pdfs})
    ratios = [
        *pdf_ratios(files), *decorated_ratios(), *office_ratios(contents["xlsx"], contents["html"]),
        *legacy_ratios([data for data in contents["doc"] if ole2.is_container(data)]), peak_memory(files),
        *two_processes([*(path for path, _ in pdfs), *paths["xlsx"], *paths["html"]], "documents"),
        *two_processes(scans, "scans", copies=2),
    ]
    pages = sum(len(pdfium.PdfDocument(data)) for data in files)
    counts = f"{len(files)} PDFs ({pages} pages), {len(contents['xlsx'])} workbooks and {len(contents['html'])} HTML pages"
    page = PAGE.format(date=date.today().isoformat(), machine=machine(), counts=counts, rows="\n".join(map(str, ratios)))    # noqa: DTZ011
    print(page)
    if given.write:
        (PROJECT / "docs" / "performance.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
