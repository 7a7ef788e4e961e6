"""A read that says it changes something."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client(context="user", affects="shop")
def user_profile(user_id: int) -> str:
    """What is known of a user."""
    return "Ada"


mizan = Mizan(FastAPI(), modules=[__name__])
