"""How well this installation finds the works of this workspace: `reelprint selftest --mine`."""
