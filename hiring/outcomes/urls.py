"""Pages of outcome reviews, below ``/t/<team>/``."""

from django.urls import path

from hiring.outcomes import validity_page, views

urlpatterns = [
    path("outcomes/", views.outcomes, name="outcomes"),
    path("outcomes/validity/", validity_page.validity, name="validity"),
    path("debriefs/<int:pk>/outcome/", views.review, name="outcome_review"),
    path("debriefs/<int:pk>/outcome/ask/", views.ask, name="ask_for_review"),
]
