"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from config import views
from reports.views.components import components_page

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("components/", components_page, name="components"),
    path("api/v1/", include("config.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("t/<slug:team>/", include("hiring.scoring.urls")),
    path("t/<slug:team>/", include("hiring.calibration.urls")),
    path("t/<slug:team>/", include("hiring.decisions.urls")),
    path("t/<slug:team>/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("t/<slug:team>/", include("jobs.urls")),
]
