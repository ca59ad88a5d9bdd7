"""What people say they did and managers decide on, whatever kind of program asked for it."""
