"""What rewards cost the company and cost elsewhere, beside their price in points: for managers."""
