"""Dashboards and reports, below ``/t/<team>/``."""

from django.urls import path

from reports import kinds, views
from reports.dashboard.views import dashboard

urlpatterns = [
    path("dashboard/", dashboard, name="dashboard"),
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.download, name="report_download"),
    # One address a kind, so that links name it and an unknown kind is an unknown address.
    *(
        path(f"reports/{kind.key}/<int:pk>/", views.ask, {"kind": kind.key}, name=kind.url_name)
        for kind in kinds.all_kinds()
    ),
]
