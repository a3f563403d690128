"""Addresses of the example."""

from django.urls import include, path

urlpatterns = [path("", include("checkin_link.urls"))]
