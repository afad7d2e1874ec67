"""Storage of static files in production: names carry a hash of the content, in modules' imports, too.

A browser keeps a file with a hashed name for good, so a module must import the others by such names. Django can
rewrite imports in every script, but some libraries' files only look as if they imported something; here only the
product's own scripts, below ``static/js``, are rewritten.
"""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_PATTERNS = (
    *ManifestStaticFilesStorage.patterns,
    (
        "js/*.js",
        (
            (r"""(?P<matched>from ["'](?P<url>\.{1,2}/[^"']+)["'];)""", 'from "%(url)s";'),
            (r"""(?P<matched>import ["'](?P<url>\.{1,2}/[^"']+)["'];)""", 'import "%(url)s";'),
        ),
    ),
)


class HashedStorage(ManifestStaticFilesStorage):
    """Hashed names."""

    patterns = _PATTERNS


class CompressedHashedStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, and compressed copies, which production serves."""

    patterns = _PATTERNS
