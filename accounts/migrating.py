"""Migrating without rendering every model again at every step.

Django keeps, beside the description of the models at each step of a migration, classes made from it, and makes
anew whatever a step could touch: in a schema whose tables all point to teams and people that is nearly every
class, hundreds of times, for steps that no class depends on (an index, a constraint, a trigger). It was nineteen
of every twenty seconds of migrating an empty database. Here a step makes anew what it changes and no more; code
that a migration runs still gets classes made afresh from the whole description.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

from django.db.migrations import executor, graph
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field

Key = tuple[str, str]
# No class that points to this one depends on these.
OWN = {"indexes", "constraints"}
# Nobody reads these from a class while migrating.
UNREAD = {"triggers"}


class TableShape(NamedTuple):
    """What a class is made from, to be compared: what its neighbours depend on, and what is its own."""

    common: object
    own: object

    @classmethod
    def of(cls, model: ModelState) -> "TableShape":
        """Take the shape of one model; steps put new fields in place of old ones and never change them."""
        parts = [(name, id(part)) for name, part in [*model.fields.items(), *model.managers]]
        options = {name: value for name, value in model.options.items() if name not in OWN | UNREAD}
        return cls(
            common=(parts, options, model.bases),
            own=[[id(o) for o in model.options[name]] for name in sorted(OWN)],
        )


class LeanState(ProjectState):
    """The models at one step of a migration, with classes made only where a step changes what they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What each class was made from, as far as it is known.
        self.shapes: dict[Key, TableShape] = {}

    def clone(self) -> "LeanState":
        """Return a copy that the next step may change."""
        copied = type(self)(
            models={key: model.clone() for key, model in self.models.items()}, real_apps=self.real_apps
        )
        if "apps" in self.__dict__:  # asking for it would make all classes
            copied.apps = self.apps.clone()
        copied.is_delayed = self.is_delayed
        copied.shapes = dict(self.shapes)
        return copied

    def add_model(self, model_state: ModelState) -> None:
        """Make the new class alone: nothing can point to it yet."""
        key = (model_state.app_label, model_state.name_lower)
        if "apps" not in self.__dict__:
            super().add_model(model_state)
            return
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]  # Django has it, its stubs have not
            self.resolve_model_relations(key)
        self.is_delayed = True
        self.apps.render_multiple([model_state])
        self.shapes[key] = TableShape.of(model_state)

    def add_field(
        self, app_label: str, model_name: str, name: str, field: Field[Any, Any], preserve_default: bool
    ) -> None:
        """Make anew the class and its neighbours, and for a relation not the neighbours' neighbours too."""
        key = (app_label, model_name)
        if not preserve_default:
            field = field.clone()
            field.default = NOT_PROVIDED
        self.models[key].fields[name] = field
        if self._relations is not None:  # type: ignore[attr-defined]
            self.resolve_model_field_relations(key, name, field)
        self.reload_model(*key, delay=True)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        """Make anew the classes that depend on what changed: often one, often none."""
        key = (app_label, model_name.lower())
        if "apps" not in self.__dict__:
            return
        made_from = self.shapes.get(key)
        model = self.models[key]
        self.shapes[key] = now = TableShape.of(model)
        if made_from is None or made_from.common != now.common:
            super().reload_model(app_label, model_name, delay)
            return
        self.is_delayed = True
        if made_from.own != now.own:
            self._reload({key})  # type: ignore[attr-defined]


@contextmanager
def lean_states() -> Iterator[None]:
    """Let migrations of this process run on lean states for a while."""
    with (
        mock.patch.object(executor, "ProjectState", LeanState),
        mock.patch.object(graph, "ProjectState", LeanState),
    ):
        yield
