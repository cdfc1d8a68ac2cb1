"""Rounds between two master programs."""
