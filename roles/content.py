"""What a competency and a role profile contain, in the one shape that is hashed and exported."""

from typing import Any

from content.canonical import content_hash
from content.packfile import (
    Choice,
    Flag,
    Free,
    Key,
    Keys,
    Listing,
    Mapping,
    Number,
    Shape,
    Text,
    Texts,
    Whole,
    Words,
)
from roles.models import Competency, RoleProfile

CLUSTER = Shape(Key("key", required=True), Text("name", required=True, longest=120))

COMPETENCY = Shape(
    Key("key", required=True),
    Text("name", required=True, longest=120),
    Key("cluster", required=True),
    Key("evaluation_area"),
    Text("definition", required=True),
    Words("source"),
    Text("basis", longest=200),
    Text("motivation"),
    Choice("learnability", values=("quick", "steady", "slow")),
    Texts("development"),
)

DEMAND = Shape(*(Number(name, required=True) for name in ("controlled", "constrained", "production")))

REQUIREMENT = Shape(
    Key("competency", required=True),
    Number("weight", required=True),
    Whole("required_level", required=True, low=1, high=5),
    Flag("must_have", required=True),
    Text("basis", longest=60),
    Text("weight_rationale"),
    Mapping("realism_demand", required=True, shape=DEMAND),
    Text("realism_basis"),
)

VARIANT = Shape(
    Text("company", required=True, longest=120),
    Text("differs"),
    Text("process"),
    Words("source"),
    Free("notes"),
)

# Told by the author of a profile, held in no column of their own.
PROFILE_EXTRA = ("weight_basis", "levels_basis", "traits_basis", "source_process")

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
    *(Text(name) for name in PROFILE_EXTRA),
    Listing("competencies", required=True, shape=REQUIREMENT, label="competency"),
    Texts("must_haves", always=True),
    Texts("anti_signals", always=True),
    Listing("variants", shape=VARIANT, label="company"),
)
PROFILE = Shape(*_PROFILE)
# In a file a profile also names its loops; they are a mark on the loop, and no part of the profile.
PROFILE_IN_FILE = Shape(*_PROFILE, Key("loop"), Keys("loop_variants", always=True))


def competency_body(competency: Competency) -> dict[str, Any]:
    """Return the canonical body of a competency; its cluster should be loaded."""
    return COMPETENCY.body(
        {
            "key": competency.key,
            "name": competency.name,
            "cluster": competency.cluster.key,
            "evaluation_area": competency.evaluation_area,
            "definition": competency.definition,
            "source": competency.source,
            "basis": competency.basis,
            "motivation": competency.motivation,
            "learnability": competency.learnability,
            "development": competency.development,
        }
    )


def profile_body(profile: RoleProfile) -> dict[str, Any]:
    """Return the canonical body of a profile; its requirements and their competencies should be loaded."""
    requirements = [
        {
            "competency": row.competency.key,
            "weight": row.weight,
            "required_level": row.required_level,
            "must_have": row.must_have,
            "basis": row.basis,
            "weight_rationale": row.weight_rationale,
            "realism_demand": dict(zip(DEMAND.fields, row.demand, strict=True)),
            "realism_basis": row.realism_basis,
        }
        for row in profile.requirements.all()
    ]
    columns = {name: getattr(profile, name) for name in PROFILE.fields if name in _PROFILE_COLUMNS}
    extra = {name: profile.extra.get(name, "") for name in PROFILE_EXTRA}
    return PROFILE.body({**columns, **extra, "competencies": requirements})


_PROFILE_COLUMNS = {field.name for field in RoleProfile._meta.get_fields()}  # noqa: SLF001 -- documented API


def pinned_hash(body: dict[str, Any], pins: dict[str, str]) -> str:
    """Return the content hash of a version: its body and the hashes of the versions it names.

    ``pins`` maps the key of each thing named to that version's content hash, so that
    equal hashes mean equal content all the way down, in whichever team it lives.
    """
    return content_hash({"body": body, "pins": pins})


def competency_hash(competency: Competency) -> str:
    """Return the content hash of a competency."""
    return pinned_hash(competency_body(competency), {})


def profile_hash(profile: RoleProfile) -> str:
    """Return the content hash of a profile with the competency versions it pins."""
    pins = {row.competency.key: row.competency.content_hash for row in profile.requirements.all()}
    return pinned_hash(profile_body(profile), pins)
