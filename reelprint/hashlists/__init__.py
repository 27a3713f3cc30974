"""Lists of PDQ hashes, as hash-sharing programmes exchange them. See `docs/hash-lists.md`."""
