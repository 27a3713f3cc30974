"""How much a capture takes from a server that may be hostile."""

from __future__ import annotations

from dataclasses import asdict, dataclass

MiB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps. Each stops one way in which a server could hold a capture up or fill a disk."""

    total_bytes: int = 4096 * MiB  # everything received, playlists and failures too
    playlist_bytes: int = 4 * MiB  # a day of 2 s segments is about 3 MB
    segment_bytes: int = 256 * MiB
    key_bytes: int = 1024  # a key has 16; an error page instead of one is kept so far
    header_bytes: int = 64 * 1024
    request_s: float = 60.0  # one exchange, from the first packet to the last byte
    connect_s: float = 10.0
    silence_s: float = 15.0  # within an exchange, without a single byte
    wall_s: float = 6 * 3600.0
    lost_s: float = 90.0  # a live stream without anything new is dead
    redirects: int = 5
    nesting: int = 3  # playlists that lead to playlists
    tracks: int = 8
    segments: int = 50_000
    tries: int = 3
    pause_s: float = 0.5  # before the next try
    resumes: int = 5

    def as_dict(self) -> dict[str, int | float]:
        """For the log."""
        return asdict(self)
