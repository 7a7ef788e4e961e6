"""The shop's addresses: its functions, the admin, and the page for everything else."""

from django.contrib import admin
from django.urls import include, path, re_path

from shop import web

urlpatterns = [
    path("api/mizan/", include("mizan.django.urls")),
    path("admin/", admin.site.urls),
    path("assets/<path:name>", web.asset),
    path("icon.svg", web.icon),
    re_path(r"^[^.]*$", web.page),
]
