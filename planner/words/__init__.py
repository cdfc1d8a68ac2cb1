"""Sentences from the tables of a plan."""
