"""The URLs of the pages, the functions with a `route`: `path("", include("mizan.django.pages"))`.

Their paths are whole, so this belongs at the root. `reverse("mizan_pages:show_order", kwargs={…})` finds one by the
function's name.
"""

from mizan._client import definition_of
from mizan.django import _settings
from mizan.django._application import functions
from mizan.django._views import Pattern, regex_of

app_name = "mizan_pages"
_definitions = [definition_of(function) for function in functions(_settings.read().modules)]
urlpatterns = [
    Pattern(regex_of(one.route), one.name, is_page=True)
    for one in _definitions
    if one is not None and one.route is not None
]
