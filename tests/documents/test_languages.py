"""Texts of other languages are cut into their sentences, quoted to the letter, and told as such."""

from __future__ import annotations

import pytest
from small import SEEDS, open_over

from rag.cli.main import main
from rag.datatypes import Document
from rag.documents.outline import Outline
from rag.language.words import LANGUAGES, detect_language

GERMAN = (
    "Der Mast ist neun Meter hoch, vgl. Abb. 5 im Heft.",
    "Das Boot wurde am 3. Mai gebaut, z. B. von Dr. Kuhn.",
    "Die Segel sind rot.",
)
FRENCH = (
    "Le bateau mesure env. 9 mètres, cf. p. 12 du livre.",
    "Les voiles de la goélette « Étoile » sont rouges.",
)
SPANISH = (
    "El barco es del Sr. García y de la Sra. López.",
    "¿Es rojo?",
    "Véase la pág. 12 del libro.",
)


@pytest.mark.parametrize(("language", "said"), [("de", GERMAN), ("fr", FRENCH), ("es", SPANISH)])
def test_abbreviations_of_a_language_end_no_sentence(language, said):
    outline = Outline(Document("a.txt", "A", " ".join(said)))
    assert outline.language == language
    assert [outline.document.text[slice(*piece)] for piece in outline.pieces] == list(said)


def test_english_is_taken_for_nothing_else():
    prose = [path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")]
    names = "Name,Age\nMaria de la Cruz,41\nJan van der Meer,39\nPaul von Stein,28\n"
    few = "El Niño de la mar"
    assert {detect_language(text) for text in (*prose, names, few, "", "def f(a): return a")} == {"en"}
    assert all(function_words for _, function_words in LANGUAGES.values())


def test_folder_of_several_languages_is_quoted_and_told(tmp_path, embedder, capsys):
    said = {"de.txt": GERMAN, "es.txt": SPANISH, "fr.txt": FRENCH}
    files = {name: " ".join(sentences).encode() for name, sentences in said.items()}
    chatbot = open_over(files | {"en.txt": b"The sail of the boat is red."}, tmp_path, embedder)
    citations = [c for passage in chatbot.retrieve("Segel voiles García", k=20) for c in [passage]]
    assert {c.document.id for c in citations} == {"de.txt", "en.txt", "es.txt", "fr.txt"}
    assert all(c.document.text[c.start : c.end] == c.text for c in citations)
    assert main(["info", "--index", str(tmp_path / "index")]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "only English is understood" in line]
    assert [line.split(":")[0] for line in lines] == [
        f"1 document is in {language}" for language in ("German", "Spanish", "French")
    ]
