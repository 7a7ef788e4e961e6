"""The Django app: finds the functions of the other apps, and registers the system checks."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.core import checks
from django.core.signals import setting_changed
from django.utils.module_loading import module_has_submodule

from mizan._errors import RegistrationError


class MizanConfig(AppConfig):
    """Mizan as an installed app."""

    name = "mizan.django"
    label = "mizan"
    verbose_name = "Mizan"

    def ready(self) -> None:
        """Import the `clients.py` of every app.

        A declaration that cannot be served is told by the system checks; whatever else such a module raises is raised
        here, with its file and line, as of `models.py`.
        """
        from mizan.django import _application, _checks  # noqa: PLC0415 - they need the settings

        self.clients: list[str] = []
        self.problems: list[str] = []
        for config in apps.get_app_configs():
            if config.module is None or not module_has_submodule(config.module, "clients"):
                continue
            name = f"{config.name}.clients"
            try:
                import_module(name)
            except RegistrationError as error:
                self.problems.append(str(error))
            else:
                self.clients.append(name)
        checks.register(_checks.check)
        setting_changed.connect(_application.forget)
