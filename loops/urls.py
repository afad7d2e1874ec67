"""Pages of loops outside the admin, below ``/t/<team>/``."""

from django.urls import path

from loops import comparison

urlpatterns = [
    path("roles/compare/", comparison.compare, name="role-compare"),
]
