"""What the statistics need of the suite: less than the product does."""

import pytest
from hypothesis import settings

# Property tests are not timed: the first example also pays for imports, and machines are shared. Each run draws other
# examples, so that forty a run find what a hundred would have found, some runs later.
settings.register_profile("statistics", deadline=None, max_examples=40)
settings.load_profile("statistics")


@pytest.fixture(autouse=True)
def _fast_and_private() -> None:
    """In place of the suite's: nothing here reads Django's settings or stores a file."""
