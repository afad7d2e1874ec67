"""The questions section of a content pack: rating scales, question banks, questions, anchors."""

from rubrics.packs.collecting import collect, rating, to_files
from rubrics.packs.reading import read
from rubrics.packs.section import META_PARTS, RubricsSection
from rubrics.packs.writing import write

__all__ = ["META_PARTS", "RubricsSection", "collect", "rating", "read", "to_files", "write"]
