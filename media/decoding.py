"""Packets out of a container and frames out of packets, going on after damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from media.losses import Count, Ledger, counted

# Reading goes on behind a damaged spot, but a file that gives nothing else is given up.
_MAX_READ_ERRORS = 16
_MAX_DECODE_ERRORS = 1000

FrameT = TypeVar("FrameT")


class Demuxer:
    """The packets of some streams in file order; damage ends the file but never raises."""

    def __init__(
        self, container: InputContainer, streams: Sequence[VideoStream | AudioStream]
    ) -> None:
        self._container = container
        self._streams = streams
        self._errors = Count()
        self._failure = ""

    def __iter__(self) -> Iterator[Packet[Stream]]:
        row = 0
        while row < _MAX_READ_ERRORS:
            try:
                for packet in self._container.demux(*self._streams):
                    row = 0
                    if packet.size:  # an empty packet asks for a flush, which `drain` does
                        yield packet
                return
            except IndexError:
                return  # PyAV stumbles at the end of a file in which streams appeared on the way
            except (av.FFmpegError, OSError) as error:
                row += 1
                self._errors.add()
                self._failure = getattr(error, "strerror", None) or str(error)

    def report(self, ledger: Ledger) -> None:
        """Note where the file could not be read."""
        if self._errors.n:
            detail = f"reading failed {counted(self._errors.n, 'time')}: {self._failure}"
            ledger.note("truncated", detail)


class Decoder(Generic[FrameT]):
    """The frames of one stream. Packets that cannot be decoded are skipped and counted."""

    def __init__(self, decode: Callable[[Packet[Stream] | None], list[FrameT]], what: str) -> None:
        self._decode = decode
        self._what = what
        self._packets = 0
        self._row = 0
        self._errors = Count()
        self._refused = Count()
        self._encrypted = Count()

    @property
    def given_up(self) -> bool:
        """Too many packets in a row could not be decoded."""
        return self._row >= _MAX_DECODE_ERRORS

    def frames(self, packet: Packet[Stream] | None, at_s: float | None = None) -> list[FrameT]:
        """What a packet completes, in presentation order; None gives what is still held."""
        if self.given_up:
            return []
        if packet is not None:
            self._packets += 1
            if packet.has_sidedata("encryption_info"):  # noise without its key
                self._encrypted.add(at_s)
                return []
        try:
            frames = self._decode(packet)
        except (av.FFmpegError, MemoryError, ValueError) as error:
            self._row += 1
            (self._refused if isinstance(error, MemoryError) else self._errors).add(at_s)
            return []
        self._row = 0
        return frames

    def report(self, ledger: Ledger) -> None:
        """Note the packets that could not be decoded."""
        if self._encrypted.n:
            detail = f"{self._encrypted.n} of {self._packets} {self._what} packets are encrypted"
            ledger.note("encrypted", detail, self._encrypted.at_s)
        if self._refused.n:
            detail = (
                f"{self._refused.n} of {self._packets} {self._what} packets"
                " need more memory than there is"
            )
            ledger.note("memory", detail, self._refused.at_s)
        if self._errors.n:
            detail = (
                f"{self._errors.n} of {self._packets} {self._what} packets could not be decoded"
            )
            ledger.note("decode_errors", detail, self._errors.at_s)
