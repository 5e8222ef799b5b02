"""Break files of every format in every way, read each, and count what came of it.

    python -m eval.fuzz [--each N] [--seed N] [--keep FOLDER]

Of each format N files: cut off, with bytes changed, under another ending, with a piece twice; then what is
made to trip a reader: bombs, deep nesting, passwords, a million empty cells.  Each must be read or refused by
name within the bars, in a process of its own here; a file that fails is kept in FOLDER.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from tqdm import tqdm

from eval.formats import office, tables, texts
from eval.formats.packing import unzipped, zipped
from eval.formats.topics import Table, Topic, read_topics
from rag.documents.readers.readers import is_archive, read_file, read_members

LONGEST = 30.0  # seconds that a file may take
MOST = 1_000_000_000  # bytes of memory, of the reader and of what it starts
LIBRARY = "kreuzberg-pdfium"  # a folder into which kreuzberg lays a library of its own
_KINDS = ("cut", "flipped", "renamed", "doubled")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: `what` is "read", "refused", or what is wrong with that."""

    name: str
    what: str
    seconds: float
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=20, metavar="N", help="broken files of each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where files that fail are put")
    asked = parser.parse_args()
    outcomes = []
    for number, (name, raw) in enumerate(tqdm(list(make_files(asked.each, asked.seed)), disable=None)):
        outcome = read_apart(name, raw)
        outcomes.append(outcome)
        if outcome.what not in ("read", "refused"):
            print(f"{outcome.name}: {outcome.what}, {outcome.seconds:.1f} s, {outcome.memory / 1e6:.0f} MB")
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{number}-{name}").write_bytes(raw)
    counts = Counter(outcome.what for outcome in outcomes)
    print(f"{len(outcomes)} files: " + ", ".join(f"{count} {what}" for what, count in counts.most_common()))
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    largest = max(outcomes, key=lambda outcome: outcome.memory)
    print(f"slowest {slowest.seconds:.1f} s ({slowest.name}), bar {LONGEST:g} s")
    print(f"largest {largest.memory / 1e6:.0f} MB ({largest.name}), bar {MOST / 1e6:.0f} MB")


def make_files(each: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes: the broken ones of each format, then those made to trip a reader."""
    chance = random.Random(seed)
    whole: dict[str, list[bytes]] = {}
    topics = list(read_topics())
    topic = next(topic for topic in topics if isinstance(topic, Topic))
    table = next(topic for topic in topics if isinstance(topic, Table))
    for suffix, write, _ in (*office.WRITERS, *texts.WRITERS):
        whole.setdefault(suffix, []).append(write(topic, 0)[0])
    for suffix, draw, _ in tables.WRITERS:
        whole.setdefault(suffix, []).append(draw(table, 0)[0])
    for suffix, files in whole.items():
        for n in range(each):
            raw, kind = files[n // len(_KINDS) % len(files)], _KINDS[n % len(_KINDS)]
            ending = chance.choice(sorted(whole)) if kind == "renamed" else suffix
            yield f"{kind}.{ending}", _break(raw, kind, chance)
        yield f"empty.{suffix}", b""
    yield from _hostile(whole)


def _break(raw: bytes, kind: str, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    if kind == "cut":
        return raw[:at]
    if kind == "doubled":
        return raw[:at] + raw[chance.randrange(len(raw)) :]
    broken = bytearray(raw)
    for _ in range(chance.choice((1, 4, 40)) if kind == "flipped" else 0):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def _hostile(whole: dict[str, list[bytes]]) -> Iterator[tuple[str, bytes]]:
    bomb = b"0" * 300_000_000
    for suffix, part in (
        ("docx", "word/document.xml"),
        ("pptx", "ppt/slides/slide1.xml"),
        ("xlsx", "xl/worksheets/sheet1.xml"),
        ("odt", "content.xml"),
        ("ods", "content.xml"),
        ("odp", "content.xml"),
        ("epub", "book/c1.xhtml"),
    ):
        yield f"bomb.{suffix}", _replace(whole[suffix][0], part, bomb)
        deep = b"<a>" * 200_000 + b"</a>" * 200_000
        yield f"deep.{suffix}", _replace(whole[suffix][0], part, deep)
        entities = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
        )
        yield f"laughs.{suffix}", _replace(whole[suffix][0], part, entities + b"]><a>&j;</a>")
    rows = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}" s="0"/>' for c in "ABCDEFGHIJ") + "</row>"
        for r in range(1, 100_001)
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    yield "cells.xlsx", _replace(whole["xlsx"][0], "xl/worksheets/sheet1.xml", cells)
    yield "bomb.zip", zipped({"a.txt": bomb})
    yield "many.zip", zipped({f"{n}.txt": b"x" for n in range(20_000)})
    nested = zipped({"a.txt": b"Text."})
    for _ in range(30):
        nested = zipped({"a.zip": nested})
    yield "deep.zip", nested
    yield "escape.zip", zipped({"../../out.txt": b"Text.", "/out.txt": b"Text.", "C:\\out.txt": b"Text."})
    for suffix in ("docx", "pptx", "xlsx"):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
        yield f"locked.{suffix}", ole + b"\0" * 4_000
    yield "locked.zip", _lock(whole["zip"][0])
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("user", "owner"))
    canvas.drawString(40, 500, "Secret.")
    canvas.save()
    yield "locked.pdf", file.getvalue()
    yield "deep.json", b"[" * 200_000 + b"]" * 200_000
    yield "deep.jsonl", b'{"a":' * 200_000 + b"1" + b"}" * 200_000
    yield "number.json", b"[" + b"9" * 1_000_000 + b"]"
    yield "deep.html", b"<div>" * 200_000
    yield (
        "deep.eml",
        b"".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n'.encode() for n in range(3_000)),
    )
    yield "many.mbox", b"From a@b.org Mon Mar  2 09:00:00 2026\nSubject: x\n\nText.\n\n" * 30_000
    yield "deep.rtf", b"{\\rtf1" + b"{" * 200_000
    yield "deep.md", b"> " * 100_000 + b"x"
    yield "head.eml", b"Subject: " + b"=?utf-8?q?" * 200_000 + b"\n\nText.\n"


def _replace(raw: bytes, name: str, content: bytes) -> bytes:
    return zipped(unzipped(raw) | {name: content})


def _lock(raw: bytes) -> bytes:
    """An archive whose entries all say that they need a password."""
    locked = bytearray(raw)
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := raw.find(sign, at + 1)) >= 0:
            locked[at + flags] |= 1
    return bytes(locked)


def read_apart(name: str, raw: bytes) -> Outcome:
    """What comes of reading a file in a process that sees an empty folder as its place, home and scratch."""
    with tempfile.TemporaryDirectory() as folder:
        receive, send = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.close(receive)
            os.chdir(folder)
            os.environ |= {"HOME": folder, "TMPDIR": folder}
            os.write(send, json.dumps(_read(name, raw)).encode()[:4_000])
            os._exit(0)
        os.close(send)
        used = _wait(child, began)
        with os.fdopen(receive, "rb") as pipe:
            said = pipe.read()
        seconds = time.monotonic() - began
        left = [str(path) for path in Path(folder).rglob("*") if LIBRARY not in path.parts]
    memory = used.ru_maxrss * 1024
    what = json.loads(said) if said else "killed"
    if left:
        what = f"wrote {left[0]}"
    elif seconds > LONGEST + 1:
        what = f"took {seconds:.0f} s ({what})"
    elif memory > MOST:
        what = f"took {memory / 1e6:.0f} MB ({what})"
    return Outcome(name, what, seconds, memory)


def _wait(child: int, began: float) -> Any:
    while True:
        done, _, used = os.wait4(child, os.WNOHANG)
        if done:
            return used
        if time.monotonic() - began > 4 * LONGEST:
            os.kill(child, signal.SIGKILL)
            return os.wait4(child, 0)[2]
        time.sleep(0.01)


def _read(name: str, raw: bytes) -> str:
    try:
        if is_archive(name):
            for _ in read_members(raw):
                pass
        else:
            read_file(name, raw)
        return "read"
    except ValueError as problem:
        return "refused" if str(problem) else "refused without a reason"
    except BaseException:
        return f"crash: {traceback.format_exc()[-600:]}"


if __name__ == "__main__":
    main()
