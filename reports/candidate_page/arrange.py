"""The candidate's page as a document: the same words as on screen, set for paper."""

from django.utils import timezone

from accounts.models import Team
from loops.candidate import candidate_page
from loops.models import Loop
from reports.candidate_page.data import CandidatePdf
from reports.kinds import Arranged
from reports.pdf.document import Document


def arrange(subject: Loop, *, team: Team, letter: bool) -> Arranged:
    """Set what candidates are told. The loop's own name and its hash stay out of a paper that leaves the house."""
    told = candidate_page(subject, company=team.name)
    document = Document(
        kind="Your interviews",
        subject=f"{told.role} · {team.name}",
        title=told.title,
        description=f"What to expect of the interviews for {told.role}.",
        made_at=timezone.now(),
        synthetic=team.is_synthetic,
        letter=letter,
    )
    provenance = {"loop": subject.label, "loop_hash": subject.content_hash}
    return Arranged("candidate_page/report.html", document, CandidatePdf(told), provenance)
