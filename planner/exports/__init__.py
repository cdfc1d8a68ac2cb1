"""A planning problem in the form of another tool."""
