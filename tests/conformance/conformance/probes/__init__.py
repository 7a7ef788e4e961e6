"""The probes, a module for each part of the board. Importing a module registers its probes."""
