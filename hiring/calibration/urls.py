"""Pages of calibration, below ``/t/<team>/``."""

from django.urls import path

from hiring.calibration import interviews, noise_views, own_scoring, views

urlpatterns = [
    path("interviews/", interviews.interviews, name="interviews"),
    path("your-scoring/", own_scoring.own_scoring, name="own_scoring"),
    path("your-scoring/<int:pk>/", own_scoring.colleague_scoring, name="colleague_scoring"),
    path("calibration/", views.calibration, name="calibration"),
    path("calibration/run/", views.run_now, name="calibration_run"),
    path("calibration/noise/", noise_views.noise, name="noise"),
    path("calibration/noise/ask/", noise_views.noise_ask, name="noise_ask"),
    path("calibration/noise/<int:pk>/", noise_views.noise_audit, name="noise_audit"),
]
