"""Commands in a process group of their own, their output followed, signals handed on."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from run_log import Output

# Vertex AI gives 30 seconds when it takes a machine away; the log and the exit code need the rest.
GRACE_SECONDS = 20.0
PR_SET_PDEATHSIG = 1
# Found here, because little is safe between fork and exec.
prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class StoppedError(Exception):
    """A signal came that asks for the end."""

    def __init__(self, number: int, exit_code: int = 0) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        # A script that ends well because it was told to stop has not done its work.
        self.exit_code = exit_code or 128 + number


class Stops:
    """SIGTERM and SIGINT: to the running command, and SIGKILL when it takes too long to end."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.group: int | None = None
        self.deadline: float | None = None
        self.grace = float(os.environ.get("CROSSFOLD_GRACE_SECONDS") or GRACE_SECONDS)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._receive)

    def check(self, exit_code: int = 0) -> None:
        """Raises where a signal came; `exit_code` is that of the command it ended."""
        if self.number is not None:
            raise StoppedError(self.number, exit_code)

    def watch(self, group: int | None) -> None:
        self.group = group
        if group is not None and self.number is not None:
            self._pass_on(self.number)

    def enforce(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.deadline = None
            self._pass_on(signal.SIGKILL)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.number = self.number or number
        self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if self.group is None:
            return
        if number != signal.SIGKILL and self.deadline is None:
            self.deadline = time.monotonic() + self.grace
        with suppress(ProcessLookupError):
            os.killpg(self.group, number)


def run_command(
    command: Sequence[str | Path], cwd: Path, env: Mapping[str, str], output: Output, stops: Stops
) -> int:
    """The exit code, 128 + N where signal N ended it. Whatever it leaves running is killed."""
    stops.check()
    child = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
        preexec_fn=die_with_parent,
    )
    stops.watch(child.pid)
    try:
        follow(child, output, stops)
    finally:
        stops.watch(None)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    code = child.wait()
    return 128 - code if code < 0 else code


def follow(child: subprocess.Popen[bytes], output: Output, stops: Stops) -> None:
    """Returns when the command has ended and all that it said is passed on."""
    assert child.stdout is not None
    pipe = child.stdout.fileno()
    open_end = True
    while True:
        ended = child.poll() is not None
        ready = open_end and bool(select.select([pipe], [], [], 0 if ended else 0.1)[0])
        if ready:
            piece = os.read(pipe, 1 << 16)
            output.write(piece)
            open_end = bool(piece)
        elif ended:
            return
        elif not open_end:
            with suppress(subprocess.TimeoutExpired):
                child.wait(0.1)
        stops.enforce()


def die_with_parent() -> None:
    """A container ends as a whole; as a plain process on Linux this does the same."""
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
