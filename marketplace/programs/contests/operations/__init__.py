"""What contests write: standings, teams, and what a raffle publishes."""
