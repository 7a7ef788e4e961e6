"""Mizan on FastAPI: `Mizan(app, functions=[…])` and the functions answer.

Requests below the base path are answered as the innermost middleware, so the application's own (CORS, sessions,
compression) apply to them, and FastAPI's routing does not.
"""

from mizan.fastapi._mizan import Mizan

__all__ = ["Mizan"]
