"""Pages of debriefs, below ``/t/<team>/``."""

from django.urls import path

from hiring.decisions import let_off, views

urlpatterns = [
    path("debriefs/", views.debriefs, name="debriefs"),
    path("debriefs/<int:pk>/", views.debrief, name="debrief"),
    path("debriefs/<int:pk>/open/", views.open_now, name="debrief_open"),
    path("debriefs/<int:pk>/levels/", views.bring_up_to_date, name="debrief_bring_up"),
    path("debriefs/<int:pk>/let-off/", let_off.let_off, name="debrief_let_off"),
    path("debriefs/<int:pk>/decide/", views.record, name="debrief_decide"),
]
