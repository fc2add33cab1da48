"""The output of a run: to standard output and, in chunks, into the run's folder in the bucket."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from masking import Masker

CHUNK_BYTES = 1 << 20
# More than this waits for the bucket: so does whoever writes.
MOST_PENDING = 64 << 20
FIRST_SECONDS, LONGEST_SECONDS = 2.0, 10.0
RETRY_SECONDS = (0.5, 1, 2, 4, 8, 16, 30)


def put(file: Path, content: bytes) -> None:
    """Writes a file of the run's folder whole. Tries again for a minute; then raises OSError."""
    folder = file.parent.parent if file.parent.name == "log" else file.parent
    part = folder / f".part-{os.getpid()}-{file.name}"
    for seconds in (*RETRY_SECONDS, None):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            os.replace(part, file)
            return
        except OSError:
            if seconds is None:
                raise
            time.sleep(seconds)


class LogChunks:
    """Writes log/<attempt>-<number>, each whole, in a thread of its own."""

    def __init__(self, folder: Path, attempt: int) -> None:
        self.folder, self.attempt = folder, attempt
        self.written = 0
        self.error: OSError | None = None
        self.pending = bytearray()
        self.closed = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._write_all, daemon=True)
        self.thread.start()

    def add(self, piece: bytes) -> None:
        with self.changed:
            self.changed.wait_for(lambda: len(self.pending) < MOST_PENDING or self.error)
            if self.error is None:
                self.pending += piece
            self.changed.notify_all()

    def close(self) -> None:
        """Returns when everything is written, or cannot be (see `error`)."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.thread.join()

    def _write_all(self) -> None:
        seconds = FIRST_SECONDS
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.pending or self.closed)
                if not self.pending:
                    return
                full = self.changed.wait_for(self._is_due, timeout=seconds)
                chunk = bytes(self.pending[:CHUNK_BYTES])
            if not full:
                seconds = min(seconds * 1.5, LONGEST_SECONDS)
            try:
                put(self.folder / "log" / f"{self.attempt:02d}-{self.written + 1:06d}", chunk)
            except OSError as error:
                self._give_up(error)
                return
            with self.changed:
                self.written += 1
                del self.pending[: len(chunk)]
                self.changed.notify_all()

    def _is_due(self) -> bool:
        return self.closed or len(self.pending) >= CHUNK_BYTES

    def _give_up(self, error: OSError) -> None:
        with self.changed:
            self.error = error
            self.pending.clear()
            self.changed.notify_all()


class Output:
    """Where everything that is said goes, secrets masked."""

    def __init__(self, chunks: LogChunks) -> None:
        self.chunks = chunks
        self.masker = Masker([])
        self.at_line_start = True

    def mask(self, values: list[str]) -> None:
        self._emit(self.masker.flush())
        self.masker = Masker(values)

    def write(self, piece: bytes) -> None:
        self._emit(self.masker.feed(piece))

    def say(self, text: str) -> None:
        """A line of the entrypoint's own."""
        self._emit(self.masker.flush())
        start = "" if self.at_line_start else "\n"
        self._emit(self.masker.feed(f"{start}crossfold: {text}\n".encode()) + self.masker.flush())

    def close(self) -> None:
        self._emit(self.masker.flush())
        self.chunks.close()

    def _emit(self, piece: bytes) -> None:
        if not piece:
            return
        self.at_line_start = piece.endswith(b"\n")
        self.chunks.add(piece)
        with suppress(OSError):  # nothing reads standard output any more: the bucket has it all
            while piece:
                piece = piece[os.write(1, piece) :]
