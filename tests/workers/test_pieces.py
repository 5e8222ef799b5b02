"""Items in pieces: how many go together, and what is too large."""

from __future__ import annotations

import pickle
import socket

import pytest
from dying import Square

import rag
from rag.errors import ClusterError
from rag.workers import pieces
from rag.workers.pieces import PIECE, Doing, cut_pieces
from rag.workers.work import HERE


def numbers_in(rows):
    return [[number for number, _ in pickle.loads(row["piece"])] for row in rows]


def test_so_many_go_together_unless_they_are_large():
    items = [1, 1, 1, PIECE, PIECE, 1]
    assert numbers_in(cut_pieces(Square(), items, range(6), 2)) == [[0, 1], [2], [3], [4], [5]]
    assert numbers_in(cut_pieces(Square(), items, [5, 0, 1], 1)) == [[5], [0], [1]]


def test_too_much_is_sent_in_parts_and_what_is_too_large_is_told(monkeypatch):
    work = Doing(pickle.dumps(Square()), rag.__version__)
    monkeypatch.setattr(pieces, "LARGEST", 60)
    (row,) = cut_pieces(Square(), [2, 3], range(2), 2)
    assert pickle.loads(work(row)["piece"]) == [(0, 4), (1, 9)]
    monkeypatch.setattr(pieces, "LARGEST", 10)
    assert numbers_in(cut_pieces(Square(), [2, 3], range(2), 2)) == [[]]  # they come again, one by one
    (row,) = cut_pieces(Square(), [2], range(1), 1)
    monkeypatch.setattr(pieces, "LARGEST", 1000)
    ((number, refused),) = pickle.loads(work(row)["piece"])
    assert number == 0 and isinstance(refused, ClusterError)
    assert str(refused) == "more than 10 bytes: index it without --ray"


def test_what_cannot_begin_says_where():
    work = Doing(b"no work", rag.__version__)
    ((_, raised),) = pickle.loads(work({"piece": pickle.dumps([(0, 1)])})["piece"])
    assert isinstance(raised.problem, ClusterError) and "cannot begin (UnpicklingError" in str(raised.problem)


def test_other_footnote_is_refused():
    ((_, raised),) = pickle.loads(
        Doing(pickle.dumps(Square()), "0.0.1")({"piece": pickle.dumps([(0, 1)])})["piece"]
    )
    with pytest.raises(ClusterError, match=rf"{socket.gethostname()} has Footnote .*, expected 0\.0\.1 as"):
        raise raised.problem


def test_work_here_is_done_in_order():
    assert list(HERE.map(Square(), [3, 1])) == [(0, 9), (1, 1)]
