"""A long message is asked for the questions in it, with what leads up to them."""

from __future__ import annotations

from rag import Turn
from rag.questions.messages import find_asking

CHAT = (
    "Hi Marta, we are preparing the outing and there is much still open, the bus and the lunch among it. " * 3
)


def test_question_at_the_end_of_a_mail():
    asked, history = find_asking(f"{CHAT}By when must the boats be back? Best regards, Petra", ())
    assert asked == "By when must the boats be back?"
    assert "Petra" not in history[-1].question


def test_what_leads_up_to_it_in_its_sentence_is_left_out():
    asked, _ = find_asking(f"{CHAT}Anyway, what I really need to know: until when is it open?", ())
    assert asked == "until when is it open?"


def test_it_may_point_back_at_the_sentences_before():
    _, history = find_asking(f"{CHAT}I have lost the key of the shed. Who has another one of it?", ())
    assert "key of the shed" in history[-1].question


def test_several_questions_are_all_asked():
    asked, _ = find_asking(f"{CHAT}Who has the key? {CHAT}When does it close?", ())
    assert asked == "Who has the key? When does it close?"


def test_message_without_a_sign_is_known_by_its_words():
    assert find_asking(f"{CHAT}please explain how the pump is primed.", ())[0].startswith("please explain")


def test_short_text_and_one_that_asks_nothing_stay_whole():
    before = [Turn("Who?", "He.")]
    assert find_asking("We met. Who came?", before) == ("We met. Who came?", before)
    assert find_asking(CHAT, before) == (CHAT, before)
