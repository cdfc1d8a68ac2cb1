"""A run as one file: its scenario with every own input, its tables, proof and report; anyone repeats and verifies it anywhere."""
