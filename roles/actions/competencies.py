"""Changes of the competency framework."""

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.models import User
from content.life import Life, Problems
from roles.kinds import COMPETENCY
from roles.models import Cluster, Competency


class CompetencyLife(Life[Competency]):
    """Profiles and questions take a published competency up with their own next version."""

    def faults(self, draft: Competency) -> Problems:
        """A competency needs a definition and a cluster of its own team."""
        problems: Problems = []
        if not draft.definition.strip():
            problems.append(("definition", "The definition is missing. Say what can be observed."))
        if draft.cluster.team_id != draft.team_id:
            problems.append(("cluster", "The cluster belongs to another team. Choose one of this team's."))
        return problems


COMPETENCIES = CompetencyLife(COMPETENCY)

save_competency = COMPETENCIES.save
publish_competency = COMPETENCIES.publish
new_competency_version = COMPETENCIES.next_draft
retire_competency = COMPETENCIES.retire
discard_competency = COMPETENCIES.discard


def save_cluster(cluster: Cluster, *, by: User | None) -> Cluster:
    """Save a cluster: a heading for reading, from which nothing is computed."""
    verb = "cluster.edit" if cluster.pk else "cluster.create"
    with audit.recording(verb, by=by, team=cluster.team):
        refuse_invalid(cluster)
        cluster.save()
    return cluster
