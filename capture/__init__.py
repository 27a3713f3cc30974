"""Suspect streams and recordings, kept as received. Only this room touches the network."""
