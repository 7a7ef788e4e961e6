"""The names of entries of the origin cache, from the rule STORE-2."""

from typing import Any

from canonical import of_python
from keys import one, tag
from kinds import is_object
from refusal import Refused


def name(given: dict[str, Any]) -> dict[str, Any]:
    """`secret`, `context`, `params`, `rev`, and `public` or `sub` → `text`."""
    context, params, rev = given.get("context"), given.get("params"), given.get("rev")
    is_public = given.get("public") is True and "sub" not in given
    is_somebodys = "public" not in given and "sub" in given and isinstance(given["sub"], str | None)
    if not (isinstance(context, str) and is_object(params) and (is_public or is_somebodys)):
        raise Refused("BAD_REQUEST")
    if type(rev) is not int or not 0 <= rev < 2**32:
        raise Refused("BAD_REQUEST")
    text = of_python({"c": context, "p": params, "r": rev, **({} if is_public else {"u": given["sub"]})})
    return {"text": f"ctx:{context}:{tag(one(given['secret'], 'cache'), text.encode()).hex()}"}
