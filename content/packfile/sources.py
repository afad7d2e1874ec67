"""Opens the YAML files of a pack as trees of nodes that know their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node

from content.packfile.faults import Faults, Place

# A pack is text that people write; anything larger is not one.
MAX_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file: its name as printed in messages, and its top-level entries by key."""

    name: str
    entries: dict[str, tuple[Node, int]]


def open_pack(
    source: Path, faults: Faults, *, names: Sequence[str], folders: Sequence[str]
) -> dict[str, PackFile]:
    """Return the files of the pack at ``source`` by name, noting what cannot be read.

    ``names`` are the files that a pack may hold, without their ending, ``folders`` those of any files.
    Raises FileNotFoundError where ``source`` is no folder.
    """
    if not source.is_dir():
        raise FileNotFoundError(
            f"{source} is not a folder. Give the folder that holds meta.yaml and roles.yaml."
        )
    files: dict[str, PackFile] = {}
    below = [path for folder in folders for path in source.glob(f"{folder}/*.y*ml")]
    for path in sorted([*source.glob("*.y*ml"), *below]):
        name = path.relative_to(source).as_posix()
        known = path.stem in names or path.parent != source
        if not known or path.suffix != ".yaml":
            expected = ", ".join(
                [*(f"{each}.yaml" for each in names), *(f"{each}/*.yaml" for each in folders)]
            )
            faults.add(Place(name, 1), f"is not a file of a pack. Expected: {expected}.")
            continue
        root = _compose(path, name, faults)
        if root is not None:
            files[name] = PackFile(name, _entries(root, name, faults))
    if not files and not len(faults):
        faults.add(
            Place(source.name, 1), "holds no pack: none of meta.yaml, roles.yaml, questions/*.yaml is there."
        )
    return files


def _compose(path: Path, name: str, faults: Faults) -> MappingNode | None:
    if path.stat().st_size > MAX_BYTES:
        faults.add(Place(name, 1), f"is larger than {MAX_BYTES // 1_000_000} MB. Split it.")
        return None
    try:
        root: Any = YAML(typ="safe").compose(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        faults.add(Place(name, 1), f"is not UTF-8 text (byte {error.start}). Save it as UTF-8.")
        return None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        faults.add(Place(name, line), f"is not valid YAML: {error.problem}. Mend this line first.")
        return None
    except YAMLError as error:
        faults.add(Place(name, 1), f"is not valid YAML: {str(error).splitlines()[0]}.")
        return None
    if not isinstance(root, MappingNode):
        faults.add(Place(name, 1), "must be a mapping at its top level, for example 'roles:'.")
        return None
    return root


def _entries(root: MappingNode, name: str, faults: Faults) -> dict[str, tuple[Node, int]]:
    entries: dict[str, tuple[Node, int]] = {}
    for key, value in root.value:
        line = key.start_mark.line + 1
        if key.value in entries:
            faults.add(Place(name, line, str(key.value)), "stands twice in this file. Keep one.")
        entries[str(key.value)] = (value, line)
    return entries
