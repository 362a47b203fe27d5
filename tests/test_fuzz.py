"""A short run of the fuzzer: mutated samples of every format are read or refused, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

from fuzz.fuzz_readers import LOST, fuzz
from tests.transforms import ofd_documents
from tests.transforms.word_documents import Cell, Table, Word97, cells, rich_text

DOCUMENTS = 160
# Of the PDFs the one of two pages: one whose fonts a mutation breaks is recognised, at seconds a page.
PDF = "yunshan/cppcc-office/2026/项目支出绩效目标表.pdf"


def test_mutated_documents_are_read_or_refused(samples: Path) -> None:
    published = samples / "published"
    smallest: dict[str, Path] = {".pdf": published / PDF}
    for path in sorted(published.rglob("*.*"), key=lambda path: path.stat().st_size):
        smallest.setdefault(path.suffix, path)
    given = [(ending.lstrip("."), path.read_bytes()) for ending, path in smallest.items()]
    table = Table([cells("项目名称", "总计"), [Cell(("会议费",), down="restart"), *cells("5.00")], [Cell(("",), down="continue"), *cells("6")]])
    blocks = ["2024年项目支出表", "单位：万元", Table([*table.rows, [Cell((table, "")), *cells("7")]])]
    word = Word97(blocks, headers=[[], ["某局"]], footnotes=[["注"]], boxes={1025: ["框"]}, streams={"ObjectPool/_7/Workbook": bytes(200)})
    given += [("doc", word.file()), ("rtf", rich_text(blocks))]
    page = ofd_documents.page(ofd_documents.table([["项目名称", "总计"], ["会议费", "5.00"]]))
    given += [("ofd", ofd_documents.document(page, page))]
    counts = fuzz(given, documents=DOCUMENTS, seed=20240101)
    assert set(counts) == {"csv", "doc", "docx", "html", "ofd", "pdf", "rtf", "txt", "xls", "xlsx", "zip"}
    assert {ending: LOST.intersection(codes) for ending, codes in counts.items()} == {ending: set() for ending in counts}
