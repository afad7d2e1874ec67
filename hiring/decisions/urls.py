"""Pages of debriefs, below ``/t/<team>/``."""

from django.urls import path

from hiring.decisions import let_off, next_session_views, views
from hiring.decisions.live import views as live

urlpatterns = [
    path("debriefs/", views.debriefs, name="debriefs"),
    path("debriefs/<int:pk>/", views.debrief, name="debrief"),
    path("debriefs/<int:pk>/open/", views.open_now, name="debrief_open"),
    path("debriefs/<int:pk>/levels/", views.bring_up_to_date, name="debrief_bring_up"),
    path("debriefs/<int:pk>/live/", live.state, name="debrief_live"),
    path("debriefs/<int:pk>/live/start/", live.start, name="debrief_live_start"),
    path("debriefs/<int:pk>/live/move/", live.move, name="debrief_live_move"),
    path("debriefs/<int:pk>/live/again/", live.give, name="debrief_live_give"),
    path("debriefs/<int:pk>/live/adopt/", live.adopt, name="debrief_live_adopt"),
    path("debriefs/<int:pk>/plan/", next_session_views.plan_question, name="debrief_plan"),
    path("debriefs/<int:pk>/let-off/", let_off.let_off, name="debrief_let_off"),
    path("debriefs/<int:pk>/decide/", views.record, name="debrief_decide"),
]
