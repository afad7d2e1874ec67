"""Wishes as a form and as an address, which carries them, so that a proposal can be sent to a colleague."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict

from accounts.inputs import LARGEST_ID
from loops.bank import kind_for
from loops.designing.wishes import (
    ANY_COMPETENCIES,
    LEAST_MINUTES,
    MOST_DIFFERENCE,
    MOST_MINUTES,
    MOST_PEOPLE,
    MOST_SESSIONS,
    OBJECTIVES,
    Wishes,
)
from loops.models import StageKind
from loops.plans import Plan
from rubrics.models import QuestionFormat

# Kinds of stages that questions make; the others hold none, so that no proposal has them.
_MADE = {kind_for(each) for each in QuestionFormat.values}
KINDS = tuple((kind, label) for kind, label in StageKind.choices if kind in _MADE)
_LONGEST_KEY = 80
# Numbers by kind of stage or by competency: the name of the wish, and how its fields begin.
_BY_KIND = {"kinds": "least", "kinds_most": "most", "trained": "trained"}
_RATERS = "rate"


class WishesForm(forms.Form):
    """What is wished for, without the questions that are held, left out or kept apart by links."""

    # A loop brings its own.
    profile = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    loop = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    minutes = forms.IntegerField(min_value=LEAST_MINUTES, max_value=MOST_MINUTES, required=False)
    sessions = forms.IntegerField(min_value=1, max_value=MOST_SESSIONS, required=False)
    hours = forms.FloatField(min_value=0.25, max_value=100, required=False)
    people = forms.ChoiceField(
        choices=[("1", "one"), ("2", "one or two"), ("3", "one to three")], required=False
    )
    take_homes = forms.ChoiceField(choices=[("yes", "allowed"), ("no", "none")], required=False)
    every = forms.BooleanField(required=False)
    free = forms.BooleanField(required=False)
    one_rater = forms.BooleanField(required=False)
    objective = forms.ChoiceField(choices=list(OBJECTIVES.items()), required=False)
    competencies = forms.IntegerField(min_value=1, max_value=ANY_COMPETENCIES, required=False)
    exposed = forms.FloatField(min_value=0, max_value=100, required=False)
    difference = forms.FloatField(min_value=0, max_value=MOST_DIFFERENCE, required=False)
    apart_one = forms.SlugField(max_length=_LONGEST_KEY, required=False)
    apart_other = forms.SlugField(max_length=_LONGEST_KEY, required=False)

    def __init__(self, values: Any, plan: Plan) -> None:
        super().__init__(values)
        names = [f"{begin}_{kind}" for begin in _BY_KIND.values() for kind, _ in KINDS]
        self.raters = {f"{_RATERS}_{row.key}": row.key for row in plan.requirements}
        for name in (*names, *self.raters):
            self.fields[name] = forms.IntegerField(
                min_value=0, max_value=MOST_PEOPLE, required=False, label=name.replace("_", " ").capitalize()
            )

    def wishes(self, values: QueryDict, minutes: int) -> Wishes:
        """What the form says; ``minutes`` where it says none."""
        given = self.cleaned_data
        hours, exposed = given.get("hours"), given.get("exposed")
        by_kind = {
            wish: {kind: n for kind, _ in KINDS if (n := given.get(f"{begin}_{kind}")) is not None}
            for wish, begin in _BY_KIND.items()
        }
        by_kind["kinds"] = {kind: n for kind, n in by_kind["kinds"].items() if n}
        return Wishes(
            minutes=given.get("minutes") or minutes,
            sessions=given.get("sessions"),
            interviewer_minutes=round(60 * hours) if hours else None,
            interviewers=tuple(range(1, int(given.get("people") or 2) + 1)),
            take_homes=given.get("take_homes") != "no",
            every=bool(given.get("every")),
            rules=not given.get("free"),
            must_haves=not given.get("one_rater"),
            objective=given.get("objective") or "gap",
            competencies=given.get("competencies"),
            exposed=None if exposed is None else exposed / 100,
            difference=given.get("difference"),
            pinned=tuple(sorted({key[:_LONGEST_KEY] for key in values.getlist("pin")}))[:30],
            banned=tuple(sorted({key[:_LONGEST_KEY] for key in values.getlist("ban")}))[:200],
            apart=self._apart(values),
            raters={key: n for name, key in self.raters.items() if (n := given.get(name)) is not None},
            **by_kind,
        )

    def _apart(self, values: QueryDict) -> tuple[tuple[str, ...], ...]:
        """Groups that the address holds, and the two that the form names."""
        groups = [each[: 30 * _LONGEST_KEY].split(",") for each in values.getlist("apart")[:100]]
        both = [self.cleaned_data.get("apart_one"), self.cleaned_data.get("apart_other")]
        if all(both):
            groups.append([str(each) for each in both])
        return tuple(sorted({tuple(sorted(set(group))) for group in groups}))


def understood(request: HttpRequest, form: WishesForm, plan: Plan) -> WishesForm:
    """The form, checked; what of it no form may say is told and left out."""
    if form.is_valid():
        return form
    said = (f"{form[name].label}: {' '.join(map(str, texts))}" for name, texts in form.errors.items())
    messages.error(request, f"Not understood, and left out. {' '.join(said)}")
    rest = WishesForm({name: text for name, text in form.data.items() if name not in form.errors}, plan)
    rest.is_valid()
    return rest


def as_query(wishes: Wishes) -> dict[str, list[str]]:
    """Wishes as the form's fields."""
    hours, exposed = wishes.interviewer_minutes, wishes.exposed
    said: dict[str, Iterable[str]] = {
        "minutes": [str(wishes.minutes)],
        "sessions": _some(wishes.sessions),
        "hours": [] if hours is None else [f"{hours / 60:g}"],
        "people": [str(max(wishes.interviewers))],
        "take_homes": [] if wishes.take_homes else ["no"],
        "every": ["on"] if wishes.every else [],
        "free": [] if wishes.rules else ["on"],
        "one_rater": [] if wishes.must_haves else ["on"],
        "objective": [] if wishes.objective == "gap" else [wishes.objective],
        "competencies": _some(wishes.competencies),
        "exposed": [] if exposed is None else [f"{100 * exposed:g}"],
        "difference": [] if wishes.difference is None else [f"{wishes.difference:g}"],
        "pin": wishes.pinned,
        "ban": wishes.banned,
        "apart": [",".join(group) for group in wishes.apart],
        **{
            f"{begin}_{kind}": [str(n)]
            for wish, begin in (*_BY_KIND.items(), ("raters", _RATERS))
            for kind, n in getattr(wishes, wish).items()
        },
    }
    return {name: list(value) for name, value in said.items() if value}


def query_of(wishes: Wishes, **besides: int | None) -> str:
    """The address of a proposal for these wishes, with whatever is given besides."""
    query = QueryDict(mutable=True)
    for name, number in besides.items():
        if number is not None:
            query[name] = str(number)
    for name, values in as_query(wishes).items():
        query.setlist(name, values)
    return str(query.urlencode())


def without(query: str, name: str, value: str) -> str:
    """The address without one value of a name."""
    kept = QueryDict(query, mutable=True)
    kept.setlist(name, [each for each in kept.getlist(name) if each != value])
    return str(kept.urlencode())


def with_value(query: str, name: str, value: str) -> str:
    """The address with one value more of a name."""
    kept = QueryDict(without(query, name, value), mutable=True)
    kept.appendlist(name, value)
    return str(kept.urlencode())


def _some(number: int | None) -> list[str]:
    return [] if number is None else [str(number)]
