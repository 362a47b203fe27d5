"""Text of a line's picture: the recognition model that is inside the wheel of rapidocr, run by onnxruntime.

The model reads a strip of 48 pixels in height from left to right and gives, for each 8 pixels, a probability for every
character; characters that repeat over neighbouring steps are one (connectionist temporal classification).
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.readers.ocr.upright import Picture

THREADS = 1         # of one process: documents are read by as many processes as there are processors
_HEIGHT = 48        # what the model was trained on
_NARROWEST = 48     # a narrower strip is padded with white
_MODEL = "models/PP-OCRv6_rec_small.onnx"


class Reading(NamedTuple):
    """The characters of a line and the probability of each."""

    text: str
    confidences: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """That of the least certain character; 0 where none was read."""
        return min(self.confidences, default=0.0)


class Recogniser:
    """The model, loaded once in a process."""

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = 4    # fatal only: its messages go to the process's own streams
        options.enable_cpu_mem_arena = False    # lines differ in width, and an arena keeps the most that each ever took
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *characters, " "]
        self._input = self._session.get_inputs()[0].name

    def read(self, line: Picture, *, stretch: float = 1.0) -> Reading:
        """Read a line.

        Args:
            line: (height, width) grey, black on white, with some white around.
            stretch: how many times wider than it is it shall be shown to the model.
        """
        width = max(_NARROWEST, round(line.shape[1] * _HEIGHT / line.shape[0] * stretch))
        strip = np.asarray(cv2.resize(line, (width, _HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32) / 127.5 - 1
        [steps] = self._session.run(None, {self._input: np.repeat(strip[None, None], 3, axis=1)})[0]
        return self._decoded(steps)

    def _decoded(self, steps: NDArray[np.float32]) -> Reading:
        best = steps.argmax(axis=1)
        certain = steps[np.arange(len(best)), best]
        characters: list[str] = []
        confidences: list[float] = []
        before = 0
        for index, confidence in zip(best, certain, strict=True):
            if index and index != before:
                characters.append(self._characters[index])
                confidences.append(float(confidence))
            elif index:
                confidences[-1] = max(confidences[-1], float(confidence))
            before = index
        return Reading("".join(characters), tuple(confidences))


@cache
def recogniser() -> Recogniser:
    """The recogniser of this process."""
    spec = find_spec("rapidocr")    # found, not imported: its own pipeline is not needed
    assert spec is not None
    assert spec.origin is not None
    return Recogniser(Path(spec.origin).parent / _MODEL)
