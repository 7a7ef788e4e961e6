"""What clients may call: Mizan finds the names of this module in every installed app."""

from desk.clients.contexts import *  # noqa: F403 - as one module, which would be long
from desk.clients.functions import *  # noqa: F403
from desk.clients.mutations import *  # noqa: F403
