"""The fixture application of the conformance board, for FastAPI: `fixture.md` says what it is."""
