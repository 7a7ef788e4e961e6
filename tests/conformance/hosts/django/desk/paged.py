"""The variant `paged`: a page that takes a body."""

from mizan import client


@client(route="/letters/:name", methods=["POST"])
def keep_letter(name: str) -> str:
    """Keep a letter under a name."""
    return name
