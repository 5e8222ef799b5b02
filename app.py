"""The web chat: ``python app.py``, then open http://127.0.0.1:7860.

Nothing is computed here: the chatbot answers, and the page shows its Answers on the left and
their sources on the right.  Both are drawn afresh from one value, the conversation.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

if __name__ == "__main__":  # before the slow imports: Ctrl-C ends those quietly too
    for ending in (signal.SIGINT, signal.SIGTERM):  # nothing is kept, so nothing is cleaned up
        signal.signal(ending, lambda number, _: os._exit(128 + number))
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: no call home

import gradio as gr

import rag
from rag.arguments import answerer, answering
from web.drawing import Conversation, Exchange, Message, messages, notice
from web.serving import address, listen, serve, site
from web.sources import opening, panel

EXAMPLES = (
    "What will the Hewitt review examine?",
    "Why are NHS managers suspicious of the review?",
    "How many national priorities does Hewitt recommend?",
    "By how much must ICSs reduce their running costs?",
    "What does the review recommend on prevention?",
    "Who would get earned autonomy?",
)
EXAMPLES_NEED = {  # the documents shipped in seeds/, which answer the examples
    "000_f81187c414ed6d90.txt",
    "001_f5beb9c021f937af.txt",
    "002_7e1034732e573293.txt",
    "003_d812065ad58ab3fb.txt",
    "004_be3d9ac302b8a3ac.txt",
}

FAILED = "Something went wrong on the server; its log says what. Your question is still in the box."
ALIKE = "Look in all documents alike"
BUSY: dict[str, Any] = {"submit_btn": False, "stop_btn": "Stop"}
READY: dict[str, Any] = {"submit_btn": "Ask", "stop_btn": False}

# State, messages, sources, box, and the button that asks again with no documents preferred.
View = tuple[Conversation, list[Message], str, gr.Textbox, gr.Button]


def build(chatbot: rag.Chatbot) -> gr.Blocks:
    """The page of one chatbot; each visitor's conversation lives in the session's state."""
    examples = EXAMPLES if {d.id for d in chatbot.documents} >= EXAMPLES_NEED else ()
    with gr.Blocks(title="Footnote", analytics_enabled=False) as page:
        conversation = gr.State(())
        gr.HTML(opening(chatbot.documents, chatbot.answerer), elem_id="opening")
        with gr.Row():
            with gr.Column(scale=3):
                chat = gr.Chatbot(
                    examples=[{"text": example} for example in examples] or None,
                    elem_id="chat",
                    label="Conversation",
                    show_label=False,
                    buttons=[],
                    latex_delimiters=[],
                    autoscroll=False,  # chat.js scrolls, to the beginning of an answer
                    group_consecutive_messages=False,
                )
                box = gr.Textbox(
                    elem_id="box",
                    label="Your question",
                    show_label=False,
                    placeholder="Ask about the documents",
                    submit_btn="Ask",
                    max_lines=6,
                    autofocus=True,
                )
                with gr.Row(elem_id="buttons"):
                    alike = gr.Button(ALIKE, elem_id="alike", size="sm", visible=False)
                    new = gr.Button("New conversation", elem_id="new", size="sm")
            with gr.Column(scale=2):
                sources = gr.HTML(panel(()), elem_id="sources")
        view = [conversation, chat, sources, box, alike]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = {
            "fn": partial(_ask, chatbot),
            "inputs": [box, conversation],
            "outputs": view,
            "concurrency_limit": None,  # a chatbot is safe to share between threads
        }
        typed = box.submit(**asking, **quiet)
        picked = chat.example_select(_example, None, box, **quiet).then(**asking, **quiet)
        again = alike.click(**asking | {"fn": partial(_ask_alike, chatbot)}, **quiet)
        box.stop(_stopped, conversation, view, cancels=[typed, picked, again], **quiet)
        new.click(partial(_view, ()), None, view, cancels=[typed, picked, again], **quiet)
    return page


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the chat until it is interrupted; the exit status: 1 if it could not start."""
    parser = argparse.ArgumentParser(
        prog="app.py", description="The web chat of Footnote.", parents=[answering()]
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=7860, help="port, 0 for any (%(default)s)")
    parser.add_argument("--index", default="index", help="folder of the index (%(default)s)")
    options = parser.parse_args(argv)
    try:
        listener = listen(options.host, options.port)  # first: it fails in no time
        _say(f"Opening the index in {options.index} …")
        chatbot = rag.open_chatbot(options.index, answerer=answerer(options, os.environ))
    except rag.RagError as error:
        _say(f"app.py: {error}")
        return 1
    _say(f"Drawing the page over {len(chatbot.documents)} documents …")
    drawn = site(build(chatbot))
    _say(f"Footnote is ready: {address(listener)}")
    serve(drawn, listener)
    return 0


# What a visitor does


def _ask(chatbot: rag.Chatbot, question: str, conversation: Conversation) -> Iterator[View]:
    """Yield the view as the answer to `question` grows, statement by statement."""
    begun = Exchange(question, rag.Answer(question, (), (), refused=False))
    yield _view((*conversation, begun), box=gr.Textbox("", **BUSY))
    try:
        for grown in _growing(chatbot, question, conversation):
            yield _view(grown, box=gr.Textbox(**BUSY))
    except Exception as problem:  # whatever it is, the visitor keeps the conversation and the question
        yield _view(conversation, _excuse(problem), box=gr.Textbox(question, **READY))
    else:
        yield _view(grown)


def _ask_alike(chatbot: rag.Chatbot, typed: str, conversation: Conversation) -> Iterator[View]:
    """Yield the view as the last question is answered anew, with no documents preferred.

    The last answer stands until there is another, and what is being typed stays in the box.
    """
    *before, last = conversation
    yield _view(conversation, box=gr.Textbox(typed, **BUSY))
    try:
        for grown in _growing(chatbot, last.question, tuple(before), where=rag.Where()):
            begun = grown[-1].answer.refused or grown[-1].answer.statements
            yield _view(grown if begun else conversation, box=gr.Textbox(typed, **BUSY))
    except Exception as problem:
        yield _view(conversation, _excuse(problem), box=gr.Textbox(typed, **READY))
    else:
        yield _view(grown, box=gr.Textbox(typed, **READY))


def _stopped(conversation: Conversation) -> View:
    """The view after a stop: a question of which nothing was answered yet is back in the box."""
    *before, last = conversation or (None,)
    if last is None or last.answer.refused or last.answer.statements:
        return _view(conversation)
    return _view(tuple(before), box=gr.Textbox(last.question, **READY))


def _growing(
    chatbot: rag.Chatbot, question: str, conversation: Conversation, where: rag.Where | None = None
) -> Iterator[Conversation]:
    """Yield the conversation with the answer to `question` as it grows."""
    history = tuple(
        rag.Turn(past.question, past.answer.text, tuple(c.quote for c in past.answer.citations))
        for past in conversation
    )
    for answer in chatbot.stream(question, history=history, where=where):
        yield (*conversation, Exchange(question, answer))


def _excuse(problem: Exception) -> Message:
    """What the visitor is told of a problem; one that is not ours goes to the log."""
    if isinstance(problem, rag.RagError):
        return notice(str(problem))
    traceback.print_exception(problem)
    return notice(FAILED)


def _example(picked: gr.SelectData) -> str:
    """The example question that was clicked."""
    return str(picked.value["text"])


def _view(conversation: Conversation, *last: Message, box: gr.Textbox | None = None) -> View:
    """The state, the messages, the sources, the box and the button: all that changes on the page.

    `last` are messages that stand below the conversation but are not part of it.
    """
    shown = [*messages(conversation), *last]
    busy = box is not None and box.stop_btn is not False
    preferred = bool(conversation) and conversation[-1].answer.prefers is not None and not busy
    return (
        conversation,
        shown,
        panel(conversation),
        box or gr.Textbox(**READY),
        gr.Button(ALIKE, visible=preferred),
    )


# The process


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _port(text: str) -> int:
    """The number of a port; argparse reports the ValueError of any other text."""
    if not 0 <= int(text) <= 65535:
        raise ValueError(text)
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
