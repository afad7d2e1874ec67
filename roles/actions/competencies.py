"""Changes of the competency framework."""

from accounts import audit
from accounts.models import User
from content import versions
from content.versions import Problems
from roles.content import competency_hash
from roles.models import Cluster, Competency


def save_cluster(cluster: Cluster, *, by: User | None) -> Cluster:
    """Save a cluster: a heading for reading, from which nothing is computed."""
    verb = "cluster.edit" if cluster.pk else "cluster.create"
    with audit.recording(verb, by=by, team=cluster.team):
        versions.refuse_unclean(cluster)
        cluster.save()
    return cluster


def save_competency(competency: Competency, *, by: User | None) -> Competency:
    """Save a draft, or add a new one. Raises Frozen, Conflict (key taken), InvalidInput."""
    versions.refuse_unclean(competency, exclude=["source", "extra"])
    if competency.pk is None:
        with audit.recording("competency.create", by=by, team=competency.team):
            versions.refuse_taken(competency)
            competency.save()
        return competency
    with versions.editing("competency.edit", competency, by=by):
        competency.save()
    return competency


def publish_competency(competency: Competency, *, by: User | None) -> Competency:
    """Freeze a draft. Profiles and questions take it up with their own next version."""

    def check(draft: Competency) -> Problems:
        problems: Problems = []
        if not draft.definition.strip():
            problems.append(("definition", "The definition is missing. Say what can be observed."))
        if draft.cluster.team_id != draft.team_id:
            problems.append(("cluster", "The cluster belongs to another team. Choose one of this team's."))
        return problems

    return versions.publish(competency, verb="competency.publish", by=by, check=check, hashed=competency_hash)


def new_competency_version(competency: Competency, *, by: User | None) -> Competency:
    """Open a draft of the next version. Raises Conflict where one is open."""
    return versions.next_draft(
        competency, verb="competency.new_version", by=by, copy_parts=lambda old, draft: None
    )


def retire_competency(competency: Competency, *, by: User | None, reason: str = "") -> Competency:
    """Stop offering a competency for new profiles and questions."""
    return versions.retire(competency, verb="competency.retire", by=by, reason=reason)


def discard_competency(competency: Competency, *, by: User | None) -> None:
    """Throw a draft away."""
    versions.discard(competency, verb="competency.discard", by=by)
