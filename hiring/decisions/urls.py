"""Pages of debriefs, below ``/t/<team>/``."""

from django.urls import path

from hiring.decisions import outcomes, views

urlpatterns = [
    path("debriefs/", views.debriefs, name="debriefs"),
    path("debriefs/<int:pk>/", views.debrief, name="debrief"),
    path("debriefs/<int:pk>/open/", views.open_now, name="debrief_open"),
    path("debriefs/<int:pk>/decide/", views.record, name="debrief_decide"),
    path("debriefs/<int:pk>/outcome/", outcomes.review, name="outcome_review"),
]
