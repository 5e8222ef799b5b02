"""An index that is damaged, missing or stale says so, and which command mends it."""

from __future__ import annotations

import hashlib
import json

import pytest
from colours import ColourEmbedder
from small import SMALL, build, certify, current

import rag
from rag.index.card import COPIED, EDITIONS, FILES, FORMAT, FURNITURE, TWINS, check_current
from rag.index.places import open_index, read_card

# Damage


DAMAGES = {
    "truncated": lambda content: content[:-1],
    "halved": lambda content: content[: len(content) // 2],
    "emptied": lambda content: b"",
    "flipped": lambda content: content[:-2] + bytes([content[-2] ^ 1]) + content[-1:],
    "appended": lambda content: content + b"\0",
    "zeroed": lambda content: bytes(len(content)),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", sorted({*FILES, "card.json"}))
def test_damaged_file_is_noticed(small_index, name, damage):
    path = current(small_index) / name
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(rag.IndexDamaged, match=r"build it with `rag index \S+ --index \S+index`"):
        rag.open_chatbot(small_index, embedder=ColourEmbedder())


# Of the others both have the same: nothing.
@pytest.mark.parametrize("name", sorted({*FILES, "card.json"} - {TWINS, COPIED, FURNITURE, EDITIONS}))
def test_file_of_another_snapshot_is_noticed(small_index, documents, name):
    other = small_index.with_name("other")
    (documents / "red.txt").write_text("The blue fox wakes. It sings.", encoding="utf-8")
    (documents / "green.txt").unlink()
    build(documents, other)
    path = current(small_index) / name
    path.write_bytes((current(other) / name).read_bytes())
    with pytest.raises(rag.IndexDamaged, match="build it with"):
        open_index(small_index)


@pytest.mark.parametrize("suffix", ["npy", "vectors.npy"])
def test_swapped_files_are_noticed(small_index, suffix):
    chunks, sentences = (current(small_index) / f"{name}.{suffix}" for name in ("chunks", "sentences"))
    first, second = chunks.read_bytes(), sentences.read_bytes()
    chunks.write_bytes(second)
    sentences.write_bytes(first)
    with pytest.raises(rag.IndexDamaged, match=f"chunks.{suffix} has sha256"):
        open_index(small_index)


def read_all(root):
    index = open_index(root)
    return index.files, index.survey.editions, index.columns  # which are not read before


@pytest.mark.parametrize("name", sorted(FILES))
def test_file_that_was_written_wrong_is_noticed_and_made_anew(small_index, documents, name):
    (current(small_index) / name).write_text("{")
    certify(small_index)
    with pytest.raises(rag.IndexDamaged, match="build it with"):
        read_all(small_index)
    build(documents, small_index)
    assert open_index(small_index).documents


@pytest.mark.parametrize("name", sorted({*FILES, "card.json"}))
def test_deleted_file_is_noticed(small_index, name):
    (current(small_index) / name).unlink()
    with pytest.raises(rag.IndexDamaged, match=f"{name} is missing.*build it with"):
        open_index(small_index)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"dim": 4', '"dim": 5'),
        ('"chunks": 3', '"chunks": 7'),
        ('"../documents"', '"../documentz"'),
        ('"chunks.npy"', '"../../chunks.npy"'),
        ('"overlap"', '"other"'),
        ("{", "[{"),
    ],
)
def test_altered_card_is_noticed(small_index, was, now):
    path = current(small_index) / "card.json"
    card = path.read_text(encoding="utf-8")
    assert was in card
    path.write_text(card.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(rag.IndexDamaged, match="is damaged or not Footnote's"):
        open_index(small_index)


@pytest.mark.parametrize(
    ("format", "whose"),
    [
        (99, "a newer version of Footnote, which opens it"),
        (1, "an earlier version"),
        (FORMAT - 1, "an earlier"),
    ],
)
def test_card_of_another_format_says_how_it_is_made_anew(small_index, documents, format, whose):
    path = current(small_index) / "card.json"
    card = {"format": format, "embedder": "colours", "corpus": "../documents", "of that format": None}
    path.write_text(json.dumps(card), "utf-8")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    (small_index / "CURRENT").write_text(f"{path.parent.name} {sha256}\n", encoding="utf-8")
    mend = rf"build it with `rag index \S+/documents --index {small_index} --model colours`"
    told = f"its format is {format}, expected {FORMAT}; it was made by {whose}.*{mend}"
    with pytest.raises(rag.IndexDamaged, match=told):
        open_index(small_index)
    build(documents, small_index)
    assert open_index(small_index).card.format == FORMAT


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe", b"\0", b".", b"..", b"nowhere", b"a" * 300, b"../elsewhere", b"/tmp"]
)
@pytest.mark.parametrize("with_sha256", [False, True])
def test_current_must_name_a_folder_beside_it(small_index, content, with_sha256):
    for elsewhere in (small_index.parent, small_index.parent / "elsewhere"):  # were it followed, it would do
        elsewhere.mkdir(exist_ok=True)
        for path in current(small_index).iterdir():
            (elsewhere / path.name).write_bytes(path.read_bytes())
    sha256 = hashlib.sha256((current(small_index) / "card.json").read_bytes()).hexdigest().encode()
    (small_index / "CURRENT").write_bytes(content + b" " + sha256 + b"\n" if with_sha256 else content)
    with pytest.raises(rag.IndexDamaged, match="build it with"):
        open_index(small_index)


@pytest.mark.parametrize("there", ["nothing", "empty folder", "foreign folder", "file", "half an index"])
def test_missing_index(small_index, tmp_path, there):
    folder = tmp_path / "other"
    if "folder" in there:
        folder.mkdir()
    if there == "foreign folder":
        (folder / "notes.txt").write_text("Mine.", encoding="utf-8")
    if there == "file":
        folder.write_text("Mine.", encoding="utf-8")
    if there == "half an index":  # killed before it was put in force
        current(small_index).rename(small_index / "building-x")
        folder = small_index.rename(folder)
        (folder / "CURRENT").unlink()
    with pytest.raises(rag.IndexMissing, match=r"no index in \S+other/: build it with `rag index FOLDER"):
        open_index(folder)


# Staleness


def test_changed_corpus_is_stale(small_index, documents):
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    with pytest.raises(
        rag.IndexStale, match=r"documents in \S+ have changed.*: build it with `rag index \S+documents"
    ):
        rag.open_chatbot(small_index, embedder=ColourEmbedder())


def test_corpus_that_is_gone_is_served_from_the_index(small_index, documents):
    documents.rename(documents.parent / "gone")
    bot = rag.open_chatbot(small_index, embedder=ColourEmbedder())
    assert {document.id: document.text for document in bot.documents} == SMALL


@pytest.mark.parametrize("change", [{"embedder": "greys"}, {"weights": "d" * 64}])
def test_other_model_is_stale(small_index, change):
    made_with = {"embedder": "colours", "weights": "c" * 64, "corpus": None}
    check_current(read_card(small_index), small_index, **made_with)
    with pytest.raises(rag.IndexStale, match=r"made with colours \(cccccccccccc…\), not .*build it with"):
        check_current(read_card(small_index), small_index, **(made_with | change))


def test_other_embedder_is_refused_when_opened(small_index, embedder):
    with pytest.raises(rag.IndexStale, match="not all-MiniLM-L6-v2"):
        rag.open_chatbot(small_index, embedder=embedder)
