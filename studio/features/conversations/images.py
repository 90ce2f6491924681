"""Images that people attach: told by their first bytes, not by what they are called."""

import base64
import binascii
import re

from studio.features.conversations.models import DecodedImage, ImageUpload
from studio.kit.errors import InvalidInput, TooLarge

LARGEST_IMAGE = 10 * 1024 * 1024
MOST_IMAGES = 3
LONGEST_NAME = 200
"""Characters: the end of a name tells more than its beginning."""

DATA_URL = re.compile(r"data:[\w.+/-]*;base64,", re.IGNORECASE)

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def decode_image(upload: ImageUpload) -> DecodedImage:
    """Return the image that was sent as base64 or as a data URL.

    Raises:
        TooLarge: it has more than 10 MB.
        InvalidInput: it is no image that models take.
    """
    data = upload.data
    text = DATA_URL.sub("", data, count=1) if data[:5].lower() == "data:" else data
    # Four characters stand for three bytes: what is far too long need not be decoded.
    if len(text) * 3 // 4 > LARGEST_IMAGE + 4:
        raise _too_large()
    try:
        image = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("The data of an image must be base64 or a data URL.") from error
    if len(image) > LARGEST_IMAGE:
        raise _too_large()
    return DecodedImage(image, media_type(image), upload.filename[-LONGEST_NAME:])


def media_type(image: bytes) -> str:
    """Return what kind of image the bytes are.

    Raises:
        InvalidInput: none that models take.
    """
    for signature, kind in SIGNATURES:
        if image.startswith(signature):
            return kind
    if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
        return "image/webp"
    raise InvalidInput("An image must be PNG, JPEG, GIF or WebP.")


def _too_large() -> TooLarge:
    return TooLarge(f"An image may have {LARGEST_IMAGE // 1048576} MB at most.")
