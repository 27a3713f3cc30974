"""Several machines, through Ray: works are read on all of them, and segments searched where they
are held. Nothing else of Reelprint knows of Ray, which is imported when it is asked for."""
