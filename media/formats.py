"""Which kinds of file may be opened at all, and the suffixes they usually have.

FFmpeg guesses a file's kind from its bytes, and knows many kinds that are not media: playlists
and lists of other files (hls, dash, concat, image2), captured devices (lavfi, x11grab), text
shown as video (tty), subtitles. An uploaded file must never select one of them, so this is a list
of what is allowed.
"""

from __future__ import annotations

_CONTAINERS = (
    "3g2 3gp aiff amr asf au avi caf dv f4v flv gxf ivf live_flv m4a matroska mj2 mov mp4 mpeg "
    "mpegts mxf nut nsv ogg rm swf voc w64 wav webm wtv wv xwma"
)
_SOUND = (
    "aac ac3 adts amrnb amrwb ape dsf dts dtshd eac3 flac loas mlp mp2 mp3 mpc mpc8 qcp qoa spx "
    "tak truehd tta"
)
_VIDEO = "apng av1 avs2 cavsvideo dirac gif h261 h263 h264 hevc m4v mjpeg mpegvideo obu vc1 vvc"
_PICTURES = (
    "bmp dds dpx exr gem gif hdr j2k jpeg jpegls jpegxl pam pbm pcx pfm pgm phm png ppm psd qoi "
    "sgi sunrast tiff webp xbm xpm xwd"
)

PICTURE_FORMATS = frozenset(f"{name}_pipe" for name in _PICTURES.split())
# Formats that hold one picture as readily as a moving one; a single frame makes it a still.
MAYBE_PICTURE_FORMATS = PICTURE_FORMATS | {"gif", "apng", "jpegxl_anim", "ico"}
PICTURE_BRANDS = frozenset({"avif", "avis", "heic", "heix", "hevc", "mif1", "msf1"})

FORMAT_WHITELIST = ",".join(
    sorted(
        {*_CONTAINERS.split(), *_SOUND.split(), *_VIDEO.split(), *MAYBE_PICTURE_FORMATS},
    )
)

# Here stamps run on through splices, and a leap is a new clock rather than a pause.
SPLICED_FORMATS = frozenset({"mpegts", "mpeg", "live_flv", "nsv"})
# Here the file states its duration. Elsewhere FFmpeg estimates it, and cannot be held to it.
STATED_FORMATS = frozenset({"mov", "matroska", "avi", "asf", "flv", "wav", "flac", "caf", "w64"})

_SUFFIXES = (
    "3g2 3gp aac ac3 aif aiff amr ape asf au avi avif bmp caf divx dv eac3 f4v flac flv gif h264 "
    "h265 heic hevc ivf jpeg jpg jxl m1v m2ts m2v m4a m4b m4v mka mkv mov mp2 mp3 mp4 mpc mpeg mpg "
    "mts mxf nut oga ogg ogv opus png qt ra rm rmvb spx tif tiff ts tta vob wav webm webp wma wmv "
    "wv"
)
MEDIA_SUFFIXES = frozenset(f".{suffix}" for suffix in _SUFFIXES.split())
