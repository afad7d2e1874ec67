"""Who is in the demo: teams, openings, and the people who sign in."""

from dataclasses import dataclass

from accounts.permissions import Role

PASSWORD = "loopwright-demo"  # noqa: S105 -- printed on purpose, for invented data only
SEED = 20_261_120


@dataclass(frozen=True)
class Person:
    """Somebody with a sign-in of their own."""

    name: str
    email: str
    role: str
    function: str
    is_calibrator: bool = False
    plant: str = ""


@dataclass(frozen=True)
class OpeningPlan:
    """An opening, the starter loop it uses and how many people apply."""

    key: str
    title: str
    loop: str
    applications: int
    opened_days_ago: int
    location: str


@dataclass(frozen=True)
class TeamPlan:
    """One demo team."""

    key: str
    name: str
    domain: str
    people: tuple[Person, ...]
    interviewers: int
    openings: tuple[OpeningPlan, ...]
    leaked: str = ""


MERIDIAN = TeamPlan(
    key="meridian",
    name="Meridian Grid",
    domain="meridian.example",
    people=(
        Person("Rita Okafor", "recruiter@meridian.example", Role.RECRUITER, "recruiting"),
        Person("Imran Haddad", "interviewer@meridian.example", Role.INTERVIEWER, "engineering"),
        Person("Lena Vermeer", "leader@meridian.example", Role.LEADERSHIP, "leadership"),
        Person("Hugo Bianchi", "manager@meridian.example", Role.HIRING_MANAGER, "engineering"),
        Person("Carla Nielsen", "calibrator@meridian.example", Role.HIRING_MANAGER, "people science", True),
        Person("Ada Quist", "admin@meridian.example", Role.ADMIN, "people"),
    ),
    interviewers=39,
    openings=(
        OpeningPlan(
            "production-engineer", "Production AI engineer", "production_ai_loop", 34, 330, "Rotterdam"
        ),
        OpeningPlan("research-engineer", "Research engineer", "research_engineer_loop", 28, 300, "Remote"),
        OpeningPlan("forward-deployed", "Forward-deployed engineer", "fde_loop", 30, 290, "Lagos"),
        OpeningPlan(
            "automation-engineer", "AI automation engineer", "automation_five_stage", 28, 260, "Porto"
        ),
    ),
    leaked="dsn_service_agents",
)

HARROW = TeamPlan(
    key="harrow",
    name="Harrow & Finch",
    domain="harrow.example",
    people=(
        Person("Rosa Tierney", "recruiter@harrow.example", Role.RECRUITER, "recruiting"),
        Person("Ivo Serrano", "interviewer@harrow.example", Role.INTERVIEWER, "engineering"),
        Person("Lars Deane", "leader@harrow.example", Role.LEADERSHIP, "leadership"),
        Person("Hana Morita", "manager@harrow.example", Role.HIRING_MANAGER, "engineering"),
    ),
    interviewers=6,
    openings=(OpeningPlan("ai-engineer", "AI engineer, claims", "production_ai_loop", 9, 90, "Leeds"),),
)

# Functions of invented interviewers, in the proportions a company of this kind has.
FUNCTIONS = (
    ["engineering"] * 15
    + ["research"] * 6
    + ["operations"] * 5
    + ["product"] * 4
    + ["customer-facing"] * 4
    + ["data"] * 2
    + ["security"] * 2
    + ["finance"] * 1
)
# Whom the planted effects fall on, by position among the invented interviewers.
# Halo shows where somebody rates many criteria of an interview, as those from operations do.
PLANTS = {3: "harsh", 11: "harsh", 6: "drift", 21: "halo"}
