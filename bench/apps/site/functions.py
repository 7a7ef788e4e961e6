"""Mizan's addresses."""

from django.urls import include, path

urlpatterns = [path("api/mizan/", include("mizan.django.urls"))]
