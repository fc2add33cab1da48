"""Runs a training script in a container, for one run of crossfold.

entrypoint.py --run gs://BUCKET/FOLDER --script models/exp001/train.py -- ARGUMENTS...

The run's folder holds source.tar.gz and requirements.txt. This leaves in it
    log/01-000001 ...  what the script said in attempt 01, in order
    attempt-01.json    when, where and how it ended
    mlflow.db          what MLflow noted, where it was told no other place
    rc                 the exit code, written last
Vertex AI may start a container again. A run that succeeded is not repeated; any other goes on with
the next attempt, beside what the earlier ones left.
"""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from pathlib import Path, PurePosixPath
from typing import Any

from cloud_secrets import SecretError, read_secrets
from commands import StoppedError, Stops, run_command
from run_log import LogChunks, Output, put
from source import ArchiveError, PackagesError, make_environment, unpack

# The exit code is the script's own (128 + N for signal N) or, where it could not run:
EXIT_BUG = 70
EXIT_USAGE = 71
EXIT_NO_RUN = 72
EXIT_ARCHIVE = 73
EXIT_ENVIRONMENT = 74
EXIT_SECRET = 75
EXIT_NO_SCRIPT = 76
EXIT_LOG_LOST = 77


class UsageError(Exception):
    """Called in another way than crossfold calls it."""


class NoScriptError(Exception):
    """The archive does not hold the script."""


FAILURES: dict[type[Exception], int] = {
    ArchiveError: EXIT_ARCHIVE,
    PackagesError: EXIT_ENVIRONMENT,
    SecretError: EXIT_SECRET,
    NoScriptError: EXIT_NO_SCRIPT,
}


@dataclass
class Request:
    folder: Path  # the run's folder in the mounted bucket
    work: Path  # where the archive is unpacked; the script runs here
    venv: Path
    script: str
    arguments: list[str]


def parse(argv: list[str]) -> Request:
    own, arguments = argv, []
    if "--" in argv:
        own, arguments = argv[: argv.index("--")], argv[argv.index("--") + 1 :]
    given = dict(zip(own[::2], own[1::2], strict=False))
    if len(own) != 4 or set(given) != {"--run", "--script"}:
        raise UsageError("expected --run gs://BUCKET/FOLDER --script FILE -- ARGUMENTS...")
    uri, script = given["--run"], given["--script"]
    parts = uri.removeprefix("gs://").rstrip("/").split("/")
    if not re.match(r"gs://[^/]+/[^/]", uri) or not {"", ".", ".."}.isdisjoint(parts):
        raise UsageError(f"{uri!r} is not a folder in a bucket")
    path = PurePosixPath(script)
    if path.is_absolute() or ".." in path.parts:
        raise UsageError(f"{script!r} is not a path inside the workspace")
    root = Path(os.environ.get("CROSSFOLD_GCS_ROOT") or "/gcs")
    work = Path(os.environ.get("CROSSFOLD_WORK_DIR") or "/workspace").resolve()
    venv = Path(os.environ.get("CROSSFOLD_VENV") or work / ".venv")
    return Request(root.joinpath(*parts), work / parts[-1], venv, script, arguments)


def main(argv: list[str]) -> int:
    stops = Stops()
    try:
        request = parse(argv)
    except UsageError as error:
        print(f"crossfold: {error}", file=sys.stderr)
        return EXIT_USAGE
    folder = request.folder
    if not (folder / "source.tar.gz").is_file():
        print(f"crossfold: {folder}/source.tar.gz is not there; is the bucket mounted?", flush=True)
        return EXIT_NO_RUN
    if read_exit_code(folder) == 0:
        print("crossfold: this run has already succeeded", flush=True)
        return 0
    number = next_attempt(folder)
    attempt = Attempt(folder, number)
    try:
        (folder / "rc").unlink(missing_ok=True)
        attempt.write()
    except OSError as error:
        print(f"crossfold: nothing can be written to {folder}: {error}", flush=True)
        return EXIT_NO_RUN
    output = Output(LogChunks(folder, number))
    return attempt.end(try_all(request, attempt, output, stops), output)


def read_exit_code(folder: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int((folder / "rc").read_text())
    return None


def next_attempt(folder: Path) -> int:
    names = [path.name for path in folder.glob("attempt-*.json")]
    names += [path.name for path in (folder / "log").glob("*")]
    found = [re.match(r"(?:attempt-)?(\d+)[-.]", name) for name in names]
    return 1 + max((int(match[1]) for match in found if match), default=0)


class Attempt:
    """What attempt-NN.json says."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        self.file = folder / f"attempt-{number:02d}.json"
        self.facts: dict[str, Any] = {
            "attempt": number,
            "start": now(),
            "end": None,
            "exit_code": None,
            "failure": None,  # in words, where the script could not run or was stopped
            "host": socket.gethostname(),
            "gpus": gpu_names(),
            "log_chunks": None,
        }

    def write(self) -> None:
        put(self.file, (dumps(self.facts, indent=2) + "\n").encode())

    def end(self, exit_code: int, output: Output) -> int:
        """Writes the rest of the log, then this, then the exit code: who sees it sees all."""
        output.close()
        if output.chunks.error is not None:
            print(f"crossfold: the log is incomplete: {output.chunks.error}", flush=True)
            exit_code = exit_code or EXIT_LOG_LOST
        self.facts |= {"end": now(), "exit_code": exit_code, "log_chunks": output.chunks.written}
        try:
            self.write()
            put(self.folder / "rc", f"{exit_code}\n".encode())
        except OSError as error:
            print(f"crossfold: the exit code {exit_code} cannot be written: {error}", flush=True)
            return exit_code or EXIT_LOG_LOST
        return exit_code


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def gpu_names() -> list[str]:
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in answer.stdout.splitlines() if line.strip()]


def try_all(request: Request, attempt: Attempt, output: Output, stops: Stops) -> int:
    """The exit code of the run. What went wrong outside the script is one line of the log."""
    store = Path(tempfile.mkdtemp(prefix="crossfold-mlflow-")) / "mlflow.db"
    try:
        return train(request, store, output, stops)
    except StoppedError as stopped:
        attempt.facts["failure"] = str(stopped)
        output.say(str(stopped))
        return stopped.exit_code
    except tuple(FAILURES) as error:
        attempt.facts["failure"] = str(error)
        output.say(str(error))
        return FAILURES[type(error)]
    except Exception as error:
        attempt.facts["failure"] = f"{type(error).__name__}: {error}"
        output.write(traceback.format_exc().encode())
        output.say("the entrypoint failed; this is a bug of crossfold or of this image")
        return EXIT_BUG
    finally:
        try:
            save_store(store, request.folder)
        except (OSError, sqlite3.Error) as error:
            output.say(f"mlflow.db could not be kept: {error}")


def train(request: Request, store: Path, output: Output, stops: Stops) -> int:
    secrets = read_secrets(os.environ.get("CROSSFOLD_SECRETS", ""))
    output.mask(list(secrets.values()))
    stops.check()
    unpack(request.folder / "source.tar.gz", request.work)
    if not (request.work / request.script).is_file():
        raise NoScriptError(f"the archive holds no {request.script}")
    began = time.monotonic()
    requirements = request.folder / "requirements.txt"
    python = make_environment(request.work, requirements, request.venv, output, stops)
    output.say(f"Python environment ready in {time.monotonic() - began:.1f} s")
    env = script_environment(request, secrets, store)
    command = [python, "-u", request.script, *request.arguments]
    code = run_command(command, request.work, env, output, stops)
    stops.check(code)
    return code


def script_environment(request: Request, secrets: dict[str, str], store: Path) -> dict[str, str]:
    env = {**os.environ, **secrets, "VIRTUAL_ENV": str(request.venv)}
    env["PATH"] = f"{request.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    if not env.get("MLFLOW_TRACKING_URI"):
        with suppress(FileNotFoundError):
            shutil.copyfile(request.folder / "mlflow.db", store)
        env["MLFLOW_TRACKING_URI"] = f"sqlite:///{store}"
    return env


def save_store(store: Path, folder: Path) -> None:
    """Copies the database as its last whole transaction left it, and removes it here."""
    if store.exists():
        copy = store.with_name("copy.db")
        with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        put(folder / "mlflow.db", copy.read_bytes())
    shutil.rmtree(store.parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
