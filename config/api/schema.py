"""What holds for every operation of the API, added to the generated schema: errors, keys, teams."""

from typing import Any

from config.api.problems import CONTENT_TYPE

PREFIX = "/api/v1/"
_WRITES = {"post", "put", "patch", "delete"}
_RESPONSES = {
    "400": ("Unreadable", "The request cannot be read: the body, a field, a filter or a header."),
    "401": ("SignInNeeded", "No valid token or session."),
    "403": ("NotAllowed", "Your role in the team does not include this."),
    "404": ("NotFound", "Not there, or not yours to see; the two read the same."),
    "409": ("NotPossible", "Not possible in the present state; the text says what would make it possible."),
    "412": ("Changed", "Changed since the revision named in If-Match."),
    "413": ("TooLarge", "The body is too large."),
    "415": ("NotJson", "The body is not JSON."),
    "422": ("NotValid", "The input is not valid; `problems` names every fault."),
    "428": ("RevisionNeeded", "If-Match is missing."),
}
_PROBLEM = {
    "type": "object",
    "description": "What went wrong, as problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "example": "about:blank"},
        "title": {"type": "string", "example": "Not possible in this state"},
        "status": {"type": "integer", "example": 409},
        "detail": {"type": "string", "description": "What happened and what to do, in a sentence or two."},
        "problems": {
            "type": "array",
            "description": "Single faults, where there are several.",
            "items": {
                "type": "object",
                "required": ["field", "text"],
                "properties": {"field": {"type": "string"}, "text": {"type": "string"}},
            },
        },
        "errors": {
            "type": "object",
            "description": "Faults of the body by field.",
            "additionalProperties": True,
        },
    },
    "additionalProperties": True,
}
_TEAM = {
    "name": "team",
    "in": "query",
    "schema": {"type": "string"},
    "description": "Key of one of your teams (or `library`). Narrows what is found; says where a new row goes.",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Chosen by you. A repetition with the same key and body gets the first answer and has no "
    "second effect; with another body it is refused with 422. Kept for a day.",
}


def common_parts(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["responses"] = {
        name: {
            "description": text,
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name, text in _RESPONSES.values()
    }
    components["parameters"] = {"Team": _TEAM, "IdempotencyKey": _KEY}
    result["tags"] = [
        {"name": tag, "x-displayName": tag.replace("-", " ").capitalize()}
        for tag in sorted(
            {tag for path in result.get("paths", {}).values() for op in path.values() for tag in op["tags"]}
        )
    ]
    for path, methods in result.get("paths", {}).items():
        if path.startswith(PREFIX):
            for method, operation in methods.items():
                _complete(path, method, operation)
    return result


def _title(operation: dict[str, Any]) -> str:
    """A line a reader can scan for; the generated name is for programs."""
    things = str(operation["tags"][0]).replace("-", " ")
    name = str(operation["operationId"])
    if name.endswith("_list"):
        return f"List {things}"
    if name.endswith("_retrieve") and name.count("_") == operation["tags"][0].count("-") + 1:
        return f"Read one of the {things}"
    first = str(operation.get("description", "")).split("\n")[0]
    return first.split(". ")[0].split(";")[0].split(" (")[0].replace("``", "").rstrip(".")


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    operation["summary"] = _title(operation)
    parameters = operation.setdefault("parameters", [])
    names = {row.get("name") for row in parameters}
    codes = {"400", "401", "404"}
    if method in _WRITES:
        codes |= {"403", "409", "422"}
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if "requestBody" in operation:
        codes |= {"413", "415"}
    if "If-Match" in names:
        codes |= {"412", "428"}
    if path.endswith("/file/"):
        codes.add("409")
    if "team" not in names:
        parameters.append({"$ref": "#/components/parameters/Team"})
    for row in parameters:
        if row.get("in") == "path":
            row["schema"] = {"type": "integer"}
    for code in sorted(codes):
        operation["responses"].setdefault(code, {"$ref": f"#/components/responses/{_RESPONSES[code][0]}"})
