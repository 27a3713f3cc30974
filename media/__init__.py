"""Files to clips: decoding, sampling, presentation times. No network, SQL or FAISS here."""
