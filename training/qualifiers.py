"""A question that the documents answer -> the same about something they do not say: a near miss.

    python -m training.qualifiers SETS [SET …] [--cache DIR] [--limit N] [--show]

In each question one qualifier that its source bears is swapped for one of the same kind that the source
does not have: a number, a year, a name, an office.  Printed is how many of the questions are answered as they
were asked, and how many swapped ones all the same: whoever answers those has not read them.  Asked are the
eval set, by halves, and the public sets of the folder SETS, of documents that the reader was not trained on.
Run it where index/ holds the index of seeds/.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from tqdm import tqdm

from eval.questions import read_questions
from eval.run import find_place
from rag import Chatbot, Turn, open_chatbot
from rag.language.names import OFFICES
from rag.language.words import FUNCTION_WORDS
from rag.models.reader import load_reader
from training.questions import choose_held_out
from training.sets import open_sets, set_arguments

SETS = ("squad2", "clapnq", "mtragun")
SEED = 0
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
_NAME = re.compile(r"(?<![\w.'’-])[A-Z][\w'’-]*[a-z](?:\s[A-Z][\w-]*[a-z])*(?![\w’'-])")
_OFFICE = re.compile(rf"(?<!\w)(?:chief executive|{'|'.join(OFFICES)})(?!\w)", re.IGNORECASE)
RANKS = ("deputy", "former", "acting")  # before an office they make it another
YEARS_APART = 30
TRIES = 8  # names that are looked at for one that the source does not have


@dataclass(frozen=True, slots=True)
class Swap:
    """A question with one qualifier swapped: what stood there, what stands there now, and of which kind."""

    question: str
    was: str
    now: str
    kind: str


class Qualifiers:
    """The names that some questions use, from which others are taken for a swap."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._names = sorted({match[0] for question in questions for match in _names(question)})

    def swap(self, question: str, source: str, rng: Random) -> Swap | None:
        """The question with one qualifier swapped for one that is not in the text `source`; None where
        the source bears none of its qualifiers.

        >>> Qualifiers(["Who is Ann?"]).swap("Who led it in 1987?", "In 1987 Bo led it.", Random(0)).kind
        'number'
        >>> Qualifiers(["Did Ann see Leeds?"]).swap("Did Ann go?", "Ann went.", Random(0)).question
        'Did Leeds go?'
        """
        held = source.casefold()
        places = [
            (kind, match)
            for kind, matches in (
                ("number", NUMBER.finditer(question)),
                ("name", _names(question)),
                ("office", _OFFICE.finditer(question)),
            )
            for match in matches
            if re.search(rf"(?<!\w){re.escape(match[0].casefold())}(?!\w)", held)
        ]
        rng.shuffle(places)
        for kind, match in places:
            for now in self._others(kind, match[0], rng):
                if now.casefold() not in held and now.casefold() not in question.casefold():
                    swapped = question[: match.start()] + now + question[match.end() :]
                    return Swap(swapped, match[0], now, kind)
        return None

    def _others(self, kind: str, word: str, rng: Random) -> Iterator[str]:
        if kind == "office":
            yield from (f"{rank} {word}" for rank in rng.sample(RANKS, len(RANKS)))
        elif kind == "number":
            for _ in range(TRIES):
                yield another_number(word, rng)
        else:
            like = [name for name in self._names if len(name.split()) == len(word.split())]
            yield from rng.sample(like, min(TRIES, len(like)))


def _names(question: str) -> Iterator[re.Match[str]]:
    """The names in a question but for its first word, which has a capital anyway."""
    for match in _NAME.finditer(question, len(question.partition(" ")[0])):
        if match[0].casefold() not in FUNCTION_WORDS:
            yield match


def another_number(number: str, rng: Random) -> str:
    """A number with as many digits, the signs between them kept; a year near the one given."""
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", number):
        return str(int(number) + rng.choice((-1, 1)) * rng.randint(1, YEARS_APART))
    return "".join(
        str(rng.randint(0 if i else 1, 9)) if sign.isdigit() else sign for i, sign in enumerate(number)
    )


@dataclass(frozen=True, slots=True)
class Answerable:
    """A question that is answered by a text, and its turns before."""

    question: str
    history: tuple[Turn, ...]
    source: str


def main() -> None:
    parser = set_arguments(__doc__, SETS, 100)
    parser.add_argument("--show", action="store_true", help="print each swapped question that was answered")
    asked = parser.parse_args()
    seeds = open_chatbot()
    for half in ("tune", "report"):
        measure(f"seeds, {half}", seeds, list(_of_seeds(seeds, half)), show=asked.show)
    for name, folder, chatbot in open_sets(asked, load_reader()):
        measure(name, chatbot, list(_of_set(folder, chatbot, asked.limit)), show=asked.show)


def measure(name: str, chatbot: Chatbot, questions: Sequence[Answerable], *, show: bool) -> None:
    """Print how many of the questions are answered, and how many of them with a qualifier swapped."""
    qualifiers, rng = Qualifiers(one.question for one in questions), Random(SEED)
    swapped, told, answered = Counter[str](), Counter[str](), 0
    for one in tqdm(questions, desc=name, disable=None):
        if not (swap := qualifiers.swap(one.question, one.source, rng)):
            continue
        swapped[swap.kind] += 1
        answered += not chatbot.ask(one.question, history=one.history).refused
        answer = chatbot.ask(swap.question, history=one.history)
        told[swap.kind] += not answer.refused
        if show and not answer.refused:
            print(f"  {swap.was} -> {swap.now}: {swap.question}\n    {answer.text}")
    kinds = ", ".join(f"{kind} {told[kind]} of {n}" for kind, n in sorted(swapped.items()))
    print(
        f"{name}: of {swapped.total()} questions {answered} are answered, swapped {told.total()} ({kinds})",
        flush=True,
    )


def _of_seeds(chatbot: Chatbot, half: str) -> Iterator[Answerable]:
    documents = {document.id: document for document in chatbot.documents}
    for asked in read_questions(Path("eval/questions.jsonl")):
        if asked.half == half and asked.expects == "answer":
            places = [find_place(documents, *quote) for piece in asked.evidence for quote in piece]
            source = " ".join(documents[name].text for name in dict.fromkeys(name for name, _, _ in places))
            yield Answerable(asked.question, asked.history, source)


def _of_set(folder: Path, chatbot: Chatbot, most: int) -> Iterator[Answerable]:
    documents = {document.id: document for document in chatbot.documents}
    answerable = (asked for asked in choose_held_out(folder, 10 * most) if asked.answerable)
    for asked in islice(answerable, most):
        found = [documents[name] for name in dict.fromkeys(name for name, _, _ in asked.gold)]
        source = " ".join(f"{document.title} {document.text}" for document in found)
        yield Answerable(asked.question, asked.history, source)


if __name__ == "__main__":
    main()
