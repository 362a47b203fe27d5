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
    (ctypes.c_float, (_HANDLE, _INT)): "angles_of_parts",
    (_HANDLE, (_HANDLE, _INT)): "handles_of_parts",
    (_HANDLE, (_HANDLE, ctypes.c_ulong)): "handles_of_places",
}
_ALL_BY_PROTOTYPE = {
    (_INT, (_HANDLE, _INT)): "all_numbers", (_HANDLE, (_HANDLE, _INT)): "all_handles", (_HANDLE, (_HANDLE, ctypes.c_ulong)): "all_places",
}
_BY_ADDRESSES = {1: "write_one", 2: "write_two"}
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
    if not len(objects):
        return answers
    if KERNEL:
        loop = KERNEL[_BY_PROTOTYPE[function.restype, function.argtypes]]
        asked = [np.ascontiguousarray(each) for each in (objects, *parts)]    # a field of records is not
        loop(function, *map(address, asked), len(objects), address(answers))
    else:
        in_turn = map(function, objects.tolist(), *(part.tolist() for part in parts))
        answers[:] = [answer or 0 for answer in in_turn]    # ctypes gives None for the handle 0
    return answers


def ask_all(function: Any, owner: int, count: int) -> npt.NDArray[Any]:
    """What a function, which takes a handle and a number, says of all parts of one object: (count,) as `ask`."""
    answers = np.empty(count, _TYPES[function.restype])
    if KERNEL:
        KERNEL[_ALL_BY_PROTOTYPE[function.restype, function.argtypes]](function, owner, count, address(answers))
    else:
        answers[:] = [answer or 0 for answer in map(function, repeat(owner), range(count))]
    return answers


def parts(function: Any, objects: Handles, counts: npt.NDArray[np.int32], *within: Parts) -> tuple[npt.NDArray[np.intp], Handles]:
    """The parts of objects that have so many each: for each part the place of its object, and its handle."""
    owners = np.repeat(np.arange(len(objects)), counts)
    numbers = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners, ask(function, objects[owners], *(part[owners] for part in within), numbers.astype(np.int32))


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
        loop, objects = KERNEL[_BY_ADDRESSES[answers.shape[1] // at_once]], np.ascontiguousarray(objects)
        loop(function, address(objects), len(objects), address(answers), step, size * at_once)
    else:
        begin = address(answers)
        firsts = range(begin, begin + step, size * at_once)
        deque(map(function, objects.tolist(), *(range(first, first + step * len(objects), step) for first in firsts)), maxlen=0)


def write_all(function: Any, owner: int, answers: npt.NDArray[Any]) -> None:
    """Have a function, which takes a handle, a number and one address, write what it says of all parts of one object; (n, results)."""
    step = answers.itemsize * answers.shape[1]
    if KERNEL:
        KERNEL["write_all"](function, owner, len(answers), address(answers), step)
    else:
        begin = address(answers)
        deque(map(function, repeat(owner), range(len(answers)), range(begin, begin + step * len(answers), step)), maxlen=0)


def address(array: npt.NDArray[Any]) -> int:
    """Where an array begins."""
    begin: int = array.__array_interface__["data"][0]    # half the time of `ctypes.data`
    return begin
