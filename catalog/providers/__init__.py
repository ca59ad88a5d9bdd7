"""Catalogs of gift card providers: read, compared with what is known, and kept as rewards."""
