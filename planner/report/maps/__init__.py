"""The maps, for the screen and for a slide."""
