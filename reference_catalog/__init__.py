"""The truth: works, references, identifiers and their fingerprints, through SQLAlchemy."""
