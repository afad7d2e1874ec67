"""The builder's live answer: server time of one change, beside a page of the same shell that computes nothing.

    python -m benchmarks.builder                 a copied starter loop, 60 changes
    python -m benchmarks.builder --changes 200

A private PostgreSQL holds the starter pack, copied into one team with all its questions. One draft is changed again and
again: minutes of a stage, interviewers, a question taken out and asked again, each answered with everything on the page
that depends on the plan. The baseline is the sign-in page, in the same process. Both columns are
medians in milliseconds: of the clock, and of the processor of this process alone (the database's is in the clock's).
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OK = 200
# Changes before counting begins: the first of each kind loads templates and the bank.
WARM = 8
# The question that was taken out last, by loop.
taken: dict[int, int] = {}


def main() -> int:
    """Start a database and measure in a process that uses it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.builder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--changes", type=int, default=60)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.changes)
        return 0
    import os  # noqa: PLC0415

    from dev.devdb import data_dir, run  # noqa: PLC0415
    from dev.postgres import Cluster  # noqa: PLC0415
    from dev.testrun import environment  # noqa: PLC0415

    os.environ.update(environment() | {"DJANGO_SETTINGS_MODULE": "config.settings"})
    os.chdir(ROOT)
    command = [sys.executable, "-m", "benchmarks.builder", "--inside", "--changes", str(options.changes)]
    return run(Cluster(data_dir() / "benchmark-pg", fast=True), command)


def measure(changes: int) -> None:
    """Fill a database of its own, change one draft, print."""
    import os  # noqa: PLC0415

    import django  # noqa: PLC0415

    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]  # who may make a database to throw away
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment(debug=False)
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _measure(changes)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
        teardown_test_environment()


def _measure(changes: int) -> None:
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    draft, person = _draft()
    client, anonymous = Client(), Client()
    client.force_login(person)
    address = reverse("admin:loops_loop_builder_change", args=[draft.pk])
    plain = reverse("account_login")
    baseline = [_timed(lambda: anonymous.get(plain))[:2] for _ in range(30)][5:]
    found: dict[str, list[tuple[float, float, int]]] = {}
    for number in range(changes):
        name, posted = _change(draft, number)
        took = _timed(lambda posted=posted: client.post(address, posted, headers={"HX-Request": "true"}))
        if number >= WARM:
            found.setdefault(name, []).append(took)
    base = [statistics.median(column) for column in zip(*baseline, strict=True)]
    print(f"{'':16}{'clock ms':>10}{'95 %':>8}{'CPU ms':>10}{'queries':>10}{'x baseline':>12}")
    print(f"{'sign-in page':16}{base[0]:10.1f}{'':8}{base[1]:10.1f}")
    for name, rows in found.items():
        clock, processor, queries = (sorted(column) for column in zip(*rows, strict=True))
        middle, worst = statistics.median(clock), clock[int(0.95 * (len(clock) - 1))]
        line = f"{name:16}{middle:10.1f}{worst:8.1f}{statistics.median(processor):10.1f}"
        print(f"{line}{queries[-1]:10}{middle / base[0]:12.1f}")


def _draft() -> "tuple[Any, Any]":
    """A draft of the starter pack's production loop in a team with all its questions, and who may change it."""
    from accounts.permissions import Role  # noqa: PLC0415
    from content.packs import copy_from_library, import_pack  # noqa: PLC0415
    from loops import actions  # noqa: PLC0415
    from loops.models import Loop  # noqa: PLC0415
    from tests.factories import MembershipFactory, TeamFactory  # noqa: PLC0415

    library, team = TeamFactory(key="library", is_library=True), TeamFactory(key="acme")
    import_pack(ROOT / "packs" / "starter", team=library, by=None)
    copy_from_library(team, by=None)
    person = MembershipFactory(team=team, role=Role.RECRUITER).user
    return actions.new_loop_version(Loop.objects.get(team=team, key="production_ai_loop"), by=person), person


def _change(draft: Any, number: int) -> tuple[str, dict[str, Any]]:
    """One change of a row of four: minutes, people, a question out, and in again."""
    from loops.models import StageQuestion  # noqa: PLC0415

    draft.refresh_from_db()
    seen = {"revision": draft.revision}
    stages = [stage for stage in draft.stages.all() if stage.kind != "screen"]
    stage = stages[number // 4 % len(stages)]
    match number % 4:
        case 0:
            return "minutes", {
                **seen,
                "operation": "edit_stage",
                "stage": stage.pk,
                "minutes": 30 + number % 31,
            }
        case 1:
            people = 1 + number // 4 % 2
            return "people", {**seen, "operation": "edit_stage", "stage": stage.pk, "interviewers": people}
        case 2:
            row = StageQuestion.objects.filter(stage=stage, is_alternate=False).first()
            taken[draft.pk] = row.question_id
            return "question out", {**seen, "operation": "remove_placement", "placement": row.pk}
    asked = taken[draft.pk]
    return "question in", {**seen, "operation": "place_question", "stage": stage.pk, "question": asked}


def _timed(work: Callable[[], Any]) -> tuple[float, float, int]:
    """Milliseconds of the clock and of the processor, and queries."""
    from django.db import connection  # noqa: PLC0415

    connection.queries_log.clear()
    connection.force_debug_cursor = True
    clock, processor = time.perf_counter(), time.process_time()
    answer = work()
    took = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)
    connection.force_debug_cursor = False
    if answer.status_code != OK:
        sys.exit(f"error: a change was answered {answer.status_code}")
    return *took, len(connection.queries_log)


if __name__ == "__main__":
    sys.exit(main())
