"""Where the demo shows the mail that it keeps."""

from django.urls import path

from mail import views

urlpatterns = [
    path("demo/mail/", views.kept_mail, name="kept_mail"),
    path("demo/mail/<int:pk>/", views.kept_letter, name="kept_letter"),
    path("demo/mail/<int:pk>/html/", views.kept_html, name="kept_html"),
]
