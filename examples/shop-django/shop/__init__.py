"""The shop: a small real application on Mizan and Django, with the page of its FastAPI sibling."""
