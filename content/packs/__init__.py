"""Content packs: what a team's content is exported to, imported from and copied with.

``sections`` is where the apps declare what they contribute; ``transfer`` walks through all of it.
"""

from content.packs.pack import Origin, Pack, Wanted
from content.packs.report import PackReport
from content.packs.sections import Section, register
from content.packs.transfer import copy_from_library, export_pack, import_pack, pack_files

__all__ = [
    "Origin",
    "Pack",
    "PackReport",
    "Section",
    "Wanted",
    "copy_from_library",
    "export_pack",
    "import_pack",
    "pack_files",
    "register",
]
