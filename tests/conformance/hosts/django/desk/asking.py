"""The variant `asking`: a public context whose function takes the identity."""

from desk import seen
from desk.switches import broken
from mizan import Identity, ReactContext, client

PeekContext = ReactContext("peek_identity", public=True)

if broken("public-isolation"):

    @client(context=PeekContext, name="peek_identity")
    async def peek_kept() -> str:
        """The name that a middleware has kept."""
        return seen.user()

else:

    @client(context=PeekContext)
    async def peek_identity(identity: Identity | None) -> str:
        """The caller's name."""
        return "" if identity is None else identity.sub
