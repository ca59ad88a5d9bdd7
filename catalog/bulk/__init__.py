"""One deed on many rewards: what it would do to each, then each done or refused by itself."""
