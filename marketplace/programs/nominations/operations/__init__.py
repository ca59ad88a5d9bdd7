"""What happens to rounds: planning and moving them, nominating, judging, deciding."""
