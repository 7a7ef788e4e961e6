"""Puts this folder, and so the package `shop`, where the tests can import it."""
