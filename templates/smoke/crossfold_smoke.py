"""Looks at what a training job is given: GPU or TPU, bucket, secrets. Sent by `crossfold infra smoke`.

Its last line is CROSSFOLD_SMOKE and a JSON object. No secret's value is in it.
"""

import json
import os
import platform
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

Seen = dict[str, Any]


def gpus() -> list[str]:
    """Names of the GPUs, as the driver tells them."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    answer = subprocess.run(query, capture_output=True, text=True, timeout=60, check=False)
    return [line.strip() for line in answer.stdout.splitlines() if answer.returncode == 0]


def tpus() -> list[str]:
    """Device files of TPU chips."""
    return sorted(
        str(file) for file in [*Path("/dev").glob("accel*"), *Path("/dev/vfio").glob("[0-9]*")]
    )


def mounted(uri: str) -> Path:
    root = os.environ.get("CROSSFOLD_GCS_ROOT") or "/gcs"
    return Path(root) / uri.removeprefix("gs://")


def bucket() -> str | None:
    """What is wrong with the bucket; None where a file is written, read back and removed."""
    uri = os.environ.get("AIP_MODEL_DIR")
    if not uri:
        return "the job was given no folder in the bucket (AIP_MODEL_DIR)"
    try:
        folder = mounted(uri)
        if not (folder.parent / "source.tar.gz").is_file():
            return f"{folder.parent} does not show what was shipped"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "smoke.txt"
        text = f"written at {time.time()}"
        file.write_text(text)
        read = file.read_text()
        file.unlink()
    except OSError as error:
        return str(error)
    return None if read == text else "what was written was not what was read"


def secrets() -> dict[str, bool]:
    """Whether each named secret has a value here."""
    named = json.loads(os.environ.get("CROSSFOLD_SECRETS") or "{}")
    return {name: bool(os.environ.get(name)) for name in named}


def look() -> Seen:
    return {
        "gpus": gpus(),
        "tpus": tpus(),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "bucket": bucket(),
        "secrets": secrets(),
    }


if __name__ == "__main__":
    print("CROSSFOLD_SMOKE " + json.dumps(look()), flush=True)
