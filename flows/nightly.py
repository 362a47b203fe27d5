"""The nightly run as a Prefect flow: pull, parse, validate, load, check, publish, alert."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from itertools import islice
