"""What the lab tells others."""

from events.kinds import declare

RATED = declare("vignette.rated", "Somebody submitted ratings of a vignette.", ids=("vignette",))
ANCHOR_SET = declare(
    "vignette.anchor_set",
    "A calibrator let a vignette anchor levels, or does so no more.",
    ids=("vignette",),
)
CERTIFIED = declare(
    "interviewer.certified", "Somebody met the team's policy for a family of questions.", ids=("person",)
)
