"""Each operation on an array does what its name says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks import picture_layouts as layouts
from benchmarks import picture_maps as maps
from benchmarks import picture_ops, sound_ops
from benchmarks.picture_maps import PICTURE_MAPS
from benchmarks.picture_ops import PICTURE_OPS
from benchmarks.picture_scene import Shot, covering
from benchmarks.retime import resample
from benchmarks.sound_ops import SOUND_OPS
from benchmarks.sound_rooms import camcorder, compress, reverb
from benchmarks.sound_scene import Scene, pink
from media.clip import F32, U8

RATE = 44_100


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def shot(seed: int = 5, time_s: float = 0.5) -> Shot:
    """A moment of a clip with grey footage around it."""
    grey = np.full((60, 40, 3), 99, np.uint8)
    return Shot(rng(), seed, time_s, footage=lambda _: grey)


AMOUNTS = {"scale": 70.0, "blur": 3.0, "noise": 3.0, "upright": 160.0, "rotate": 15.0, "pip": 0.5}
AMOUNTS |= {"panel": 0.6, "quarter": 1.0, "caption": 1.0, "screen": 1.0, "squeeze": 0.75}


def tone(hertz: float, seconds: float = 1.0) -> F32:
    wave = 0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.tile(wave, (2, 1)).astype(np.float32)


def power(samples: F32) -> float:
    return float(np.mean(samples[:, RATE // 4 : -RATE // 4] ** 2))


@pytest.fixture
def frame() -> U8:
    return rng().integers(0, 256, (90, 120, 3), np.uint8)


@pytest.mark.parametrize("name", sorted(PICTURE_OPS))
def test_a_picture_operation_leaves_its_input_alone(name: str, frame: U8) -> None:
    before = frame.copy()
    after = PICTURE_OPS[name](frame, AMOUNTS.get(name, 0.1), shot())
    assert np.array_equal(frame, before)
    assert after.dtype == np.uint8
    assert after.ndim == 3


@pytest.mark.parametrize("name", sorted(SOUND_OPS))
def test_a_sound_operation_keeps_shape_and_input(name: str) -> None:
    samples = tone(440)
    before = samples.copy()
    after = SOUND_OPS[name](samples, 0.5, Scene(RATE, rng(), tone(900, 0.3)))
    assert np.array_equal(samples, before)
    assert after.shape == samples.shape
    assert after.dtype == np.float32
    assert np.abs(after).max() <= 1


def test_mirroring_twice_is_nothing(frame: U8) -> None:
    once = picture_ops.mirror(frame, 1, shot())
    assert not np.array_equal(once, frame)
    assert np.array_equal(picture_ops.mirror(once, 1, shot()), frame)


def test_scaling_never_enlarges(frame: U8) -> None:
    assert picture_ops.scale(frame, 45, shot()).shape == (45, 60, 3)
    assert picture_ops.scale(frame, 900, shot()).shape == frame.shape


def test_grey_has_no_colour(frame: U8) -> None:
    grey = picture_ops.grey(frame, 1, shot())
    assert np.array_equal(grey[..., 0], grey[..., 2])


def test_picture_noise_has_the_strength_asked_for() -> None:
    flat = np.full((90, 120, 3), 128, np.uint8)
    assert picture_ops.noise(flat, 9.0, shot()).std() == pytest.approx(9.0, rel=0.05)


@pytest.mark.parametrize("name", sorted(PICTURE_MAPS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_picture_is_moved_where_the_map_says(name: str, seed: int) -> None:
    frame, around, spot = np.full((180, 240, 3), 40, np.uint8), shot(seed), (110.0, 70.0)
    frame[65:75, 105:115] = 255
    amount = AMOUNTS.get(name, 0.1)
    after = PICTURE_OPS[name](frame, amount, around)
    matrix, size = PICTURE_MAPS[name]((180, 240), amount, around)
    assert after.shape[:2] == size
    x, y, w = matrix @ (*spot, 1.0)
    bright = (after > 200).all(axis=2)
    # A caption may be white; the spot is within the picture, so look near where it should be.
    near = np.zeros_like(bright)
    near[max(int(y / w) - 12, 0) : int(y / w) + 12, max(int(x / w) - 12, 0) : int(x / w) + 12] = (
        True
    )
    rows, columns = np.nonzero(bright & near)
    assert rows.mean() + 0.5 == pytest.approx(y / w, abs=1.0)
    assert columns.mean() + 0.5 == pytest.approx(x / w, abs=1.0)


def test_dice_of_a_clip_fall_alike_at_every_frame() -> None:
    places = {
        layouts.window(
            np.arange(90 * 120 * 3, dtype=np.uint32).reshape(90, 120, 3).astype(np.uint8),
            0.4,
            shot(5, t),
        ).tobytes()
        for t in (0.0, 1.0)
    }
    assert len(places) == 1
    assert len({maps.window((90, 120), 0.4, shot(seed))[0].tobytes() for seed in range(9)}) > 3


def test_a_camera_in_the_hand_is_never_still() -> None:
    first, later = (maps.screen((90, 120), 1.0, shot(5, t))[0] for t in (0.0, 0.4))
    assert not np.allclose(first, later, atol=0.05)


def test_a_corner_is_laid_on_other_footage() -> None:
    bright = np.full((90, 120, 3), 250, np.uint8)
    inside = layouts.pip(bright, 0.5, shot()) == 250
    assert inside.all(axis=2).sum() == 45 * 60


def test_layouts_need_other_footage(frame: U8) -> None:
    with pytest.raises(ValueError, match="no other footage"):
        layouts.pip(frame, 0.5, Shot(rng()))


def test_covering_keeps_the_shape_and_the_middle() -> None:
    wide = np.zeros((50, 200, 3), np.uint8)
    wide[:, 95:105] = 255
    filled = covering(wide, (100, 100))
    assert filled.shape == (100, 100, 3)
    assert filled[:, 45:55].mean() > 200 > 5 > filled[:, :30].mean()


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 10.0])
@pytest.mark.parametrize("name", ["noise", "pink", "mix"])
def test_what_is_added_has_the_ratio_asked_for(name: str, snr_db: float) -> None:
    clean = tone(440) * np.float32(0.1)
    dirty = SOUND_OPS[name](clean, snr_db, Scene(RATE, rng(), tone(900, 0.3)))
    ratio = 10 * np.log10(power(clean) / power(dirty - clean))
    assert ratio == pytest.approx(snr_db, abs=0.3)


def test_mixing_needs_another_sound() -> None:
    with pytest.raises(ValueError, match="no other sound"):
        sound_ops.mix(tone(440), 0, Scene(RATE, rng()))


@pytest.mark.parametrize(("hertz", "passes"), [(100.0, False), (1000.0, True), (8000.0, False)])
def test_a_telephone_passes_speech_only(hertz: float, passes: bool) -> None:
    kept = power(sound_ops.phone(tone(hertz), 1, Scene(RATE, rng()))) / power(tone(hertz))
    assert kept > 0.8 if passes else kept < 0.02


def test_speed_shortens() -> None:
    assert resample(tone(440), Fraction(25, 24)).shape == (2, RATE * 24 // 25)


def test_pink_noise_has_as_much_power_in_each_octave() -> None:
    spectrum = np.abs(np.fft.rfft(pink(20 * RATE, rng())[0])) ** 2
    octaves = [spectrum[20 * low : 40 * low].sum() for low in (100, 200, 400, 800, 1600, 3200)]
    assert max(octaves) / min(octaves) < 1.1


def test_echoes_fall_by_60_db_in_the_time_asked_for() -> None:
    click = np.zeros((2, RATE), np.float32)
    click[:, 0] = 0.5
    heard = reverb(click, 0.5, Scene(RATE, rng()))[0].astype(float)
    direct, echoes = heard[0] ** 2, np.sum(heard[1:] ** 2)
    early, late = (np.sum(heard[s : s + 2205] ** 2) for s in (2205, 2205 + RATE // 4))
    assert 10 * np.log10(direct / echoes) == pytest.approx(0, abs=0.1)
    assert 10 * np.log10(early / late) == pytest.approx(30, abs=1)


def test_a_camcorder_holds_the_level() -> None:
    for loudness in (0.05, 1.0):
        soft = tone(440, 3.0) * np.float32(loudness)
        assert np.sqrt(power(camcorder(soft, 1, Scene(RATE, rng())))) == pytest.approx(
            0.15, rel=0.1
        )


def test_a_camcorder_hears_no_bass() -> None:
    heard = camcorder(tone(60, 3.0) + tone(440, 3.0), 1, Scene(RATE, rng()))
    spectrum = np.abs(np.fft.rfft(heard[0]))
    assert spectrum[60 * 3] < 0.1 * spectrum[440 * 3]


def test_compression_brings_loud_and_soft_together() -> None:
    loud, soft = tone(440, 2.0), tone(440, 2.0) * np.float32(0.1)
    scene = Scene(RATE, rng())
    apart = power(compress(loud, 1, scene)) / power(compress(soft, 1, scene))
    assert 10 * np.log10(power(loud) / power(soft)) == pytest.approx(20, abs=0.1)
    assert 10 * np.log10(apart) < 6
