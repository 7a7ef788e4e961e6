"""The probes, a file for each part of the board. Importing this registers them."""

from conformance.probes import bundles, caching, calls, contract, errors, guards, invalidation, security, values

__all__ = ["bundles", "caching", "calls", "contract", "errors", "guards", "invalidation", "security", "values"]
