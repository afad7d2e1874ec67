"""Pages of an interviewer, below ``/t/<team>/``. The first of them, interviews/, shows calibration as well."""

from django.urls import path

from hiring.scoring import autosave, home, people, views, withdraw_view

urlpatterns = [
    path("interviews/<int:pk>/score/", views.score, name="score"),
    path("interviews/<int:pk>/score/save/", autosave.save, name="score_save"),
    path("interviews/<int:pk>/score/reveal/", autosave.reveal, name="score_reveal"),
    path("interviews/<int:pk>/score/amend/", views.amend_card, name="score_amend"),
    path("interviews/<int:pk>/score/discard/", views.discard, name="score_discard"),
    path("interviews/<int:pk>/decline/", home.decline, name="interview_decline"),
    path("interviews/<int:pk>/people/", people.people, name="interview_people"),
    path("interviews/<int:pk>/behalf/", people.behalf, name="interview_behalf"),
    path("ratings/<int:pk>/withdraw/", withdraw_view.withdraw, name="rating_withdraw"),
]
