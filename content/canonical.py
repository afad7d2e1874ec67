"""Canonical JSON and its hash: equal content gives equal bytes."""

import hashlib
import json
from typing import Any


def canonical_json(content: Any) -> bytes:
    """Return UTF-8 JSON with sorted keys and no blanks; NaN and infinity raise ValueError."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def content_hash(content: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def pinned_hash(body: dict[str, Any], pins: dict[str, str]) -> str:
    """Return the content hash of a version: its body and the hashes of the versions it names.

    ``pins`` maps the key of each thing named to that version's content hash, so that
    equal hashes mean equal content all the way down, in whichever team it lives.
    """
    return content_hash({"body": body, "pins": pins})
