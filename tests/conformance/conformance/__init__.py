"""The conformance board: starts a host, speaks the protocol to it, and says which capabilities it has.

It knows nothing of a host but how to start it. `docs/conformance.md` says how to aim it at another server.
"""
