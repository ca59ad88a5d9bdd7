"""A small Stripe beside the test: it remembers, and can go wrong in every way Stripe does."""
