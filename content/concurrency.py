"""How two people who edit one draft notice each other.

Whoever opens a draft is told its state, and names that state with each change. There are two ways to tell
a state: by the hash of everything the draft contains, which needs no column and suits forms that are
saved whole; and by a count of changes, which is cheap and suits editors that save with every click.
"""

from typing import Any, Generic, Protocol, TypeVar

from accounts import history
from accounts.errors import Conflict
from accounts.models import User
from content.kinds import ContentKind
from content.models import Versioned

V = TypeVar("V", bound=Versioned)
V_contra = TypeVar("V_contra", bound=Versioned, contravariant=True)


class DraftState(Protocol[V_contra]):
    """Tells one state of a draft from another."""

    advice: str

    def of(self, draft: V_contra) -> object:
        """Return what stands for the draft as it is now."""

    def counted(self, draft: V_contra) -> dict[str, Any]:
        """Return the columns that a change of the draft writes beside its own."""


class ByContent(Generic[V]):
    """The state is the hash of what the draft contains."""

    advice = "Nothing of yours was saved: open the draft in another window, and carry over what you typed."

    def __init__(self, kind: ContentKind[V]) -> None:
        self._kind = kind

    def of(self, draft: V) -> object:
        """The content hash by now."""
        return self._kind.state(draft)

    def counted(self, draft: V) -> dict[str, Any]:
        """Nothing to write: the content itself has changed."""
        return {}


class ByRevision:
    """The state is the draft's ``revision``, which counts changes."""

    advice = "It is shown as it is now; look at it, then repeat your change."

    def of(self, draft: Any) -> object:
        """How often it has been changed."""
        return draft.revision

    def counted(self, draft: Any) -> dict[str, Any]:
        """One change more."""
        return {"revision": draft.revision + 1}


def refuse_stale(draft: V, state: DraftState[V], *, seen: object) -> None:
    """Raise Conflict, naming who was faster, where a locked draft is no longer in the state ``seen``.

    None skips the check, for commands and for changes that read the draft under the same lock.
    """
    if seen is not None and str(seen) != str(state.of(draft)):  # forms send texts
        raise Conflict(f"{_last_editor(draft)} changed this draft after you opened it. {state.advice}")


def _last_editor(draft: Versioned) -> str:
    email = history.last_editor(draft)
    editor = User.objects.filter(email=email).first() if email else None
    return str(editor or email or "Somebody else")
