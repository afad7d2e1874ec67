"""The API's reference as a page: Redoc, served from here, under a policy that lets nothing else in."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

# Redoc writes its styles into the page and searches in a worker that it makes itself.
POLICY = {"style-src": [UNSAFE_INLINE], "worker-src": ["blob:"]}


@method_decorator(csp_update(POLICY), name="dispatch")
class ApiDocs(LoginRequiredMixin, TemplateView):
    """Reference of ``/api/v1/``, for people who have signed in."""

    template_name = "api_docs.html"
    http_method_names: Any = ["get", "head"]
