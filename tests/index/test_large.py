"""An index that is too large to be compared or checked whole: nearly all is found, no damage is silent."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from colours import ColourEmbedder

import rag
from eval.bench.generated import normalise, scatter
from eval.bench.large_index import CHUNKS_EACH, Scattered, make_draft
from rag import Chatbot, Document
from rag.index.card import CHUNKS, DOCUMENTS, LISTS, POSTINGS, SENTENCES, VECTORS
from rag.index.lock import hold_lock
from rag.index.parts.blocks import BLOCK
from rag.index.parts.nearest import make_lists
from rag.index.places import open_index, read_card
from rag.index.postings import collect_postings
from rag.index.snapshots import write_snapshot
from rag.index.verification import verify_index

DOCUMENTS_MADE, EXACT, WHOLE = 300, 1_000, 20_000


@pytest.fixture(scope="module")
def draft():
    made, random = make_draft(DOCUMENTS_MADE), np.random.default_rng(4)
    topics = normalise(random.normal(size=(30, Scattered.dim)))  # each of some hundred chunks
    spans = {name: (rows, scatter(topics, len(rows), random)) for name, (rows, _) in made.spans.items()}
    return replace(made, spans=spans)


def write(root, draft, **sizes):
    with hold_lock(root):
        write_snapshot(root, draft, **sizes)
    return root


@pytest.fixture(scope="module")
def written(tmp_path_factory, draft):
    return write(tmp_path_factory.mktemp("large"), draft, exact=EXACT, whole=WHOLE)


@pytest.fixture
def large(tmp_path, draft):
    """One to damage."""
    return write(tmp_path / "index", draft, exact=EXACT, whole=WHOLE)


@pytest.fixture(scope="module")
def exact(tmp_path_factory, draft):
    """The same, each chunk of which is compared."""
    return open_index(write(tmp_path_factory.mktemp("exact"), draft))


def alike(found, expected, n=10):
    return len({row for row, _ in found[:n]} & {row for row, _ in expected[:n]}) / n


def queries(draft):
    return draft.spans[CHUNKS][1][:: len(draft.spans[CHUNKS][0]) // 40]


def test_nearly_all_of_the_nearest_are_found_with_their_very_cosines(written, exact, draft):
    index, how = open_index(written), read_card(written).approximate
    assert how.exact == EXACT < len(index.chunks) and how.probes < how.lists and how.recall_at_10 >= 0.99
    shares = []
    for query in queries(draft):
        found, expected = index.search(query, 50), exact.search(query, 50)
        shares.append(alike(found, expected))
        both = dict(expected)
        assert len(found) == 50 and all(both.get(row, score) == score for row, score in found)
        assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert np.mean(shares) >= 0.97
    assert read_card(written).approximate and not exact.card.approximate


@pytest.mark.parametrize("share", [0.6, 0.05])
def test_filter_admits_no_other_and_loses_few(written, exact, draft, share):
    """Among many along the lists, among few each compared."""
    index = open_index(written)
    allowed = np.repeat(np.random.default_rng(7).random(DOCUMENTS_MADE) < share, CHUNKS_EACH)
    assert (allowed.sum() > EXACT) == (share > 0.5)
    shares = []
    for query in queries(draft):
        found, expected = (each.search(query, 50, allowed) for each in (index, exact))
        assert len(found) == 50 and all(allowed[row] for row, _ in found)
        shares.append(alike(found, expected))
        assert share > 0.5 or found == expected
    assert np.mean(shares) >= 0.97


def test_more_than_the_lists_hold_near_are_found_too(written, exact, draft):
    query, count = draft.spans[CHUNKS][1][0], 2_900
    assert open_index(written).search(query, count) == exact.search(query, count)


def test_the_same_index_comes_out_again(written, tmp_path, draft):
    again = write(tmp_path / "again", draft, exact=EXACT, whole=WHOLE)
    assert read_card(again).files == read_card(written).files


def test_best_passages_are_those_of_an_index_that_is_read_whole(written, exact):
    for document in exact.documents[::60]:
        question = f"What is {' '.join(document.text.split()[:4])}?"
        found, expected = (
            Chatbot(index, Scattered()).retrieve(question)[0] for index in (open_index(written), exact)
        )
        assert (found.document, found.start, found.end) == (expected.document, expected.start, expected.end)


def flip(root, name, at):
    path = next(root.glob(f"generation-*/{name}"))
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    return len(content)


def test_opening_reads_no_document_and_damage_shows_where_it_is_read(large):
    last = open_index(large).documents[-1]
    size = flip(large, DOCUMENTS, -2_000)
    index = open_index(large)
    assert index.documents[-1].title == last.title and index.documents[0].text
    with pytest.raises(rag.IndexDamaged, match=r"documents.jsonl was altered at byte .*build it with"):
        _ = index.documents[-1].text
    assert [fault.part for fault in verify_index(large)[1]] == [DOCUMENTS] and size > 2_000


def read_all(root):
    index = open_index(root)
    for name in (index.chunk_vectors, index.sentence_vectors):
        name.fetch(range(len(index.chunks)))
    index.sentence_vectors.fetch(range(len(index.sentences)))
    for query in index.chunk_vectors.fetch(range(0, len(index.chunks), 10)):
        index.search(query, 10)
    for number in range(len(index.postings.stems)):
        index.postings.of_stem(number)
    return [document.text for document in index.documents]


@pytest.mark.parametrize("name", [DOCUMENTS, VECTORS[CHUNKS], VECTORS[SENTENCES], POSTINGS, LISTS])
@pytest.mark.parametrize("place", [0, 130, 0.4, 0.99, -1])
def test_no_flipped_byte_of_a_large_file_is_silent(large, name, place):
    size = next(large.glob(f"generation-*/{name}")).stat().st_size
    assert size > WHOLE > BLOCK
    flip(large, name, int(place * size) if isinstance(place, float) else place)
    with pytest.raises(rag.IndexDamaged, match=f"{name} was altered at byte .*build it with"):
        read_all(large)
    assert [fault.part for fault in verify_index(large)[1]] == [name]


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content + b"\0"])
def test_large_file_of_another_length_is_told_at_once(large, damage):
    path = next(large.glob(f"generation-*/{VECTORS[SENTENCES]}"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(rag.IndexDamaged, match=r"sentences.vectors.npy has [\d,]+ bytes, expected"):
        open_index(large)


def test_whole_large_index_has_no_fault(written):
    assert verify_index(written)[1] == []


def test_document_that_is_read_later_is_like_any_other(written, draft):
    made, document = draft.corpus.documents[3], open_index(written).documents[3]
    assert document == made and made == document and hash(document) == hash(made)
    assert document != draft.corpus.documents[4] and document != "0000003.txt"
    assert pickle.loads(pickle.dumps(document)) == made
    assert replace(document, title="Another") == replace(made, title="Another")
    assert isinstance(document, Document) and document.blocks == made.blocks


def test_generated_postings_are_those_of_the_texts(draft):
    """Otherwise what `python -m eval.bench.scale` measures is no index of such documents."""
    texts = {document.id: document.text for document in draft.corpus.documents}
    made = collect_postings([texts[c.document_id][c.start : c.end] for c in draft.spans[CHUNKS][0]])
    numbers = {stem: number for number, stem in enumerate(made.stems)}
    assert made.words == draft.postings.words and numbers.keys() == {*draft.postings.stems}
    for number, stem in enumerate(draft.postings.stems):
        own, expected = draft.postings.of_stem(number), made.of_stem(numbers[stem])
        assert np.array_equal(own["row"], expected["row"])
        assert own["weight"] == pytest.approx(expected["weight"], rel=1e-5)


def current(root):
    return root / (root / "CURRENT").read_text(encoding="utf-8").split()[0]


def test_what_is_altered_after_it_was_opened_is_never_quoted(large, tmp_path, draft):
    """Of a large file it is told, also where its block was read before; a small one is kept."""
    small = write(tmp_path / "small", draft, exact=EXACT)
    for root, is_large in ((large, True), (small, False)):
        index = open_index(root)
        before = index.documents[0].text
        file = current(root) / DOCUMENTS
        content = bytearray(file.read_bytes())
        content[200] ^= 1
        file.write_bytes(content)
        index.documents[0]._read.cache_clear()
        if is_large:
            with pytest.raises(rag.IndexDamaged, match="altered"):
                _ = index.documents[0].text
        else:
            assert index.documents[0].text == before


def test_damaged_documents_of_a_large_index_are_made_anew(tmp_path, draft, monkeypatch):
    folder, root = tmp_path / "documents", tmp_path / "index"
    folder.mkdir()
    for number in range(4):
        lines = "\n\n".join(f"The blue lake has an isle called {number * 100 + n}." for n in range(100))
        (folder / f"{number}.txt").write_text(lines, encoding="utf-8")
    monkeypatch.setitem(write_snapshot.__kwdefaults__, "exact", 20)
    monkeypatch.setitem(write_snapshot.__kwdefaults__, "whole", 2_000)
    corpus = rag.read_documents(folder)
    rag.build_index(corpus, root, ColourEmbedder())
    for name in (DOCUMENTS, VECTORS[SENTENCES]):
        file = current(root) / name
        content = bytearray(file.read_bytes())
        content[-2_000] ^= 1
        file.write_bytes(content)
        rag.build_index(corpus, root, ColourEmbedder())
        assert not verify_index(root)[1]


def test_query_of_other_dimensions_is_an_error(written):
    with pytest.raises(ValueError, match="a query of 3 dimensions, expected"):
        open_index(written).search(np.ones(3, np.float32), 2)


def test_equal_chunks_are_found_without_looking_everywhere():
    random = np.random.default_rng(3)
    vectors = scatter(normalise(random.normal(size=(60, Scattered.dim))), 6_000, random).astype(np.float32)
    vectors[::20] = vectors[0]  # a footer that stands in every file
    assert make_lists(vectors, EXACT)[1].probes < 64


def test_how_long_documents_are_is_told_without_reading_them(large, draft):
    flip(large, DOCUMENTS, -2_000)
    assert [d.length for d in open_index(large).documents] == [
        (len(d.text), len(d.text.split())) for d in draft.corpus.documents
    ]
