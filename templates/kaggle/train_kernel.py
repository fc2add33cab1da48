"""Runs a training script of a Crossfold workspace as a Kaggle kernel. Crossfold fills in PAYLOAD.

Left in /kaggle/working: artifacts/, submission.csv where the script wrote one, rc (its exit code).
"""

import base64
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PAYLOAD: dict[str, Any] = {}

WORKING = Path(os.environ.get("CROSSFOLD_KAGGLE_ROOT") or "/kaggle") / "working"
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+))?")


def main() -> int:
    work = Path(tempfile.mkdtemp())
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(PAYLOAD["source"]))) as archive:
        # Python before 3.11.4 has no filter; the archive is our own.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(work, **safely)
    script = work / PAYLOAD["script"]
    keep_artifacts(script.parent)
    python = find_python(work, PAYLOAD["requirements"])
    env = {**os.environ, **PAYLOAD["environment"]}
    env["MLFLOW_TRACKING_URI"] = f"sqlite:///{WORKING}/mlflow.db"
    command = [python, "-u", str(script), *PAYLOAD["args"]]
    code = subprocess.run(command, cwd=work, env=env, check=False).returncode
    return code if code >= 0 else 128 - code


def keep_artifacts(experiment: Path) -> None:
    """What the script writes into its artifacts/ is what the kernel leaves."""
    artifacts = WORKING / "artifacts"
    artifacts.mkdir(parents=True, exist_ok=True)
    (experiment / "artifacts").symlink_to(artifacts, target_is_directory=True)


def find_python(work: Path, requirements: str) -> str:
    """Kaggle's own Python where it has exactly the pinned packages, else one of their own made by uv."""
    if has_all(requirements):
        return sys.executable
    pins = work / "requirements.txt"
    pins.write_text(requirements)
    tool = work / "uv"
    run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(tool), "uv"])
    uv = str(tool / "bin" / "uv")
    venv = work / ".venv"
    run([uv, "venv", "--quiet", "--python", sys.executable, str(venv)])
    python = str(venv / "bin" / "python")
    run([uv, "pip", "sync", "--quiet", "--python", python, str(pins)])
    return python


def has_all(requirements: str) -> bool:
    """A package may be pinned once for each kind of system, and may be pinned for other systems only."""
    pins: dict[str, dict[str, str]] = {}
    for name, pinned, marker in PIN.findall(requirements):
        pins.setdefault(name, {})[pinned] = marker
    for name, versions in pins.items():
        try:
            fulfilled = version(name) in versions
        except PackageNotFoundError:
            fulfilled = all(versions.values())
        if not fulfilled:
            return False
    return True


def run(command: list[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    exit_code = 1
    try:
        exit_code = main()
    finally:
        (WORKING / "rc").write_text(f"{exit_code}\n")
    sys.exit(exit_code)
