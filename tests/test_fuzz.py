"""A short run of the fuzzer: mutated samples of every format are read or refused, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

from fuzz.fuzz_readers import LOST, fuzz

DOCUMENTS = 160
# Of the PDFs the one of two pages: one whose fonts a mutation breaks is recognised, at seconds a page.
PDF = "yunshan/cppcc-office/2026/项目支出绩效目标表.pdf"


def test_mutated_documents_are_read_or_refused(samples: Path) -> None:
    published = samples / "published"
    smallest: dict[str, Path] = {".pdf": published / PDF}
    for path in sorted(published.rglob("*.*"), key=lambda path: path.stat().st_size):
        smallest.setdefault(path.suffix, path)
    given = [(ending.lstrip("."), path.read_bytes()) for ending, path in smallest.items()]
    counts = fuzz(given, documents=DOCUMENTS, seed=20240101)
    assert set(counts) == {"csv", "docx", "html", "pdf", "txt", "xls", "xlsx", "zip"}
    assert {ending: LOST.intersection(codes) for ending, codes in counts.items()} == {ending: set() for ending in counts}
