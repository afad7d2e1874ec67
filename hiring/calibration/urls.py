"""Pages of calibration, below ``/t/<team>/``."""

from django.urls import path

from hiring.calibration import views

urlpatterns = [
    path("calibration/", views.calibration, name="calibration"),
    path("calibration/run/", views.run_now, name="calibration_run"),
]
