"""What the candidate's PDF knows: what candidates are told, and nothing else of the loop."""

from dataclasses import dataclass

from loops.candidate import CandidatePage


@dataclass(frozen=True)
class CandidatePdf:
    """The page as ``loops/_candidate.html`` draws it on screen and on paper."""

    told: CandidatePage
