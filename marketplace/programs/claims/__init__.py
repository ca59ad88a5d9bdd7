"""Claims: somebody says what they did and shows it; another looks, and the points follow."""
