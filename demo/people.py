"""Makes accounts, memberships and interviewers' habits."""

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Team, User
from accounts.permissions import Role
from demo.cast import FUNCTIONS, PASSWORD, PLANTS, TeamPlan
from demo.names import FIRST, LAST
from demo.truth import Habits, Truth


class NameBag:
    """Hands out names without repeating one."""

    def __init__(self, truth: Truth) -> None:
        self._rng = truth.rng
        self._used: set[str] = set()

    def draw(self) -> str:
        """Return a fresh first and last name."""
        while True:
            name = f"{self._rng.choice(FIRST)} {self._rng.choice(LAST)}"
            if name not in self._used:
                self._used.add(name)
                return name


def make_people(team: Team, plan: TeamPlan, truth: Truth, names: NameBag) -> dict[User, tuple[str, Habits]]:
    """Create the team's members; return those who interview, with function and habits."""
    password = make_password(PASSWORD)
    users, memberships, panel = [], [], []
    for person in plan.people:
        user = User(email=person.email, name=person.name, password=password)
        users.append(user)
        memberships.append(
            Membership(
                team=team,
                user=user,
                role=person.role,
                function=person.function,
                is_calibrator=person.is_calibrator,
            )
        )
        if person.role in (Role.INTERVIEWER, Role.HIRING_MANAGER):
            panel.append((user, person.function, truth.habits(person.plant)))
    for number in range(plan.interviewers):
        name = names.draw()
        local = name.lower().replace(" ", ".")
        function = FUNCTIONS[number % len(FUNCTIONS)]
        user = User(email=f"{local}@{plan.domain}", name=name, password=password)
        users.append(user)
        memberships.append(Membership(team=team, user=user, role=Role.INTERVIEWER, function=function))
        plant = PLANTS.get(number, "") if plan.interviewers > len(PLANTS) * 3 else ""
        panel.append((user, function, truth.habits(plant)))
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(memberships)
    return {user: (function, habits) for user, function, habits in panel}
