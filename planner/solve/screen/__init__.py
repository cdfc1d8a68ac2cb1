"""A plan among thousands of places: solved over some of them, the others left out with proof."""
