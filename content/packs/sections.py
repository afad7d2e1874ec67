"""The sections of a content pack, one an app, and the registry in which the apps declare them.

An app that holds content subclasses ``Section`` and registers it when Django is ready::

    class RubricsConfig(AppConfig):
        def ready(self) -> None:
            from rubrics.packs import SECTION

            sections.register(SECTION)

Sections come after those whose things they name; nothing here knows what a section holds.
"""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any, ClassVar

from accounts.models import Team, User
from content.kinds import AnyKind, ContentKind
from content.packfile import Faults, PackFile
from content.packs.collecting import collect_kind
from content.packs.known import Known
from content.packs.pack import Pack, Wanted
from content.packs.report import PackReport
from content.packs.writing import write_kind

Files = dict[str, dict[str, Any]]


class Section:
    """What one app contributes to a pack: its kinds, its files, and what comes along with what.

    The walk through a whole pack is not a section's business: it is handed the pack and does its part.
    """

    name: ClassVar[str]
    after: ClassVar[tuple[str, ...]] = ()
    # In the order in which they are written: a kind stands after those that it names.
    kinds: ClassVar[tuple[AnyKind, ...]]
    # Files called ``<name>.yaml``, and folders of such files, that hold this section.
    files: ClassVar[tuple[str, ...]] = ()
    folders: ClassVar[tuple[str, ...]] = ()
    # Entries of the file ``meta.yaml``, which several sections share, that this one reads.
    meta_parts: ClassVar[frozenset[str]] = frozenset()

    def read(self, files: dict[str, PackFile], pack: Pack, faults: Faults, *, team: Team) -> None:
        """Read and check this section. It may name what ``team`` has, and what earlier sections read."""
        raise NotImplementedError

    def write(
        self, pack: Pack, known: Known, *, by: User | None, report: PackReport, keep: bool
    ) -> dict[str, set[str]]:
        """Write what differs from what the team has; return the keys written, by kind."""
        return {
            kind.name: write_kind(kind, pack, known, by=by, report=report, keep=keep) for kind in self.kinds
        }

    def comes_along(self, team: Team, wanted: Wanted) -> None:
        """Add to ``wanted`` what is copied with a thing though the thing does not name it."""

    def collect(self, pack: Pack, team: Team, wanted: Wanted | None) -> None:
        """Gather what ``team`` has published: all of it, or what is wanted and, last, what that names."""
        for kind in reversed(self.kinds):
            collect_kind(kind, pack, team, wanted)

    def lay_out(self, pack: Pack, files: Files) -> None:
        """Add this section's files, and its entries of files that earlier sections made."""
        raise NotImplementedError


_registered: dict[str, Section] = {}


def register(section: Section) -> None:
    """Declare a section. Declaring one name twice replaces it, as a reloading server does."""
    _registered[section.name] = section


def sections() -> list[Section]:
    """Return the sections, each after those whose things it names."""
    order = TopologicalSorter({name: section.after for name, section in sorted(_registered.items())})
    return [_registered[name] for name in order.static_order()]


def kinds() -> Iterator[AnyKind]:
    """Yield every kind of content there is, in the order in which they are written."""
    for section in sections():
        yield from section.kinds


def versioned_kinds() -> list[ContentKind[Any]]:
    return [kind for kind in kinds() if isinstance(kind, ContentKind)]


def meta_parts() -> frozenset[str]:
    """Return the entries of ``meta.yaml`` that some section reads for itself."""
    return frozenset().union(*(section.meta_parts for section in sections()))
