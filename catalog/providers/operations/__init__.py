"""What changes: providers and their rules, how a sync goes on, and what it takes over."""
