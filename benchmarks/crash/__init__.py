"""Whether the index keeps what it acknowledged: kills, power cuts, a full disk, damage, readers."""
