"""Changes of role profiles."""

from collections.abc import Sequence

from accounts.models import User
from content.kinds import Body
from content.life import Life, Problems
from content.models import Status
from content.packs.reading import Path
from roles.checks import profile_problems
from roles.kinds import PROFILE
from roles.models import Requirement, RoleProfile

_WORDS = {
    "weight": "the weight",
    "weight_rationale": "the reason for the weight",
    "realism_demand": "the realism demand",
    "competency": "the row",
}


class ProfileLife(Life[RoleProfile]):
    """A published profile is offered to new loops and openings; those that use an older version keep it."""

    def faults(self, draft: RoleProfile) -> Problems:
        """What is wrong with the rows, in words that name the competency, and what is not said at all."""
        draft = self.kind.fresh(draft)
        body = self.kind.body(draft)
        problems: Problems = [("", _words(path, body, text)) for path, text in profile_problems(body)]
        for row in draft.requirements.all():
            if row.competency.status == Status.DRAFT:
                problems.append(("", f"{row.competency} is a draft. Publish the competency first."))
            elif row.competency.team_id != draft.team_id:
                problems.append(
                    ("", f"{row.competency} belongs to another team. Copy it into this one first.")
                )
        if not draft.definition_of_done.strip():
            problems.append(
                ("definition_of_done", "The definition of done is missing. Say when the work counts as done.")
            )
        return problems


PROFILES = ProfileLife(PROFILE)

save_profile = PROFILES.save
publish_profile = PROFILES.publish
new_profile_version = PROFILES.next_draft
retire_profile = PROFILES.retire
discard_profile = PROFILES.discard


def save_requirements(
    profile: RoleProfile, rows: Sequence[Requirement], *, removed: Sequence[Requirement] = (), by: User | None
) -> None:
    """Save rows of a draft and take others away. Sums need to hold only when it is published."""
    PROFILES.save_parts("edit_requirements", profile, rows, removed=removed, by=by)


def _words(path: Path, body: Body, text: str) -> str:
    if len(path) == 1:
        return f"The profile {text}"
    row = body["competencies"][path[1]]
    return f"{row['competency']}: {_WORDS.get(str(path[-1]), str(path[-1]))} {text}"
