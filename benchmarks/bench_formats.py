"""Whether invented booklets give the same records in every format that is published.

    python benchmarks/bench_formats.py [--booklets N] [--seed N] [--show]

Prints for each format how many of N booklets give the records of their content, and of how many lines, projects and targets; exits 1
where one does not.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.transforms.booklets import booklet
from tests.transforms.many_formats import WRITERS, Records, expected, written_and_read


def main() -> int:
    """Write and read all booklets."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--booklets", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=0, help="of the first booklet")
    arguments.add_argument("--show", action="store_true", help="how the records differ")
    options = arguments.parse_args()
    equal: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for seed in range(options.seed, options.seed + options.booklets):
        content = booklet(seed)
        records = expected(content)
        held.update(_counts(records))
        for ending in WRITERS:
            found = written_and_read(content, ending)
            equal[ending] += found == records
            if options.show and found != records:
                print(f"booklet {seed} as {ending}", *_difference(records, found), sep="\n")
    print(f"{options.booklets} booklets with {', '.join(f'{count:,} {what}' for what, count in held.items())}")
    for ending in WRITERS:
        print(f"{ending:6}{equal[ending]:>6} equal")
    return int(any(equal[ending] < options.booklets for ending in WRITERS))


def _counts(records: Records) -> dict[str, int]:
    document = records.document
    return {
        "tables": len(document["tables"]),
        "lines": sum(len(table["lines"]) for table in document["tables"]),
        "projects": len(document["projects"]),
        "targets": sum(len(project["indicators"]) for project in document["projects"]),
    }


def _difference(records: Records, found: Records) -> list[str]:
    shown = (json.dumps(one.document, ensure_ascii=False, indent=1).splitlines() for one in (records, found))
    return list(difflib.unified_diff(*shown, "content", "read", lineterm="", n=3))


if __name__ == "__main__":
    sys.exit(main())
