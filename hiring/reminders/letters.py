"""What reminders say. Never a score, never how far a colleague is; a subject names the interview, not the person."""

from datetime import timedelta

from accounts.models import Team, TeamPolicy, User
from hiring.pipeline.models import Assignment
from hiring.reminders.late import due_at
from hiring.reminders.models import WhyStopped
from mail.letters import Letter, LetterLink
from mail.links import absolute, sign
from web.templatetags.moments import moment, moment_within

#: What the links in mails are signed for.
STOP = "stop"
DIGEST = "digest"
# A reminder's link is of use as long as reminders come, and a while longer.
LINK_LIVES = timedelta(days=60)


def score_url(row: Assignment) -> str:
    """Where the scorecard is written."""
    return absolute("score", row.interview.team.key, row.interview_id)


def _facts(row: Assignment) -> list[tuple[str, str]]:
    interview = row.interview
    facts = [
        ("Interview", interview.stage.name),
        ("Candidate", interview.application.candidate.name),
        ("Opening", interview.application.opening.title),
        ("When", moment(interview.scheduled_at)),
    ]
    return [*facts, ("Where", interview.place)] if interview.place else facts


def reminder(row: Assignment, policy: TeamPolicy, *, by_link: bool = False) -> Letter:
    """To an interviewer whose scorecard is late; ``by_link`` to one from outside, who cannot sign in."""
    stop = absolute("stop_reminders", sign(STOP, [row.pk, row.interviewer_id]))
    how = (
        " Open it with the link you were sent; if it has ended, ask the recruiter for another."
        if by_link
        else ""
    )
    return Letter(
        subject=f"Scorecard due: {row.interview.stage.name}",
        lines=(
            (
                f"{row.interviewer.get_short_name()}, your scorecard of this interview is not in yet. It was due "
                f"{moment_within(due_at(row, policy))}. What you saw is freshest now; a few minutes are enough.{how}"
            ),
        ),
        facts=tuple(_facts(row)),
        button=None if by_link else LetterLink("Write the scorecard", score_url(row)),
        more=(LetterLink("You did not hold this interview, or want no more reminders of it?", stop),),
        why=f"You get this because you are assigned to this interview in {row.interview.team}.",
    )


def escalation(row: Assignment, policy: TeamPolicy, to: User) -> Letter:
    """To those who plan interviews, of a scorecard that stays out."""
    team = row.interview.team
    return Letter(
        subject=f"Scorecard still missing: {row.interview.stage.name}",
        lines=(
            (
                f"{row.interviewer} has not submitted a scorecard that was due {moment_within(due_at(row, policy))}. "
                "Ask, hand the interview to somebody else, or let the interviewer off with a reason."
            ),
        ),
        facts=(("Interviewer", str(row.interviewer)), *_facts(row)),
        button=LetterLink("See what is late", absolute("late_scorecards", team.key)),
        why=f"You get this because you plan interviews in {team}.",
    )


def stopped(row: Assignment, why: str) -> Letter:
    """To those who plan interviews: an interviewer says they did not hold one."""
    team = row.interview.team
    return Letter(
        subject=f"Not held, says the interviewer: {row.interview.stage.name}",
        lines=(
            (
                f"{row.interviewer} wants no more reminders of this scorecard: "
                f"“{WhyStopped(why).label}”. Who held it? The scorecard stays owed until you let them off."
            ),
        ),
        facts=(("Interviewer", str(row.interviewer)), *_facts(row)),
        button=LetterLink(
            "Who holds it", absolute("interview_people", row.interview.team.key, row.interview_id)
        ),
        why=f"You get this because you plan interviews in {team}.",
    )


def assigned(row: Assignment) -> Letter:
    """To somebody who is to hold an interview, or to listen in."""
    interview = row.interview
    name = row.interviewer.get_short_name()
    what = "are to listen in on" if row.shadow else "are assigned to"
    return Letter(
        subject=f"You are to {'listen in' if row.shadow else 'interview'}: {interview.stage.name}",
        lines=(f"{name}, you {what} this interview. Its questions and the scorecard are on its page.",),
        facts=(*_facts(row), ("Length", f"{interview.stage.minutes} min")),
        button=LetterLink("Prepare", score_url(row)),
        more=(
            LetterLink("You cannot hold it? Say so on your list", absolute("interviews", interview.team.key)),
        ),
        why=f"You get this because you were assigned to this interview in {interview.team}.",
    )


def declined(row: Assignment) -> Letter:
    """To a recruiter: somebody let themselves off, or handed an interview to a colleague."""
    interview, to = row.interview, row.handed_to
    done = f"handed this interview to {to}" if to is not None else "cannot hold this interview"
    rest = "Nothing is left to do." if to is not None else "Find somebody else, or change its time."
    return Letter(
        subject=f"{'Handed over' if to is not None else 'Declined'}: {interview.stage.name}",
        lines=(f"{row.interviewer} {done}: “{row.release_reason}” {rest}",),
        facts=tuple(_facts(row)),
        button=LetterLink("Who holds it", absolute("interview_people", interview.team.key, interview.pk)),
        why=f"You get this because you plan interviews in {interview.team}.",
    )


def moved(row: Assignment) -> Letter:
    """To somebody whose interview has another time or place."""
    return Letter(
        subject=f"New time or place: {row.interview.stage.name}",
        lines=("An interview that you are to hold was changed. It is now:",),
        facts=tuple(_facts(row)),
        button=LetterLink("Open it", score_url(row)),
        why=f"You get this because you are assigned to this interview in {row.interview.team}.",
    )


def cancelled(row: Assignment) -> Letter:
    """To somebody whose interview does not take place."""
    return Letter(
        subject=f"Cancelled: {row.interview.stage.name}",
        lines=("An interview that you were to hold is cancelled. No scorecard is owed on it.",),
        facts=tuple(_facts(row)),
        button=LetterLink("Your interviews", absolute("interviews", row.interview.team.key)),
        why=f"You get this because you were assigned to this interview in {row.interview.team}.",
    )


def digest_off_url(user: User, team: Team) -> str:
    """Where the weekly mail is ended with one click."""
    return absolute("stop_digest", sign(DIGEST, [user.pk, team.pk]))
