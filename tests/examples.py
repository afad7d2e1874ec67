"""How many examples a property test draws, and that it is not timed."""

from hypothesis import HealthCheck, settings


def use() -> None:
    """Use it in this process.

    The first example also pays for imports, and machines are shared: how fast examples come says nothing of what they
    show. Each run draws others, so that forty a run find what a hundred would have found, some runs later.
    """
    settings.register_profile(
        "statistics", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("statistics")
