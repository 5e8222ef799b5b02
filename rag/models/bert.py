"""The network of all-MiniLM-L6-v2, built from its weights for onnxruntime, and its tokenizer.

On a processor it takes half the time of torch and is there in a second instead of six; its numbers are
the same to six digits.  sentence-transformers and transformers stay the reference of the tests.
Formulas: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", NAACL 2019.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper
from tokenizers import Encoding, Tokenizer

HEADS = 12
EPSILON = 1e-12  # of layer normalisation
FAR = -1e9  # what attention adds to a token that is only padding
INPUTS = ("ids", "mask", "types")
OPSET, IR_VERSION = 20, 10  # of ONNX: the first that has Gelu, and what goes with it

Tokens = npt.NDArray[np.int64]
Weights = Mapping[str, npt.NDArray[Any]]


class Bert:
    """The network, ready to run; safe to share between threads.

    `weights` are named as transformers names those of a BertModel.  Its output is ``(n, length, size)``,
    a vector for each token; with `head`, the name of a linear layer, what that makes of them; `pooled`,
    it is ``(n, size)``, the mean over the tokens of each text that are no padding, of length 1.
    """

    def __init__(self, weights: Weights, *, head: str = "", pooled: bool = False) -> None:
        graph = _Graph(weights)
        output = graph.layers()
        if head:
            output = graph.dense(output, head)
        if pooled:
            output = graph.pool(output)
        options = onnxruntime.SessionOptions()
        # Threads that spin while they wait cost a seventh of the processor's time, and answer no sooner.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # As torch and faiss have it; else each of several processes would take all cores.
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "").partition(",")[0] or 0)
        self._arrays = graph.arrays  # the session reads them where they are
        options.add_external_initializers(
            [*self._arrays],
            [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in self._arrays.values()],
        )
        self._session = onnxruntime.InferenceSession(
            graph.model(output), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, ids: Tokens, mask: Tokens, types: Tokens) -> npt.NDArray[np.float32]:
        """The output for texts of token `ids`, each ``(n, length)``.

        `mask` is 0 at padding, `types` are 1 in the second text of a pair.
        """
        (output,) = self._session.run(None, dict(zip(INPUTS, (ids, mask, types), strict=True)))
        return np.asarray(output, dtype=np.float32)


def load_tokenizer(folder: Path, longest: int | None = None) -> Tokenizer:
    """The tokenizer of a model's folder, which pads, and cuts what has more than `longest` tokens, if any."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    if longest:
        tokenizer.enable_truncation(longest, strategy="longest_first")
    tokenizer.enable_padding()
    return tokenizer


def stack_tokens(encoded: list[Encoding]) -> tuple[Tokens, Tokens, Tokens]:
    """The ids, the mask and the types of some texts, each ``(n, length)``."""
    ids = np.array([one.ids for one in encoded], np.int64)
    mask = np.array([one.attention_mask for one in encoded], np.int64)
    return ids, mask, np.array([one.type_ids for one in encoded], np.int64)


class _Graph:
    """A graph in the making: each method adds nodes and gives the name of what comes out of them."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self.arrays: dict[str, npt.NDArray[Any]] = {}

    def layers(self) -> str:
        """The vectors of the last layer."""
        length = self._add("Gather", self._add("Shape", "ids"), self._whole(1))
        places = self._add("Range", self._whole(0), length, self._whole(1))
        rows = {"word": "ids", "token_type": "types", "position": places}
        word, kind, place = (
            self._add("Gather", self._weight(f"embeddings.{name}_embeddings.weight"), row)
            for name, row in rows.items()
        )
        x = self._normalise(self._add("Add", self._add("Add", word, kind), place), "embeddings.LayerNorm")
        padding = self._add("Sub", self._number(1), self._add("Unsqueeze", self._real(), self._whole([1, 2])))
        hidden = self._add("Mul", padding, self._number(FAR))
        layer = 0
        while f"encoder.layer.{layer}.output.dense.weight" in self._weights:
            x = self._layer(x, f"encoder.layer.{layer}", hidden)
            layer += 1
        return x

    def _layer(self, x: str, name: str, hidden: str) -> str:
        query, key, value = (
            self._split_heads(self.dense(x, f"{name}.attention.self.{part}"), order)
            for part, order in (("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3)))
        )
        likeness = self._add("Mul", self._add("MatMul", query, key), self._number(self._head_size() ** -0.5))
        shares = self._add("Softmax", self._add("Add", likeness, hidden), axis=-1)
        heads = self._add("Transpose", self._add("MatMul", shares, value), perm=(0, 2, 1, 3))
        seen = self._add("Reshape", heads, self._whole([0, 0, HEADS * self._head_size()]))
        seen = self._add("Add", self.dense(seen, f"{name}.attention.output.dense"), x)
        x = self._normalise(seen, f"{name}.attention.output.LayerNorm")
        wide = self._add("Gelu", self.dense(x, f"{name}.intermediate.dense"))
        thought = self._add("Add", self.dense(wide, f"{name}.output.dense"), x)
        return self._normalise(thought, f"{name}.output.LayerNorm")

    def dense(self, x: str, name: str) -> str:
        """A linear layer."""
        product = self._add("MatMul", x, self._weight(f"{name}.weight", turned=True))
        return self._add("Add", product, self._weight(f"{name}.bias"))

    def pool(self, x: str) -> str:
        """The mean over the tokens that are no padding, of length 1."""
        kept, axis = self._add("Unsqueeze", self._real(), self._whole([2])), self._whole([1])
        total = self._add("ReduceSum", self._add("Mul", x, kept), axis, keepdims=0)
        mean = self._add("Div", total, self._add("ReduceSum", kept, axis, keepdims=0))
        return self._add("LpNormalization", mean, axis=1, p=2)

    def model(self, output: str) -> bytes:
        """The whole graph, without the arrays."""
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, ["n", "length"]) for name in INPUTS],
            [helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, None)],
            [_placeholder(name, array) for name, array in self.arrays.items()],
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        return bytes(model.SerializeToString())

    def _add(self, kind: str, *inputs: str, **settings: Any) -> str:
        name = f"node {len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def _normalise(self, x: str, name: str) -> str:
        weight, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._add("LayerNormalization", x, weight, bias, axis=-1, epsilon=EPSILON)

    def _split_heads(self, x: str, order: tuple[int, ...]) -> str:
        apart = self._add("Reshape", x, self._whole([0, 0, HEADS, self._head_size()]))
        return self._add("Transpose", apart, perm=order)

    def _head_size(self) -> int:
        return int(self._weights["embeddings.LayerNorm.weight"].shape[0]) // HEADS

    def _real(self) -> str:
        """The mask as numbers."""
        return self._add("Cast", "mask", to=onnx.TensorProto.FLOAT)

    def _weight(self, name: str, *, turned: bool = False) -> str:
        array = np.asarray(self._weights[name], np.float32)
        self.arrays[name] = np.ascontiguousarray(array.T if turned else array)
        return name

    def _number(self, value: float) -> str:
        return self._constant(np.float32(value))

    def _whole(self, value: int | list[int]) -> str:
        return self._constant(np.array(value, np.int64))

    def _constant(self, value: Any) -> str:
        return self._add("Constant", value=onnx.numpy_helper.from_array(np.asarray(value)))


def _placeholder(name: str, array: npt.NDArray[Any]) -> onnx.TensorProto:
    """What stands for an array that is not in the model."""
    tensor = onnx.TensorProto(
        name=name, dims=array.shape, data_type=helper.np_dtype_to_tensor_dtype(array.dtype)
    )
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights")
    return tensor
