"""`kernel.c` as set-up compiled it: where it is, and its functions. Without it `asking` asks object by object, with the same answers."""

from __future__ import annotations

import ctypes
import hashlib
import sysconfig
from collections.abc import Callable
from pathlib import Path

SOURCE = Path(__file__).with_name("kernel.c")

_ADDRESS = ctypes.c_void_p
_NUMBER = ctypes.c_longlong
_ARGUMENTS = {
    **dict.fromkeys(("write_one", "write_two"), (_ADDRESS, _ADDRESS, _NUMBER, _ADDRESS, _NUMBER, _NUMBER)),
    "write_all": (_ADDRESS, _ADDRESS, _NUMBER, _ADDRESS, _NUMBER),
    **dict.fromkeys(("all_numbers", "all_handles", "all_places"), (_ADDRESS, _ADDRESS, _NUMBER, _ADDRESS)),
    "numbers": (_ADDRESS, _ADDRESS, _NUMBER, _ADDRESS),
    **dict.fromkeys(
        ("angles_of_parts", "handles_of_parts", "handles_of_places"),
        (_ADDRESS, _ADDRESS, _ADDRESS, _NUMBER, _ADDRESS),
    ),
    "describe": (_ADDRESS, _ADDRESS, _NUMBER, _NUMBER, ctypes.c_char_p),
}


def place() -> Path:
    """Where the compiled kernel belongs: into the environment, under a name that changes with its source."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()
    return Path(sysconfig.get_path("platlib")) / f"yusuan_kernel_{digest[:16]}.so"


def loaded(file: Path) -> dict[str, Callable[..., None]]:
    """The functions of a compiled kernel by name; none where there is no file, or it is not for this machine.

    They keep the interpreter's lock, as PDFium must not be called from two threads.
    """
    try:
        library = ctypes.PyDLL(str(file))
    except OSError:
        return {}
    functions: dict[str, Callable[..., None]] = {}
    for name, arguments in _ARGUMENTS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, None
        functions[name] = function
    return functions
