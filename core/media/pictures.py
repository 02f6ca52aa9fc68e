"""A picture made small, upright and bare: only its pixels are kept. Called in the child process alone."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from core.media.errors import refused

LONGEST_SIDE = 2_000
# Of a JPEG only as much is unpacked as is needed; others are unpacked whole.
MOST_PIXELS = {"JPEG": 250_000_000, "PNG": 80_000_000, "WEBP": 40_000_000}
QUALITY = 88
# Drawings and screenshots stay sharp as PNG; photographs would take ten times the room.
LARGEST_PNG = 2 << 20
_WHITE = (255, 255, 255)


def shrink_picture(format_: str, source: str, target: str) -> dict[str, Any]:
    """Write the picture to ``target`` as it will be kept; its size in pixels and the ending of its format.

    Raises ``FileRefused`` for one that claims more pixels than anybody photographs, whatever Pillow raises for others.
    """
    # Asked below, with words and before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source, formats=[format_]) as image:
        width, height = image.size
        if width * height > MOST_PIXELS[format_]:
            raise refused("pixels", width=width, height=height)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        bare = _bare(upright)
    ending = _save(bare, format_, Path(target))
    return {"width": bare.width, "height": bare.height, "ending": ending}


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels in a picture that knows nothing else: place, camera, profile, comments and thumbnails are gone."""
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode.startswith("I") or image.mode == "F":
        # 16 bits a pixel: the upper 8.
        image = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, _WHITE)
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    elif image.mode != "L":
        image = image.convert("RGB")
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _save(image: Image.Image, format_: str, target: Path) -> str:
    if format_ == "PNG":
        image.save(target, "PNG", optimize=False)
        if target.stat().st_size <= LARGEST_PNG:
            return "png"
    image.save(target, "JPEG", quality=QUALITY, progressive=True)
    return "jpg"
