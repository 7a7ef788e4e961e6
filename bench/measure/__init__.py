"""Measures Mizan beside its peers and writes docs/benchmarks.md."""
