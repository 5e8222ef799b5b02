"""A language model in a file: a real one, of 116 KB and random weights, made here and run by llama.cpp."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from colours import ColourEmbedder
from gguf import GGUFWriter, TokenType

import rag
from rag.models.gguf import GGUFModel

WIDTH, HIDDEN, HEADS = 32, 64, 2
SHAPES = {
    "attn_norm": (WIDTH,),
    "ffn_norm": (WIDTH,),
    **dict.fromkeys(("attn_q", "attn_k", "attn_v", "attn_output"), (WIDTH, WIDTH)),
    **dict.fromkeys(("ffn_gate", "ffn_up"), (HIDDEN, WIDTH)),
    "ffn_down": (WIDTH, HIDDEN),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A llama of one layer whose tokens are the bytes: what it writes is without sense."""
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    random = np.random.default_rng(0)
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(20_000)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL, *[TokenType.BYTE] * 256])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for message in messages %}{{ message['content'] }}\n{% endfor %}")
    for name in ("token_embd", "output"):
        writer.add_tensor(f"{name}.weight", _weights(random, (len(tokens), WIDTH)))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for name, shape in SHAPES.items():
        writer.add_tensor(f"blk.0.{name}.weight", _weights(random, shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return (random.standard_normal(shape) * 0.1).astype(np.float32)


def test_model_in_a_file_writes(model):
    answerer = GGUFModel(model, context=4_096)
    first, again = ("".join(answerer.generate("Be brief.", "How many?")) for _ in range(2))
    assert first and first == again
    assert answerer.name == "tiny" and answerer.host.startswith("127.0.0.1:")


def test_what_is_not_borne_out_gives_way(model, small_index):
    llm = GGUFModel(model, context=4_096)
    bot = rag.open_chatbot(small_index, embedder=ColourEmbedder(), reader=False, llm=llm)
    answer = bot.ask("Where does the red fox sleep?")
    assert "The red fox sleeps." in answer.text and not answer.author
    assert "bear out too little of what tiny wrote" in answer.notice


def test_server_answers_nobody_else(model):
    answerer = GGUFModel(model)
    stranger = rag.OpenAIModel(base_url=f"http://{answerer.host}/v1", model="tiny", api_key="guessed")
    with pytest.raises(rag.LanguageModelError, match="answered 401"):
        "".join(stranger.generate("Be brief.", "How many?"))


@pytest.mark.parametrize("content", [b"", b"GGUF", b"a text"])
def test_file_that_is_no_model(tmp_path, content):
    (tmp_path / "no.gguf").write_bytes(content)
    with pytest.raises(rag.LanguageModelError, match=r"no\.gguf is no model that llama\.cpp can read"):
        GGUFModel(tmp_path / "no.gguf")


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(rag.LanguageModelError, match=r"no file .*gone\.gguf"):
        GGUFModel(tmp_path / "gone.gguf")


def test_without_the_package_the_command_is_named():
    program = (
        "import sys; sys.modules['xllamacpp'] = None; import rag.models.gguf as m; m.GGUFModel('a.gguf')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "run `pip install 'footnote[gguf]'`" in ended.stderr
