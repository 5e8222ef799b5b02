"""Every door is asked what its own description allows, and what it forbids; none of it is the server's fault.

The documents are small, and their vectors colours, so that an example takes milliseconds.
"""

from __future__ import annotations

import pytest
import schemathesis
from colours import ColourEmbedder
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import Documents, listening
from small import SMALL

from rag.collection import Collection
from web.api.metrics import Meter
from web.api.routes import programs
from web.api.service import Asking

# What is right or wrong of a question only its words tell, so that its type cannot say what is refused.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 8  # of what is right and what is wrong, for each door


api = schemathesis.openapi.from_dict(programs(Asking(Documents(None), Meter())).openapi())


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the doors are served."""
    folder = tmp_path_factory.mktemp("fuzz")
    for name, text in SMALL.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    collection = Collection(folder / "index", folder / "documents", embedder=ColourEmbedder())
    with listening(programs(Asking(collection, Meter()))) as address:
        yield address


@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
    derandomize=True,
    database=None,
)
def test_door_keeps_to_its_description(case, address):
    case.call_and_validate(address, checks=CHECKS, timeout=60)
