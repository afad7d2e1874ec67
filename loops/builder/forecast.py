"""The page that says what a loop will decide, beside its builder."""

from dataclasses import dataclass, replace

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.http import set_team
from loops.builder.forms import RowKeyField
from loops.builder.pages import builder_url
from loops.builder.state import comparable
from loops.builder.views import find_loop
from loops.forecast import (
    CANDIDATES,
    HIGHEST_SEED,
    INTERVIEWERS,
    QUESTIONS,
    Decided,
    DesignRow,
    Forecast,
    ForecastTerms,
    forecast_for,
)
from loops.models import Loop
from psychometrics.design.expected_validity import SOURCE
from web.context import current_team
from web.numbers import decimal, reliability, span
from web.render import Crumb, render_page


class ForecastForm(forms.Form):
    """What somebody wants to know, in people of 100; what makes no sense is said and counts as not given."""

    base = forms.IntegerField(min_value=1, max_value=99, required=False, label="Meet the role")
    hired = forms.IntegerField(min_value=1, max_value=99, required=False, label="Hired")
    compare = RowKeyField(required=False)
    scores = forms.ChoiceField(
        choices=[("rated", "As rated"), ("calibrated", "Calibrated")], required=False, label="Scores"
    )
    seed = forms.IntegerField(min_value=0, max_value=HIGHEST_SEED, required=False, label="Seed")

    def asked(self) -> ForecastTerms:
        """What was asked for, the defaults where nothing was or where it makes no sense."""
        self.is_valid()
        found, asked = self.cleaned_data, ForecastTerms()
        if found.get("base") is not None:
            asked = replace(asked, base_rate=found["base"] / 100)
        if found.get("hired") is not None:
            asked = replace(asked, hired=found["hired"] / 100)
        if found.get("seed") is not None:
            asked = replace(asked, seed=found["seed"])
        return replace(asked, calibrated=found.get("scores") == "calibrated")

    def compare_with(self) -> int | None:
        """The loop chosen to compare with."""
        self.is_valid()
        chosen: int | None = self.cleaned_data.get("compare")
        return chosen


@dataclass(frozen=True, slots=True)
class Side:
    """One of the loops shown: a letter where there are two, and its title."""

    letter: str
    decided: Decided

    @property
    def heading(self) -> str:
        """The id of its heading."""
        return f"h-{self.letter or 'loop'}"


@dataclass(frozen=True, slots=True)
class GridCell:
    """A reliability of the D study: its shade, from 1 to 5, and whether it reaches the target."""

    value: float
    shade: int
    reached: bool
    #: Whether a group of columns begins with it.
    first: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """A competency of the D study with its cells; one that the loop never asks for has none."""

    row: DesignRow
    cells: list[GridCell]


@dataclass(frozen=True, slots=True)
class ValidityRow:
    """An interval on the axis from 0 to 1, in percent of its width; ``ceiling`` is empty for a method."""

    name: str
    letters: str
    lower: str
    upper: str
    ceiling: str
    ceiling_said: str
    said: str
    capped: bool

    @property
    def whole(self) -> bool:
        """Whether this is a loop and not a method."""
        return bool(self.ceiling)


@dataclass(frozen=True)
class ForecastPage:
    """The forecast with what was asked, and what it may be compared with."""

    loop: Loop
    forecast: Forecast
    others: QuerySet[Loop]
    compare: int | None
    problems: list[str]
    crumbs: list[Crumb]

    @property
    def sides(self) -> list[Side]:
        """The loop, and the one it is compared with."""
        found = self.forecast
        if found.there is None:
            return [Side("", found.here)]
        return [Side("A", found.here), Side("B", found.there)]

    @property
    def base(self) -> int:
        """Of 100 who apply, how many meet the role."""
        return round(100 * self.forecast.asked.base_rate)

    @property
    def hired(self) -> int:
        """Of 100 who apply, how many are hired."""
        return round(100 * self.forecast.asked.hired)

    @property
    def random_wrong(self) -> int:
        """Of those hired at random, how many do not meet the role."""
        return round(self.hired * (1 - self.forecast.asked.base_rate))

    @property
    def calibrated(self) -> bool:
        """Whether severity is taken out."""
        return self.forecast.asked.calibrated

    @property
    def difference_words(self) -> str:
        """How far two loops differ, and whether that is more than the luck of the simulation."""
        found = self.forecast.difference
        if found is None:
            return ""
        by, error = found
        apart = f"{decimal(abs(by))} ± {decimal(error)}"
        if abs(by) < 2 * error:
            return f"The simulation cannot tell the two apart: {apart} of 100 right hires lie between them."
        better = "A" if by > 0 else "B"
        return f"Of the same 100 people {better} hires {apart} more who meet the role."

    @property
    def candidates(self) -> str:
        """How many people are simulated."""
        return f"{CANDIDATES:,}"

    @property
    def action(self) -> str:
        """Where the form leads."""
        return forecast_url(self.loop.pk)

    @property
    def highest_seed(self) -> int:
        return HIGHEST_SEED

    @property
    def columns(self) -> int:
        """Cells of a row of the D study."""
        return len(INTERVIEWERS) * len(QUESTIONS)

    @property
    def interviewers(self) -> tuple[int, ...]:
        """Columns of the D study."""
        return INTERVIEWERS

    @property
    def questions(self) -> tuple[int, ...]:
        """Groups of columns of the D study."""
        return QUESTIONS

    @property
    def grid(self) -> list[GridRow]:
        """The D study, the composite first."""
        found = self.forecast
        rows = [*([found.pooled] if found.pooled else []), *found.design]
        return [GridRow(row, _cells(row, found.target)) for row in rows]

    @property
    def one_more(self) -> tuple[float, float, float] | None:
        """Pooled reliability of one question and one interviewer, with a second question, with a second interviewer."""
        found = self.forecast.pooled
        return (found.grid[0][0], found.grid[1][0], found.grid[0][1]) if found else None

    @property
    def validities(self) -> list[ValidityRow]:
        """What is to be expected of the loops, and below it what was published of their methods."""
        wholes: list[ValidityRow] = []
        methods: dict[str, ValidityRow] = {}
        for side in self.sides:
            if side.decided.outcome is None:
                continue
            found = side.decided.outcome.validity
            wholes.append(_validity(side.decided.name, side.letter, found.lower, found.upper, found.ceiling))
            for one in found.methods:
                before = methods.get(one.method)
                used_by = f"{before.letters} and {side.letter}" if before else side.letter
                methods[one.method] = _validity(one.name, used_by, one.lower, one.upper)
        return [*wholes, *methods.values()]

    @property
    def validity_source(self) -> str:
        """Where the published validities are printed."""
        return SOURCE


def forecast_url(loop_pk: int) -> str:
    return reverse("admin:loops_loop_forecast", args=[loop_pk])


def _cells(row: DesignRow, target: float) -> list[GridCell]:
    steps = (0.64 * target, 0.78 * target, target, target + 0.6 * (1 - target) * 2 / 3)
    return [
        GridCell(value, 1 + sum(value >= step for step in steps), value >= target, place == 0)
        for line in row.grid
        for place, value in enumerate(line)
    ]


def _validity(
    name: str, letters: str, lower: float, upper: float, ceiling: float | None = None
) -> ValidityRow:
    def at(value: float) -> str:
        return f"{100 * min(max(value, 0.0), 1.0):.1f}%"

    return ValidityRow(
        name=name,
        letters=letters,
        lower=at(lower),
        upper=at(upper),
        ceiling="" if ceiling is None else at(ceiling),
        ceiling_said=reliability(ceiling),
        said=span(lower, upper, 2),
        capped=ceiling is not None and upper >= ceiling,
    )


@require_GET
def forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """What the loop will decide, to whoever may see its builder."""
    loop = find_loop(request, pk)
    set_team(request, current_team(request) if loop.team.is_library else loop.team)
    form = ForecastForm(request.GET)
    asked, chosen = form.asked(), form.compare_with()
    others = comparable(loop)
    other = None
    if chosen is not None and any(row.pk == chosen for row in others):
        other = Loop.objects.with_plan().get(pk=chosen)
    problems = [
        f"{form.fields[name].label or name}: {' '.join(map(str, texts))}"
        for name, texts in form.errors.items()
    ]
    if chosen is not None and other is None:
        problems.append("The loop to compare with is not among this team’s loops and templates.")
    page = ForecastPage(
        loop=loop,
        forecast=forecast_for(
            Loop.objects.with_plan().get(pk=loop.pk), team_id=loop.team_id, asked=asked, other=other
        ),
        others=others,
        compare=other.pk if other else None,
        problems=problems,
        crumbs=[
            Crumb("Loops", reverse("admin:loops_loop_changelist")),
            Crumb(loop.name, builder_url(loop.pk)),
        ],
    )
    return render_page(request, "loops/forecast.html", page)
