"""The OpenAPI description: free of warnings, complete, and the one that is kept with the docs."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

KEPT = Path(__file__).parents[2] / "docs/api/openapi.yaml"
MAKE = "python manage.py spectacular --validate --fail-on-warn --file docs/api/openapi.yaml"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(p, m, op) for p, methods in schema["paths"].items() for m, op in methods.items()]


def test_kept_file_is_the_generated_one(schema: dict[str, Any]) -> None:
    assert yaml.safe_load(KEPT.read_text()) == schema, f"The API changed. Write it down with: {MAKE}"


def test_every_operation_documents_its_refusals(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        assert {"400", "401", "404"} <= set(operation["responses"]), path
        if method != "get":
            assert {"403", "409", "422"} <= set(operation["responses"]), (method, path)
            assert {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"]
        assert {"$ref": "#/components/parameters/Team"} in operation["parameters"], path
        assert operation["security"] == [{"token": []}, {"cookieAuth": []}]
        assert operation["summary"]
    for response in schema["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_edits_of_drafts_document_if_match(schema: dict[str, Any]) -> None:
    edits = {
        (path, method)
        for path, method, operation in operations(schema)
        if any(row.get("name") == "If-Match" and row["required"] for row in operation["parameters"])
    }
    for path, methods in {
        "/api/v1/loops/{id}/": ("patch", "delete"),
        "/api/v1/loops/{id}/publish/": ("post",),
        "/api/v1/loops/{id}/stages/": ("post",),
        "/api/v1/loops/{id}/stages/{stage}/": ("patch", "delete"),
        "/api/v1/scorecards/{id}/": ("put", "patch"),
        "/api/v1/scorecards/{id}/submit/": ("post",),
    }.items():
        for method in methods:
            assert (path, method) in edits
            assert {"412", "428"} <= set(schema["paths"][path][method]["responses"])


def test_ids_in_addresses_are_integers(schema: dict[str, Any]) -> None:
    for path, _, operation in operations(schema):
        for row in operation["parameters"]:
            if row.get("in") == "path":
                assert row["schema"]["type"] == "integer", (path, row)
