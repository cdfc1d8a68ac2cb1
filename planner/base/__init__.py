"""What every room may use: errors, units, text, folders written whole or not at all."""
