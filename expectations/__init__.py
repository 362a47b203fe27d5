"""The rules that finance cares for: is what was read believable, and is what was published right?

Rules run over records (`check`), so one document needs neither pandas nor Great Expectations; at night `suite.validate`
runs Great Expectations over the frames of a whole batch. `frames` and `suite` are imported by those who need them.
"""

from __future__ import annotations

from expectations.checks import check, findings
from expectations.outcome import Outcome

__all__ = ["Outcome", "check", "findings"]
