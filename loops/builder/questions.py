"""A question as the builder shows it without leaving the page: what is asked, listened for and handed out."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from loops.builder.views import find_loop, may_edit
from loops.kit import Rated, rated
from loops.models import Loop
from rubrics.models import Question, QuestionExposure
from web.render import render_page

# Names of other loops that are listed; more are counted.
MOST_LOOPS = 5


@dataclass(frozen=True)
class QuestionDrawer:
    """A question whole, how far it is known outside, and which published loops of the team ask it."""

    question: Question
    rated: list[Rated]
    leak: QuestionExposure | None
    loops: list[Loop]
    more_loops: int
    may_edit: bool


@require_GET
def question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Show one question of the loop, or of the bank it is built from."""
    loop = find_loop(request, pk)
    rows = Question.objects.with_criteria().filter(Q(team_id=loop.team_id) | Q(stages__loop=loop))
    found = rows.filter(pk=question).distinct().first()
    if found is None:
        raise Http404
    asking = Loop.objects.latest_published().filter(
        team_id=loop.team_id, stages__placements__question__key=found.key
    )
    others = list(asking.exclude(pk=loop.pk).distinct().order_by("name"))
    return render_page(
        request,
        "loops/_question_drawer.html",
        QuestionDrawer(
            question=found,
            rated=rated(found),
            leak=QuestionExposure.objects.filter(team_id=loop.team_id, question_key=found.key).first(),
            loops=others[:MOST_LOOPS],
            more_loops=max(len(others) - MOST_LOOPS, 0),
            may_edit=may_edit(request, loop),
        ),
    )
