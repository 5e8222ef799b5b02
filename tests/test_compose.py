"""The file for containers fits the program: its commands are some, and nothing but the proxy is reached."""

from __future__ import annotations

import pytest
import yaml
from small import ROOT

from rag.cli.arguments import build_parser
from rag.cli.main import COMMANDS
from rag.postgres.store import Store

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("name", ["writer", "replica"])
def test_commands_are_understood_and_name_the_database_without_its_password(name):
    program, *arguments = SERVICES[name]["command"]
    parsed = build_parser(COMMANDS).parse_args(arguments)
    assert program == "rag" and parsed.index == Store("postgresql://footnote@database/footnote")
    assert SERVICES[name]["environment"]["PGPASSWORD"] == "${POSTGRES_PASSWORD}"


def test_two_replicas_without_documents_or_volumes_are_behind_one_proxy():
    replica = SERVICES["replica"]
    assert replica["deploy"]["replicas"] == 2 and "volumes" not in replica
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in SERVICES.items() if "/documents" in str(service.get("volumes"))] == [
        "writer"
    ]


def test_image_has_the_packages_of_a_store():
    assert "'.[postgres]'" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
