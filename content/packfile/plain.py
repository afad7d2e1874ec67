"""Nodes as plain data, and guesses at what a misspelt name was meant to be."""

import difflib
from collections.abc import Iterable
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from content.packfile.faults import Faults, Place
from content.packfile.scalars import TAG, shown


def hint(name: str, known: Iterable[str]) -> str:
    """Propose what may have been meant."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known)[:40]) or 'nothing yet'}."


def plain(node: Node, place: Place, faults: Faults) -> Any:
    """Return a node as plain data: mappings with text keys, lists, texts, numbers, true, false, null."""
    if isinstance(node, MappingNode):
        return {
            str(key.value): plain(
                value, Place(place.file, key.start_mark.line + 1, f"{place.path}.{key.value}"), faults
            )
            for key, value in node.value
        }
    if isinstance(node, SequenceNode):
        return [plain(child, place, faults) for child in node.value]
    kind, text = str(node.tag).removeprefix(TAG), str(node.value)
    if kind == "bool":
        return text.lower() == "true"
    if kind == "null":
        return None
    if kind in {"int", "float"}:
        try:
            value = int(text) if kind == "int" else float(text)
        except ValueError:
            return text
        if value in (float("inf"), float("-inf")) or value != value:  # noqa: PLR0124 -- NaN differs from itself
            faults.add(place, f"must be a finite number, found {shown(node)}.")
            return None
        return value
    return text
