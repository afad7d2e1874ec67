"""The one page of the pipeline that needs no account, below ``/outside/``."""

from django.urls import path

from hiring.pipeline import outside_views

urlpatterns = [path("<str:secret>/", outside_views.outside, name="outside")]
