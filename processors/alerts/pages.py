"""Which pages of a state have changed since they were last written."""

from collections.abc import Iterable, Iterator

import msgspec


class Page(msgspec.Struct):
    """What is remembered of a page: a digest of its bytes; ``row`` belongs to the runtime."""

    digest: int
    row: int = 0


_EMPTY = hash(b"")


class Pages:
    """Digests of pages, so that nobody needs to note what they change."""

    def __init__(self) -> None:
        self._known: dict[str, Page] = {}

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Page | None:
        """Find a page."""
        return self._known.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Note what a page holds as it is written or read back."""
        known = self._known.get(key)
        if known is None:
            self._known[key] = Page(hash(content))
        else:
            known.digest = hash(content)

    def changed(self, pages: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Give the pages that are not as they were, and note them; new ones if not empty."""
        for key, content in pages:
            known = self._known.get(key)
            if hash(content) != (known.digest if known else _EMPTY):
                self.put(key, content)
                yield key, content
