"""The desk, as an application of FastAPI."""

from fastapi import FastAPI

from desk import asking, contexts, functions, mutations, paged, peeking
from desk.people import find, identify, nobody_can_tell, permissions_of
from desk.seen import keep_headers
from desk.switches import CACHE, broken, variant
from mizan import Cache, Tokens
from mizan.fastapi import Mizan

app = FastAPI()
modules = [contexts, functions, mutations]
if variant("peeking"):
    modules.append(peeking)
if variant("asking"):
    modules.append(asking)
if variant("paged"):
    modules.append(paged)
tokens = Tokens(
    mwt=not broken("mwt"),
    access=not broken("jwt"),
    functions=[
        *([] if broken("mwt-functions") else ["mwt_obtain"]),
        *([] if broken("jwt-functions") else ["jwt_obtain", "jwt_refresh", "jwt_revoke"]),
    ],
    find=find,
    permissions=nobody_can_tell if broken("mwt-rights") else permissions_of,
)
mizan = Mizan(
    app,
    modules=modules,
    identify=identify,
    cache=Cache(CACHE, timeout=5),
    tokens=tokens,
    trusted_origins=["https://evil.test"] if broken("origins") else [],
    limits={"body": 200} if variant("paged") else None,
    expose_ir=True,
)
keep_headers(app)
