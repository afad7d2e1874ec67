"""Where people land."""

from django.urls import path

from web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("t/<slug:team>/", views.team_home, name="team-home"),
]
