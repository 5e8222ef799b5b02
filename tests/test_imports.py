"""What is loaded, and when: a door that opens at once loads little."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "sklearn",
    "docx",
    "kreuzberg",
    "gradio",
}


def loaded_by(program):
    """The modules that a new process has after a program."""
    program += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_alone_loads_nothing_heavy():
    assert not loaded_by("import rag") & (HEAVY | {"numpy", "faiss", "onnxruntime", "bm25s"})


def test_question_is_answered_without_torch(seeds_index):
    program = (
        f"import rag\nassert rag.open_chatbot({str(seeds_index)!r}).ask('Who ordered the review?').citations"
    )
    assert not loaded_by(program) & HEAVY


def test_names_are_all_there_and_others_are_not():
    import rag

    assert {"ask", "retrieve", "Document", "Collection"} <= set(rag.__all__) == set(dir(rag))
    assert all(getattr(rag, name) for name in rag.__all__)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = rag.nothing_of_the_kind
