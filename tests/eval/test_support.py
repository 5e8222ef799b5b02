"""The figures of the check of support, on made-up pairs and against a rival."""

from __future__ import annotations

import json

import pytest

from eval.support import main


def test_figures_of_a_folder(tmp_path, capsys):
    labelled = {
        "Mary Holt built the bridge in 1874.": "supported",
        "Mary Holt built the bridge in 1876.": "partially_supported",
        "Mary Holt did not build a bridge.": "not_supported",
    }
    evidence = ["The town lies on a river.", "The bridge was built by Mary Holt in 1874."]
    pairs = [{"claim": claim, "evidence": evidence, "label": label} for claim, label in labelled.items()]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)), encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    printed = capsys.readouterr().out.split("\n")
    assert printed[1].split() == ["supported", "1", "1.000", "1.000", "1.000"]
    assert printed[-2].split() == ["not_supported", *["1.000"] * 6]


@pytest.mark.parametrize("line", ['{"claim": "It is."}', "[]", "{"])
def test_pairs_of_another_form_are_refused(line, tmp_path, capsys):
    (tmp_path / "pairs.jsonl").write_text(line, encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "another form" in capsys.readouterr().err


def test_folder_without_pairs_is_refused(tmp_path, capsys):
    assert main([str(tmp_path)]) == 1
    assert "cannot read" in capsys.readouterr().err
