"""A short run of the fuzzer: mutated samples of every format are read or refused, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

from fuzz.fuzz_readers import LOST, fuzz

DOCUMENTS = 210
LARGEST = 200_000    # bytes: a scan takes seconds, and the test shall not


def test_mutated_documents_are_read_or_refused(samples: Path) -> None:
    smallest: dict[str, Path] = {}
    for path in sorted((samples / "published").rglob("*.*"), key=lambda path: path.stat().st_size):
        smallest.setdefault(path.suffix.lstrip("."), path)
    given = [(ending, path.read_bytes()) for ending, path in smallest.items() if path.stat().st_size < LARGEST]
    counts = fuzz(given, documents=DOCUMENTS, seed=20240101)
    assert set(counts) == {"csv", "docx", "html", "pdf", "txt", "xls", "xlsx", "zip"}
    assert {ending: LOST.intersection(codes) for ending, codes in counts.items()} == {ending: set() for ending in counts}
