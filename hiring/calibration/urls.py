"""Pages of calibration, below ``/t/<team>/``."""

from django.urls import path

from hiring.calibration import interviews, views

urlpatterns = [
    path("interviews/", interviews.interviews, name="interviews"),
    path("calibration/", views.calibration, name="calibration"),
    path("calibration/run/", views.run_now, name="calibration_run"),
]
