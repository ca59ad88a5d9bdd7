"""Forms of recognition: syntax only."""
