"""Who may see what: every address times every principal, by status and by what the answers hold."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.security.routes import Route, routes
from tests.security.scene import CANARIES, PRINCIPALS, Scene, Side
from tests.security.state import changed, state

pytestmark = pytest.mark.django_db
# What an address may answer to somebody who is not expected there; never a fault of the server's.
ORDERLY = {200, 301, 302, 400, 401, 403, 404, 405, 429}
_TABLE = Path(__file__).with_name("matrix.txt")
_READERS = {"interviewer", "owing", "unassigned", "manager", "recruiter", "calibrator", "admin", "token"}
_RUNNERS = {"manager", "recruiter", "calibrator", "admin", "token"}
_ASSIGNED = {"interviewer", "owing"}
# Who receives each canary of our team, on whatever page. Everybody else never does.
ENTITLED: dict[str, set[str]] = {
    **dict.fromkeys(("prompt", "materials", "strong", "anchor", "listen", "rationale"), _READERS),
    "loop": _READERS | {"leader"},
    **dict.fromkeys(("candidate", "second", "place"), _RUNNERS | _ASSIGNED),
    "address": _RUNNERS,
    "evidence": _RUNNERS | _ASSIGNED,  # the debrief is open, and both have submitted
    "blind-evidence": {"interviewer"},  # their author's, until the debrief
    "blind-summary": {"interviewer"},
    "decision": _RUNNERS | _ASSIGNED,  # both took part, and owe nothing on that application
    "rescore": {"interviewer"},  # its author's, until the joint reveal
    **dict.fromkeys(("title-skill-gap", "pdf-skill-gap"), _RUNNERS),
    **dict.fromkeys(("title-evaluation-gap", "pdf-evaluation-gap"), _RUNNERS | {"leader"}),
    **dict.fromkeys(("step-skill-gap", "step-evaluation-gap"), _RUNNERS - {"token"} | {"leader"}),
    **dict.fromkeys(("reference", "release"), _RUNNERS - {"token"}),  # pages of the admin
    "noise": {"calibrator"},
    "policy": {"admin"},
    "mail": {"admin"},
    "mail-words": set(),  # what a mail said is its receiver's alone
    "function": {"admin"},
    "vignette-setting": _READERS,
    "vignette-reference": {"interviewer"},  # who alone has rated the answer
    "outcome": set(),  # its page is for hires, and nobody is hired yet
}


def key(route: Route) -> str:
    """How the table names a route."""
    return re.sub(r"\(\?P<app_label>[^)]*\)", "<app_label>", route.pattern) or "(root)"


def declared() -> dict[str, list[int]]:
    """The table, by pattern."""
    table: dict[str, list[int]] = {}
    row: list[int] = []
    for line in _TABLE.read_text().splitlines():
        if line.startswith("    "):
            assert line.strip() not in table, f"{line.strip()} stands in the table twice."
            table[line.strip()] = row
        elif line and not line.startswith("#"):
            row = [int(status) for status in line.split()]
            assert len(row) == len(PRINCIPALS)
    return table


def test_every_route_is_declared_and_every_declaration_is_a_route(scene: Scene) -> None:
    known, there = set(declared()), {key(route) for route in routes() if not route.is_library}

    assert there - known == set(), "Say in matrix.txt who may see these."
    assert known - there == set(), "These are gone; take them out of matrix.txt."


@pytest.mark.parametrize("who", PRINCIPALS)
def test_addresses_of_the_sign_in_speak_to_the_person_alone(scene: Scene, who: str) -> None:
    """A library's addresses are judged by rule: they answer in an orderly way, and hold nothing of any team."""
    client, asked = scene.client(who), 0
    for route in routes():
        if not route.is_library:
            continue
        answer = client.get(route.addresses(scene.ours)[0])
        body = body_of(answer)
        assert answer.status_code in ORDERLY, route.pattern
        assert found(scene.ours, body) | found(scene.theirs, body) == set(), route.pattern
        assert missing_headers(answer) == [], route.pattern
        if answer.status_code in (301, 302):
            assert answer["Location"].startswith("/"), f"{route.pattern} sends people to another site."
        asked += 1
    assert asked > 20


def test_canaries_and_their_readers_are_declared() -> None:
    assert set(ENTITLED) == set(CANARIES)


def body_of(answer: Any) -> bytes:
    """Body and headers, files included."""
    text = repr(sorted(answer.headers.items())).encode()
    body: bytes = answer.getvalue()
    for close in answer._resource_closers:  # files; closing the answer itself would close the connection
        close()
    return text + body


def found(side: Side, body: bytes) -> set[str]:
    """Which of a side's canaries an answer holds."""
    return {name for name in CANARIES if side.canary(name).encode() in body}


def missing_headers(answer: Any) -> list[str]:
    """Headers that every answer of ours carries, whatever it is."""
    headers, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
    wanted = {
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "frame": headers.get("X-Frame-Options") == "DENY" and "frame-ancestors 'none'" in policy,
        "csp": "default-src 'none'" in policy and "base-uri 'none'" in policy,
        "cache": any(word in headers.get("Cache-Control", "") for word in ("no-store", "private")),
    }
    return [name for name, there in wanted.items() if not there]


def asked(scene: Scene, who: str) -> Iterator[tuple[Route, int, Any]]:
    """Ask for all of our rows' addresses; the answer beside its route and its place among the rows."""
    client = scene.client(who)
    for route in routes():
        if route.is_library:
            continue
        if route.name == "schema" and who not in ("anonymous", "interviewer"):
            continue  # the same for everybody, and slow
        addresses = route.addresses(scene.ours)
        if route.pattern.startswith("admin/") and who in ("manager", "calibrator"):
            addresses = addresses[-1:]  # they see there what the recruiter sees, who asks for every row
        for number, address in enumerate(addresses):
            yield route, number, client.get(address)


@pytest.mark.parametrize("who", PRINCIPALS)
def test_get_answers_each_principal_as_declared(scene: Scene, who: str) -> None:
    table, column, before = declared(), PRINCIPALS.index(who), state()
    wrong, headless, seen, leaked = [], [], set(), set()
    for route, number, answer in asked(scene, who):
        body = body_of(answer)
        seen |= found(scene.ours, body)
        if who != "rival":
            leaked |= {(route.pattern, name) for name in found(scene.theirs, body)}
        headless += [(route.pattern, name) for name in missing_headers(answer)]
        expected = table.get(key(route))
        if number == 0 and expected is not None and answer.status_code != expected[column]:
            wrong.append(f"{route.pattern}: {answer.status_code}, declared {expected[column]}")

    assert not wrong
    assert leaked == set(), "What belongs to the other team was shown."
    assert seen == {name for name, readers in ENTITLED.items() if who in readers}
    assert headless == []
    assert changed(before) == set(), "Reading changed something: a link from elsewhere could do the same."


@pytest.mark.parametrize("who", ["recruiter", "admin"])
def test_rows_of_others_read_like_rows_that_are_not_there(scene: Scene, who: str) -> None:
    client = scene.client(who)
    checked = 0
    for route in routes():
        if not re.search(
            r"<(pk|object_id|stage)>|:pk>|:object_id>", route.pattern
        ) or route.pattern.startswith("accounts/"):
            continue
        theirs = route.addresses(scene.theirs)[0].replace("/t/rival/", "/t/acme/")
        absent = re.sub(r"/\d+/|/[0-9a-f]{8}-[0-9a-f-]{27}/", "/999999999/", theirs)
        if absent == theirs or route.pattern.startswith("admin/r/"):
            continue
        hidden, nothing = client.get(theirs), client.get(absent)
        assert hidden.status_code == nothing.status_code, route.pattern
        assert hidden.status_code >= 300, route.pattern
        assert found(scene.theirs, body_of(hidden)) == set(), route.pattern
        checked += 1
    assert checked > 60


def test_search_and_filters_of_the_admin_find_nothing_of_others(scene: Scene) -> None:
    client, theirs = scene.client("admin"), scene.theirs
    for name in ("candidate", "loop", "second"):
        word = theirs.canary(name)
        for address in (
            f"/admin/search/?s={word}",
            f"/admin/hiring/candidate/?q={word}",
            f"/admin/hiring/application/?q={word}",
            f"/admin/loops/loop/?q={word}",
            f"/t/acme/debriefs/?q={word}",
        ):
            text = client.get(address).getvalue().decode().replace(word, "", 3)
            assert f">{word}" not in text, address
    for model, field in (("application", "candidate"), ("application", "opening"), ("opening", "loop")):
        query = f"app_label=hiring&model_name={model}&field_name={field}"
        for term in ("", "CANARY", "rival"):
            answer = client.get(f"/admin/autocomplete/?{query}&term={term}")
            assert answer.status_code in (200, 403)
            assert found(theirs, body_of(answer)) == set()
    assert found(scene.ours, body_of(client.get("/admin/hiring/candidate/?q=CANARY"))) >= {"candidate"}


def test_headers_hold_on_errors_as_well(scene: Scene) -> None:
    client = scene.client("recruiter")
    for address in (
        "/nothing/",
        "/t/acme/nothing/",
        "/t/nobody/reports/",
        "/api/v1/nothing/",
        "/admin/nothing/",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert missing_headers(answer) == [], address
    # A report of ours is a PDF that no cache keeps.
    pdf = client.get(f"/t/acme/reports/{scene.ours.rows['report'][0]}/")
    assert found(scene.ours, body_of(pdf)) >= {"pdf-skill-gap"}
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in pdf["Cache-Control"]
    assert pdf["Content-Disposition"].startswith("attachment")


def test_vulnerable_page_would_be_caught(scene: Scene) -> None:
    """The control: the scanners see a canary and a missing header where there is one."""
    answer = scene.client("rival").get(f"/api/v1/candidates/{scene.theirs.rows['candidate'][0]}/")

    assert found(scene.theirs, body_of(answer)) >= {"candidate", "address"}
    del answer.headers["Content-Security-Policy"]
    assert missing_headers(answer) == ["frame", "csp"]
