"""Mutated documents of every format through the readers: none may crash, hang, eat memory or show a fault of the program.

    python fuzz/fuzz_readers.py [--documents N] [--seed N] FOLDER…

Samples are all files of the folders, and invented booklets in every format. Prints what became of them by format;
exits 1 on a crash, a hang or a `parser-fault`.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import resource
import sys
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flows.workers import Limits, ReaderPool
from tests.transforms.booklets import booklet
from tests.transforms.many_formats import WRITERS
from transforms import formats
from transforms.archives import Member, members
from transforms.parse import parse_document
from transforms.records import ParseError

# A sample takes under a second and 300 MB, but a PDF whose fonts a mutation broke is recognised page by page, at some 4 s each.
LIMITS = Limits(seconds=120, memory_mb=1024, output_mb=64)
BOOKLETS = 3
LOST = {"parser-fault", "reader-crashed", "too-slow"}
WORDS = [
    b"\0", b"\xff" * 4, b"<", b"</w:tbl>", b"<w:tbl>", b"<table><tr><td colspan=99999999 rowspan=99999999>", b"&#0;", b"%PDF-", b"endobj",
    b"stream", b"-1", b"99999999999", b"1e999", b"NaN", b"A1:XFD1048576", b'gridSpan w:val="-5"', b"\x09\x08", b"\xd0\xcf", b"PK\x03\x04",
]
VALUES = [
    "", "0", "-1", "1", "99999999999", "1e999", "NaN", "0.00001", "-32768", "A0", "A1:XFD1048576", "rId1", "/Page", "null", "表", "；：；",
]
PDF_STREAM = re.compile(rb"FlateDecode(?:(?!endobj).){0,200}?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
RTF_CONTROL = re.compile(rb"(\\[a-z]+)-?\d*")
PDF_TOKEN = re.compile(rb"-?\d+(?:\.\d+)?|/[A-Za-z][\w.#+-]*")


def mutate(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One to four small changes."""
    content = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(content) + 1)
        match dice.randrange(5):
            case 0:
                content[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del content[place : place + dice.randint(1, 200)]
            case 2:
                content[place:place] = dice.choice(WORDS)
            case 3:
                begin = dice.randrange(len(other) + 1)
                content[place : place + 100] = other[begin : begin + dice.randint(1, 400)]
            case _:
                del content[place if dice.random() < 0.2 else len(content):]
    return bytes(content)


def overwrite(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One to eight places overwritten without moving the rest: containers find their parts by place."""
    content = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        place, junk = dice.randrange(len(content)), dice.choice([*WORDS, bytes([dice.randrange(256)]), other[: dice.randint(1, 64)]])
        content[place : place + len(junk)] = junk
    return bytes(content)


def mutate_text(data: bytes, dice: random.Random) -> bytes:
    """Lines of a text dropped, doubled, joined and filled with words, so that it stays a text."""
    lines = formats.decode(data).splitlines(keepends=True)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(lines) + 1)
        word = dice.choice(WORDS).decode("latin-1").translate({0: " "})
        cut = dice.randrange(100)
        changed = [[], lines[place : place + 1] * 3, [word], [line[:cut] + word for line in lines[:1]]]
        lines[place : place + dice.randrange(3)] = dice.choice(changed)
    return "".join(lines).encode()


def mutate_xml(data: bytes, dice: random.Random) -> bytes:
    """Elements of a well-formed part dropped, doubled, put into each other and given other values, so that it stays well-formed."""
    root = etree.fromstring(data)
    for _ in range(dice.randint(1, 4)):
        elements = list(root.iter(etree.Element))
        element, other = dice.choice(elements), dice.choice(elements)
        word = dice.choice(VALUES)
        match dice.randrange(5):
            case 0 if element.attrib:
                element.set(dice.choice(list(element.attrib)), word)
            case 1:
                element.text = word
            case 2 if element.getparent() is not None:
                element.getparent().remove(element)
            case 3 if element is not root:
                element.addnext(deepcopy(element))
            case _ if element is not root:
                other.append(deepcopy(element))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def mutate_member(data: bytes, dice: random.Random) -> bytes:
    """A package or archive with one of its parts mutated, and packed again so that its checksum holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in parts if not name.endswith("/")]
    name = dice.choice([name for name in names if name.endswith((".xml", ".rels"))] or names)
    other = dice.choice(list(parts.values()))
    is_xml = name.endswith((".xml", ".rels")) and dice.random() < 0.7    # the rest is broken XML, told by any parser at once
    parts[name] = mutate_xml(parts[name], dice) if is_xml else change(parts[name], other, dice)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
    return stream.getvalue()


def mutate_pdf(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Objects of a PDF with other numbers and names, and drawing mutated inside its compressed streams."""
    found = list(PDF_STREAM.finditer(data))
    if found and dice.random() < 0.6:
        stream = dice.choice(found)
        try:
            content = zlib.decompress(stream[1])
        except zlib.error:
            return overwrite(data, other, dice)
        changed = mutate_tokens(content, dice) if dice.random() < 0.7 else mutate(content, other, dice)
        return data[: stream.start(1)] + zlib.compress(changed) + data[stream.end(1) :]
    return mutate_tokens(data, dice)


def mutate_rich_text(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One to six control words exchanged for others, or given other numbers; sometimes bytes of another document among them."""
    for _ in range(dice.randint(1, 6)):
        controls = list(RTF_CONTROL.finditer(data))
        if not controls or dice.random() < 0.1:
            return overwrite(data, other, dice)
        control, another = dice.choice(controls), dice.choice(controls)
        word = dice.choice([another[0], control[1] + dice.choice([b"-1", b"0", b"99999", b"9999999999"]), b"{", b"}", b""])
        data = data[: control.start()] + word + data[control.end() :]
    return data


def mutate_tokens(data: bytes, dice: random.Random) -> bytes:
    """One to six numbers or names exchanged for others."""
    for _ in range(dice.randint(1, 6)):
        tokens = list(islice(PDF_TOKEN.finditer(data, dice.randrange(len(data) + 1)), 20))
        if tokens:
            token, word = dice.choice(tokens), dice.choice([*VALUES, *(token[0].decode("latin-1") for token in tokens)])
            data = data[: token.start()] + word.encode() + data[token.end() :]
    return data


def change(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """A document mutated as its format allows, so that most get past the first look at it."""
    if not data or dice.random() < 0.2:
        return mutate(data, other, dice)
    if data.startswith(b"PK"):
        return mutate_member(data, dice)
    if data.startswith(b"%PDF"):
        return mutate_pdf(data, other, dice)
    if data.startswith(b"{\\rtf"):
        return mutate_rich_text(data, other, dice)
    if b"\0" in data:
        return overwrite(data, other, dice)
    return mutate_xml(data, dice) if data.startswith(b"<?xml") and dice.random() < 0.7 else mutate_text(data, dice)


def mutated(samples: list[tuple[str, bytes]], documents: int, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """`documents` of all formats in turn, with the ending of what they come from."""
    by_format: dict[str, list[bytes]] = defaultdict(list)
    for ending, data in samples:
        by_format[ending].append(data)
    for number in range(documents):
        ending = sorted(by_format)[number % len(by_format)]
        yield ending, change(dice.choice(by_format[ending]), dice.choice(samples)[1], dice)


def read(data: bytes) -> tuple[list[str], int]:
    """The codes of what could not be read, and the most memory that this process ever took (runs in a worker)."""
    unpacked = list(members(data)) or [Member("fuzz", data)]
    documents = [parse_document(member.path, member.data) for member in unpacked if not member.error]
    codes = [error.code for document in documents for error in document.errors] + [one.error.code for one in unpacked if one.error]
    return codes or ["read"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fuzz(samples: list[tuple[str, bytes]], documents: int, seed: int, keep: Path | None = None) -> dict[str, Counter[str]]:
    """Read mutated documents.

    Args:
        samples: ending and bytes of each.
        documents: how many to make of them.
        seed: of the dice; the same gives the same documents.
        keep: folder for those that were lost.

    Returns:
        Counts of codes by ending; `peak MB` is the largest memory of a worker that read one.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    dice = random.Random(seed)
    with ReaderPool(0, LIMITS) as pool:    # begun anew: memory of the process that fuzzes would count against the limit
        work = mutated(samples, documents, dice)
        while batch := [(ending, data, pool.start(read, data)) for ending, data in islice(work, 200)]:
            for ending, data, future in batch:
                result = pool.result(future)
                codes, peak = ([result.code], 0) if isinstance(result, ParseError) else result
                counts[ending].update(codes)
                counts[ending]["peak MB"] = max(counts[ending]["peak MB"], peak)
                if keep and LOST.intersection(codes):
                    (keep / f"{counts[ending].total()}.{ending}").write_bytes(data)
    return counts


def main() -> None:
    """Fuzz and print the summary."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--documents", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    files = sorted(path for folder in given.folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".json")
    samples = [(path.suffix.lstrip(".").lower(), path.read_bytes()) for path in files]
    samples += [(ending, write(booklet(seed))) for ending, write in WRITERS.items() for seed in range(BOOKLETS)]
    counts = fuzz(samples, given.documents, given.seed, given.keep)
    for ending, codes in sorted(counts.items()):
        print(f"{ending:8}", ", ".join(f"{code} {count:,}" for code, count in codes.most_common()))
    sys.exit(any(LOST.intersection(codes) for codes in counts.values()))


if __name__ == "__main__":
    main()
