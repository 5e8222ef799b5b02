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


def test_day_and_month_stay_in_one_sentence():
    said = "Der Baumwart zeigt am 18. Oktober, wie man junge Bäume schneidet. Mehr ist nicht zu tun."
    outline = Outline(Document("a.txt", "A", f"{said} {' '.join(GERMAN)}"))
    assert outline.language == "de"
    assert outline.document.text[slice(*outline.pieces[0])].endswith("schneidet.")


def test_japanese_is_told_by_its_script():
    assert detect_language("申請書は三月末までに提出してください。窓口は二階です。") == "zh"
    assert detect_language("The word 申請書 means application form; it is handed in at the desk.") == "en"


def test_english_is_taken_for_nothing_else():
    prose = [path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")]
    assert {detect_language(text) for text in (*prose, "")} == {"en"}


@pytest.mark.parametrize(
    "text",
    [
        "Maria de la Cruz\nJan van der Berg\nPaul von Stein\nAna de los Ríos\nLuc de la Tour\nPiet de Wit\n",
        "Grades\n" + "Alice,A,C,E\nBob,E,A,D\nCarol,C,A,E\nDave,A,E,L\n" * 5,
        "Triangle A B C, side a, side c. Line l, point O, point E. Angle e, area A. " * 5,
        "Das Boot\nDer Untergang\nDie Welle\nDie Blechtrommel\nDer Himmel\nDie Mörder\nDas Experiment\n" * 3,
        "El Niño de la mar y las olas",
    ],
    ids=["names", "grades", "geometry", "films", "few"],
)
def test_names_tables_and_titles_are_of_no_other_language(text):
    assert detect_language(text) == "en"


def test_languages_have_function_words_of_their_own():
    words = [function_words for _, function_words in LANGUAGES.values() if function_words]
    assert len(set(words)) == len(words)
    assert all(
        len(each.intersection(other)) < len(each) / 3 for each in words for other in words if each != other
    )


def test_folder_of_several_languages_is_quoted_and_told(tmp_path, embedder, capsys):
    said = {"de.txt": GERMAN, "es.txt": SPANISH, "fr.txt": FRENCH}
    texts = {name: " ".join(sentences) for name, sentences in said.items()}
    texts["en.txt"] = "The sail of the boat is red."
    chatbot = open_over({name: text.encode() for name, text in texts.items()}, tmp_path, embedder)
    found = chatbot.retrieve("Segel voiles García", k=20)
    assert {passage.document.id: passage.text for passage in found} == texts
    assert main(["info", "--index", str(tmp_path / "index")]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "have read English" in line]
    assert [line.split(":")[0] for line in lines] == [
        f"1 document is in {language}" for language in ("German", "Spanish", "French")
    ]
