"""Addresses of reminders: the team's list, and what mails link to."""

from django.urls import path

from hiring.reminders import views

urlpatterns = [
    path("t/<slug:team>/late/", views.late_scorecards, name="late_scorecards"),
    path("mail/stop/<str:token>/", views.stop, name="stop_reminders"),
    path("mail/digest/<str:token>/", views.stop_digest, name="stop_digest"),
]
