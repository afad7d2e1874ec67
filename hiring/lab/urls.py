"""Pages of the lab, below ``/t/<team>/``."""

from django.urls import path

from hiring.lab import desk, views

urlpatterns = [
    path("lab/", views.lab, name="lab"),
    path("lab/answers/<int:pk>/", views.vignette, name="vignette"),
    path("lab/answers/<int:pk>/anchor/", desk.set_anchor, name="lab_set_anchor"),
    path("lab/people/", desk.people, name="lab_people"),
    path("lab/people/steps/", desk.record_step, name="lab_record_step"),
    path("lab/people/steps/<int:pk>/withdraw/", desk.withdraw_step, name="lab_withdraw_step"),
    path("lab/anchors/", desk.anchors, name="lab_anchors"),
    path("lab/splits/", desk.splits, name="lab_splits"),
]
