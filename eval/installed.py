"""Gather folders of documents from files that installed packages bring, so that none of them is kept here."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

# The ending of a README by the type that its package gives; without one it is reStructuredText
# (https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type).
_ENDINGS = {"text/markdown": ".md", "text/plain": ".txt", "text/x-rst": ".rst"}


class _Missing(Exception):
    """A folder cannot be gathered here; says why, and what would mend it."""


def gather_folders(described: Path, into: Path) -> dict[str, str]:
    """Write each folder that the TOML file `described` names below `into`; why one was not, by its name.

    A folder holds for each of its sources a folder called after the package.  It is not written if a package
    is not installed here, or brings other files than those whose sha256 stands in `described`.
    """
    missing = {}
    for name, folder in tomllib.loads(described.read_text(encoding="utf-8")).items():
        try:
            files = dict(pair for source in folder["sources"] for pair in _find_files(source))
            if (found := hash_files(files)) != folder["sha256"]:
                raise _Missing(f"its files are others than its questions were written from (sha256 {found})")
        except _Missing as problem:
            missing[name] = str(problem)
            continue
        for path, content in files.items():
            (into / name / path).parent.mkdir(parents=True, exist_ok=True)
            (into / name / path).write_bytes(content)
    return missing


def hash_files(files: dict[str, bytes]) -> str:
    """The sha256 of files by path, of their paths and bytes, whatever their order."""
    lines = (f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _find_files(source: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The files of a source, each its path and bytes.

    Raises _Missing if its package is not installed, or a pattern of it matches no file.
    """
    if "package" in source:
        package = source["package"]
        yield from _match_files(source, package, Path(source["folder"]), f"apt-get install {package}")
        return
    package = source["distribution"]
    mend = f"pip install -c constraints.txt {package}"
    try:
        installed = distribution(package)
    except PackageNotFoundError:
        raise _Missing(f"{package} is not installed here ({mend})") from None
    if "folder" in source:
        yield from _match_files(source, package, Path(str(installed.locate_file(source["folder"]))), mend)
    else:
        metadata = installed.metadata.json
        ending = _ENDINGS[str(metadata.get("description_content_type", "text/x-rst")).split(";")[0]]
        yield f"{package}/README{ending}", str(metadata["description"]).encode()


def _match_files(
    source: dict[str, Any], package: str, folder: Path, mend: str
) -> Iterator[tuple[str, bytes]]:
    """The files in `folder` that the patterns of a source match, each its path and bytes."""
    for pattern in source["files"]:
        found = sorted(path for path in folder.glob(pattern) if path.is_file())
        if not found:
            raise _Missing(f"no {pattern} of {package} is in {folder} ({mend})")
        for path in found:
            name = path.relative_to(folder).as_posix() + source.get("suffix", "")
            yield f"{package}/{name}", path.read_bytes()
