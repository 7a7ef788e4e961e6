"""The shop: a small real application on Mizan, FastAPI and SQLAlchemy."""
