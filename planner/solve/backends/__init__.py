"""Solvers, by what they can do."""
