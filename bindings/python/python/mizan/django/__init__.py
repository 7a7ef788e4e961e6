"""Mizan on Django: `INSTALLED_APPS += ["mizan.django"]`, a path in the URLs, and the functions answer.

The functions of every installed app's `clients.py` are found by themselves. `path("api/mizan/",
include("mizan.django.urls"))` serves them, `path("", include("mizan.django.pages"))` their pages. Settings are one
dict, `MIZAN`.
"""
