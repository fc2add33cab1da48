"""Takes secret values out of a stream of bytes."""

import json
from collections.abc import Iterable
from urllib.parse import quote

MASK = b"***"
# Shorter lines of a secret of many lines are brackets and the like.
SHORTEST_LINE = 8


class Masker:
    """Replaces secret values by ***, also where a value comes in several pieces."""

    def __init__(self, values: Iterable[str]) -> None:
        found = {spelling for value in values for spelling in spellings(value)}
        self.patterns = sorted(text.encode(errors="surrogateescape") for text in found)
        self.held = b""  # the end of what came, where a value may have begun
        self.covered = 0  # bytes at the start of `held` whose *** is out already

    def feed(self, piece: bytes) -> bytes:
        """What can be shown by now."""
        text = self.held + piece
        return self._show(text, len(text) - self._begun(text))

    def flush(self) -> bytes:
        """The rest, when nothing follows."""
        return self._show(self.held, len(self.held))

    def _show(self, text: bytes, end: int) -> bytes:
        shown, position, covered = [], 0, 0
        for start, stop in self._spans(text):
            told = start == 0 and self.covered > 0
            if start >= end and not told:
                break
            shown.append(text[position:start])
            if not told:
                shown.append(MASK)
            position, covered = min(stop, end), max(0, stop - end)
        shown.append(text[position:end])
        self.held, self.covered = text[end:], covered
        return b"".join(shown)

    def _spans(self, text: bytes) -> list[tuple[int, int]]:
        """Where values stand, in order; those that overlap are one."""
        found = [(0, self.covered)] if self.covered else []
        for pattern in self.patterns:
            at = text.find(pattern)
            while at >= 0:
                found.append((at, at + len(pattern)))
                at = text.find(pattern, at + 1)
        merged: list[tuple[int, int]] = []
        for start, stop in sorted(found):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
            else:
                merged.append((start, stop))
        return merged

    def _begun(self, text: bytes) -> int:
        """How long the longest end of the text is with which a value begins."""
        longest = 0
        for pattern in self.patterns:
            at = text.find(pattern[:1], max(0, len(text) - len(pattern) + 1))
            while at >= 0 and len(text) - at > longest:
                if pattern.startswith(text[at:]):
                    longest = len(text) - at
                at = text.find(pattern[:1], at + 1)
        return longest


def spellings(value: str) -> set[str]:
    """A value as programs print it: as it is, escaped, quoted for a URL, line by line."""
    plain = value.strip()
    if not plain:
        return set()
    escaped = {json.dumps(plain, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    lines = {line.strip() for line in plain.splitlines()}
    return {
        plain,
        *escaped,
        quote(plain, safe="", errors="surrogateescape"),
        *(line for line in lines if len(line) >= SHORTEST_LINE),
    }
