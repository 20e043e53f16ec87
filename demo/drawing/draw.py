"""Draws the clips that demo/catalogue.json lists: one H.264/AAC file and one JPEG picture each. Called by bin/demo-clips."""

import argparse
import functools
import json
import multiprocessing
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import sounds
from figures import HEIGHT, WIDTH
from scenes import SCENES

FRAMES_PER_SECOND = 10
CATALOGUE = pathlib.Path(__file__).parent.parent / "catalogue.json"
UNAVAILABLE = 69


def picture(name, seconds, length):
    drawing = SCENES[name].draw(seconds, length)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">{drawing}</svg>'
    )


def ffmpeg(*arguments):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"ffmpeg ended with {done.returncode}")


def draw(entry, folder):
    """Makes what is missing of one clip. A file appears under its name only when it is whole."""
    video, still = folder / entry["file"], folder / entry["picture"]
    name, length = entry["slug"], entry["duration_ms"] / 1000
    with tempfile.TemporaryDirectory(prefix=".drawing-", dir=folder) as scratch:
        scratch = pathlib.Path(scratch)
        if not still.exists():
            frame = scratch / "still.svg"
            frame.write_text(picture(name, SCENES[name].picture * length, length))
            ffmpeg("-i", frame, "-pix_fmt", "yuvj420p", "-q:v", 5, "-frames:v", 1, scratch / "still.jpg")
            os.replace(scratch / "still.jpg", still)
        if not video.exists():
            for number in range(round(length * FRAMES_PER_SECOND)):
                (scratch / f"{number:04d}.svg").write_text(picture(name, number / FRAMES_PER_SECOND, length))
            sounds.write(str(scratch / "sound.wav"), length, SCENES[name].hear(length))
            ffmpeg(
                *("-framerate", FRAMES_PER_SECOND, "-i", scratch / "%04d.svg", "-i", scratch / "sound.wav"),
                *("-c:v", "libx264", "-preset", "medium", "-tune", "animation", "-crf", 34, "-g", 50),
                *("-pix_fmt", "yuv420p", "-profile:v", "main", "-threads", 1),
                *("-c:a", "aac", "-b:a", "20k", "-t", length, "-movflags", "+faststart", "-map_metadata", -1),
                scratch / "clip.mp4",
            )
            os.replace(scratch / "clip.mp4", video)
    return name


def leave(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second signal must not cut the cleaning up short
    sys.exit(143)


def end_with_the_first_process():
    """Ctrl-C reaches the first process, which then ends the others; they clean up behind themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, leave)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="names of clips, separated by commas")
    parser.add_argument("folder", nargs="?", default=os.path.join(os.environ.get("KYCK_DATA_DIR", "data"), "media", "demo"))
    chosen = parser.parse_args()

    folder = pathlib.Path(chosen.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for scratch in folder.glob(".drawing-*"):
        if time.time() - scratch.stat().st_mtime > 600:  # left behind by a run that was killed
            shutil.rmtree(scratch, ignore_errors=True)
    entries = json.loads(CATALOGUE.read_text())["videos"]
    if chosen.only:
        names = set(chosen.only.split(","))
        unknown = names - {entry["slug"] for entry in entries}
        if unknown:
            sys.exit(f"demo-clips: there is no clip named {', '.join(sorted(unknown))}")
        entries = [entry for entry in entries if entry["slug"] in names]
    wanted = [entry for entry in entries if not all((folder / entry[key]).exists() for key in ("file", "picture"))]
    if not wanted:
        print(f"demo-clips: all {len(entries)} clips are there")
        return

    decoders = subprocess.run(["ffmpeg", "-hide_banner", "-decoders"], capture_output=True, text=True).stdout
    encoders = subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], capture_output=True, text=True).stdout
    if "(codec svg)" not in decoders or "libx264" not in encoders:
        print("demo-clips: this ffmpeg cannot read SVG or write H.264; Debian's and Ubuntu's can", file=sys.stderr)
        sys.exit(UNAVAILABLE)

    started, shown = time.monotonic(), 0.0
    signal.signal(signal.SIGTERM, leave)
    try:
        workers = max(1, min(len(wanted), multiprocessing.cpu_count()))
        with multiprocessing.Pool(workers, initializer=end_with_the_first_process) as pool:
            for number, _ in enumerate(pool.imap_unordered(functools.partial(draw, folder=folder), wanted), 1):
                if sys.stdout.isatty():
                    print(f"\rdemo-clips: {number} of {len(wanted)}", end="", flush=True)
                elif time.monotonic() - shown > 5:
                    shown = time.monotonic()
                    print(f"demo-clips: {number} of {len(wanted)}", flush=True)
            # Leaving the block kills workers; one that is killed with the queue's lock in its hand holds up the end.
            pool.close()
            pool.join()
    except (RuntimeError, OSError) as error:
        sys.exit(f"demo-clips: a clip could not be made: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    end = "\n" if sys.stdout.isatty() else ""
    size = sum((folder / entry[key]).stat().st_size for entry in entries for key in ("file", "picture"))
    print(f"{end}demo-clips: {len(wanted)} clips drawn in {time.monotonic() - started:.0f} s, {size / 1e6:.1f} MB in all")


if __name__ == "__main__":
    main()
