"""A secret as a setting gives it: text or bytes, and whatever else somebody put there by mistake."""


def secret_bytes(setting: str, secret: object) -> bytes:
    """The bytes of a secret. What they are worth is the core's to say.

    Raises:
        ValueError: It is neither text nor bytes. The message names the setting, never the value.
    """
    if isinstance(secret, str):
        return secret.encode()
    if isinstance(secret, bytes):
        return secret
    raise ValueError(f"{setting} is {type(secret).__name__}: a secret is text or bytes")
