"""The protocol's URLs: `path("api/mizan/", include("mizan.django.urls"))`. Where that stands is the base."""

from mizan.django._views import Pattern

app_name = "mizan"
urlpatterns = [Pattern(r"", "endpoint", is_page=False)]
