"""Two models that a value may be, and nothing tells which."""

from fastapi import FastAPI
from pydantic import BaseModel

from mizan import client
from mizan.fastapi import Mizan


class Cat(BaseModel):
    """A pet."""

    name: str


class Dog(BaseModel):
    """Another pet."""

    name: str
    good: bool = True


@client
def adopt(pet: Cat | Dog) -> str:
    """Give a pet a home."""
    return pet.name


mizan = Mizan(FastAPI(), modules=[__name__])
