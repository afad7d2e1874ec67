"""Sets one noise audit as a document; computes nothing of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Team
from hiring.calibration.judgements import Chosen
from hiring.calibration.noise_models import NoiseAudit
from hiring.calibration.noise_words import NoiseLine, lines_of, summary_of
from reports.kinds import Arranged, Provenance
from reports.pdf.document import Document


@dataclass(frozen=True)
class NoiseAuditData:
    """What the report's template knows. People are counted, never named: a printed page travels."""

    found: Mapping[str, Any]
    lines: list[NoiseLine]
    chosen: Chosen


def arrange(subject: NoiseAudit, *, team: Team, letter: bool) -> Arranged:
    """The audit's parts, the finding as the title."""
    data = NoiseAuditData(found=subject.found, lines=lines_of(subject), chosen=Chosen(**subject.chosen))
    document = Document(
        kind="Noise audit",
        subject=subject.title,
        title=summary_of(subject),
        description=f"How far the same cases are scored apart: {subject.title}.",
        made_at=timezone.now(),
        provenance=(
            f"Audit {subject.pk} of {subject.created_at:%Y-%m-%d}",
            f"{subject.found['judgements']} scores of {subject.found['cases']} cases",
            f"{subject.found['judges']} people, none named",
        ),
        synthetic=team.is_synthetic,
        letter=letter,
    )
    provenance: Provenance = {
        "audit": subject.pk,
        "judgements": subject.found["judgements"],
        "cases": subject.found["cases"],
        "judges": subject.found["judges"],
        "system": round(subject.found["system"]["value"], 6),
    }
    return Arranged("noise_audit/report.html", document, data, provenance)
