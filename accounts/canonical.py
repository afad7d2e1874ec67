"""Canonical JSON and its hash: equal content gives equal bytes."""

import hashlib
import json
from typing import Any


def canonical_json(content: Any) -> bytes:
    """Return UTF-8 JSON with sorted keys, no blanks and shortest numbers. NaN and infinity raise ValueError."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def content_hash(content: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(content)).hexdigest()
