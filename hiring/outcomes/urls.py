"""Pages of outcome reviews, below ``/t/<team>/``."""

from django.urls import path

from hiring.outcomes import views

urlpatterns = [
    path("debriefs/<int:pk>/outcome/", views.review, name="outcome_review"),
]
