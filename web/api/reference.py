"""The reference of the doors as one page that loads nothing: the OpenAPI description, made readable."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from typing import Any

STYLE = """
body { font: 1rem/1.5 ui-sans-serif, system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; color-scheme: light dark; }
code, pre { font: .9em/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: .75rem; border: 1px solid #8886; border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-top: 1px solid #8886; }
h3 code { font-weight: 600; }
"""


def page(openapi: dict[str, Any]) -> str:
    """The page of an OpenAPI description."""
    about = openapi["info"]
    doors = [
        _door(method, path, door)
        for path, methods in openapi["paths"].items()
        for method, door in methods.items()
    ]
    types = [_type(name, schema) for name, schema in openapi["components"]["schemas"].items()]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(about["title"])}: the doors '
        '</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style><h1>{escape(about['title'])} {escape(about['version'])}</h1>"
        f"<p>{_text(about['description'])}</p>"
        '<p>For programs: <a href="openapi.json">openapi.json</a>. For language models: MCP at '
        "<code>/mcp</code>. If a password is set, send it as <code>Authorization: Bearer …</code>.</p>"
        f"<h2>Doors</h2>{''.join(doors)}<h2>Types</h2>{''.join(types)}</html>"
    )


def _door(method: str, path: str, door: dict[str, Any]) -> str:
    """A section on one door: what it does, takes and gives."""
    parts = [f"<h3><code>{method.upper()} {escape(path)}</code></h3><p><b>{escape(door['summary'])}.</b> "]
    parts.append(f"{_text(door.get('description', ''))}</p>")
    body = door.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        parts.append(f"<p>Takes {_type_link(body)}.</p>")
    rows = [
        (escape(status), _response_types(response), _text(response["description"]))
        for status, response in door["responses"].items()
    ]
    return "".join(parts) + _table(("Status", "Gives", ""), rows)


def _response_types(response: dict[str, Any]) -> str:
    """What a response holds, in each of its forms."""
    forms = response.get("content", {})
    return ", ".join(
        _type_link(form["schema"]) if form.get("schema") else escape(kind) for kind, form in forms.items()
    )


def _type(name: str, schema: dict[str, Any]) -> str:
    """A section on one type: its fields and what they mean."""
    needed = schema.get("required", [])
    rows = [
        (
            f"<code>{escape(field)}</code>{'' if field in needed else ' (optional)'}",
            _type_link(described),
            _text(described.get("description", "")),
        )
        for field, described in schema.get("properties", {}).items()
    ]
    examples = schema.get("examples", [])
    shown = "".join(f"<pre>{escape(json.dumps(e, indent=2, ensure_ascii=False))}</pre>" for e in examples)
    about = _text(schema.get("description", ""))
    return f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3><p>{about}</p>{_table((), rows)}{shown}'


def _type_link(schema: dict[str, Any]) -> str:
    """The type that a schema says, with a link where it has a section."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    if "anyOf" in schema:
        return " or ".join(map(_type_link, schema["anyOf"]))
    if schema.get("type") == "array" and "items" in schema:
        return f"list of {_type_link(schema['items'])}"
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in values)
    return escape(schema.get("format") or schema.get("type") or "anything")


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{f'<tr>{head}</tr>' if heads else ''}{body}</table>"


def _text(markdown: str) -> str:
    """A description, its `code` and paragraphs marked.

    >>> _text("`a < b`, or not")
    '<code>a &lt; b</code>, or not'
    """
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(markdown))
    return re.sub(r"\n\n+", "</p><p>", marked)
