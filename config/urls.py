"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts.views import api_token, browser_zone, own_settings
from config import health
from config.api.docs import ApiDocs
from hiring.outcomes.views import review_by_link
from hiring.scoring.offline import worker
from reports.gallery.views import components_page

handler400 = "config.views.bad_request"
handler404 = "config.views.not_found"
handler500 = "config.views.crashed"

urlpatterns = [
    path("", include("web.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("interviews-worker.js", worker, name="scoring_worker"),
    path("components/", components_page, name="components"),
    path("api/v1/", include("config.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", ApiDocs.as_view(), name="api-docs"),
    path("accounts/api-token/", api_token, name="api_token"),
    path("accounts/settings/", own_settings, name="own_settings"),
    path("accounts/settings/zone/", browser_zone, name="browser_zone"),
    path("accounts/", include("allauth.urls")),
    path("", include("mail.urls")),
    path("", include("hiring.reminders.urls")),
    path("review/<str:token>/", review_by_link, name="review_by_link"),
    path("outside/", include("hiring.pipeline.urls")),
    path("t/<slug:team>/", include("hiring.scoring.urls")),
    path("t/<slug:team>/", include("hiring.lab.urls")),
    path("t/<slug:team>/", include("hiring.calibration.urls")),
    path("t/<slug:team>/", include("hiring.decisions.urls")),
    path("t/<slug:team>/", include("hiring.outcomes.urls")),
    path("t/<slug:team>/", include("reports.urls")),
    path("t/<slug:team>/", include("loops.urls")),
    path("admin/", admin.site.urls),
    path("t/<slug:team>/", include("jobs.urls")),
]
