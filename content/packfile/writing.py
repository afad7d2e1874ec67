"""Writes plain data as YAML, the same bytes for the same content."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

# Small mappings and lists of plain words read better on one line.
_ON_ONE_LINE = 88


def write_yaml(path: Path, content: dict[str, Any]) -> None:
    path.write_text(to_yaml(content), encoding="utf-8", newline="\n")


def to_yaml(content: dict[str, Any]) -> str:
    """Return ``content`` as YAML text in block style, small leaves on one line."""
    yaml = YAML()
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    stream = StringIO()
    yaml.dump(_styled(content), stream)
    # Where the emitter folds a text it leaves a blank at the end of the line, which means nothing.
    return re.sub(r" +$", "", stream.getvalue(), flags=re.MULTILINE)


def _styled(value: Any, *, inline: bool = True) -> Any:
    styled: CommentedMap | CommentedSeq
    if isinstance(value, dict):
        styled = CommentedMap((key, _styled(entry)) for key, entry in value.items())
    elif isinstance(value, list):
        # Entries of one list look alike: all on one line each, or none.
        alike = all(_is_small(entry) for entry in value if isinstance(entry, dict | list))
        styled = CommentedSeq(_styled(entry, inline=alike) for entry in value)
    else:
        return value
    if inline and _is_small(value):
        styled.fa.set_flow_style()
    return styled


def _is_small(value: dict[Any, Any] | list[Any]) -> bool:
    leaves = list(value.values()) if isinstance(value, dict) else value
    if any(isinstance(leaf, dict | list) for leaf in leaves):
        return False
    if any(isinstance(leaf, str) and (" " in leaf or "\n" in leaf) for leaf in leaves):
        return False
    keys = len("".join(str(key) for key in value)) + 2 * len(value) if isinstance(value, dict) else 0
    # A mapping of several things is read down the page; one that is all numbers and keys, across.
    return keys + sum(len(str(leaf)) + 2 for leaf in leaves) <= _ON_ONE_LINE
