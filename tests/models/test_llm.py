"""The model behind an endpoint, over real HTTP: what it is asked, what it says, and all that goes wrong."""

from __future__ import annotations

import logging
import re
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings, strategies as st
from scripted import (
    Break,
    Endpoint,
    Piece,
    Raw,
    Refusal,
    Reply,
    Script,
    broken,
    event,
    good,
    hanging,
    serving,
    silent,
    slow,
)

import rag.models.llm
from rag.errors import LanguageModelError
from rag.models.llm import ANSWER_TOKENS, LONGEST, MESSAGE, SEED, OpenAIModel, strip_thinking

LONG = 30.0  # seconds after which a test gives up waiting
SOON = {"retry-after-ms": "1"}
COMMENT = Raw(b": keep-alive\n\n")
SETTINGS = {"temperature": 0, "seed": SEED, "max_tokens": ANSWER_TOKENS}
KEY, PASSWORD, QUERY = "sk-sesame-0123456789", "pa%40ss-word", "key=query-word"
# Text that UTF-8 can carry, with what other readers of lines take for the end of one.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n\x0b\x1c\x85\u2028é🦊"))


def answerer(
    endpoint: Endpoint, *, base_url: str = "", api_key: str = "", timeout: float = LONG
) -> OpenAIModel:
    return OpenAIModel(base_url=base_url or endpoint.base_url, model="fake", api_key=api_key, timeout=timeout)


def said(model: OpenAIModel) -> str:
    return "".join(model.generate("Be brief.", "How many ICSs are there?"))


def answer(reply: Script | Sequence[Reply]) -> str:
    with serving(reply) as endpoint:
        return said(answerer(endpoint))


def complaint(reply: Script | Sequence[Reply], *, timeout: float = LONG) -> str:
    """What is told of the endpoint when it fails, in one line."""
    with serving(reply) as endpoint, pytest.raises(LanguageModelError) as caught:
        said(answerer(endpoint, timeout=timeout))
    told = re.fullmatch(r"the model fake at 127\.0\.0\.1:\d+ (.+)", str(caught.value))
    assert told is not None
    return told[1]


def script(*pieces: Piece) -> Script:
    return lambda system, prompt: iter(pieces)


def forever(*pieces: Piece) -> Script:
    def play(system: str, prompt: str) -> Iterator[Piece]:
        while True:
            yield from pieces

    return play


# What is said


@given(st.lists(TEXTS))
@settings(max_examples=10)
def test_the_pieces_make_up_the_text(pieces: list[str]) -> None:
    assert answer(script(*pieces)) == "".join(pieces)


@given(TEXTS, st.lists(st.integers(0, 400), max_size=6))
@settings(max_examples=10)
def test_the_text_is_the_same_wherever_the_line_cuts_it(text: str, cuts: list[int]) -> None:
    """Between two bytes of a letter, too."""
    stream = event({"content": text}).content + event({"content": "."}).content
    parts = [Raw(stream[start:end]) for start, end in pairwise([0, *sorted(cuts), max([len(stream), *cuts])])]
    assert b"".join(part.content for part in parts) == stream
    assert answer(script(*parts)) == text + "."


def test_each_piece_is_told_when_it_is_said() -> None:
    """The script says the second only after the first has been read."""
    read = threading.Event()

    def play(system: str, prompt: str) -> Iterator[Piece]:
        yield "There "
        assert read.wait(LONG)
        yield "are 42."

    with serving(play) as endpoint:
        pieces = []
        for piece in answerer(endpoint).generate("", ""):
            pieces += [piece] if piece else []
            read.set()
    assert pieces == ["There ", "are 42."]


@pytest.mark.parametrize(
    ("character", "text"),
    [(good("There are 42."), "There are 42."), (slow("There are 42.", 0.01), "There are 42."), (silent, "")],
    ids=["good", "slow", "silent"],
)
def test_the_characters_say_their_text(character: Script, text: str) -> None:
    assert answer(character) == text


@pytest.mark.parametrize(
    "extra",
    [
        COMMENT,
        Raw(b"\n\n"),
        Raw(b'data: {"choices": [], "usage": {"total_tokens": 7}}\n\n'),
        Raw(b'data: {"choices": null}\n\n'),
        event({"role": "assistant", "content": ""}),
        event({"content": None}),
        event({"reasoning_content": "Let me think.", "content": None}),
        event({"reasoning": "Let me think."}),
    ],
    ids=lambda extra: extra.content[:24].decode(),
)
def test_what_is_no_text_is_passed_over(extra: Raw) -> None:
    assert answer(script(extra, "There ", extra, "are 42.", extra)) == "There are 42."


def test_what_comes_after_the_end_is_not_told() -> None:
    assert answer(script("42.", Raw(b"data: [DONE]\n\n"), "43.")) == "42."


def test_several_are_asked_at_once() -> None:
    def echo(system: str, prompt: str) -> Iterator[Piece]:
        yield 0.2
        yield from prompt

    with serving(echo) as endpoint, ThreadPoolExecutor(4) as pool:
        model = answerer(endpoint)
        prompts = ["one", "two", "three", "four"]
        texts = pool.map(lambda prompt: "".join(model.generate("", prompt)), prompts)
        assert list(texts) == prompts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There are 42.", "There are 42."),
        (" \nThere are 42.\n", "There are 42."),
        ("", ""),
        ("<think>\nHow\nmany?\n</think>\n\nThere are 42.", "There are 42."),
        ("<think>\nHow\nmany?", ""),
        ("<think></think>There\nare 42.", "There\nare 42."),
        ("How many?\n</think>There are 42.", "There are 42."),  # where the template opens the thought
        ("<think>1</think>No. <think>2</think>There are 42.", "There are 42."),
        ("There are 42. <think>Or\n43?", "There are 42."),
        ("5 < 42 > 3", "5 < 42 > 3"),
    ],
)
def test_thoughts_are_not_spoken(text: str, expected: str) -> None:
    assert strip_thinking(text) == expected


# What is sent


def test_the_endpoint_is_asked_in_its_own_terms() -> None:
    with serving(good("42.")) as endpoint:
        said(answerer(endpoint, api_key=KEY))
    (asked,) = endpoint.asked
    assert asked.body == {
        "model": "fake",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "How many ICSs are there?"},
        ],
        "stream": True,
        **SETTINGS,
    }
    assert asked.path == "/v1/chat/completions"
    assert asked.headers.get_all("Authorization") == [f"Bearer {KEY}"]
    assert asked.headers["Content-Type"] == "application/json"
    assert not endpoint.hung_up.is_set()


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "of-the-environment"),
        ("OPENAI_ADMIN_KEY", "of-the-environment"),
        ("OPENAI_ORG_ID", "of-the-environment"),
        ("OPENAI_PROJECT_ID", "of-the-environment"),
        ("OPENAI_BASE_URL", "http://of-the-environment.invalid/v1"),
        ("OPENAI_CUSTOM_HEADERS", "X-Trace: of-the-environment\nAuthorization: Bearer of-the-environment"),
    ],
)
def test_the_environment_is_not_sent(
    name: str, value: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with serving(good("42.")) as endpoint:
        said(answerer(endpoint, api_key=key))
    (asked,) = endpoint.asked
    assert "of-the-environment" not in str(asked.headers.items())
    assert not {"openai-organization", "openai-project", "x-trace"} & set(map(str.lower, asked.headers))
    assert not key or asked.key == key


@pytest.mark.parametrize("base", ["/v1", "/v1/"])
def test_the_address_may_end_in_a_slash(base: str) -> None:
    with serving(good("42.")) as endpoint:
        assert said(answerer(endpoint, base_url=endpoint.base_url.removesuffix("/v1") + base)) == "42."
    assert endpoint.asked[0].path == "/v1/chat/completions"


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_that_the_model_does_not_know_is_left_to_it(setting: str) -> None:
    with serving([Refusal(400, f"{setting} is not supported", param=setting), good("42.")]) as endpoint:
        assert said(answerer(endpoint)) == "42."
    first, second = (asked.body for asked in endpoint.asked)
    assert first[setting] == SETTINGS[setting]
    rest = {name: value for name, value in first.items() if name != setting}
    anew = {"max_completion_tokens": SETTINGS["max_tokens"]} if setting == "max_tokens" else {}
    assert second == rest | anew


def test_a_setting_that_was_refused_is_not_sent_again() -> None:
    with serving([Refusal(400, "no heat", param="temperature"), good("42.")]) as endpoint:
        model = answerer(endpoint)
        assert said(model) == said(model) == "42."
    assert ["temperature" in asked.body for asked in endpoint.asked] == [True, False, False]


def test_all_settings_may_be_left_to_the_model() -> None:
    refusals = [Refusal(400, "no", param=setting) for setting in SETTINGS]
    with serving([*refusals, good("42.")]) as endpoint:
        assert said(answerer(endpoint)) == "42."
    assert [len(asked.body) for asked in endpoint.asked] == [6, 5, 4, 4]


def test_a_setting_is_left_out_once() -> None:
    refusals = [Refusal(400, "no heat", param="temperature")]
    with serving(refusals) as endpoint, pytest.raises(LanguageModelError, match=r"answered 400, .*no heat$"):
        said(answerer(endpoint))
    assert len(endpoint.asked) == 2


# What goes wrong


def test_a_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    model = OpenAIModel(base_url=f"http://127.0.0.1:{port}/v1", model="fake")
    with pytest.raises(
        LanguageModelError,
        match=rf"^the model fake at 127.0.0.1:{port} cannot be reached \(.+\): start it there",
    ):
        said(model)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_told_once(status: int) -> None:
    refusals = [Refusal(status, "no such\n model.", param="model")]
    with (
        serving(refusals) as endpoint,
        pytest.raises(LanguageModelError, match=rf" {status}, .*no such model(:|$)"),
    ):
        said(answerer(endpoint))
    assert len(endpoint.asked) == 1


def test_a_path_that_is_none() -> None:
    reason = r"answered 404, .*there is no /v2/chat/completions: look whether"
    with serving(good("42.")) as endpoint, pytest.raises(LanguageModelError, match=reason):
        said(answerer(endpoint, base_url=endpoint.base_url.replace("v1", "v2")))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_what_may_pass_is_asked_again(status: int) -> None:
    with serving([Refusal(status, "busy", headers=SOON, times=2), good("42.")]) as endpoint:
        assert said(answerer(endpoint)) == "42."
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize("status", [429, 500])
def test_what_does_not_pass_is_told(status: int) -> None:
    refusals = [Refusal(status, "busy", headers=SOON)]
    with serving(refusals) as endpoint, pytest.raises(LanguageModelError, match=rf" {status}, .*busy$"):
        said(answerer(endpoint))
    assert len(endpoint.asked) == 3


def test_a_long_message_is_cut() -> None:
    told = complaint([Refusal(400, "word " * 1_000)])
    assert told.startswith("answered 400, ") and "word word" in told
    assert len(told) < MESSAGE + 50


@pytest.mark.parametrize(
    "fault",
    [
        Break(),
        Raw(b'data: {"choices": [{\n\n'),
        Raw(b"data: 42\n\n"),
        Raw(b"data: null\n\n"),
        Raw(b"data: \xff\n\n"),
        Raw(b'data: {"choices": [{"delta": null}]}\n\n'),
        Raw(b'data: {"choices": {"delta": {}}}\n\n'),
        Raw(b'data: {"error": {"message": "out of memory"}}\n\n'),
        event({"content": 42}),
        event({"content": ["There"]}),
    ],
    ids=lambda fault: repr(fault)[:40],
)
def test_an_answer_that_breaks_off(fault: Piece) -> None:
    """What was said before is told, then the error."""
    heard: list[str] = []
    reason = r"^the model fake at 127.0.0.1:\d+ broke off \(.+\)$"
    with serving(script("There ", fault, "are 42.")) as endpoint:
        pieces = map(heard.append, answerer(endpoint).generate("", ""))
        with pytest.raises(LanguageModelError, match=reason):
            list(pieces)
    assert "".join(heard) == "There " and len(endpoint.asked) == 1


def test_the_message_within_a_broken_answer_is_told() -> None:
    fault = Raw(b'data: {"error": {"message": "out of\\nmemory."}}\n\n')
    assert "out of memory" in complaint(script("There ", fault))


def test_a_broken_line_is_told() -> None:
    assert "peer closed connection" in complaint(broken("There are 42."))


@pytest.mark.parametrize(
    "mute",
    [
        hanging,
        script(COMMENT, LONG),
        forever(COMMENT, 0.05),
        script("There ", LONG),
        script("There ", *[COMMENT, 0.1] * 99),
    ],
    ids=["no status", "a status", "comments", "some words", "some words and comments"],
)
def test_silence_is_not_waited_out(mute: Script) -> None:
    with serving(mute) as endpoint, pytest.raises(LanguageModelError, match=r" said nothing for 0\.5 s$"):
        said(answerer(endpoint, timeout=0.5))
    assert len(endpoint.asked) == 1


def test_thinking_is_not_silence() -> None:
    thought = event({"reasoning_content": "hm", "content": None})
    with serving(script(*[thought, 0.1] * 16, "42.")) as endpoint:
        assert said(answerer(endpoint, timeout=1.5)) == "42."


def test_thinking_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not called silence."""
    monkeypatch.setattr(rag.models.llm, "LONGEST_TIMES", 1.5)
    thought = event({"reasoning_content": "hm", "content": None})
    told = complaint(script(*[thought, 0.05] * 200), timeout=1.0)
    assert "1.5 s" in told and "said nothing" not in told


def test_a_model_that_does_not_stop_is_stopped() -> None:
    with serving(forever("word word ")) as endpoint:
        text = "".join(islice(answerer(endpoint).generate("", ""), LONGEST))
        assert endpoint.hung_up.wait(LONG)
    assert text == "word word " * (LONGEST // 10)


# While one waits


def test_beats_are_told_while_the_model_is_silent() -> None:
    """The script goes on only after a beat was heard, before its first word and after it."""
    beats = {"before": threading.Event(), "amid": threading.Event()}

    def play(system: str, prompt: str) -> Iterator[Piece]:
        assert beats["before"].wait(LONG)
        yield "There "
        assert beats["amid"].wait(LONG)
        yield "are 42."

    heard = ""
    with serving(play) as endpoint:
        for piece in answerer(endpoint).generate("", ""):
            heard += piece
            if not piece and endpoint.asked:
                beats["amid" if heard else "before"].set()
    assert heard == "There are 42."


@pytest.mark.parametrize(
    ("unending", "piece"),
    [
        (hanging, ""),
        (script(COMMENT, 3600.0), ""),
        (script("There ", 3600.0), "There "),
        (forever("word ", 0.05), "word "),
        (forever("word "), "word "),
    ],
    ids=["no status", "a status", "some words", "words", "a flood"],
)
def test_closing_the_iterator_hangs_up(unending: Script, piece: str) -> None:
    """In another thread, too, as the web chat does."""
    with ThreadPoolExecutor(1) as pool, serving(unending) as endpoint:
        writing = answerer(endpoint, timeout=3600.0).generate("", "")
        assert any(piece == told and endpoint.asked for told in writing)
        assert not endpoint.hung_up.is_set()
        closing = pool.submit(writing.close)
        assert endpoint.hung_up.wait(LONG)
        closing.result(LONG)
        assert next(writing, "over") == "over"
    assert len(endpoint.asked) == 1


def test_an_iterator_that_is_not_read_asks_nothing() -> None:
    with serving(good("42.")) as endpoint:
        answerer(endpoint).generate("", "").close()
    assert endpoint.asked == []


# What is shown nowhere


def shown(model: OpenAIModel, caplog: pytest.LogCaptureFixture) -> str:
    """All that a failure leaves behind."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LanguageModelError) as caught:
        said(model)
    assert caplog.records
    error = caught.value
    return "\n".join([str(error), repr(error), *traceback.format_exception(error), repr(model), caplog.text])


def tells_all(status: int) -> Callable[[str], list[Reply]]:
    return lambda words: [Refusal(status, f"rejected: {words}", headers=SOON)]


def tells_all_late(words: str) -> list[Reply]:
    return [script("There ", Raw(b'data: {"error": {"message": "rejected: %b"}}\n\n' % words.encode()))]


TELLING = pytest.mark.parametrize(
    "telling", [tells_all(401), tells_all(503), tells_all_late], ids=["401", "503", "late"]
)


@TELLING
def test_the_key_is_shown_nowhere(
    telling: Callable[[str], list[Reply]], caplog: pytest.LogCaptureFixture
) -> None:
    with serving(telling(f"the key {KEY}.")) as endpoint:
        told = shown(answerer(endpoint, api_key=KEY), caplog)
    assert endpoint.asked[0].key == KEY
    assert "rejected: the key …" in told and KEY not in told


@pytest.mark.parametrize("before", range(MESSAGE - 30, MESSAGE, 5))
def test_not_even_the_beginning_of_the_key_is_shown(before: int) -> None:
    """Where the message is cut, too."""
    refusals = [Refusal(401, "x" * before + KEY)]
    with serving(refusals) as endpoint, pytest.raises(LanguageModelError, match=r" 401, .*xxx") as caught:
        said(answerer(endpoint, api_key=KEY))
    assert KEY[0] not in str(caught.value).partition("xxx")[2].partition(": give its key")[0]


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY} ", f"{KEY}\r\n"])
def test_the_white_space_around_a_key_is_no_part_of_it(key: str) -> None:
    with serving(good("42.")) as endpoint:
        assert said(answerer(endpoint, api_key=key)) == "42."
    assert endpoint.asked[0].key == KEY


@TELLING
def test_the_password_is_shown_nowhere(
    telling: Callable[[str], list[Reply]], caplog: pytest.LogCaptureFixture
) -> None:
    with serving(telling(f"the password {PASSWORD}, pa@ss-word.")) as endpoint:
        base_url = endpoint.base_url.replace("//", f"//us%65r:{PASSWORD}@")
        told = shown(answerer(endpoint, base_url=base_url), caplog)
    assert endpoint.asked[0].headers.get_all("Authorization") == [
        "Basic dXNlcjpwYUBzcy13b3Jk"
    ]  # user:pa@ss-word
    assert "rejected: the password …, …" in told
    assert not re.search("ss-word|dXNlcjpwYUBzcy13b3Jk", told)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://host/v1?key=open-sesame",
        "http://host/v1#open-sesame",
        "ftp://user:open-sesame@host/v1",
        "http://user:open-sesame/@host/v1",
        "http://user:open-sesame@host:port/v1",
    ],
)
def test_an_address_that_is_none_is_not_shown(base_url: str) -> None:
    """A password in it may be the fault."""
    with pytest.raises(ValueError, match=r"^base_url (is no http or https address|has a query)") as caught:
        OpenAIModel(base_url=base_url, model="fake")
    assert "sesame" not in "".join(traceback.format_exception(caught.value)).rpartition("ValueError")[2]


# What is no answerer


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"base_url": ""}, "base_url is no http or https address: expected one such as http://127.0.0.1"),
        ({"base_url": "127.0.0.1:11434/v1"}, "base_url is no http or https address"),
        ({"base_url": "localhost/v1"}, "base_url is no http or https address"),
        ({"base_url": "ftp://localhost/v1"}, "base_url is no http or https address"),
        ({"base_url": "http:///v1"}, "base_url is no http or https address"),
        ({"base_url": "http://:80/v1"}, "base_url is no http or https address"),
        ({"base_url": "http://localhost:99999/v1"}, "base_url is no http or https address"),
        ({"base_url": "http://[::1/v1"}, "base_url is no http or https address"),
        ({"base_url": "http://localhost/v1?key=word"}, "base_url has a query"),
        ({"api_key": "sk’s"}, "api_key has a character that cannot be sent, expected printable ASCII"),
        ({"api_key": "sk\ns"}, "api_key has a character that cannot be sent, expected printable ASCII"),
        ({"model": ""}, "model is empty, expected the name by which the endpoint knows it"),
        ({"model": " \n"}, "model is empty"),
        ({"context": 2_047}, "context is 2047 tokens, expected at least 2,048"),
        ({"timeout": 0.0}, "timeout is 0.0 seconds, expected more than 0"),
        ({"timeout": -1.0}, "timeout is -1.0 seconds, expected more than 0"),
        ({"timeout": float("nan")}, "timeout is nan seconds, expected more than 0"),
    ],
    ids=str,
)
def test_a_wrong_argument_is_named(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}") as caught:
        OpenAIModel(**{"base_url": "http://localhost/v1", "model": "fake", **arguments})
    assert "sk" not in str(caught.value).partition("api_key")[2]


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("http://localhost/v1", "localhost"),
        ("https://127.0.0.1:11434/v1", "127.0.0.1:11434"),
        ("http://user:word@localhost:80/v1", "localhost:80"),
        ("http://[::1]:80/v1", "[::1]:80"),
        (" http://localhost/v1\n", "localhost"),
    ],
)
def test_an_answerer_says_who_it_is(base_url: str, host: str) -> None:
    model = OpenAIModel(base_url=base_url, model="fake", context=2_048, api_key=KEY)
    assert (model.name, model.host, model.context) == ("fake", host, 2_048)
    assert repr(model) == f"OpenAIModel('fake' at {host})"
