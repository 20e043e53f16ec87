"""The clips: for each name what is seen at a moment, what is heard, and which moment makes its picture."""

import math
from dataclasses import dataclass
from typing import Callable

from figures import *  # noqa: F403  the vocabulary of the drawings
from sounds import PENTATONIC, chord, scale, tune


@dataclass(frozen=True)
class Scene:
    draw: Callable[[float, float], str]
    """The picture at a moment of a clip of that length, both in seconds."""
    hear: Callable[[float], list]
    """The notes of a clip of that length."""
    picture: float = 0.7
    """Which share of the clip has passed in the moment that makes its picture."""


SCENES: dict[str, Scene] = {}


def scene(name, hear, picture=0.7):
    def keep(draw):
        SCENES[name] = Scene(draw, hear, picture)
        return draw

    return keep


# Counting: one thing after the other comes in, each with a note of its own, then all of them hop.


def counting(name, count, figure, place, size, spots_at, seed):
    def moments(length):
        return [1.0 + i * (length - 4.2) / count for i in range(count)]

    def draw(t, length):
        starts, dance = moments(length), length - 2.4
        things = ""
        for i, ((x, y), start) in enumerate(zip(spots_at, starts)):
            up = 14 * hop(t - dance, 0.6, i * 0.12) * ease(t, dance, 0.3) if t > dance else 2.5 * wave(t, 2.2, i / 5)
            mood = "laugh" if t > dance or 0 < t - start < 0.7 else "smile"
            things += at(x, y - up, figure(i, t, mood), size * pop(t, start))
        return place() + things + counter(count, sum(t > start for start in starts))

    def hear(length):
        return (
            tune(length, seed, beat=0.6, volume=0.2)
            + scale(moments(length))
            + chord(length - 2.3)
        )

    SCENES[name] = Scene(draw, hear, 0.93)


counting("counting-01", 1, lambda i, t, mood: shadow(0, 42, 34) + apple(t, mood), room, 1.7, [(240, 132)], 11)
counting("counting-02", 2, lambda i, t, mood: shadow(0, 44, 30) + duri(t, mood, step=wave(t, 0.8, i / 2)), meadow, 1.45, [(165, 140), (315, 140)], 12)
counting("counting-03", 3, lambda i, t, mood: balloon(t, (CORAL, SUN, BLUE)[i], mood), lambda: sky(SKY) + at(90, 60, cloud(), 0.8) + at(390, 90, cloud(), 0.7), 1.15, [(120, 112), (240, 90), (360, 112)], 13)
counting("counting-04", 4, lambda i, t, mood: fish(t, (CORAL, VIOLET, ORANGE, PINK)[i], mood), sea, 1.05, [(135, 70), (330, 60), (165, 160), (360, 155)], 14)
counting("counting-05", 5, lambda i, t, mood: byeori(t, mood, (SUN, PINK, "#8FD3F0", ORANGE, "#B9E8A8")[i], 40), night, 1.0, [(90, 95), (170, 165), (240, 80), (310, 165), (390, 95)], 15)
counting("counting-06", 6, lambda i, t, mood: flower(t, (PINK, CORAL, VIOLET, ORANGE, BLUE, "#FF6F91")[i], mood), meadow, 1.0, [(65 + 70 * i, 205 + 14 * (i % 2)) for i in range(6)], 16)
counting("counting-07", 7, lambda i, t, mood: ladybird(t, RAINBOW[(0, 1, 0, 5, 0, 1, 0)[i]], i / 7), lambda: sky(MINT) + shape("M30 240Q20 60 240 24Q460 60 450 240Q240 262 30 240Z", "#8CCB7E") + line("M240 250Q236 140 240 40M240 190L120 120M240 190L360 120M240 120L160 76M240 120L320 76", "#7ABB6D", 5), 0.95, [(90, 180), (150, 110), (180, 195), (240, 130), (300, 195), (330, 110), (390, 180)], 17)
counting("counting-08", 8, lambda i, t, mood: block(RAINBOW[i], t, mood, 58), room, 1.0, [(150 + 62 * (i % 4), 166 - 60 * (i // 4)) if i < 8 else (0, 0) for i in range(8)], 18)


# Shapes


def shape_sound(seed, period, pitch=60):
    return lambda length: tune(length, seed, beat=0.5, volume=0.26) + [
        (0.6 + period * i, pitch + PENTATONIC[i % 6], 0.5, "wood", 0.6) for i in range(int((length - 2) / period))
    ]


@scene("shapes-01", shape_sound(21, 1.2), 0.5)
def rolling_circle(t, length):
    x = mix(-70, 550, t / length) if t < length * 0.45 else mix(209, 240, ease(t, length * 0.45, 1.0))
    resting = t > length * 0.45 + 1
    turn = (x - 240) * 1.1
    place = sky(PEACH) + shape("M0 190L480 222V270H0Z", "#F7B98B") + spots("#FFEBD9", 12, 3)
    y = 190 + (x / 480) * 32 - 58
    rings = "".join(
        circle(240, y, 58 + 46 * ((t * 0.5 + i / 3) % 1), "none", f'stroke="{WHITE}" stroke-width="4" opacity="{0.8 * (1 - (t * 0.5 + i / 3) % 1):.2f}"')
        for i in range(3)
    ) if resting else ""
    return place + shadow(x, y + 60, 46) + rings + at(x, y, kongi(t, "laugh" if resting else "smile", radius=57), turn=0 if resting else turn)


@scene("shapes-02", shape_sound(22, 0.9, 62), 0.55)
def hopping_triangle(t, length):
    x = mix(60, 420, clamp((t - 0.5) / (length - 2)))
    height = hop(t, 0.9) if t < length - 1.5 else 0
    squash = 1 + 0.16 * (height - 0.4) if height else 1
    trees = "".join(at(tx, 206, rounded([(0, -90), (-32, 0), (32, 0)], colour, 14) + box(-6, 4, 12, 20, BROWN, 4), size) for tx, colour, size in ((60, "#8ECF83", 1), (425, "#7CC27F", 1.15), (350, "#9BD88C", 0.7)))
    return sky(SKY) + ground("#BFE6A2", 212) + trees + shadow(x, 228, 48 - 16 * height) + at(x, 184 - 70 * height, triangle(t, "laugh" if height > 0.6 else "smile", radius=56), stretch=squash)


@scene("shapes-03", lambda length: tune(length, 23, volume=0.22) + scale([1 + 1.15 * i for i in range(6)], voice="wood", volume=0.9), 0.92)
def stacking_squares(t, length):
    order = [(150, 200), (240, 200), (330, 200), (195, 122), (285, 122), (240, 44)]
    drawn = ""
    for i, (x, y) in enumerate(order):
        fall = clamp((t - 0.5 - 1.15 * i) / 0.5)
        landed = t - 1 - 1.15 * i
        squash = 1 - 0.12 * math.exp(-5 * landed) * math.cos(14 * landed) if landed > 0 else 1.06
        if fall > 0:
            drawn += at(x, mix(-60, y, fall * fall), square(t, "laugh" if 0 < landed < 0.8 or t > length - 2 else "smile", RAINBOW[i], 38), stretch=squash)
    return sky(LILAC) + spots("#F6F0FF", 14, 5) + box(0, 238, 480, 32, "#CDBBEE") + drawn


@scene("shapes-04", shape_sound(24, 1.5, 64), 0.4)
def spinning_star(t, length):
    turn = 360 * ease(t % 4, 0.4, 1.8)
    sparks = "".join(
        at(240 + 150 * math.cos(i * 0.785 + t * 0.4), 132 + 92 * math.sin(i * 0.785 + t * 0.4), rounded(points(4, 13, 5), RAINBOW[i], 3), 0.7 + 0.4 * wave(t, 1.8, i / 8)) for i in range(8)
    )
    return sky("#3B4A85") + circle(240, 132, 105, "#4A5B9E") + sparks + at(240, 134, byeori(t, "laugh" if turn % 360 > 1 else "smile", radius=74), turn=turn, scale=1 + 0.04 * wave(t, 2))


@scene("shapes-05", lambda length: tune(length, 25, beat=0.8, volume=0.24) + [(0.6 + 1.2 * i + d, 40, 0.35, "drum", 0.75) for i in range(int((length - 1.5) / 1.2)) for d in (0, 0.28)], 0.63)
def beating_heart(t, length):
    phase = (t - 0.6) % 1.2
    beat = (math.exp(-9 * phase) + 0.8 * math.exp(-9 * max(0, phase - 0.28)) * (phase > 0.28)) if t > 0.6 else 0
    small = "".join(at(mix(60, 420, i / 5), 250 - 210 * ((t * 0.16 + i * 0.37) % 1), heart(t, "smile", (PINK, CORAL, "#FFB3C7")[i % 3], 15), opacity=0.8) for i in range(6))
    return sky(ROSE) + spots("#FFF2F5", 12, 8) + small + shadow(240, 232, 66) + at(240, 142, heart(t, "laugh" if beat > 0.5 else "smile", radius=84), 1 + 0.12 * beat)


@scene("shapes-06", lambda length: tune(length, 26, beat=0.4, voice="wood", volume=0.4) + [(0.4 + 0.8 * i, 40, 0.4, "drum", 0.6) for i in range(int((length - 1.5) / 0.8))], 0.55)
def parade(t, length):
    figures = [kongi(t, "laugh", radius=40), triangle(t, "smile"), square(t, "laugh"), byeori(t, "smile"), heart(t, "laugh", radius=40)]
    walk = mix(560, -80, t / length)
    drawn = ""
    for i, figure in enumerate(figures):
        x = walk + (i - 2) * 108
        up = 18 * hop(t, 0.8, i * 0.2)
        drawn += shadow(x, 216, 36 - up / 2) + at(x, 170 - up, figure, turn=5 * wave(t, 1.6, i * 0.1))
    flags = line("M0 30Q240 74 480 30", "#B58B6C", 3) + "".join(at(24 + 48 * i, 34 + 36 * math.sin(math.pi * (24 + 48 * i) / 480) * 0.56, rounded([(-13, 0), (13, 0), (0, 22)], RAINBOW[i % 8], 3)) for i in range(10))
    return sky(CREAM) + flags + ground("#F6D9A8", 206, 0) + drawn


# Feelings


def mood_sound(seed, beat=0.7, root=60, voice="bell"):
    return lambda length: tune(length, seed, beat=beat, root=root, voice=voice, volume=0.42)


@scene("feelings-01", mood_sound(31, 0.42, 64, "pluck"), 0.5)
def glad(t, length):
    up = 40 * hop(t, 1.0)
    return sky(SKY) + hills() + at(400, 66, sun(t, "laugh"), 0.9) + "".join(at(x, 236, flower(t + x, colour, "smile"), 0.6) for x, colour in ((60, PINK), (130, ORANGE), (360, VIOLET), (424, CORAL))) + shadow(240, 230, 60 - up / 2) + at(240, 166 - up, kongi(t, "laugh", radius=58), stretch=1 + 0.1 * (up / 40 - 0.4))


@scene("feelings-02", mood_sound(32, 0.9, 57, "soft"), 0.8)
def sad(t, length):
    better = ease(t, length * 0.55, 1.5)
    rain = "".join(at(40 + 47 * i, (60 + 170 * ((t * 0.45 + i * 0.37) % 1)), drop(0.5), opacity=1 - better) for i in range(9))
    friend = at(mix(560, 322, ease(t, length * 0.35, 1.8)), 168, gomi(t, "smile", arms=0.0), 0.9)
    tear = at(216, 150 + 26 * ((t * 0.6) % 1), drop(0.42), opacity=(1 - better) * 0.9)
    pat = 4 * hop(t, 0.8) * better
    return sky(mix("#B9C4DA", SKY, better)) + at(110, 58, cloud(t, None, mix("#8C99B5", WHITE, better))) + at(370, 50, cloud(t, None, mix("#97A3BD", WHITE, better)), 0.9) + ground(mix("#93B7A0", "#A9DC8F", better)) + rain + shadow(214, 232, 54) + at(214, 178 + pat, kongi(t, "sad" if better < 0.6 else "smile", BLUE, 54)) + shadow(mix(560, 322, ease(t, length * 0.35, 1.8)), 236, 40) + friend + tear


@scene("feelings-03", lambda length: tune(length, 33, beat=0.8, root=55, volume=0.3) + [(length * 0.3 + 2.6 * i, 7 + i, 1.8, "hush", 0.9) for i in range(3)], 0.14)
def angry(t, length):
    calm = ease(t, length * 0.3, length * 0.5)
    breath = wave(t, 2.6, -0.25 - (length * 0.3) / 2.6) if t > length * 0.3 else 0
    shake = 4 * wave(t, 0.2) * (1 - calm) if t < length * 0.3 else 0
    mood = "angry" if t < length * 0.3 else ("blow" if breath < 0 and calm < 1 else "calm" if calm < 1 else "smile")
    puffs = "".join(at(side * (50 + 60 * ((t * 0.9 + i / 2) % 1)) + 240, 70 - 26 * ((t * 0.9 + i / 2) % 1), circle(0, 0, 13, WHITE), opacity=(1 - calm) * (1 - (t * 0.9 + i / 2) % 1)) for side in (-1, 1) for i in range(2)) if t < length * 0.3 else ""
    wind = line(f"M320 {150}q30 -10 56 0t56 0", WHITE, 5, 'opacity="0.8"') + line("M320 172q24 8 46 0t46 0", WHITE, 5, 'opacity="0.6"') if mood == "blow" else ""
    return sky(mix("#FFC9B8", MINT, calm)) + spots(mix("#FFE3DA", "#EBFAF0", calm), 14, 9) + shadow(240, 232, 66) + puffs + wind + at(240 + shake, 150, kongi(t, mood, mix("#F0604D", LEAF, calm), 70), 1 + 0.06 * breath)


@scene("feelings-04", lambda length: tune(length, 34, beat=0.55, volume=0.24) + [(1.8 + 3.4 * i, 72 + 3 * i, 0.9, "bell", 0.9) for i in range(int((length - 2) / 3.4))], 0.28)
def surprised(t, length):
    phase = (t - 1.8) % 3.4 if t > 1.8 else -1
    open_ = ease(phase, 0, 0.18) * (1 - ease(phase, 2.2, 0.5)) if phase >= 0 else 0
    box_x, box_y = 330, 190
    jack = at(box_x, box_y - 20 - 74 * open_ * (1 + 0.07 * math.cos(16 * phase) * math.exp(-3 * phase) if phase >= 0 else 1), line("M0 34" + "".join(f"L{x} {34 + y * open_:.0f}" for x, y in ((-9, 10), (9, 20), (-9, 30), (0, 44))), "#9AA0B5", 5) + byeori(t, "laugh", SUN, 36), opacity=1 if open_ > 0.05 else 0)
    lid = at(box_x - 42, box_y - 42, box(0, -10, 84, 12, "#8467C9", 5), turn=-115 * open_)
    present = jack + box(box_x - 42, box_y - 42, 84, 78, VIOLET, 8) + box(box_x - 8, box_y - 42, 16, 78, SUN) + lid
    return sky(PEACH) + spots("#FFF0E2", 12, 4) + box(0, 222, 480, 48, "#F5BE93") + shadow(150, 232, 50) + present + at(150, 168 - 26 * open_ * math.exp(-1.2 * max(0, phase)), kongi(t, "wow" if open_ > 0.3 and phase < 1.3 else ("laugh" if open_ > 0.3 else "smile"), TEAL, 54, look=1), stretch=1 + 0.12 * open_ * math.exp(-1.5 * max(0, phase)))


@scene("feelings-05", mood_sound(35, 1.0, 55, "bell"), 0.75)
def sleepy(t, length):
    down = ease(t, 1.5, length * 0.4)
    breath = 1 + 0.03 * wave(t, 3.2)
    zeds = "".join(at(300 + 24 * i + 8 * wave(t, 3, i / 3), 120 - 60 * ((t * 0.22 + i / 3) % 1), line("M-8 -8H8L-8 8H8", "#C9D2F5", 4), 0.6 + 0.25 * i, opacity=down * (1 - (t * 0.22 + i / 3) % 1)) for i in range(3))
    pillow = box(120, 176, 150, 50, "#F4F1FF", 24)
    blanket = shape(f"M170 250V{mix(250, 206, down):.1f}Q250 {mix(240, 186, down):.1f} 396 {mix(250, 210, down):.1f}V270H170Z", "#F2879F") + "".join(circle(220 + 50 * i, 240, 8, "#FFB3C3") for i in range(4))
    return night() + at(410, 62, moon(t, "smile"), 0.85) + box(70, 214, 340, 60, "#A9794F", 12) + pillow + at(225, 186, gomi(t, "sleepy" if t > 2.2 else "calm"), 0.85 * breath, turn=mix(0, -16, down)) + blanket + zeds


@scene("feelings-06", mood_sound(36, 0.5, 62, "pluck"), 0.82)
def all_feelings(t, length):
    cast = [("laugh", SUN), ("sad", BLUE), ("wow", TEAL), ("angry", CORAL), ("sleepy", VIOLET)]
    together = ease(t, length - 3.2, 1.0)
    drawn = ""
    for i, (mood, colour) in enumerate(cast):
        start = 0.6 + i * (length - 5.5) / 5
        x = mix(72 + 84 * i, 108 + 66 * i, together)
        y = 160 - (14 * hop(t, 0.9, i * 0.18) if together > 0.8 else 0)
        drawn += shadow(x, 206, 30 * pop(t, start)) + at(x, y, kongi(t, mood if together < 0.6 else "smile", colour, 38), pop(t, start))
    return sky(CREAM) + spots("#FFE9C4", 16, 6) + ground("#F3D3A0", 198, 8) + at(240, 44, heart(t, "smile"), 0.75 * pop(t, length - 2.4)) + drawn


# Sounds


def key_times(length, count, start=0.8, end=1.6):
    step = (length - start - end) / count
    return [start + step * i for i in range(count)]


@scene("sounds-01", lambda length: [(s, 79 if i % 2 == 0 else 48, 1.0, "bell", 0.8) for i, s in enumerate(key_times(length, 8))] + chord(length - 1.5), 0.3)
def high_and_low(t, length):
    times = key_times(length, 8)
    now = max((i for i, s in enumerate(times) if t >= s), default=-1)
    kick = math.exp(-3 * (t - times[now])) if now >= 0 else 0
    high, low = (kick, 0) if now % 2 == 0 else (0, kick)
    if now < 0:
        high = low = 0
    bird = at(240 - 110, 76 - 24 * high, at(-34, 0, oval(0, 0, 20, 12, "#6FB6EC"), turn=20 + 30 * high) + circle(0, 0, 32, BLUE) + at(26, 2, rounded([(0, -6), (16, 0), (0, 6)], ORANGE, 4)) + face("laugh" if high > 0.2 else "smile", t, 0.8))
    bear = at(350, 172 + 8 * low, gomi(t, "laugh" if low > 0.2 else "smile"), 1.0, stretch=1 - 0.07 * low)
    notes = at(214, 60 - 30 * high, note(VIOLET), 0.9, opacity=min(1, high * 2)) + at(262, 190 - 20 * low, note(BROWN), 1.5, opacity=min(1, low * 2))
    return sky(SKY) + hills() + line("M0 118Q70 104 186 112", BROWN, 9) + at(176, 108, oval(0, 0, 16, 8, LEAF), turn=-20) + shadow(350, 240, 46) + bird + bear + notes


def rhythm(length):
    times, clock, step = [], 0.8, 0
    while clock < length - 1.6:
        times.append(clock)
        clock += 0.9 if clock < length * 0.42 else 0.3
        step += 1
    return times


@scene("sounds-02", lambda length: [(s, 67 + (i % 2) * 5, 0.28, "wood", 0.9) for i, s in enumerate(rhythm(length))] + tune(length, 42, beat=0.9, volume=0.18), 0.3)
def fast_and_slow(t, length):
    slow = t < length * 0.42
    period = 1.8 if slow else 0.6
    x = mix(80, 400, clamp((t - 0.4) / (length * 0.42))) if slow else mix(400, 80, ((t - length * 0.42) % 1.6) / 1.6 if t < length - 1.2 else 0.5)
    shell = 6 * hop(t, period / 2)
    turtle = at(x if slow else 90, 196, oval(-30, 22, 12, 9, "#7CB870") + oval(26, 22, 12, 9, "#7CB870") + shape("M-48 16A48 44 0 0 1 48 16Z", "#4E9B6C") + circle(-18, -4, 8, "#6CB987") + circle(10, -10, 10, "#6CB987") + circle(30, 4, 7, "#6CB987") + at(62, 2, circle(0, 0, 22, "#8CC97E") + face("smile", t, 0.62)), stretch=1 + shell / 120)
    rabbit_x = 410 if slow else mix(410, 200, 0.5 + 0.5 * wave(t, 1.8))
    jump = 0 if slow else 40 * hop(t, 0.6)
    rabbit = at(rabbit_x, 168 - jump, oval(-12, -56, 9, 28, "#F5EDE6") + oval(12, -56, 9, 28, "#F5EDE6") + oval(-12, -54, 4.5, 19, PINK) + oval(12, -54, 4.5, 19, PINK) + oval(0, 26, 28, 26, "#F5EDE6") + circle(0, -14, 30, "#FFF8F2") + at(0, -14, face("sleepy" if slow else "laugh", t, 0.85)))
    return sky(MINT) + at(420, 48, sun(t), 0.7) + hills("#A4D98A", "#C9ECB4") + shadow(rabbit_x, 220, 30 - jump / 4) + shadow(x if slow else 90, 222, 48) + rabbit + turtle


@scene("sounds-03", lambda length: [(s, 60, 0.9, "bell", 0.15 + 0.85 * (0.5 - 0.5 * math.cos(2 * math.pi * i / 12))) for i, s in enumerate(key_times(length, 12))], 0.46)
def loud_and_soft(t, length):
    times = key_times(length, 12)
    now = max((i for i, s in enumerate(times) if t >= s), default=0)
    loud = 0.5 - 0.5 * math.cos(2 * math.pi * now / 12)
    kick = math.exp(-3 * max(0, t - times[now]))
    size = 0.55 + 0.6 * loud + 0.1 * kick
    rings = "".join(circle(240, 140, (62 + 30 * i) * size * (1 + 0.12 * kick), "none", f'stroke="{RAINBOW[i]}" stroke-width="{3 + 5 * loud:.1f}" opacity="{clamp(loud * 1.6 - i * 0.35) * (0.4 + 0.6 * kick):.2f}"') for i in range(4))
    return sky(LILAC) + spots("#F7F1FF", 12, 2) + rings + at(240, 140, shape("M-46 34Q-40 -46 0 -50Q40 -46 46 34Q50 42 54 44H-54Q-50 42 -46 34Z", SUN) + circle(0, -54, 9, ORANGE) + circle(0, 52, 12, ORANGE) + at(0, 0, face("laugh" if loud > 0.5 else "smile", t, 1.1)), size * 1.2, turn=9 * kick * wave(t, 0.5))


@scene("sounds-04", lambda length: scale([s for s in key_times(length, 16)][:16], steps=(0, 2, 4, 5, 7, 9, 11, 12, 12, 11, 9, 7, 5, 4, 2, 0), voice="bell"), 0.33)
def xylophone(t, length):
    times = key_times(length, 16)
    now = max((i for i, s in enumerate(times) if t >= s), default=0)
    kick = math.exp(-5 * max(0, t - times[now])) if t >= times[0] else 0
    key = now if now < 8 else 15 - now
    bars = "".join(
        at(86 + 44 * i, 150 + (6 * kick if i == key else 0), box(-18, -78 + 6 * i, 36, 156 - 12 * i, RAINBOW[i], 12) + circle(0, -64 + 6 * i, 4, WHITE) + circle(0, 64 - 6 * i, 4, WHITE) + (at(0, 0, face("laugh" if i == key and kick > 0.15 else "smile", t, 0.55, phase=i / 8))))
        for i in range(8)
    )
    x = 86 + 44 * key
    stick = at(x + 8, 88 - 34 * (1 - kick), line("M0 0L46 -52", BROWN, 6) + circle(0, 0, 12, "#7B5BD6"))
    return sky(CREAM) + box(52, 108, 376, 16, "#D9A871", 8) + box(52, 176, 376, 16, "#D9A871", 8) + bars + stick + at(x, 70 - 26 * (1 - kick), note(RAINBOW[key]), 0.9, opacity=kick)


def drum_times(length):
    times, clock = [], 0.8
    while clock < length - 1.5:
        times += [clock, clock + 0.5, clock + 1.0, clock + 1.25]
        clock += 2.0
    return times


@scene("sounds-05", lambda length: [(s, 40, 0.5, "drum", 1.0) for s in drum_times(length)] + [(s + 0.25, 3, 0.1, "tick", 0.4) for s in drum_times(length)], 0.5)
def big_drum(t, length):
    kick = max((math.exp(-7 * (t - s)) for s in drum_times(length) if t >= s), default=0)
    side = sum(t >= s for s in drum_times(length)) % 2
    rings = "".join(at(240 + (90 + 40 * kick) * s, 90, note(RAINBOW[i]), 0.8 + 0.6 * kick, turn=12 * s, opacity=0.25 + 0.75 * kick) for i, s in enumerate((-1, 1)))
    bear = at(240, 112 - 3 * kick, gomi(t, "laugh" if kick > 0.3 else "smile", arms=0.35 * (1 - kick)), 1.15)
    return sky(PEACH) + spots("#FFEEDD", 14, 7) + box(0, 226, 480, 44, "#F2B98C") + rings + bear + shadow(240, 244, 80) + at(240, 186, drum(t, kick), 1.0) + at(240 - 34, 158 - (0 if side else 26 * (1 - kick)), line("M-14 -30L4 18", BROWN, 7) + circle(4, 18, 7, CREAM)) + at(240 + 34, 158 - (26 * (1 - kick) if side else 0), line("M14 -30L-4 18", BROWN, 7) + circle(-4, 18, 7, CREAM))


@scene("sounds-06", lambda length: tune(length, 46, beat=0.4, voice="bell", volume=0.5) + [(s, 40, 0.4, "drum", 0.6) for s in drum_times(length)], 0.6)
def orchestra(t, length):
    curtain = "".join(shape(f"M{x} 0h40q-6 110 -{20 * (i % 2)} 200h-24q6 -120 -16 -200z", "#E0645A" if i % 2 else "#EB776B") for i, x in enumerate((0, 36, 404, 440)))
    kick = max((math.exp(-7 * (t - s)) for s in drum_times(length) if t >= s), default=0)
    notes = "".join(at(100 + 70 * i + 10 * wave(t, 2, i / 5), 100 - 70 * ((t * 0.35 + i * 0.29) % 1), note(RAINBOW[i]), 0.7, opacity=1 - (t * 0.35 + i * 0.29) % 1) for i in range(5))
    return sky("#FFF0D0") + curtain + box(0, 214, 480, 56, "#C98B5A") + box(0, 208, 480, 9, "#B0764A") + notes + at(110, 176 - 10 * hop(t, 0.8), duri(t, "laugh", step=wave(t, 0.8)), 0.95) + at(200, 178 - 4 * kick, drum(t, kick, BLUE), 0.58) + at(290, 156, gomi(t, "laugh", arms=0.5 + 0.4 * wave(t, 0.8)), 0.92) + at(380, 172 - 10 * hop(t, 0.8, 0.5), kongi(t, "laugh", radius=38), turn=6 * wave(t, 1.6))


# Body, health and safety


@scene("stretch", mood_sound(51, 0.7, 60, "pluck"), 0.55)
def stretch(t, length):
    up = 0.5 + 0.5 * wave(t, 4.0, -0.25)
    return sky("#FFE9C9") + at(84, 70, sun(t, "smile"), 1.0) + hills("#B8E09C", "#D6EFBF") + shadow(270, 240, 56) + at(270, 160 - 14 * up, gomi(t, "laugh" if up > 0.7 else "smile", arms=up), 1.25, stretch=0.94 + 0.16 * up)


@scene("frog-hop", lambda length: tune(length, 52, beat=0.5, volume=0.26) + [(0.8 + 1.4 * i, 55 + 2 * (i % 4), 0.4, "wood", 0.9) for i in range(int((length - 1.5) / 1.4))], 0.39)
def frog_hop(t, length):
    pads = [70, 183, 296, 409]
    step = clamp((t - 0.8) / 1.4, 0, 100)
    count = int(step)
    share = clamp((step - count) / 0.55)
    route = [0, 1, 2, 3, 2, 1]
    if t > length - 1.5:
        share, count = 1, int((length - 2.4) / 1.4)
    x = mix(pads[route[count % 6]], pads[route[(count + 1) % 6]], share)
    height = 4 * share * (1 - share)
    water = sky("#9ADBD5") + "".join(line(f"M{x0} {y0}q14 -8 28 0t28 0", "#C8F0EC", 4) for x0, y0 in ((30, 60), (200, 40), (350, 76), (110, 110), (270, 120)))
    lilies = "".join(oval(p, 224, 52, 19, "#5FB37A") + oval(p, 220, 46, 15, "#77C98D") for p in pads) + at(70, 210, flower(t, PINK, "smile", 1, 22), 0.5)
    return water + lilies + at(x, 188 - 100 * height, frog(t, "open" if height > 0.4 else "smile"), 1.05, stretch=1 + 0.22 * (height - 0.15) if height else 1 + 0.03 * wave(t, 1.4))


@scene("breathe", lambda length: tune(length, 53, beat=1.0, root=57, voice="bell", volume=0.3) + [(3.0 * i + 0.2, i, 2.4, "hush", 0.6) for i in range(int(length / 3))], 0.69)
def breathe(t, length):
    size = 0.95 + 0.4 * wave(t, 6.0, -0.25)
    glow = "".join(circle(240, 124, (70 + 26 * i) * size, WHITE, f'opacity="{0.28 - 0.07 * i:.2f}"') for i in range(3))
    return sky(mix(SKY, LILAC, 0.5 + 0.5 * wave(t, 6, -0.25))) + at(80, 200, cloud(), 0.9) + at(400, 214, cloud(), 1.0) + glow + at(240, 118, balloon(t, CORAL, "blow" if wave(t, 6.0) < 0 else "calm"), size * 1.25)


@scene("wash-hands", lambda length: tune(length, 54, beat=0.45, root=65, voice="pluck", volume=0.4) + [(1.0 + 0.9 * i, i, 0.8, "hush", 0.5) for i in range(int((length - 2) / 0.9))], 0.6)
def wash_hands(t, length):
    rub = 13 * wave(t, 1.1)
    foam = ease(t, 1.0, 3.0)
    foam_bubbles = "".join(at(240 + 62 * math.cos(i * 1.1) + 4 * wave(t, 1.7, i / 9), 150 + 48 * math.sin(i * 1.9), bubble(10 + 5 * (i % 3)), foam) for i in range(10))
    flying = "".join(at(70 + 85 * i + 12 * wave(t, 3, i / 4), 230 - 220 * ((t * 0.16 + i * 0.31) % 1), bubble(12 + 4 * (i % 3)), opacity=foam) for i in range(5))
    tap = box(212, 0, 56, 26, "#A9B8C9", 8) + box(222, 20, 36, 30, "#BCC9D7", 8)
    water = box(231, 48, 18, 70, "#8FD3F0", 8, 'opacity="0.8"')
    return sky("#D8F1F8") + "".join(line(f"M{x} 0V270", "#C4E7F1", 2) for x in range(40, 480, 80)) + "".join(line(f"M0 {y}H480", "#C4E7F1", 2) for y in range(30, 270, 80)) + tap + water + at(196 + rub, 156, hand(), 1.08, turn=24) + at(284 - rub, 156, hand(mirrored=True), 1.08, turn=-24) + foam_bubbles + flying


@scene("crossing", lambda length: tune(length, 55, beat=0.55, volume=0.26) + [(0.5 + 0.8 * i, 64, 0.3, "wood", 0.5) for i in range(5)] + scale([length * 0.42 + 0.8 * i for i in range(5)], root=67, voice="bell", volume=0.6), 0.72)
def crossing(t, length):
    go = t > length * 0.4
    share = ease(t, length * 0.46, length * 0.42)
    light = box(386, 30, 60, 118, "#4C5463", 16) + circle(416, 62, 22, "#E84D4D" if not go else "#6E4A50") + circle(416, 114, 22, "#47C267" if go else "#43604E") + box(410, 148, 12, 74, "#4C5463") + at(416, 114 if go else 62, face("smile" if go else "calm", t, 0.6))
    stripes = "".join(box(30 + 52 * i, 204, 32, 66, WHITE, 4, 'opacity="0.92"') for i in range(9))
    x = mix(64, 330, share)
    walking = 0.02 < share < 0.98
    return sky(SKY) + "".join(box(x0, y0, w, 200 - y0, c, 6) + "".join(box(x0 + 12 + 26 * a, y0 + 14 + 30 * b, 14, 16, "#FFF6D6", 3) for a in range(int(w // 28)) for b in range(2)) for x0, y0, w, c in ((20, 70, 92, PEACH), (128, 100, 70, LILAC), (214, 60, 100, "#FFE3A6"))) + box(0, 168, 480, 34, "#A9DC8F") + box(0, 198, 480, 72, "#7D8592") + stripes + light + at(x, 172 - (8 * hop(t, 0.5) if walking else 0), duri(t, "laugh" if walking else "smile", step=wave(t, 0.5) if walking else 0), 1.15) + at(x - 62, 186 - (7 * hop(t, 0.5, 0.5) if walking else 0), duri(t, "smile", "#FFE08A", step=wave(t, 0.5, 0.5) if walking else 0), 0.75)


@scene("fruit", lambda length: tune(length, 56, beat=0.5, volume=0.25) + scale(key_times(length, 6, 0.7, 3), root=64, voice="pluck", steps=PENTATONIC), 0.9)
def fruit(t, length):
    cast = [apple, banana, grapes, orange_fruit, strawberry, melon]
    places = [(90, 88), (240, 76), (390, 88), (90, 186), (240, 182), (390, 192)]
    drawn = ""
    for i, (draw, (x, y)) in enumerate(zip(cast, places)):
        start = key_times(length, 6, 0.7, 3)[i]
        happy = t > length - 2.6
        up = 12 * hop(t, 0.7, i * 0.15) if happy else 0
        drawn += shadow(x, y + 46, 32 * pop(t, start), 0.1) + at(x, y - up, draw(t, "laugh" if happy or 0 < t - start < 0.8 else "smile"), 1.12 * pop(t, start))
    return sky("#FFF6DF") + spots("#FFE8B8", 18, 12) + drawn


# Talking and listening


@scene("hello", lambda length: tune(length, 61, beat=0.5, voice="pluck", volume=0.3) + chord(1.2, 64) + chord(length * 0.5, 67), 0.6)
def hello(t, length):
    x = ease(t, 0.3, 1.0)
    y = ease(t, length * 0.3, 1.0)
    wave_arm = 0.6 + 0.3 * wave(t, 0.8)
    return meadow() + shadow(mix(-80, 150, x), 238, 46) + shadow(mix(560, 330, y), 232, 40) + at(mix(-80, 150, x), 162, gomi(t, "laugh" if x > 0.9 else "smile", arms=wave_arm if x > 0.9 else 0), 1.12) + at(mix(560, 330, y), 176 - 10 * hop(t, 0.8) * (y > 0.95), duri(t, "laugh" if y > 0.95 else "smile", step=wave(t, 0.5)), 1.25) + at(240, 70, heart(t, "smile"), 0.7 * pop(t, length * 0.62))


@scene("peekaboo", lambda length: tune(length, 62, beat=0.6, volume=0.2) + [n for i in range(int(length / 3)) for n in chord(3 * i + 1.6, 64 + (i % 3) * 2)], 0.683)
def peekaboo(t, length):
    turn = int(t / 3)
    phase = t % 3
    out = ease(phase, 1.4, 0.3) * (1 - ease(phase, 2.6, 0.35))
    friends = [lambda: kongi(t, "laugh", radius=52), lambda: duri(t, "laugh"), lambda: gomi(t, "laugh", arms=1.0), lambda: byeori(t, "laugh", radius=56)]
    place = [150, 330, 240, 180][turn % 4]
    bush = shape("M30 250Q20 190 84 182Q96 134 160 150Q204 116 254 146Q310 118 346 156Q410 140 424 188Q470 200 456 250Z", "#6DBB6A") + shape("M60 252Q70 214 120 218Q150 186 200 206Q250 184 290 208Q340 190 370 220Q420 220 430 252Z", "#7FCB79")
    rustle = 2 * wave(t, 0.25) if 0.6 < phase < 1.4 else 0
    return sky(SKY) + at(90, 58, cloud(), 0.8) + at(400, 70, cloud(), 0.65) + at(place, mix(210, 108, out), friends[turn % 4](), 1.0) + at(rustle, 0, bush) + ground("#9AD585", 246, 6)


# Living together


@scene("share", mood_sound(71, 0.55, 62, "pluck"), 0.85)
def share(t, length):
    times = [1.2 + i * (length - 5) / 6 for i in range(6)]
    drawn = ""
    for i, start in enumerate(times):
        side = -1 if i % 2 == 0 else 1
        move = ease(t, start, 0.8)
        rest = i // 2
        x = mix(210 + 30 * (i % 3), 240 + side * (146 + 24 * (rest - 1)), move)
        y = mix(204 - 22 * (i // 3), 214, move) - 50 * 4 * move * (1 - move) * 0.5
        drawn += at(x, y, cookie(t), 0.62)
    done = t > times[-1] + 0.9
    hop_now = 8 * hop(t, 0.7) if done else 0
    return sky(ROSE) + spots("#FFF2F5", 14, 3) + box(0, 196, 480, 74, "#F0C497") + box(0, 190, 480, 9, "#DFAE7E") + at(94, 126 - hop_now, gomi(t, "laugh" if done else "smile"), 0.98) + at(386, 142 - hop_now, kongi(t, "laugh" if done else "smile", radius=48)) + oval(240, 226, 66, 16, WHITE) + oval(240, 224, 52, 10, "#F4EDF6") + drawn + at(240, 76, heart(t, "smile"), 0.85 * pop(t, times[-1] + 1.2))


@scene("together", lambda length: tune(length, 72, beat=0.6, volume=0.26) + [(1.0 + 0.9 * i, 48, 0.3, "wood", 0.6) for i in range(3)] + scale([length * 0.5 + 0.6 * i for i in range(6)], root=60, volume=0.5), 0.62)
def together(t, length):
    helped = ease(t, length * 0.32, 1.2)
    push = ease(t, length * 0.5, length * 0.34)
    effort = 3 * wave(t, 0.4) if 1.0 < t < length * 0.3 else 0
    x = mix(250, 392, push)
    ball = shadow(x, 232, 60) + at(x, 168, circle(0, 0, 62, BLUE) + shape("M-62 0A62 62 0 0 1 -31 -54A90 90 0 0 0 -31 54A62 62 0 0 1 -62 0Z", SUN) + shape("M62 0A62 62 0 0 1 31 54A90 90 0 0 0 31 -54A62 62 0 0 1 62 0Z", CORAL) + circle(0, 0, 13, WHITE), turn=push * 150)
    done = push > 0.98
    first = at(x - 98 + effort - (0 if not done else 10), 184 - (12 * hop(t, 0.6) if done else 0), duri(t, "laugh" if done or helped > 0.9 else "smile", step=wave(t, 0.5) if 0 < push < 1 else 0), 1.05, turn=8 if not done else 0)
    second = at(mix(-60, x - 178, helped), 172 - (12 * hop(t, 0.6, 0.5) if done else 0), gomi(t, "laugh" if done else "smile", arms=0.25 if not done else 0.9), 0.92, turn=6 if 0 < push < 1 else 0)
    return meadow() + second + first + ball


# Seeing and making


@scene("red-and-yellow", mood_sound(81, 0.8, 60, "bell"), 0.75)
def red_and_yellow(t, length):
    meet = ease(t, length * 0.25, length * 0.3)
    merged = ease(t, length * 0.55, 0.8)
    distance = mix(150, 0, meet)
    wobble = 1 + 0.05 * wave(t, 1.4)
    paint = at(240 - distance, 138, circle(0, 0, 64, "#F25C54") + face("smile", t, 1.2), wobble, opacity=1 - merged) + at(240 + distance, 138, circle(0, 0, 64, "#FFD23F") + face("smile", t, 1.2, phase=0.5), 2 - wobble, opacity=1 - merged)
    rays = "".join(at(240, 138, drop(0.62, ORANGE), turn=0, scale=0) + circle(240 + 118 * math.cos(math.pi * i / 4), 138 + 104 * math.sin(math.pi * i / 4), 9 * merged, (ORANGE, "#FFD23F", "#F25C54")[i % 3]) for i in range(8)) if merged else ""
    return sky(WHITE) + box(14, 14, 452, 242, "#FFFBF2", 18, 'stroke="#E9D8BE" stroke-width="5"') + paint + rays + at(240, 138, circle(0, 0, 78, ORANGE) + face("laugh", t, 1.45), merged * (1 + 0.03 * wave(t, 1.2)))


@scene("rainbow", lambda length: scale([0.9 + i * (length - 4) / 7 for i in range(7)], root=60, volume=0.7) + tune(length, 82, beat=0.7, volume=0.22) + chord(length - 2.2), 0.9)
def rainbow(t, length):
    colours = ["#F25C54", ORANGE, "#FFD23F", LEAF, BLUE, "#5B6FD6", VIOLET]
    arcs = ""
    for i, colour in enumerate(colours):
        radius = 190 - 17 * i
        reach = ease(t, 0.9 + i * (length - 4) / 7, (length - 4) / 7 * 1.1)
        arc = math.pi * radius
        if reach > 0:
            arcs += line(f"M{240 - radius} 232A{radius} {radius} 0 0 1 {240 + radius} 232", colour, 17.5, f'style="stroke-linecap:butt" stroke-dasharray="{arc * reach:.1f} {arc + 10:.1f}"')
    done = t > length - 2.6
    return sky("#D9F1FB") + arcs + ground("#A9DC8F", 228, 10) + at(76, 222, cloud(t, "laugh" if done else "smile"), 1.1) + at(404, 222, cloud(t, "laugh" if done else "smile"), 1.1) + at(240, 196 - (12 * hop(t, 0.6) if done else 0), kongi(t, "laugh" if done else "smile", radius=38))


@scene("pattern", lambda length: [(s, (60, 67)[i % 2], 0.6, "wood", 0.9) for i, s in enumerate(key_times(length, 8, 0.8, 3))] + tune(length, 83, volume=0.2) + chord(length - 2.4), 0.9)
def pattern(t, length):
    times = key_times(length, 8, 0.8, 3)
    drawn = ""
    for i, start in enumerate(times):
        x = 52 + 54 * i
        up = 16 * hop(t, 0.8, i * 0.5) if t > length - 2.6 else 0
        figure = kongi(t, "laugh" if up else "smile", "#F25C54", 25) if i % 2 == 0 else at(0, 0, square(t, "laugh" if up else "smile", SUN, 23))
        drawn += shadow(x, 188, 20 * pop(t, start)) + at(x, 156 - up, figure, pop(t, start))
    return sky(MINT) + spots("#ECFAF0", 14, 13) + box(0, 186, 480, 84, "#B7E3C4") + "".join(circle(52 + 54 * i, 226, 9, "#F25C54" if i % 2 == 0 else SUN) for i in range(8) if t > times[i]) + drawn


# Nature


@scene("seed", mood_sound(91, 0.7, 60, "bell"), 0.92)
def seed(t, length):
    rain = 1.0 - ease(t, length * 0.35, 0.8) if t > 1.4 else ease(t, 0.8, 0.6)
    grown = ease(t, length * 0.36, length * 0.4)
    drops = "".join(at(180 + 30 * i, 74 + 110 * ((t * 0.9 + i * 0.4) % 1), drop(0.4), opacity=rain) for i in range(5))
    seed_here = at(240, 226, oval(0, 0, 13, 17, "#B98150") + face("sleepy" if t < length * 0.3 else "smile", t, 0.42), 1 - 0.6 * grown)
    plant = at(240, 216, flower(t, "#FF8FA8", "laugh" if grown > 0.95 else "smile", grown, 92), 1.3) if grown > 0.02 else ""
    return sky(SKY) + at(400, 60, sun(t, "laugh" if grown > 0.4 else "smile"), 0.5 + 0.5 * grown) + at(mix(240, 100, grown), 52, cloud(t, "smile", mix("#B9C8DC", WHITE, grown)), 1.05) + drops + shape("M0 204Q120 194 240 202T480 198V270H0Z", "#B07B52") + shape("M0 204Q120 194 240 202T480 198V212Q360 208 240 216T0 216Z", "#8DCB74") + oval(240, 228, 30, 22, "#9A6843") + seed_here + plant


@scene("rain", lambda length: tune(length, 92, beat=0.75, root=64, voice="bell", volume=0.3) + [(0.4 + 0.37 * i, i % 5, 0.06, "tick", 0.5) for i in range(int((length - 1) / 0.37))], 0.5)
def rain(t, length):
    drops = ""
    for i in range(11):
        phase = (t * 0.55 + i * 0.283) % 1
        x = 26 + 43 * i
        drops += at(x, mix(84, 226, phase * phase), drop(0.55, BLUE, False)) if phase < 0.9 else oval(x, 230, 60 * (phase - 0.86), 14 * (phase - 0.86) * 2, "none", 'stroke="#E3F6FF" stroke-width="3"')
    umbrella = shape("M-64 0A64 60 0 0 1 64 0Q48 -14 32 0Q16 -14 0 0Q-16 -14 -32 0Q-48 -14 -64 0Z", CORAL) + shape("M-32 0Q-30 -44 0 -60Q30 -44 32 0Q16 -14 0 0Q-16 -14 -32 0Z", "#FFB199") + line("M0 -4V78Q0 90 12 88", BROWN, 5) + circle(0, -60, 5, BROWN)
    return sky("#BFD3E6") + at(120, 52, cloud(t, "smile", "#F1F5FA"), 1.2) + at(350, 46, cloud(t, None, "#E4EBF3"), 1.3) + shape("M0 226Q240 210 480 226V270H0Z", "#8FC7A5") + oval(110, 246, 70, 11, "#A9DDF2") + oval(390, 250, 56, 9, "#A9DDF2") + drops + at(268, 192 - 5 * hop(t, 1.1), duri(t, "laugh" if wave(t, 3) > 0 else "smile", step=wave(t, 1.1)), 1.0) + at(290, 132 - 5 * hop(t, 1.1), umbrella, 1.15, turn=4 * wave(t, 2.2))


@scene("moon", mood_sound(93, 1.1, 57, "bell"), 0.7)
def good_night(t, length):
    rise = ease(t, 0.4, length * 0.5)
    twinkle = "".join(at(x, y, byeori(t, "sleepy", "#FFE9A8", 15), 0.8 + 0.25 * wave(t, 2.4, i / 5)) for i, (x, y) in enumerate(((70, 60), (150, 120), (380, 50), (430, 130), (330, 110))))
    house = box(56, 176, 84, 60, "#8B6F9E", 6) + rounded([(48, 178), (98, 138), (148, 178)], "#6E5687", 8) + box(84, 196, 26, 24, mix("#FFD97A", "#4A4470", ease(t, length * 0.6, 0.6)), 4)
    return night() + twinkle + at(240, mix(300, 110, rise), circle(0, 0, 66, "#FFE9A8", 'opacity="0.18"') + moon(t, "smile" if rise < 0.98 else "sleepy"), 1.25) + shape("M0 216Q120 190 240 214T480 206V270H0Z", "#28325A") + house + at(376, 214, gomi(t, "sleepy"), 0.6) 


@scene("sizes", lambda length: [(s, pitch, 1.0, "pluck", 0.9) for s, pitch in zip(key_times(length, 3, 1, 4), (72, 64, 52))] + tune(length, 94, volume=0.2) + chord(length - 2), 0.85)
def sizes(t, length):
    times = key_times(length, 3, 1, 4)
    drawn = ""
    for i, (x, size, colour, start) in enumerate(((84, 0.6, "#E0AE7C", times[0]), (196, 1.0, "#C98D5E", times[1]), (362, 1.62, "#A9744A", times[2]))):
        up = 10 * hop(t, 0.8, i * 0.2) if t > length - 2.4 else 0
        drawn += shadow(x, 238, 38 * size * pop(t, start)) + at(x, 236 - 67 * size - up, gomi(t, "laugh" if up or 0 < t - start < 0.9 else "smile", colour, arms=0.5 if up else 0), size * pop(t, start))
    return sky(PEACH) + spots("#FFF0E2", 12, 14) + box(0, 230, 480, 40, "#F2B98C") + drawn


@scene("caterpillar", mood_sound(95, 0.55, 62, "pluck"), 0.9)
def becoming_a_butterfly(t, length):
    crawl = ease(t, 0.2, length * 0.34)
    wrap = ease(t, length * 0.38, 1.0)
    opened = ease(t, length * 0.66, 0.8)
    branch = line("M-10 96Q200 76 490 104", BROWN, 13) + "".join(at(x, 92, oval(0, 16, 10, 20, LEAF), turn=a) for x, a in ((60, 30), (410, -24), (456, 20)))
    first = at(mix(-20, 268, crawl), 66, caterpillar(t, "laugh" if crawl > 0.9 else "smile"), 0.95, opacity=1 - wrap)
    cocoon = at(262, 150, line("M0 -52V-40", "#C9B78A", 4) + oval(0, 0, 27, 46, "#DCCB9C") + line("M-24 -14Q0 -4 24 -16M-26 6Q0 16 26 4M-20 26Q0 34 20 24", "#C2AE7B", 4) + at(0, -2, face("sleepy", t, 0.7)), wrap, turn=3 * wave(t, 1.0), opacity=1 - opened)
    rise = ease(t, length * 0.72, length * 0.24)
    flying = at(mix(262, 300, rise) + 30 * wave(t, 3) * rise, mix(150, 166, rise) + 12 * wave(t, 2) * rise, butterfly(t, VIOLET, "laugh"), opened * mix(0.9, 1.2, rise))
    return sky(SKY) + ground("#B6E2A0", 226, 8) + "".join(at(x, 250, flower(t + x, c, "smile"), 0.55) for x, c in ((60, CORAL), (140, PINK), (350, ORANGE), (430, VIOLET))) + branch + first + cocoon + flying
