"""The one loosening of the content security policy outside the admin.

plotly.js positions its marks by inline styles. A view that shows interactive figures says so with
``@interactive_figures``; scripts stay as strict as everywhere.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def interactive_figures(view: View) -> View:
    """Let plotly.js set inline styles on the pages of ``view``."""
    return cast(View, csp_update({"style-src": [UNSAFE_INLINE]})(view))
