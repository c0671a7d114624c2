"""Joins the frames of two players and the server's events into the README's moving picture.

movie.py FOLDER FILE: FOLDER has ada/MILLISECONDS.png, bob/MILLISECONDS.png and events.txt.
"""

import bisect
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

PLAYERS = ("ada", "bob")
FRAME_MS = 100
HOLD_MS = 1500  # the last frame, before the picture starts again
WIDTH = 520  # of one window
GAP = 8
CAPTION = 34
QUALITY = 80
BACKGROUND = (13, 17, 23)
CAPTIONS = {
    "begin": ("server: running", (86, 211, 100)),
    "killed": ("server: killed", (248, 81, 73)),
    "restarted": ("server: started again", (227, 179, 65)),
    "back": ("both players are back", (86, 211, 100)),
}


def read_frames(folder):
    """The files of a player's frames, with their times in order."""
    files = sorted(folder.glob("*.png"), key=lambda file: int(file.stem))
    if not files:
        sys.exit(f"movie.py: {folder} has no frames")
    return [int(file.stem) for file in files], files


def read_events(file):
    lines = (line.split() for line in file.read_text().splitlines())
    return {name: int(ms) for ms, name in lines}


def caption_at(events, ms):
    latest = max((at, name) for name, at in events.items() if at <= ms and name in CAPTIONS)
    return CAPTIONS[latest[1]]


def draw_frame(players, events, ms, font):
    """Both windows as they were at that time, side by side, under the caption."""
    windows = []
    for times, files in players:
        last = max(bisect.bisect_right(times, ms) - 1, 0)
        window = Image.open(files[last]).convert("RGB")
        height = round(window.height * WIDTH / window.width)
        windows.append(window.resize((WIDTH, height), Image.Resampling.LANCZOS))
    size = (2 * WIDTH + GAP, CAPTION + windows[0].height)
    frame = Image.new("RGB", size, BACKGROUND)
    text, color = caption_at(events, ms)
    draw = ImageDraw.Draw(frame)
    draw.ellipse((12, 11, 24, 23), fill=color)
    draw.text((34, CAPTION // 2), text, fill=color, font=font, anchor="lm")
    for index, window in enumerate(windows):
        frame.paste(window, (index * (WIDTH + GAP), CAPTION))
    return frame


def save(frames, file):
    durations = [FRAME_MS] * (len(frames) - 1) + [HOLD_MS]
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=QUALITY, method=6)


def main():
    folder, file = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    events = read_events(folder / "events.txt")
    players = [read_frames(folder / name) for name in PLAYERS]
    font = ImageFont.load_default(17)
    moments = range(events["begin"], events["end"], FRAME_MS)
    save([draw_frame(players, events, ms, font) for ms in moments], file)


main()
