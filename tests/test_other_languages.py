"""Questions in six languages are answered from folders in these, and refused in their words."""

from __future__ import annotations

from functools import cache

import pytest
from small import ROOT, build, open_over

import rag
from rag.datatypes import REFUSAL, Turn

ASKED = {
    "german": (
        ("Wer kümmert sich um die Musik beim Sommerfest?", "Aylin Demir"),
        ("Wie viele Lauben wurden aufgebrochen?", "drei Lauben"),
        ("Wann wird der Spielplatz eröffnet?", "hier steht nichts von Spielplatz"),
    ),
    "french": (
        ("Combien de cerisiers faut-il planter ?", "quatre cerisiers"),
        ("Quand le compteur d'eau a-t-il été changé ?", "2 octobre"),
        ("Quand la bibliothèque sera-t-elle ouverte ?", "rien ici ne parle de bibliothèque"),
    ),
    "spanish": (
        ("¿Cuanto tiempo se prestan las peliculas?", "siete días"),  # without accents, as many type
        ("¿Cuándo son las fiestas del barrio?", "del 3 al 5 de julio de 2026"),
        ("¿Cuándo abrirá el museo?", "aquí no se menciona"),
    ),
    "italian": (
        ("Quanti posti ha la barca Gabbiano?", "Posti: 8"),
        ("Quando si riunisce l'assemblea?", "14 novembre 2025"),
        ("Come si chiama il sindaco?", "qui non si parla di sindaco"),
    ),
    "portuguese": (
        ("Quem vai alugar a carrinha?", "Inês Prata"),
        ("Quantos espectadores teve a última temporada?", "1.240 espectadores"),
        ("Quantos sócios tem o grupo?", "aqui nada fala de sócios"),
    ),
    "dutch": (
        ("Hoeveel kost een parkeervergunning?", "24 euro"),
        ("Wie geeft de cursus schilderen?", "Henk Mulder"),
        ("Hoeveel inwoners heeft de wijk?", "hier staat niets over inwoners"),
    ),
}


@pytest.fixture(scope="module")
def over(tmp_path_factory, embedder):
    @cache
    def open_folder(name):
        folder = tmp_path_factory.mktemp(name)
        build(ROOT / "eval/languages" / name, folder, embedder)
        return rag.open_chatbot(folder, embedder=embedder)

    return open_folder


@pytest.mark.parametrize("language", ASKED)
def test_questions_are_answered_in_their_language(language, over):
    *answered, (unanswerable, why) = ASKED[language]
    for question, fact in answered:
        answer = over(language).ask(question)
        assert not answer.refused and fact in answer.statements[0].text, question
        cited = answer.citations[0]
        assert cited.quote == cited.document.text[cited.start : cited.end]
    refused = over(language).ask(unanswerable)
    assert refused.refused and why in (refused.reason or "")
    assert refused.text != REFUSAL and refused.text[0].isupper()


def test_folder_of_two_languages_is_asked_in_each(over):
    chatbot = over("mixed")
    assert "20 Euro" in chatbot.ask("Was kostet jede fehlende Stunde?").statements[0].text
    assert "1 October" in chatbot.ask("When are bonfires allowed?").statements[0].text
    assert chatbot.ask("Who is the treasurer?").text == REFUSAL


def test_greeting_is_returned_in_its_language(over):
    assert over("german").ask("Guten Morgen!").reply.startswith("Guten Tag.")
    assert over("french").ask("Merci beaucoup").reply == "Je vous en prie."


def test_question_goes_on_from_the_one_before(over):
    history = [Turn("Wann ist das Sommerfest?", over("german").ask("Wann ist das Sommerfest?").text)]
    assert (
        over("german").ask("Und wo?", history=history).question == "Und wo? (after: Wann ist das Sommerfest?)"
    )


def test_refusal_before_counts_as_one_in_any_language(over):
    asked = over("german").understand(
        "Und wo?", history=[Turn("Wann ist das Sommerfest?", "Die Dokumente beantworten diese Frage nicht.")]
    )
    assert [turn.answer for turn in asked.history] == [REFUSAL]


def test_compound_is_found_by_what_it_ends_with(tmp_path, embedder):
    said = (
        "Die Gartenordnung gilt für alle. Die Gartenlauben sind klein, und sie dürfen nicht beheizt werden."
    )
    chatbot = open_over(
        {"de.txt": said + " Das ist so, weil der Verein es im Jahr 2020 beschlossen hat."}, tmp_path, embedder
    )
    found = chatbot.retrieve("Lauben?", k=1)
    assert found[0].stages and any(stage.stage == "bm25" for stage in found[0].stages)


def test_text_without_spaces_is_searched_by_pairs_of_letters(tmp_path, embedder):
    files = {
        "a.txt": "申請書は三月末までに窓口へ提出してください。",
        "b.txt": "図書館は月曜日に休館します。",
    }
    chatbot = open_over(files, tmp_path, embedder)
    found = chatbot.retrieve("休館日はいつですか", k=1)
    assert found[0].document.id == "b.txt" and any(stage.stage == "bm25" for stage in found[0].stages)


def test_what_is_not_seen_in_a_text_is_searched_and_quoted_as_it_stands(tmp_path, embedder):
    said = "The commit\u00adtee meets in the o\ufb03ce on Monday."
    chatbot = open_over({"a.txt": said, "b.txt": "The boat is red."}, tmp_path, embedder)
    answer = chatbot.ask("Where does the committee meet: in the office?")
    assert answer.citations[0].quote == said
