"""The project's URLs."""

from django.urls import include, path

urlpatterns = [
    path("api/mizan/", include("mizan.django.urls")),
    path("", include("mizan.django.pages")),
]
