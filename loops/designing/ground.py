"""What a design rests on besides wishes, and by what it is known."""

from dataclasses import dataclass

from accounts.models import Team, TeamPolicy
from content.canonical import content_hash
from loops.designing.wishes import Wishes
from loops.plans import Plan, PlannedQuestion, demands_of
from roles.models import RoleProfile

# Of every question: its key, how far it is known outside, whether its material is missing.
Stock = tuple[tuple[int, float, bool], ...]


@dataclass(frozen=True)
class Ground:
    """What a design rests on besides wishes: a role, a team's policy, the questions on offer."""

    team: Team
    profile: RoleProfile
    policy: TeamPolicy
    bank: tuple[PlannedQuestion, ...]
    #: What of the bank an answer is known by, where the questions themselves are not needed.
    stock: Stock | None = None

    @property
    def plan(self) -> Plan:
        """The role without any stage."""
        return Plan(
            requirements=demands_of(self.profile),
            stages=(),
            family=self.profile.family,
            profile_name=self.profile.name,
        )

    def inputs(self, wishes: Wishes) -> str:
        """Hash of everything the answer depends on."""
        stock = self.stock
        if stock is None:
            stock = tuple((row.pk, row.leak, row.lacks_material) for row in self.bank)
        questions = sorted(stock)
        constants = {
            name: getattr(self.policy, name)
            for name in (
                "target_reliability", "transfer", "sufficiency", "single_rating_reliability", "share_performance",
                "share_interviewer", "share_rating", "between_competencies", "setup_minutes", "must_have_raters",
                "max_competencies_per_session", "take_home_extra", "trusts_pack_material",
            )
        }  # fmt: skip
        return content_hash(
            {
                "profile": self.profile.pk,
                "revision": self.profile.content_hash or str(demands_of(self.profile)),
                "questions": [list(row) for row in questions],
                "policy": constants,
                "wishes": wishes.as_dict(),
            }
        )
