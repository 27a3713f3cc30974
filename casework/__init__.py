"""Cases: what was sampled where, what was found, who reviewed it, and what that says of a site."""
