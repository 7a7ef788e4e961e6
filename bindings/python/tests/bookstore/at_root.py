"""The protocol at the root: its routes stand beside those of pages."""

from django.urls import include, path

urlpatterns = [path("", include("mizan.django.urls")), path("", include("mizan.django.pages"))]
