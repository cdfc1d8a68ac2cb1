"""The pages: a file each, with the addresses that it answers at its end."""
