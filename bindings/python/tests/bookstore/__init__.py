"""A Django project of books, as its author would write it: what the tests of the adapter serve."""
