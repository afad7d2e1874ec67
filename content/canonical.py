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
