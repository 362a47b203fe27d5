"""The kinds of sources: each says which addresses a source has, and gets what is behind one of them."""

from sources.kinds.kind import Address, Client, Kind, Response

__all__ = ["Address", "Client", "Kind", "Response"]
