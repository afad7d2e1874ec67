"""Kinds of PDF report, and the one list of them.

A kind lives in a folder of its own, whose ``kind.py`` registers it::

    @register
    class SkillGap(ReportKind[Application]):
        key = "skill-gap"
        ...

Pages, API, command and job ask the list what kinds there are and the kind what its subject is, who may
have it and what stands in it. None of them knows a kind by name, so a new report is a new folder.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from accounts.models import Team, User
from accounts.permissions import Permission
from reports.pdf.document import Document
from web.render import Page

Subject = TypeVar("Subject", bound=Model)
#: Versions, hashes, run and policy that a report's numbers came from, as they are stored with it.
Provenance: TypeAlias = Mapping[str, str | int | float | None]


@dataclass(frozen=True)
class Arranged:
    """What a template needs, what every page of the file says, and what the numbers came from."""

    template: str
    document: Document
    page: Page
    provenance: Provenance


class ReportKind(ABC, Generic[Subject]):
    """One kind of report about one kind of row, its subject."""

    #: In addresses, commands, the API and the database; never changes once reports are stored.
    key: ClassVar[str]
    #: On screen.
    name: ClassVar[str]
    #: What the API's body calls the subject.
    subject: ClassVar[str]
    #: Said by the API when the body names no subject.
    subject_missing: ClassVar[str]
    #: What KEY of the command is.
    key_help: ClassVar[str]
    #: Rights in the team that asking for one and reading one take.
    permissions: ClassVar[tuple[Permission, ...]] = (Permission.VIEW_REPORTS,)
    #: Whether the command may speak of the library where no team is named.
    library_serves: ClassVar[bool] = False

    @property
    def url_name(self) -> str:
        """Name of the address that asks for one, below ``/t/<team>/``."""
        return f"report_{self.key.replace('-', '_')}"

    @abstractmethod
    def subjects(self) -> QuerySet[Subject]:
        """All rows a report could be about, with what ``title`` and ``check`` read; has ``visible_to``."""

    @abstractmethod
    def subjects_for(self, user: User, team: Team) -> QuerySet[Subject]:
        """Rows whose report ``user`` may ask for in ``team``; the others read like rows that do not exist."""

    @abstractmethod
    def find(self, key: str, team: Team) -> Subject:
        """The subject that a command names. Raises InvalidInput where there is none."""

    @abstractmethod
    def team_of(self, subject: Subject) -> Team | None:
        """The team a report about ``subject`` is made for; None where the one who asks has to say."""

    @abstractmethod
    def title(self, subject: Subject) -> str:
        """The report in lists."""

    @abstractmethod
    def check(self, subject: Subject, *, team: Team, by: User | None) -> None:
        """Refuse what may not be asked for now. Raises an ActionError; ``by`` is None for a command."""

    @abstractmethod
    def arrange(self, subject: Subject, *, team: Team, letter: bool) -> Arranged:
        """Gather the data afresh. Raises an ActionError where the subject cannot be reported on."""

    def withheld(self, user: User) -> Q:
        """Condition on reports of this kind that ``user`` may not know of, whatever the rights: none."""
        return Q(pk__in=[])

    def page_of(self, subject: Subject, team: Team) -> str:
        """Where somebody stands who asks for a report: the page that a refusal leads back to."""
        return reverse("reports", kwargs={"team": team.key})


# What a list of kinds holds; each method takes the subject of its own kind.
AnyKind: TypeAlias = ReportKind[Any]

_kinds: dict[str, AnyKind] = {}
K = TypeVar("K", bound=AnyKind)


def register(kind: type[K]) -> type[K]:
    """Put a kind on the list. Raises ValueError for a key that another kind has."""
    known = _kinds.get(kind.key)
    if known is not None and type(known).__qualname__ != kind.__qualname__:
        raise ValueError(f"Two reports of kind {kind.key}: {type(known).__qualname__}, {kind.__qualname__}.")
    _kinds[kind.key] = kind()
    return kind


def all_kinds() -> list[AnyKind]:
    """Every kind in the order of keys."""
    return [kind for _, kind in sorted(_kinds.items())]


def find(key: str) -> AnyKind | None:
    """The kind of that key; None where this version knows no such kind."""
    return _kinds.get(key)


def get(key: str) -> AnyKind:
    """The kind of that key. Raises LookupError naming the kinds there are."""
    kind = _kinds.get(key)
    if kind is None:
        raise LookupError(f"There is no report {key}. The kinds are: {', '.join(known_keys())}.")
    return kind


def known_keys() -> list[str]:
    return [kind.key for kind in all_kinds()]


def choices() -> list[tuple[str, str]]:
    """Keys and names: the choices of a column and of a filter. A function, so that no migration lists them."""
    return [(kind.key, kind.name) for kind in all_kinds()]
