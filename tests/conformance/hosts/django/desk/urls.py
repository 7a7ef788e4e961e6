"""The URLs of the desk."""

from django.urls import include, path

# Without a last slash: what is asked there too is Mizan's to answer, and no redirect.
urlpatterns = [path("api/mizan", include("mizan.django.urls")), path("", include("mizan.django.pages"))]
