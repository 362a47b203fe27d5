"""The same question to many of PDFium's objects: by the compiled kernel where set-up could make one, else one after the other.

Handles are arrays of integers as wide as an address, 0 for none; parts of objects are counted from 0, as int32.
"""

from __future__ import annotations

import ctypes
from collections import deque
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from transforms.readers.pdf import kernel

Handles = npt.NDArray[np.uintp]
Parts = npt.NDArray[np.int32]

_HANDLE = ctypes.c_void_p
_INT = ctypes.c_int
_BY_PROTOTYPE = {    # which loop of the kernel asks a function with this result and these arguments
    (_INT, (_HANDLE,)): "numbers",
    (_INT, (_HANDLE, _INT)): "numbers_of_parts",
    (ctypes.c_float, (_HANDLE, _INT)): "angles_of_parts",
    (_HANDLE, (_HANDLE,)): "handles",
    (_HANDLE, (_HANDLE, _INT)): "handles_of_parts",
    (_HANDLE, (_HANDLE, ctypes.c_ulong)): "handles_of_places",
    (_HANDLE, (_HANDLE, _INT, _INT)): "handles_within_parts",
}
_BY_ADDRESSES = {1: "write_one", 2: "write_two", 4: "write_four"}
_TYPES = {_INT: np.int32, ctypes.c_float: np.float32, _HANDLE: np.uintp}

KERNEL = kernel.loaded(kernel.place())


def ask(function: Any, objects: Handles, *parts: Parts) -> npt.NDArray[Any]:
    """What a function says of objects, or of parts of them.

    Args:
        function: takes a handle and as many numbers as there are `parts`; the result is a number or a handle.
        objects: (n,).
        parts: each (n,).

    Returns:
        (n,) int32, float32 or handles.
    """
    answers = np.empty(len(objects), _TYPES[function.restype])
    if KERNEL:
        loop = KERNEL[_BY_PROTOTYPE[function.restype, function.argtypes]]
        loop(function, _address(objects), *map(_address, parts), len(objects), _address(answers))
    else:
        asked = map(function, objects.tolist(), *(part.tolist() for part in parts))
        answers[:] = [answer or 0 for answer in asked]    # ctypes gives None for the handle 0
    return answers


def parts_of(function: Any, owner: int, count: int) -> Handles:
    """The handles of all parts of one object, which a function gives by number."""
    return ask(function, np.full(count, owner, np.uintp), np.arange(count, dtype=np.int32))


def write(function: Any, objects: Handles, answers: npt.NDArray[Any], at_once: int = 1) -> None:
    """Have a function write what it says of objects.

    Args:
        function: takes a handle and the addresses of its results.
        objects: (n,).
        answers: (n, results), contiguous, of the results' type; what it holds stays where an object has no answer.
        at_once: how many results are written to each address.
    """
    size, step = answers.itemsize, answers.itemsize * answers.shape[1]
    if KERNEL:
        loop = KERNEL[_BY_ADDRESSES[answers.shape[1] // at_once]]
        loop(function, _address(objects), len(objects), _address(answers), step, size * at_once)
    else:
        begin = _address(answers)
        firsts = range(begin, begin + step, size * at_once)
        deque(map(function, objects.tolist(), *(range(first, first + step * len(objects), step) for first in firsts)), maxlen=0)


def write_parts(function: Any, owner: int, parts: Parts, answers: npt.NDArray[Any]) -> None:
    """Have a function, which takes a handle, a number and one address, write what it says of parts of one object; (n, results)."""
    step = answers.itemsize * answers.shape[1]
    if KERNEL:
        KERNEL["write_parts"](function, owner, _address(parts), len(parts), _address(answers), step)
    else:
        begin = _address(answers)
        deque(map(function, repeat(owner), parts.tolist(), range(begin, begin + step * len(parts), step)), maxlen=0)


def _address(array: npt.NDArray[Any]) -> int:
    address: int = array.__array_interface__["data"][0]    # half the time of `ctypes.data`
    return address
