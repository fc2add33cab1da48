"""The workspace of a run: its archive unpacked, its packages installed."""

import os
import shutil
import tarfile
from pathlib import Path, PurePosixPath

from commands import Stops, run_command
from run_log import Output


class ArchiveError(Exception):
    """The archive is no workspace's code."""


class PackagesError(Exception):
    """uv could not make the environment."""


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks into an empty folder. Only files and folders below it; anything else is refused."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with tarfile.open(archive, "r:gz") as members:
            for member in members:
                unpack_member(members, member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ArchiveError(f"{archive}: {error}") from error


def unpack_member(members: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise ArchiveError(f"{member.name!r} would be unpacked outside the work folder")
    target = folder / name
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    content = members.extractfile(member) if member.isreg() else None
    if content is None:
        raise ArchiveError(f"{member.name!r} is neither a file nor a folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("xb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(0o755 if member.mode & 0o100 else 0o644)


def make_environment(
    folder: Path, requirements: Path, venv: Path, output: Output, stops: Stops
) -> Path:
    """Makes a virtual environment hold exactly these requirements; returns its Python.

    uv finds nothing to do where the image was built from the same uv.lock.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise PackagesError("uv is not on PATH")
    if not requirements.is_file():
        raise PackagesError(f"{requirements} is not there")
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    python = venv / "bin" / "python"
    if not python.exists():
        made = run_command([uv, "venv", "--quiet", str(venv)], folder, env, output, stops)
        stops.check()
        if made != 0:
            raise PackagesError(f"uv venv ended with exit code {made}")
    command = [uv, "pip", "sync", "--quiet", "--allow-empty-requirements"]
    if all_hashed(requirements.read_text(encoding="utf-8")):
        # With a hash, a package is the right one on whichever index it is found.
        command += ["--require-hashes", "--index-strategy", "unsafe-best-match"]
    command += ["--python", str(python), str(requirements)]
    synced = run_command(command, folder, env, output, stops)
    stops.check()
    if synced != 0:
        raise PackagesError(f"uv pip sync ended with exit code {synced}")
    return python


def all_hashed(requirements: str) -> bool:
    """Whether each requirement has a hash: packages from git or a folder have none."""
    lines = requirements.replace("\\\n", " ").splitlines()
    wanted = [line for line in map(str.strip, lines) if line and not line.startswith(("#", "--"))]
    return bool(wanted) and all("--hash=" in line for line in wanted)
