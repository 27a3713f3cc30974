"""What pages for people are made of: stills, drawings, words, and how a page is rendered."""
