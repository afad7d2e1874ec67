"""Reading and writing the files of a content pack: places, fields, faults, reports.

Shared by the sections of ``roles``, ``rubrics`` and ``hiring``; knows nothing of what
they hold.
"""

from content.packfile.faults import Fault, Faults, Place
from content.packfile.report import Change, PackReport
from content.packfile.scalars import Choice, Flag, Key, Keys, Number, Text, Texts, Whole, Words
from content.packfile.shapes import Free, Levels, Listing, Mapping, Record, Shape
from content.packfile.sources import PackFile, open_pack
from content.packfile.versions import Incoming, Origin, freeze, sort_out, standing
from content.packfile.writing import write_yaml

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
