"""The kinds of content about roles: what a cluster, a competency and a role profile contain.

A line a field: see ``content.kinds`` for all that follows from it.
"""

from content.kinds import ContentKind, Heading
from content.packfile import (
    Choice,
    Flag,
    Free,
    Key,
    Keys,
    Listing,
    Mapping,
    Number,
    Ref,
    Shape,
    Text,
    Texts,
    Whole,
    Words,
)
from roles.models import Cluster, Competency, RoleProfile

CLUSTER = Heading(
    Cluster,
    "cluster",
    Shape(Key("key", required=True), Text("name", required=True, longest=120)),
    order=("position", "key"),
)

COMPETENCY = ContentKind(
    Competency,
    "competency",
    Shape(
        Key("key", required=True),
        Text("name", required=True, longest=120),
        Ref("cluster", required=True, kind="cluster", pin=""),
        Key("evaluation_area"),
        Text("definition", required=True),
        Words("source"),
        Text("basis", longest=200),
        Text("motivation"),
        Choice("learnability", values=("quick", "steady", "slow")),
        Texts("development"),
    ),
    order=("position", "key"),
)

DEMAND = Shape(
    *(
        Number(name, required=True, column=f"demand_{name}")
        for name in ("controlled", "constrained", "production")
    )
)

REQUIREMENT = Shape(
    Ref("competency", required=True, kind="competency"),
    Number("weight", required=True),
    Whole("required_level", required=True, low=1, high=5),
    Flag("must_have", required=True),
    Text("basis", longest=60),
    Text("weight_rationale"),
    Mapping("realism_demand", required=True, shape=DEMAND, spread=True),
    Text("realism_basis"),
)

VARIANT = Shape(
    Text("company", required=True, longest=120),
    Text("differs"),
    Text("process"),
    Words("source"),
    Free("notes"),
)

# Where the author of a profile explains its numbers. Nothing is computed or searched by these texts, so they
# need no columns: the profile's ``extra`` keeps them.
PROFILE_NOTES = ("weight_basis", "levels_basis", "traits_basis", "source_process")

_PROFILE = (
    Key("key", required=True),
    Text("name", required=True, longest=120),
    Key("family", required=True),
    Text("level", longest=60),
    Words("source"),
    Text("basis", longest=200),
    Text("summary"),
    Text("description"),
    Text("definition_of_done"),
    *(Text(name, in_extra=True) for name in PROFILE_NOTES),
    Listing("competencies", required=True, shape=REQUIREMENT, label="competency", rows="requirements"),
    Texts("must_haves", always=True),
    Texts("anti_signals", always=True),
    Listing("variants", shape=VARIANT, label="company"),
)
PROFILE = ContentKind(RoleProfile, "role profile", Shape(*_PROFILE))
# In a file a profile also names its loops; they are a mark on the loop, and no part of the profile.
PROFILE_IN_FILE = Shape(*_PROFILE, Key("loop"), Keys("loop_variants", always=True))
