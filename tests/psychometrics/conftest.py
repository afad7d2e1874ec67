"""Property tests are not timed: the first example also pays for imports, and machines are shared."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
