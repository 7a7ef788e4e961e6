"""The fixture application of the conformance board, for Django: `fixture.md` says what it is."""
