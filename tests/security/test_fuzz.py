"""Bodies that make no sense, at every write of the API: refused in words, never a crash, never a half."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.security.routes import routes
from tests.security.scene import Scene
from tests.security.test_writes import body_for

pytestmark = pytest.mark.django_db
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 10**17, 10**40, 1e300, 0.5, "", " ", "５", "²", "NaN", "x" * 20_000, "=1+1", "<b>x</b>",
    "\u202e\u200b", "\ud83d\ude00", "a/b?c#d", "'; --", [], [None], [[]], {}, {"a": {}}, "2026-13-45T99:00:00Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
)  # fmt: skip
FIELDS: dict[str, Any] = {
    "name": "x", "role": "x", "budget_minutes": 5, "candidate_notes": {}, "stages": [], "kind": "scenario",
    "minutes": 5, "interviewers": 2, "questions": [], "alternates": [], "position": 0, "panel": [], "note": "",
    "key": "x", "title": "x", "headcount": 1, "location": "", "hiring_manager": None, "email": "", "source": "",
    "external_id": "", "reason": "x", "interviewer": "x", "scheduled_at": None, "place": "", "ratings": {},
    "asked": {}, "recommendation": "yes", "summary": "", "injection": 1, "verdict": "hire", "confidence": 50,
    "paper": "a4",
}  # fmt: skip


def cases(body: dict[str, Any]) -> list[Any]:
    """The body with an odd value in each of its fields in turn, and values that are no object.

    Fields of one body share the odd values out among them: each is met at every address with a body.
    """
    share = max(1, min(len(body), 10))
    odd = [{**body, name: odd} for number, name in enumerate(body) for odd in ODD[number % share :: share]]
    return [None, -1, [], "x", *odd]


def documented() -> dict[tuple[str, str], set[str]]:
    """The status codes that the API's description names, by path and verb."""
    kept = yaml.safe_load((Path(__file__).parents[2] / "docs/api/openapi.yaml").read_text())
    return {
        (path, verb): set(operation["responses"])
        for path, verbs in kept["paths"].items()
        for verb, operation in verbs.items()
    }


def path_of(pattern: str) -> str:
    """A pattern of the URLconf as the description writes it."""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", pattern).replace("^", "").replace("$", "")
    return "/" + plain.replace("{pk}", "{id}")


@pytest.mark.parametrize("who", ["recruiter", "owing"])
def test_odd_bodies_are_refused_in_words(scene: Scene, who: str) -> None:
    client, wrong, asked, codes = scene.client(who), [], 0, documented()
    undocumented = set()
    for route in routes():
        if not route.pattern.startswith("api/v1/"):
            continue
        mine = "scorecards" in route.pattern
        if mine != (who == "owing"):
            continue  # each where their writes get furthest
        address = route.addresses(scene.ours)[-1]
        for verb in ("POST", "PATCH", "PUT"):
            if (
                client.generic(
                    verb, address, "[]", "application/json", headers={"If-Match": '"0"'}
                ).status_code
                == 405
            ):
                continue
            known = FIELDS if verb != "POST" else body_for(route, scene.ours)
            for body in cases(known):
                raw = json.dumps(body)
                answer = client.generic(verb, address, raw, "application/json", headers={"If-Match": '"0"'})
                asked += 1
                if answer.status_code >= 500:
                    wrong.append(f"{verb} {route.pattern} {raw[:120]}: {answer.status_code}")
                elif answer.status_code < 300:
                    if str(answer.status_code) not in codes[path_of(route.pattern), verb.lower()]:
                        undocumented.add((verb, route.pattern, answer.status_code))
                elif answer.status_code >= 400:
                    problem = answer.json()
                    assert answer["Content-Type"] == "application/problem+json", (address, raw[:120])
                    assert problem["detail"], (address, raw[:120])
    assert wrong == []
    assert undocumented == set()
    assert asked > 100
