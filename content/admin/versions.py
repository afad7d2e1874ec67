"""Base of the admins of versioned content: drafts are forms, published versions are pages to read."""

from typing import ClassVar

from content.admin.reading import VersionReading
from content.admin.verbs import VersionVerbs


class VersionedAdmin(VersionVerbs, VersionReading):
    """Everything that the pages of a versioned thing need; an app names its life, its layout, its list."""

    actions_detail: ClassVar[list[str]] = ["publish", "new_version", "copy_to_team", "retire", "discard"]
    list_per_page = 50

    class Media:
        css: ClassVar = {"all": ["css/admin_content.css"]}
