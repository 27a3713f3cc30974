"""What sampling costs beside bare decoding, and how much memory a long film takes.

`python -m benchmarks.decode [FILE...] [--clip FOLDER] [--json FILE]` runs paired, interleaved
rounds of (a) bare decoding of the picture on one thread, (b) bare decoding of picture and sound,
(c) our Reader at 2 frames a second on the picture alone and (d) with sound, and prints CPU
seconds and the ratios c / a and d / b. The file for (a) and (c) is a copy without sound. With no
FILE it re-encodes a real film to 360p, 720p and 1080p.

`python -m benchmarks.decode --hours 3` makes a 1080p film of that length and reports the peak
memory of a process that reads it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Stream

from benchmarks.machine import describe
from media.reader import Reader

# Width, height, bits a second: ordinary web encodes.
SIZES = {
    "360p": (640, 360, 800_000),
    "720p": (1280, 720, 2_500_000),
    "1080p": (1920, 1080, 5_000_000),
}
X264 = {"preset": "veryfast", "bf": "3", "g": "50"}
SOUND_RATE = 48_000
BLOCK_S = 16.0  # a whole number of AAC frames at 48 kHz, so that repeated sound has no gap
CLIP_S = 12.0
CORPUS = Path("~/.cache/reelprint-corpus")
# Measures itself. Its high-water mark is read from the kernel's account of this very program:
# the one of `getrusage` starts at the size of the parent that it was forked from.
_CHILD = """
import resource, sys
from pathlib import Path
from media.reader import Reader
reader = Reader(Path(sys.argv[1]))
clips = sum(1 for _ in reader)
usage = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status").read_text().split()
peak_kib = status[status.index("VmHWM:") + 1]
print(clips, reader.duration_s, int(peak_kib) / 1024, usage.ru_utime + usage.ru_stime)
"""


def bare(path: Path, sound: bool) -> int:
    """Decode a file on one thread and keep nothing."""
    frames = 0
    with av.open(str(path)) as container:
        streams: list[Stream] = [container.streams.video[0]]
        streams += container.streams.audio[:1] if sound else ()
        for stream in streams:
            stream.codec_context.thread_count = 1
        for packet in container.demux(*streams):
            frames += len(packet.decode())
    return frames


def sampled(path: Path) -> int:
    """Read a file as the engine does."""
    with Reader(path) as reader:
        return sum(1 for _ in reader)


def paired(path: Path, silent: Path, rounds: int) -> dict[str, object]:
    """CPU seconds of each way of reading, in interleaved rounds."""
    ways: dict[str, Callable[[], int]] = {
        "bare_picture": lambda: bare(silent, sound=False),
        "reader_picture": lambda: sampled(silent),
        "bare_both": lambda: bare(path, sound=True),
        "reader_both": lambda: sampled(path),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            seconds[name].append(time.process_time() - start)
    return summary(seconds)


def summary(seconds: dict[str, list[float]]) -> dict[str, object]:
    """Minimum and median of each way, and the ratios of the minima and of the medians."""
    row: dict[str, object] = {}
    for name, values in seconds.items():
        row[name] = {"min_s": min(values), "median_s": statistics.median(values)}
    for what in ("picture", "both"):
        mine, base = seconds[f"reader_{what}"], seconds[f"bare_{what}"]
        row[f"ratio_{what}"] = {
            "min": min(mine) / min(base),
            "median": statistics.median(mine) / statistics.median(base),
        }
    return row


def copy_streams(source: Path, target: Path, sound: bool) -> Path:
    """The same packets in a new file, with or without the sound."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        streams: list[Stream] = [old.streams.video[0]]
        streams += old.streams.audio[:1] if sound else ()
        copies = {stream.index: new.add_stream_from_template(stream) for stream in streams}
        for packet in old.demux(*streams):
            if packet.dts is not None:
                packet.stream = copies[packet.stream_index]
                new.mux(packet)
    return target


def reencode(source: Path, target: Path, size: tuple[int, int, int], seconds: float) -> Path:
    """A real film as x264 with 3 B-frames and AAC, looped up to a length."""
    width, height, bit_rate = size
    with av.open(str(target), "w") as container:
        video = container.add_stream("libx264", rate=25, options=X264)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.bit_rate = bit_rate
        video.codec_context.time_base = Fraction(1, 25)
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        pictures = itertools.islice(looped_pictures(source), round(seconds * 25))
        for number, frame in enumerate(pictures):
            picture = frame.reformat(width, height, "yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            picture.pict_type = av.video.frame.PictureType.NONE
            container.mux(video.encode(picture))
            write_sound(container, sound, number)
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return target


def looped_pictures(source: Path) -> Iterator[av.VideoFrame]:
    """The frames of a film, again and again."""
    while True:
        with av.open(str(source)) as container:
            yield from container.decode(video=0)


def write_sound(container: OutputContainer, stream: AudioStream, number: int) -> None:
    """Sound for one frame of picture at 25 frames a second: noise, so that it costs bits."""
    count = SOUND_RATE // 25
    noise = np.random.default_rng(number).normal(0, 0.1, (2, count)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(noise, "fltp", "stereo")
    frame.rate = SOUND_RATE
    frame.pts, frame.time_base = number * count, Fraction(1, SOUND_RATE)
    container.mux(stream.encode(frame))


def repeat(source: Path, target: Path, hours: float) -> Path:
    """A long film: the packets of a block of `BLOCK_S` seconds with their stamps shifted."""
    with av.open(str(target), "w") as new, av.open(str(source)) as old:
        copies = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for block in range(round(hours * 3600 / BLOCK_S)):
            with av.open(str(source)) as again:
                copy_block(again, new, copies, block * BLOCK_S)
    return target


def copy_block(
    source: InputContainer, target: OutputContainer, copies: dict[int, Stream], shift_s: float
) -> None:
    """The packets within the block, each later by a shift."""
    for packet in source.demux():
        if packet.pts is None or packet.dts is None:
            continue
        if not 0 <= packet.pts * packet.time_base < BLOCK_S:
            continue
        shift = round(shift_s / packet.time_base)
        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
        packet.stream = copies[packet.stream_index]
        target.mux(packet)


def memory(path: Path) -> dict[str, float]:
    """Peak memory of a process that reads a file whole and keeps no clip."""
    command = [sys.executable, "-c", _CHILD, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    clips, duration_s, peak_mib, cpu_s = map(float, done.stdout.split())
    return {
        "clips": clips,
        "duration_s": duration_s,
        "file_mib": path.stat().st_size / 2**20,
        "peak_mib": peak_mib,
        "cpu_s": cpu_s,
    }


def source_clip(folder: Path) -> Path:
    """The largest film of the folder. Raises `FileNotFoundError` when there is none."""
    films = [path for path in folder.expanduser().rglob("*.mp4") if path.is_file()]
    if not films:
        raise FileNotFoundError(f"no .mp4 file under {folder}; give one with --clip")
    return max(films, key=lambda path: (path.stat().st_size, path.name))


def compare(files: Sequence[Path], clip: Path, rounds: int, work: Path) -> dict[str, object]:
    """The rows of all files, or of the re-encoded clip at each size."""
    if not files:
        source = source_clip(clip)
        files = [
            reencode(source, work / f"{name}.mp4", size, CLIP_S) for name, size in SIZES.items()
        ]
    rows: dict[str, object] = {}
    for path in files:
        suffix = path.suffix
        silent = copy_streams(path, work / f"{path.stem}-silent{suffix}", sound=False)
        rows[path.name] = row = paired(path, silent, rounds)
        print(path.name, json.dumps(row))
    return rows


def long_film(clip: Path, hours: float, work: Path) -> dict[str, object]:
    """Memory on a 1080p film of some hours."""
    block = reencode(source_clip(clip), work / "block.mp4", (1920, 1080, 1_000_000), BLOCK_S)
    row = memory(repeat(block, work / "long.mp4", hours))
    print(json.dumps(row))
    return {"hours": hours, **row}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--clip", type=Path, default=CORPUS, help="folder with real films")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hours", type=float, help="measure memory on a film of this length")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if given.hours:
            figures = long_film(given.clip, given.hours, work)
        else:
            figures = compare(given.files, given.clip, given.rounds, work)
    if given.json:
        record = {"machine": describe(), "decode": figures}
        given.json.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
