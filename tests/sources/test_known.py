"""What is known, in order: the same answers as a walk through all of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sources.known import KnownFiles
from sources.outcomes import Known

PARTS = st.sampled_from(["a", "ab", "a-", "预算", "b.zip", "#", "\udcff"])
ADDRESSES = st.lists(st.lists(PARTS, min_size=1, max_size=3).map("/".join), max_size=12)


@given(addresses=ADDRESSES, archives=ADDRESSES, prefix=st.lists(PARTS, max_size=2).map("/".join))
def test_files_below_a_prefix_and_documents_in_archives_are_found(addresses: list[str], archives: list[str], prefix: str) -> None:
    members = [f"{archive}#/{name}" for archive in archives for name in ("a.txt", "b/a.txt")]
    files = {address: Known(address) for address in (*addresses, *archives, *members)}
    known = KnownFiles(files)
    assert known.below(prefix) == sorted(address for address in files if address.startswith(prefix) and "#/" not in address)
    for archive in (*addresses, *archives):
        inside = [address for address in files if address.partition("#/")[0] == archive and "#/" in address]
        assert sorted(known.members(archive)) == sorted(inside)
    assert dict(known) == files
    assert KnownFiles.of(known) is known
    assert KnownFiles.of(files).below(prefix) == known.below(prefix)
