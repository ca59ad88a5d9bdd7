"""Years of service and birthdays, celebrated by the company from the people data."""
