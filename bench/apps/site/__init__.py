"""One Django project whose addresses are one contender's: `BENCH_URLS` says which."""
