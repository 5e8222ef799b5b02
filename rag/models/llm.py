"""A language model behind an OpenAI-compatible endpoint: a prompt -> the text that it writes."""

from __future__ import annotations

import base64
import queue
import re
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

import anyio
from anyio.from_thread import start_blocking_portal

from rag.errors import LanguageModelError
from rag.language.cleaning import strip_invisible

if TYPE_CHECKING:  # imported where it is needed, for that takes half a second
    import openai
    from openai.types.chat import ChatCompletionChunk

BEAT = 0.2  # seconds after which a silent model is reported as silent
CONNECT = 5.0  # seconds that reaching the endpoint may take
RETRIES = 2  # of what may pass: refused connections, 408, 409, 429 and 5xx
ANSWER_TOKENS = 500  # that an answer may have
LONGEST = 8_000  # characters after which a model that does not stop is stopped
LONGEST_TIMES = 10  # the time of silence that is allowed: what an answer may take altogether
UNREACHED = "start it there, or give another --base-url"
REMEDIES = {
    401: "give its key in $OPENAI_API_KEY",
    403: "give a key that may use it in $OPENAI_API_KEY",
    404: "look whether --base-url ends in /v1, and whether the endpoint has a model of that name",
}
MESSAGE = 200  # characters of an endpoint's own message that are told
LEAST_CONTEXT = 2_048  # tokens: the longest question, an answer, and a passage
SEED = 20221206


class OpenAIModel:
    """A model at any endpoint that speaks OpenAI's chat completions, as Ollama, llama.cpp and vLLM do.

    `base_url` ends where "/chat/completions" begins.  `context` is how many tokens the model can see,
    prompt and answer together; `timeout` how many seconds it may be silent.  The key is sent to the
    endpoint and shown nowhere.

    Raises ValueError if an argument is not what it should be.
    """

    def __init__(
        self, *, base_url: str, model: str, api_key: str = "", context: int = 4_096, timeout: float = 60.0
    ) -> None:
        address, api_key = _address(base_url), api_key.strip()
        if address.query or address.fragment:
            raise ValueError("base_url has a query or a fragment, expected none: a key goes into api_key")
        if not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("api_key has a character that cannot be sent, expected printable ASCII")
        if not model.strip():
            raise ValueError("model is empty, expected the name by which the endpoint knows it")
        if context < LEAST_CONTEXT:
            raise ValueError(f"context is {context!r} tokens, expected at least {LEAST_CONTEXT:,}")
        if not timeout > 0:
            raise ValueError(f"timeout is {timeout!r} seconds, expected more than 0")
        self.name = strip_invisible(model)
        self._model = model
        self.context = context
        self._timeout = timeout
        self._settings: dict[str, Any] = {"temperature": 0, "seed": SEED, "max_tokens": ANSWER_TOKENS}
        # Without user and password, which are sent as a header: httpx2 logs the address.
        user, _, self.host = address.netloc.rpartition("@")
        self._local = address.hostname in ("localhost", "127.0.0.1", "::1")
        self._base_url, self._api_key = address._replace(netloc=self.host).geturl(), api_key
        basic = base64.b64encode(unquote(user).encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}"} if user else {}
        password = address.password or ""
        self._secrets = [text for text in (api_key, password, unquote(password), basic) if text]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r} at {self.host})"

    def generate(self, system: str, prompt: str) -> Generator[str, None, None]:
        """What the model writes, piece by piece, at most `ANSWER_TOKENS` tokens of it.

        "" is yielded whenever nothing came for `BEAT` seconds, so that whoever waits can stop: closing
        the iterator closes the connection.

        Raises LanguageModelError if the endpoint cannot be reached, refuses, is silent too long or breaks
        off.
        """
        told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with start_blocking_portal() as portal:
            reading = portal.start_task_soon(self._read, system, prompt, told)
            reading.add_done_callback(lambda _: told.put(None))
            yield from _until_none(told)
            reading.result()

    async def _read(self, system: str, prompt: str, told: queue.SimpleQueue[str | None]) -> None:
        """Put what the model writes into `told`."""
        import httpx2
        import openai

        try:
            with anyio.move_on_after(LONGEST_TIMES * self._timeout) as whole:
                await self._stream(system, prompt, told)
        except openai.APIStatusError as problem:
            code = problem.status_code
            said = problem.message.removeprefix(f"Error code: {code}").removeprefix(" - ")
            told_why = f"answered {code}" + (f", {self._line(said)}" if said else "")
            raise self._error(told_why, REMEDIES.get(code, "")) from None
        except (TimeoutError, openai.APIConnectionError) as problem:
            why = problem.__cause__ or problem
            if isinstance(why, httpx2.ConnectError | httpx2.ConnectTimeout):
                what, remedy = f"cannot be reached ({self._line(str(why)) or type(why).__name__})", UNREACHED
            elif isinstance(problem, openai.APITimeoutError | TimeoutError):
                what, remedy = f"said nothing for {self._timeout:g} s", ""
            else:
                remedy = ""
                what = f"broke off ({self._line(str(why)) or type(why).__name__})"
            raise self._error(what, remedy) from None
        except Exception as problem:  # whatever a server may send instead of what it should
            raise self._error(f"broke off ({type(problem).__name__}: {self._line(str(problem))})") from None
        if whole.cancelled_caught:
            raise self._error(f"wrote for {LONGEST_TIMES * self._timeout:g} s without an end")

    async def _stream(self, system: str, prompt: str, told: queue.SimpleQueue[str | None]) -> None:
        import openai

        from rag.models.bounded_response import bound_response

        length = 0
        async with openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",  # an empty one would be looked for in the environment
            timeout=openai.Timeout(self._timeout, connect=CONNECT),
            max_retries=RETRIES,
            # A proxy of the environment is none for this machine, and nothing goes to another host.
            http_client=openai.DefaultAsyncHttpxClient(
                trust_env=not self._local,
                follow_redirects=False,
                headers={"Accept-Encoding": "identity"},  # a megabyte may unpack to a thousand
                event_hooks={"response": [bound_response]},
            ),
        ) as client:
            # What the environment says is nobody else's business.
            client.organization = client.project = None
            client._custom_headers = self._headers
            with anyio.fail_after(self._timeout):
                chunks = await self._create(client, system, prompt)
            async with chunks:
                while length < LONGEST:
                    try:
                        with anyio.fail_after(self._timeout):
                            chunk = await anext(chunks)
                    except StopAsyncIteration:
                        break
                    piece = chunk.choices[0].delta.content if chunk.choices else None
                    if not isinstance(piece, str | None):
                        raise TypeError(f"content is a {type(piece).__name__}, expected a text")
                    if piece:
                        piece = piece[: LONGEST - length].encode(errors="replace").decode()
                        length += len(piece)
                        told.put(piece)

    async def _create(
        self, client: openai.AsyncOpenAI, system: str, prompt: str
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        """The answer as it comes; settings that the model does not know are left to it."""
        import openai

        settings = self._settings
        while True:
            try:
                chunks: openai.AsyncStream[ChatCompletionChunk] = await client.chat.completions.create(
                    model=self._model,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": prompt}],
                    stream=True,
                    **settings,
                )
                return chunks
            except openai.BadRequestError as problem:
                if problem.param not in settings:
                    raise
                settings = {name: value for name, value in settings.items() if name != problem.param}
                if problem.param == "max_tokens":  # as the newer models of OpenAI call it
                    settings["max_completion_tokens"] = ANSWER_TOKENS
                self._settings = settings  # as a whole: other threads go on with those they began with

    def _error(self, what: str, remedy: str = "") -> LanguageModelError:
        mended = f": {remedy}" if remedy else ""
        return LanguageModelError(f"the model {self.name} at {self.host} {what}{mended}")

    def _line(self, text: str) -> str:
        """The beginning of a message, on one line, without secrets and a full stop."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return strip_invisible(text)[:MESSAGE].rstrip(". ")


def strip_thinking(text: str) -> str:
    """What of `text` a model says: not what it thinks aloud before.

    >>> strip_thinking("<think>They ask how many.</think>There are 42."), strip_thinking("<think>They")
    ('There are 42.', '')
    """
    begin, end = (rf"[<\[]{slash}think(?:ing)?[>\]]" for slash in ("", "/"))
    return re.sub(rf"(?is){begin}.*", "", re.sub(rf"(?is).*{end}", "", text)).strip()


def _until_none(told: queue.SimpleQueue[str | None]) -> Iterator[str]:
    """What is put into `told`, and "" whenever nothing is for `BEAT` seconds."""
    while True:
        try:
            piece = told.get(timeout=BEAT)
        except queue.Empty:
            piece = ""
        if piece is None:
            return
        yield piece


def _address(base_url: str) -> SplitResult:
    try:
        address = urlsplit(base_url)
        if address.scheme in ("http", "https") and address.hostname and address.port != 0:
            return address
    except ValueError:  # its message shows what stands before the port, and that may be a password
        pass
    raise ValueError("base_url is no http or https address: expected one such as http://127.0.0.1:11434/v1")
