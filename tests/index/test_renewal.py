"""An index that is renewed is, to the byte, the one that is made afresh, and looks into nothing that is the
same."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace

import numpy as np
import pytest
from colours import ColourEmbedder
from small import build, current

import rag
from eval.bench.large_index import Scattered, draw_ranks, make_documents
from rag.documents.folder.folders import Folders
from rag.index.card import LISTS, STATES, SUMS
from rag.index.freshness import read_known
from rag.index.parts.lazy_documents import LazyDocument
from rag.index.places import open_index, read_card
from rag.index.snapshots import write_snapshot
from rag.index.verification import verify_index

COLOURS, ANIMALS = ("red", "green", "blue", "grey"), ("fox", "hen", "whale", "frog", "owl")
SAID = [
    "The {0} {1} sleeps in a den below the old mill of Norfolk.",
    "Keepers counted {2} {1}s in the valley during the winter of 2022.",
    "The High Care Scheme is open to every {0} {1}.",
    "Visitors may watch the {1} from a hide on the other bank.",
    "The High Care Scheme (HCS) pays for the hide.",
    "The Human Cat Service (HCS) closes on 3 May 2023.",
    "A fence of two metres was put around the yard in the spring.",
    "Contact us.",
]
# Long enough each to show that it is German.
GERMAN = [
    "Das Amt für den Schutz der Hennen (HCS) ist am 3. Mai 2023 für alle Besucher und Hunde geschlossen.",
    "Der Fuchs schläft in der Höhle, und die Wärter zählten im Winter noch {2} von den anderen Tieren.",
]


def make_text(chance: random.Random) -> str:
    german = chance.random() < 0.2
    sentences = [
        chance.choice(GERMAN if german else SAID).format(
            chance.choice(COLOURS), chance.choice(ANIMALS), chance.randint(2, 4)
        )
        for _ in range(chance.randint(1, 9))
    ]
    heading = chance.choice(["", "# Animals\n\n", "# Rules, version 2\n\nDraft\n\n"])
    return heading + " ".join(sentences) + chance.choice(["\n", "\n\n* One.\n* Two.\n"])


def alter(folder, chance: random.Random) -> None:
    """Add, change, remove and rename some documents, and put copies of others beside them."""
    for _ in range(chance.randint(1, 3)):
        there = sorted(path for path in folder.iterdir() if path.suffix == ".md")
        file = folder / f"{chance.choice('abcdefghij')}-{chance.choice(['2023', '2024', 'rules'])}.md"
        match chance.choice(["add", "change", "remove", "rename", "copy", "sources"]) if there else "add":
            case "add":
                file.write_text(make_text(chance), encoding="utf-8")
            case "change":
                chosen = chance.choice(there)
                chosen.write_text(
                    chosen.read_text(encoding="utf-8") + "\n\n" + make_text(chance), encoding="utf-8"
                )
            case "remove" if len(there) > 1:
                chance.choice(there).unlink()
            case "rename":
                chance.choice(there).replace(file)
            case "copy":
                shutil.copy(chance.choice(there), folder / f"{file.stem}-copy.md")
            case "sources":
                named = f'["{chance.choice(there).name}"]\ntitle = "{chance.choice(["Old rules", "HCS"])}"\n'
                (folder / "sources.toml").write_text(named, encoding="utf-8")


def renew(folder, index, embedder=None):
    """As `rag index` does."""
    corpus = rag.read_documents(folder, known=read_known(index, Folders.of(folder)))
    return rag.build_index(corpus, index, embedder or ColourEmbedder())


def parts(index):
    """The files of the snapshot, but for those that tell when it was made."""
    return {
        path.name: path.read_bytes()
        for path in current(index).iterdir()
        if path.name not in ("card.json", STATES)
    }


@pytest.mark.parametrize("seed", range(12))
def test_renewed_index_is_the_one_made_afresh_to_the_byte(tmp_path, seed):
    chance = random.Random(seed)
    folder, index = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()
    for _ in range(6):
        alter(folder, chance)
        renew(folder, index)
        afresh = tmp_path / "afresh"
        shutil.rmtree(afresh, ignore_errors=True)
        card = build(folder, afresh)
        assert parts(index) == parts(afresh)
        assert read_card(index).indexed.keys() == card.indexed.keys()


class CountingEmbedder(ColourEmbedder):
    """Which texts were embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_documents(self, texts):
        self.embedded += texts
        return super().embed_documents(texts)


def test_document_that_is_added_is_the_only_one_that_is_read_cut_or_embedded(tmp_path, monkeypatch):
    folder, index = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.md").write_text(f"The red fox has {number} cubs.\n", encoding="utf-8")
    build(folder, index)
    (folder / "15b.md").write_text("The blue whale swims.\n", encoding="utf-8")
    read: list[str] = []
    monkeypatch.setattr(
        LazyDocument, "_whole", property(lambda self: pytest.fail(f"{self.id} was read"), doc="")
    )
    monkeypatch.setattr(LazyDocument, "text", property(lambda self: read.append(self.id) or ""))
    embedder = CountingEmbedder()
    renew(folder, index, embedder)
    assert read == [] and embedder.embedded == ["The blue whale swims."]
    monkeypatch.undo()
    assert parts(index) == (build(folder, tmp_path / "afresh") and parts(tmp_path / "afresh"))


def test_document_that_moves_keeps_its_vectors(tmp_path):
    folder, index = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.md").write_text(f"The red fox {name} sleeps.\n\nIt dreams.\n", encoding="utf-8")
    build(folder, index)
    (folder / "a.md").rename(folder / "d.md")
    embedder = CountingEmbedder()
    renew(folder, index, embedder)
    assert embedder.embedded == [] and [d.id for d in open_index(index).documents] == ["b.md", "c.md", "d.md"]
    assert parts(index) == (build(folder, tmp_path / "afresh") and parts(tmp_path / "afresh"))


def test_lists_of_a_large_index_take_in_what_is_new_until_it_is_much(tmp_path, monkeypatch):
    """All but the lists is to the byte as afresh; these keep their centroids, and lose nothing by it."""
    monkeypatch.setitem(write_snapshot.__kwdefaults__, "exact", 50)
    monkeypatch.setitem(write_snapshot.__kwdefaults__, "whole", 2_000)
    corpus, _ = make_documents(draw_ranks(60, np.random.default_rng(2)))
    documents = corpus.documents[:-10:2]
    embedder = Scattered()

    def index_all(documents, root):
        return rag.build_index(replace(corpus, documents=tuple(documents)), root, embedder).approximate

    made = index_all(documents, tmp_path / "index")
    lists = parts(tmp_path / "index")[LISTS]
    again = rag.build_index(
        replace(corpus, documents=documents, sha256="0" * 64), tmp_path / "index", embedder
    )
    assert parts(tmp_path / "index")[LISTS] == lists and again.approximate == made
    documents = sorted([*documents[:3], *documents[4:], corpus.documents[-1]], key=lambda d: d.id)
    how = index_all(documents, tmp_path / "index")
    assert how.altered > 0 and replace(how, altered=0) == made
    assert index_all(documents, tmp_path / "afresh").altered == 0
    renewed, afresh = (parts(tmp_path / name) for name in ("index", "afresh"))
    for name in (LISTS, SUMS):
        del renewed[name], afresh[name]
    assert renewed == afresh
    assert not verify_index(tmp_path / "index")[1]
    index = open_index(tmp_path / "index")
    vectors = index.chunk_vectors.fetch(range(len(index.chunks)))
    found = [index.search(vector, 1)[0][0] for vector in vectors]
    assert np.mean(found == np.arange(len(found))) > 0.97
    how = index_all([*documents[:-4], *corpus.documents[-9:]], tmp_path / "index")
    assert how.altered == 0
