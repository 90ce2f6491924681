"""OpenAPI 3.1 of every row, made from the same annotations that bind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from inspect import getdoc
from types import NoneType
from typing import Any, Literal, get_args

import orjson
from pydantic import TypeAdapter
from starlette.responses import Response

from studio.kit.models import Model
from studio.wire.binding import hints_of, is_body, is_model
from studio.wire.table import Row, Table

REF = "#/components/schemas/{model}"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class ApiDescription:
    """The document of everything mounted, made when first asked for."""

    def __init__(self, tables: Sequence[Table], *, version: str, address: str) -> None:
        self._tables = tables
        self._version = version
        self._address = address

    @cached_property
    def document(self) -> bytes:
        """The document as JSON."""
        return orjson.dumps(describe_api(self._tables, title="Studio", version=self._version, address=self._address))


def describe_api(tables: Iterable[Table], *, title: str, version: str, address: str) -> dict[str, Any]:
    """Return the OpenAPI document of `tables`. Sockets are not part of it: OpenAPI has no word for them."""
    rows = [(table, row) for table in tables for row in table.rows if row.method in METHODS]
    schemas, definitions = _schemas([row for _, row in rows])
    paths: dict[str, dict[str, Any]] = {}
    for table, row in rows:
        operation = _describe_row(table, row, schemas)
        paths.setdefault(table.prefix + row.path, {})[row.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


Mode = Literal["validation", "serialization"]
Schemas = Mapping[tuple[type[Model], Mode], dict[str, Any]]


def _schemas(rows: Sequence[Row]) -> tuple[Schemas, dict[str, Any]]:
    """Return where each model's schema stands, and all of them."""
    from pydantic.json_schema import models_json_schema  # noqa: PLC0415 -- only those who ask for the document pay

    wanted = dict.fromkeys(pair for row in rows for pair in _models(row))
    for model, _ in wanted:
        model.model_rebuild()
    references, document = models_json_schema(list(wanted), ref_template=REF)
    return references, document.get("$defs", {})  # pyright: ignore[reportReturnType] -- keyed by what was asked for


def _models(row: Row) -> list[tuple[type[Model], Mode]]:
    return [
        (wanted, "serialization" if name == "return" else "validation")
        for name, hint in hints_of(row).items()
        for wanted in (hint, *get_args(hint))
        if is_model(wanted)
    ]


def _describe_row(table: Table, row: Row, schemas: Schemas) -> dict[str, Any]:
    hints = hints_of(row)
    summary, _, more = (getdoc(row.handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "summary": summary.rstrip("."),
        "tags": [table.document],
        "operationId": f"{row.method.lower()}_{(table.prefix + row.path).strip('/').replace('/', '_')}",
        "description": f"{more.partition('Raises:')[0].strip()}\n\nWho may call it: {row.access}.".strip(),
        "parameters": [_path_parameter(name, hints) for name in _path_names(row)] + _query_parameters(row, hints),
        "responses": _responses(table, row, hints, schemas),
        "security": [] if row.access == "anyone" else [{"bearer": []}],
    }
    for name, wanted in hints.items():
        if name != "return" and is_model(wanted) and is_body(row, name, wanted):
            schema = schemas[wanted, "validation"]
            operation["requestBody"] = {
                "required": not row.may_be_missing,
                "content": {"application/json": {"schema": schema}},
            }
    return operation


def _path_names(row: Row) -> list[str]:
    return [segment[1:-1] for segment in row.path.split("/") if segment.startswith("{")]


def _path_parameter(name: str, hints: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TypeAdapter(hints[name]).json_schema()}


def _query_parameters(row: Row, hints: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, wanted in hints.items():
        if name == "return" or not is_model(wanted) or is_body(row, name, wanted):
            continue
        schema = wanted.model_json_schema()
        required = set(schema.get("required", ()))
        found += [
            {"name": field, "in": "query", "required": field in required, "schema": shape}
            for field, shape in schema.get("properties", {}).items()
        ]
    return found


def _responses(table: Table, row: Row, hints: Mapping[str, Any], schemas: Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {} for kind in row.produces}
    if "application/json" in content:
        value = _value_schema(hints.get("return"), schemas)
        content["application/json"] = {"schema": table.dialect.success_schema(value)}
    failure = {"application/json": {"schema": table.dialect.failure_schema()}}
    statuses = {400, 403, 413, 415, 421, 422, 431, *row.problems}
    if row.access != "anyone":
        statuses.add(401)
    if "{" in row.path:
        statuses.add(404)
    answers = {str(row.status): {"description": "Done.", "content": content}}
    return answers | {str(status): {"description": "Refused.", "content": failure} for status in sorted(statuses)}


def _value_schema(hint: Any, schemas: Schemas) -> dict[str, Any]:  # noqa: ANN401 -- any annotation at all
    kinds = [kind for kind in (get_args(hint) or (hint,)) if not _is_response(kind)]
    shapes = [schemas[kind, "serialization"] for kind in kinds if is_model(kind)]
    if len(shapes) == len(kinds) == 1:
        return shapes[0]
    return {"anyOf": shapes} if shapes and NoneType not in kinds else {}


def _is_response(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Response)
