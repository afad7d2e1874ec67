"""Settings of the task queue for each kind of broker."""

from pathlib import Path
from typing import Any


def celery_settings(url: str, *, data_dir: Path) -> dict[str, Any]:
    """Return Celery's settings for the broker at ``url``; the filesystem broker lives in ``data_dir``."""
    return {
        # Without a host the library warns at every start, though a folder has none.
        "broker_url": "filesystem://localhost//" if url == "filesystem://" else url,
        "broker_connection_retry_on_startup": True,
        # A request that tries the broker right after its commit must not hang on it.
        "broker_connection_timeout": 3.0,
        "task_ignore_result": True,
        # A message is done with when its job is; one whose worker was killed comes back.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_time_limit": 900,
        "task_soft_time_limit": 840,
        # PDF and numeric libraries hold on to memory.
        "worker_max_tasks_per_child": 2000,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        **_transport(url, data_dir),
    }


def _transport(url: str, data_dir: Path) -> dict[str, Any]:
    if url.startswith("filesystem://"):
        folder = data_dir / "broker"
        return {
            "broker_transport_options": {
                # One folder: what this side writes is what the worker reads.
                "data_folder_in": str(folder / "messages"),
                "data_folder_out": str(folder / "messages"),
                "control_folder": str(folder / "control"),
                "polling_interval": 0.1,
            }
        }
    if url.startswith(("amqp://", "amqps://", "pyamqp://")):
        return {
            # Replicated queues that give a killed worker's message back within seconds.
            "task_default_queue_type": "quorum",
            "broker_transport_options": {"confirm_publish": True},
        }
    return {}
