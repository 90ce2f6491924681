"""Draw the icons of every system from `studio.svg`: `python packaging/icons/draw.py`. What it makes is committed."""

from __future__ import annotations

import struct
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)
MACOS_SIZES = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
"""What a size is called in an .icns file."""


def main() -> None:
    """Write PNG files, `studio.ico` and `studio.icns` beside the drawing, and the icons of the window and the tray."""
    drawn = draw(sorted({*SIZES, *WINDOWS_SIZES, *MACOS_SIZES.values()}))
    for size in SIZES:
        (HERE / f"studio-{size}.png").write_bytes(drawn[size])
    (HERE / "studio.ico").write_bytes(ico([(size, drawn[size]) for size in WINDOWS_SIZES]))
    (HERE / "studio.icns").write_bytes(icns([(name, drawn[size]) for name, size in MACOS_SIZES.items()]))
    desktop = HERE.parents[1] / "studio" / "desktop"
    (desktop / "icon.png").write_bytes(drawn[128])
    (desktop / "tray.png").write_bytes(drawn[48])


def draw(sizes: list[int]) -> dict[int, bytes]:
    """Return the drawing as PNG, by its width in pixels."""
    drawn = dict[int, bytes]()
    source = (HERE / "studio.svg").read_text(encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
        for size in sizes:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px }}</style>{source}")
            drawn[size] = page.screenshot(omit_background=True)
            page.close()
        browser.close()
    return drawn


def ico(images: list[tuple[int, bytes]]) -> bytes:
    """Return an icon of Windows: a directory of sixteen bytes each, then the PNG files."""
    place = 6 + 16 * len(images)
    directory, content = [struct.pack("<HHH", 0, 1, len(images))], b""
    for size, png in images:
        # 256 is written as 0.
        directory.append(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), place + len(content)))
        content += png
    return b"".join(directory) + content


def icns(images: list[tuple[bytes, bytes]]) -> bytes:
    """Return an icon of macOS: named chunks, each with its own length."""
    chunks = b"".join(name + struct.pack(">I", len(png) + 8) + png for name, png in images)
    return b"icns" + struct.pack(">I", len(chunks) + 8) + chunks


if __name__ == "__main__":
    main()
