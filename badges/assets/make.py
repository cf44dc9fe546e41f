#!/usr/bin/env python3
"""Makes the fonts and icon tables of badges from their published packages.

In: a folder with the packages that README.md names. Out: `fonts/` and `icons/` beside this script.
The same packages give the same bytes. Run it only to take a new version of a package.
"""

import pathlib
import re
import shutil
import struct
import sys
import zlib

from fontTools import subset

HERE = pathlib.Path(__file__).resolve().parent
BLOCK = 64
SETS = {"mdi": "node_modules/@mdi/svg/svg", "si": "node_modules/simple-icons/icons"}
DEJAVU = ["DejaVuSans", "DejaVuSans-Bold"]
COMIC = ["ComicNeue-Regular", "ComicNeue-Bold"]
LICENCES = {
    "node_modules/dejavu-fonts-ttf/LICENSE": "fonts/DejaVu-LICENSE.txt",
    "comic-neue/usr/share/doc/fonts-comic-neue/copyright": "fonts/ComicNeue-LICENSE.txt",
    "node_modules/simple-icons/LICENSE.md": "icons/si-LICENSE.md",
    "node_modules/simple-icons/DISCLAIMER.md": "icons/si-DISCLAIMER.md",
    "node_modules/@mdi/svg/LICENSE": "icons/mdi-LICENSE.txt",
}


def slim(source, target):
    """Drops hints and layout tables; every character keeps its glyph and its advance."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "gasp", "MATH"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap().keys())
    subsetter.subset(font)
    font.save(str(target))


def read_icons(folder):
    """Names and path data, sorted by the bytes of the names."""
    icons = []
    for file in folder.glob("*.svg"):
        text = file.read_text(encoding="utf-8")
        paths = re.findall(r'<path d="([^"]+)"', text)
        if len(paths) != 1 or 'viewBox="0 0 24 24"' not in text:
            sys.exit(f"{file}: expected one path in a square of 24")
        icons.append((file.stem.encode(), paths[0].encode()))
    return sorted(icons)


def pack(icons):
    """Blocks of deflated lines behind an index of the first name of each block.

    Index: u16 number of blocks; for each u32 length in bytes, u8 length of name, name. Numbers are
    little-endian. A line is a name, a tab and path data; lines end with a line feed.
    """
    index, data = [], []
    for start in range(0, len(icons), BLOCK):
        block = icons[start : start + BLOCK]
        text = b"".join(name + b"\t" + path + b"\n" for name, path in block)
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        packed = deflate.compress(text) + deflate.flush()
        first = block[0][0]
        index.append(struct.pack("<IB", len(packed), len(first)) + first)
        data.append(packed)
    return struct.pack("<H", len(index)) + b"".join(index + data)


def main(packages):
    (HERE / "fonts").mkdir(exist_ok=True)
    (HERE / "icons").mkdir(exist_ok=True)
    for name in DEJAVU:
        source = packages / f"node_modules/dejavu-fonts-ttf/ttf/{name}.ttf"
        slim(source, HERE / f"fonts/{name}.ttf")
    for name in COMIC:
        source = packages / f"comic-neue/usr/share/fonts/opentype/comic-neue/{name}.otf"
        shutil.copyfile(source, HERE / f"fonts/{name}.otf")
    for prefix, folder in SETS.items():
        icons = read_icons(packages / folder)
        blob = pack(icons)
        (HERE / f"icons/{prefix}.bin").write_bytes(blob)
        print(f"{prefix}: {len(icons)} icons, {len(blob)} bytes")
    for source, target in LICENCES.items():
        shutil.copyfile(packages / source, HERE / target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make.py PACKAGES (see README.md)")
    main(pathlib.Path(sys.argv[1]))
