"""Operations of claims: making one, answering, deciding on it."""
