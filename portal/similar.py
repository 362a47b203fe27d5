"""Projects of other departments that are called much like one, and what they cost."""

from __future__ import annotations

import json
import math

from portal.asking import Asked
from warehouse.query import Result
from warehouse.searching import pair_counts

MOST = 20       # are shown
LEAST = 35      # percent of the weight of the pairs of signs of its own name; names that share less are of another subject on the samples
NEAREST = 1_000    # are looked at, of all years and departments
LEADING = 100_000    # rows of pairs that are looked through


def similar(asked: Asked, project: dict[str, object]) -> Result | None:
    """The projects of other departments whose names share most with a project's; None where its name has no pair of signs.

    What the name says beside the subject, as years and marks, is left out. A pair that many names have, as in `经费`, says little, and the
    most frequent ones are not looked through.

    Args:
        asked: the published copy.
        project: a row of the view `project`.
    """
    counts = pair_counts(asked.answer, [str(project["project_standard_name"])], place="name")
    weights: list[dict[str, float]] = []
    rows = 0
    for pair, count in sorted(counts.items(), key=lambda known: (known[1], known[0])):
        rows += count
        if weights and rows > LEADING:
            break
        weights.append({"pair": pair, "weight": 1 / math.log(2 + count)})
    if not weights:
        return None
    return asked.rows(
        "similar", weights=json.dumps(weights), least=LEAST, nearest=NEAREST, most=MOST, name=str(project["project_standard_name"]),
        own_department=str(project["department_id"]), document=int(str(project["document_key"])), project=int(str(project["project_no"])),
    )
