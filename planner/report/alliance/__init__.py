"""What the alliance adds to the page."""
