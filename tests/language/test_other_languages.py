"""Words of other languages meet in their forms, and what a text is made of stands in the way of none."""

from __future__ import annotations

import pytest

from rag.index.postings import collect_postings
from rag.language.cleaning import compose
from rag.language.others.tables import TABLED, load_table
from rag.language.words import stems
from rag.questions.other_languages import answer_type_in, language_of, names_in
from rag.wording.catalogue import TRANSLATED, say


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Die Hecke wird geschnitten", "Hecken"),
        ("fr", "les façades repeintes", "facade repeinte"),
        ("es", "Las películas prestadas", "pelicula prestada"),
        ("it", "le medaglie vinte", "medaglia vinta"),
        ("pt", "os bilhetes vendidos", "bilhete vendido"),
        ("nl", "de verenigingen bij de sluis", "vereniging"),
    ],
)
def test_forms_of_a_word_are_one(language, one, other):
    assert {*stems(other, language)} <= {*stems(one, language)}
    assert "die" not in stems(one, language)


def test_what_is_not_seen_stands_in_no_way():
    said = "Die Mit\u00adglieder der o\ufb03ziellen Bu\u0308hne, \uff21\uff22\uff23 \u202b12\u202c"
    assert (
        stems(compose(said), "de") == stems(said, "de") == stems("Mitglieder offiziellen Bühne ABC 12", "de")
    )


def test_english_postings_name_no_language():
    english = collect_postings(["The fox sleeps.", "It dreams of hens."], ["en", "en"])
    assert b"languages" not in english.words_json()
    both = collect_postings(["The fox sleeps.", "Die Hühner schlafen."], ["en", "de"])
    assert b'"languages": ["de", "en"]' in both.words_json()


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("Wann wird das Wasser angestellt?", "de", "date"),
        ("Wie viele Stunden dauert es?", "de", "length of time"),
        ("Que coûte un badge ?", "fr", "sum of money"),
        ("Combien de cerisiers sont plantés ?", "fr", "number"),
        ("¿Quien reparte las semillas?", "es", "person"),
        ("A che ora chiude la sede?", "it", "date"),
        ("Quanto custa perder uma chave?", "pt", "sum of money"),
        ("Hoe lang duurt het?", "nl", "length of time"),
    ],
)
def test_question_words_tell_language_and_kind(question, language, kind):
    assert language_of(question, (language, "en")) == language
    found = answer_type_in(question, language)
    assert found and found.label == kind


@pytest.mark.parametrize(
    "question",
    [
        "Who is the treasurer?",
        "What type of company is Van Gend en Loos?",
        "Is a den a home?",
        "luis fonsi demi lovato - échame la culpa wikipedia",
        "yo",
        "When was Die Zeit founded?",
    ],
)
def test_english_questions_are_taken_for_nothing_else(question):
    assert language_of(question, ("de", "en")) == "en"


@pytest.mark.parametrize(
    ("language", "kind", "text", "thing"),
    [
        ("de", "date", "Sie wird am 11. April 2026 geöffnet.", "11. April 2026"),
        ("fr", "date", "Il sera changé le 2 août 2025.", "2 août 2025"),
        ("es", "date", "Será el 5 de julio de 2026.", "5 de julio de 2026"),
        ("de", "sum of money", "Der Beitrag ist 1.048,50 Euro.", "1.048,50 Euro"),
        ("it", "length of time", "Dura sei settimane.", "sei settimane"),
        ("nl", "number", "Er zijn 1.240 leden.", "1.240"),
        ("pt", "person", "Foi a Inês Prata.", "Inês Prata"),
    ],
)
def test_dates_numbers_and_persons_are_found_as_they_are_written(language, kind, text, thing):
    found = load_table(language).answers[kind].search(text)
    assert found and found[0] == thing


def test_nouns_of_german_are_no_names():
    assert names_in("Wie heißt der Vorsitzende aus Hamburg im Jahr 2026?", "de") == ["2026"]
    assert names_in("Quanto costa il corso a Genova?", "it") == ["Genova"]


def test_each_language_has_a_table_and_all_words():
    assert TABLED == TRANSLATED
    english = {say(language, "Why: {reason}.", reason="?") for language in TRANSLATED}
    assert len(english) == len(TRANSLATED) and "Why: ?." not in english
