"""What an evidence package needs of the engine: what was compared, to look at and to repeat."""
