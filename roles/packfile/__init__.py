"""Reading and writing the files of a content pack: places, fields, faults, reports.

Shared by the sections of ``roles``, ``rubrics`` and ``hiring``; knows nothing of what
they hold.
"""

from roles.packfile.faults import Fault, Faults, Place
from roles.packfile.report import Change, PackReport
from roles.packfile.scalars import Choice, Flag, Key, Keys, Number, Text, Texts, Whole, Words
from roles.packfile.shapes import Free, Levels, Listing, Mapping, Record, Shape
from roles.packfile.sources import PackFile, open_pack
from roles.packfile.versions import Incoming, Origin, freeze, sort_out, standing
from roles.packfile.writing import write_yaml

__all__ = [
    "Change",
    "Choice",
    "Fault",
    "Faults",
    "Flag",
    "Free",
    "Incoming",
    "Key",
    "Keys",
    "Levels",
    "Listing",
    "Mapping",
    "Number",
    "Origin",
    "PackFile",
    "PackReport",
    "Place",
    "Record",
    "Shape",
    "Text",
    "Texts",
    "Whole",
    "Words",
    "freeze",
    "open_pack",
    "sort_out",
    "standing",
    "write_yaml",
]
