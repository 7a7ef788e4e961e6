"""The application whose `clients.py` Mizan finds by itself, where functions are sync."""
