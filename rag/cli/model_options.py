"""Which models take part: the options that name a language model, and what is opened by them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import rag
from rag.cli.argument_types import parse_context
from rag.errors import LanguageModelError


def model_options() -> argparse.ArgumentParser:
    """The options that name a language model, for a parser to take over."""
    shared = argparse.ArgumentParser(add_help=False)
    model = shared.add_argument_group(
        "who writes the answer", "without these, the documents' own sentences; nothing is sent anywhere"
    )
    model.add_argument(
        "--llm",
        metavar="MODEL",
        help="a language model: its name at --base-url, or a .gguf file; what it writes is checked",
    )
    model.add_argument("--answerer", type=_refuse_answerer, help=argparse.SUPPRESS)
    model.add_argument(
        "--base-url",
        metavar="URL",
        help="an OpenAI-compatible endpoint, as http://127.0.0.1:11434/v1 (default: $OPENAI_BASE_URL)",
    )
    model.add_argument(
        "--api-key",
        metavar="KEY",
        help="its key, if it wants one; better in $OPENAI_API_KEY, where no one sees it",
    )
    model.add_argument(
        "--context",
        type=parse_context,
        default=4_096,
        metavar="TOKENS",
        help="what the model can see at once (default: %(default)s)",
    )
    return shared


def _refuse_answerer(_: str) -> None:
    raise argparse.ArgumentTypeError("it is now called --llm")


def open_model(arguments: argparse.Namespace, environ: Mapping[str, str]) -> rag.OpenAIModel | None:
    """The language model that the `model_options` name, if they name one.

    Raises LanguageModelError if it is not to be had.
    """
    name: str | None = arguments.llm
    if name is None:
        return None
    if name.endswith(".gguf") and not arguments.base_url:
        from rag.models.gguf import GGUFModel  # which few need

        return GGUFModel(name, context=arguments.context)
    base_url = arguments.base_url or environ.get("OPENAI_BASE_URL")
    if not base_url:
        raise LanguageModelError(
            f"no endpoint for the model {name!r}: give --base-url, as http://127.0.0.1:11434/v1 for Ollama"
        )
    key = arguments.api_key or environ.get("OPENAI_API_KEY", "")
    try:
        return rag.OpenAIModel(base_url=base_url, model=name, api_key=key, context=arguments.context)
    except ValueError as problem:
        raise LanguageModelError(str(problem)) from None


def open_chatbot(arguments: argparse.Namespace, llm: rag.OpenAIModel | None = None) -> rag.Chatbot:
    """The chatbot over the index that `--index` names."""
    return rag.open_chatbot(arguments.index, reranker=open_reranker(arguments), llm=llm)


def open_reranker(arguments: argparse.Namespace) -> rag.Reranker | None:
    """The model that `--reranker` names, if it names one."""
    return None if arguments.reranker is None else rag.Reranker(arguments.reranker)
