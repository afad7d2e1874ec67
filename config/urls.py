"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts.views import api_token
from config import health, views
from config.api.docs import ApiDocs
from hiring.calibration.own import own_severity
from hiring.scoring.home import interviews
from loops.role_gaps import gap_rows
from reports.views.components import components_page
from roles.views import compare

handler404 = "config.views.not_found"
handler500 = "config.views.crashed"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("components/", components_page, name="components"),
    path("api/v1/", include("config.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", ApiDocs.as_view(), name="api-docs"),
    path("accounts/api-token/", api_token, name="api_token"),
    path("accounts/", include("allauth.urls")),
    path("t/<slug:team>/", views.team_home, name="team-home"),
    # Scoring knows nothing of calibration: what the page says of one's severity is handed in here.
    path("t/<slug:team>/interviews/", interviews, {"own_severity": own_severity}, name="interviews"),
    path("t/<slug:team>/", include("hiring.scoring.urls")),
    path("t/<slug:team>/", include("hiring.calibration.urls")),
    path("t/<slug:team>/", include("hiring.decisions.urls")),
    path("t/<slug:team>/", include("hiring.outcomes.urls")),
    path("t/<slug:team>/", include("reports.urls")),
    # Roles know nothing of loops: what measures them is handed in here.
    path("t/<slug:team>/roles/compare/", compare, {"gap_rows": gap_rows}, name="role-compare"),
    path("admin/", admin.site.urls),
    path("t/<slug:team>/", include("jobs.urls")),
]
