"""Training: courses in an order, some made for the other department, points and a badge once."""
