"""A mutation that affects what is not there."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client(context="user")
def user_profile(user_id: int) -> str:
    """What is known of a user."""
    return "Ada"


@client(affects="usr")
def rename(user_id: int, name: str) -> str:
    """Rename a user."""
    return name


mizan = Mizan(FastAPI(), modules=[__name__])
