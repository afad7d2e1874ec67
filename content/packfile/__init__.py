"""The files of a content pack: places, fields, faults; what they hold is not known here.

The fields also say which columns hold their values, so that one declaration serves the file and
the database.
"""

from content.packfile.faults import Fault, Faults, Place
from content.packfile.plain import hint, plain
from content.packfile.references import Ref, RefRows
from content.packfile.scalars import (
    Choice,
    Field,
    Flag,
    Key,
    Keys,
    Number,
    Reference,
    Text,
    Texts,
    Whole,
    Words,
)
from content.packfile.shapes import Free, Levels, Listing, Mapping, Record, Shape
from content.packfile.sources import PackFile, open_pack
from content.packfile.writing import write_yaml

__all__ = [
    "Choice",
    "Fault",
    "Faults",
    "Field",
    "Flag",
    "Free",
    "Key",
    "Keys",
    "Levels",
    "Listing",
    "Mapping",
    "Number",
    "PackFile",
    "Place",
    "Record",
    "Ref",
    "RefRows",
    "Reference",
    "Shape",
    "Text",
    "Texts",
    "Whole",
    "Words",
    "hint",
    "open_pack",
    "plain",
    "write_yaml",
]
