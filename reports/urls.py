"""Dashboards and reports, below ``/t/<team>/``."""

from django.urls import path

from reports.views import dashboard, documents

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("reports/", documents.reports, name="reports"),
    path("reports/<int:pk>/", documents.download, name="report_download"),
    path("reports/skill-gap/<int:pk>/", documents.skill_gap, name="report_skill_gap"),
    path("reports/evaluation-gap/<int:pk>/", documents.evaluation_gap, name="report_evaluation_gap"),
]
