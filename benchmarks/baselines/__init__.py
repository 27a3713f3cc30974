"""Other people's methods, run on the same queries as Reelprint. One file each."""
