"""`Plan`: tidy tables, the proof, and where everything came from."""
