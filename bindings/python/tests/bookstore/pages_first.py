"""The same URLs the other way round: the pages before the protocol, and one among them whose params fit anything."""

from bookstore.urls import urlpatterns as others
from mizan.django._views import Pattern, regex_of

urlpatterns = [Pattern(regex_of("/:user/:repo/:file/"), "any", is_page=True), *reversed(others)]
