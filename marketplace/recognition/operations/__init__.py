"""What people do with recognition. Each runs inside its caller's transaction."""
