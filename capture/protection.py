"""Whether a stream is under digital rights management: then it is left alone."""

from __future__ import annotations

import re

from capture.failures import Ended

_KEY_LINE = re.compile(r"^#EXT-X-(?:SESSION-)?KEY:(.*)$", re.MULTILINE)
_METHOD = re.compile(r"(?:^|,)\s*METHOD=([^,\s]+)")
_FORMAT = re.compile(r"(?:^|,)\s*KEYFORMAT=\"([^\"]*)\"")
_SYSTEMS = {
    "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed": "Widevine",
    "9a04f079-9840-4286-ab92-e65be0885f95": "PlayReady",
    "94ce86fb-07ff-4f43-adb8-93d2fa968ca2": "FairPlay",
    "e2719d58-a985-b3c9-781a-b030af78d30e": "ClearKey",
    "com.apple.streamingkeydelivery": "FairPlay",
    "com.microsoft.playready": "PlayReady",
    "com.widevine": "Widevine",
}


def refuse(what: str) -> Ended:
    """The end of a capture at a protected stream."""
    return Ended(
        "refused",
        f"this stream is under digital rights management ({what}); "
        "Reelprint does not get around that, and keeps what it had received until here",
    )


def check_hls(text: str) -> None:
    """Raises Ended if keys of a playlist are not given openly."""
    for line in _KEY_LINE.findall(text):
        found, said = _METHOD.search(line), _FORMAT.search(line)
        method = found.group(1) if found else "no method"
        form = said.group(1) if said else "identity"
        if method != "NONE" and (method != "AES-128" or form != "identity"):
            raise refuse(f"{method}, {system(form)}")


def system(name: str) -> str:
    """The name of a protection system, by its identifier or as it is called."""
    wanted = name.lower().removeprefix("urn:uuid:")
    return _SYSTEMS.get(wanted, name[:80])
