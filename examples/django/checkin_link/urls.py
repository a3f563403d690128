"""Addresses of the app."""

from django.urls import path

from checkin_link import views

urlpatterns = [
    path("account/replies", views.account, name="checkin-account"),
    path("inbox", views.inbox, name="checkin-inbox"),
    path("checkin/changes", views.webhook, name="checkin-webhook"),
]
