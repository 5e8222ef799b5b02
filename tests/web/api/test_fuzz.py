"""Every door is asked what its own description allows, and what it forbids; none of it is the server's fault.

The documents are small, and their vectors colours, so that an example takes milliseconds.
"""

from __future__ import annotations

import pytest
from colours import ColourEmbedder
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from served import Documents, listening
from small import SMALL

from rag.collection import Collection
from web.api.metrics import Meter
from web.api.routes import programs
from web.api.service import Asking

EXAMPLES = 8  # of what is right and what is wrong, for each door
DESCRIPTION = programs(Asking(Documents(None), Meter())).openapi()
DOORS = [(method, path) for path, methods in DESCRIPTION["paths"].items() for method in methods]


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


@pytest.fixture(scope="module")
def doors():
    """The doors as schemathesis reads their description."""
    import schemathesis

    return schemathesis.openapi.from_dict(DESCRIPTION)


@pytest.fixture(scope="module")
def checks():
    """What holds of every door.

    What is right or wrong of a question only its words tell, so that its type cannot say what is refused.
    """
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as of_openapi

    names = ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
    return [not_a_server_error, *(getattr(of_openapi, name) for name in names)]


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_door_keeps_to_its_description(method, path, doors, checks, address):
    from schemathesis.generation import GenerationMode

    cases = st.one_of([doors[path][method].as_strategy(mode) for mode in GenerationMode])

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def call(case):
        case.call_and_validate(address, checks=checks, timeout=60)

    call()
