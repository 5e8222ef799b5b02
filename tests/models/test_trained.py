"""The files of the trained networks: one that was altered or is missing is refused, with what mends it."""

from __future__ import annotations

import shutil

import pytest

from rag.errors import EmbedderError
from rag.models.reader import READER, Window, load_reader
from rag.models.verifier import VERIFIER, load_verifier

MENDED = r"mend with `git checkout rag/models/weights`, or install Footnote anew$"
PAIR = ("Who built the bridge?", "Mary Holt built the bridge in 1874.")


@pytest.fixture(params=[(READER, load_reader), (VERIFIER, load_verifier)], ids=lambda file: file[0].stem)
def shipped(request):
    return request.param


def test_same_file_reads_the_same(tmp_path):
    for suffix in (".json", ".safetensors"):
        shutil.copy(READER.with_suffix(suffix), tmp_path / f"one{suffix}")
        shutil.copy(VERIFIER.with_suffix(suffix), tmp_path / f"other{suffix}")
    question, text = PAIR
    windows = [Window(text, ((0, len(text)),))]
    copied = load_reader(tmp_path / "one.safetensors").read(question, windows)
    assert copied == load_reader().read(question, windows)
    assert load_verifier(tmp_path / "other.safetensors").verify([PAIR]) == load_verifier().verify([PAIR])


@pytest.mark.parametrize("how", ["altered", "cut short", "empty"])
def test_altered_file_is_refused(shipped, tmp_path, how):
    file, load = shipped
    shutil.copy(file.with_suffix(".json"), tmp_path)
    content = file.read_bytes()
    altered = content[:-1] + bytes([content[-1] ^ 1])
    (tmp_path / file.name).write_bytes({"altered": altered, "cut short": content[:-1], "empty": b""}[how])
    expected = (
        rf"^{file.stem}\.safetensors is altered, expected the file with sha256 [0-9a-f]{{12}}…: {MENDED}"
    )
    with pytest.raises(EmbedderError, match=expected):
        load(tmp_path / file.name)


@pytest.mark.parametrize("there", [[], [".json"], [".safetensors"]])
def test_missing_file_is_refused(shipped, tmp_path, there):
    file, load = shipped
    for suffix in there:
        shutil.copy(file.with_suffix(suffix), tmp_path)
    with pytest.raises(EmbedderError, match=rf"{file.stem}\.safetensors.*: {MENDED}"):
        load(tmp_path / file.name)


def test_checksum_that_is_no_json_is_refused(shipped, tmp_path):
    file, load = shipped
    shutil.copy(file, tmp_path)
    (tmp_path / file.name).with_suffix(".json").write_text("{", encoding="utf-8")
    with pytest.raises(EmbedderError, match=MENDED):
        load(tmp_path / file.name)
