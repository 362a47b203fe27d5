"""Office documents that are encrypted and need no password: Excel encrypts what may only be read with a password that it knows itself."""

from __future__ import annotations

import io
import struct
from xml.parsers.expat import ExpatError

from transforms.grid import UnreadableDocument

_KNOWN_PASSWORD = "VelvetSweatshop"    # noqa: S105 [MS-OFFCRYPTO] 2.3.1: the default password, no secret

# What its library raises for what is broken.
_DAMAGE = (
    OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, NotImplementedError, OverflowError,
    struct.error, ExpatError,
)


def decrypted(data: bytes) -> bytes:
    """The document that an encrypted one holds.

    Args:
        data: the whole file, an encrypted workbook or document.

    Raises:
        UnreadableDocument: `encrypted-document`: it needs a password of its own.
    """
    import msoffcrypto  # few documents need it
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    plain = io.BytesIO()
    try:
        document = msoffcrypto.OfficeFile(io.BytesIO(data))
        document.load_key(password=_KNOWN_PASSWORD)
        document.decrypt(plain)
    except (DecryptionError, FileFormatError, InvalidKeyError, ParseError, *_DAMAGE) as error:
        message = "The document needs a password; ask the department to publish it without one."
        raise UnreadableDocument("encrypted-document", message) from error
    return plain.getvalue()
