"""Codes to candidates: FAISS for frame hashes, memory-mapped postings for sound."""
