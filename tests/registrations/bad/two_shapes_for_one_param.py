"""Two members of a context that take one param for different things."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client(context="user")
def user_orders(user_id: str) -> list[int]:
    """The orders of a user."""
    return []


@client(context="user")
def user_profile(user_id: int) -> str:
    """What is known of a user."""
    return "Ada"


mizan = Mizan(FastAPI(), modules=[__name__])
