"""Friendly figures as SVG: everything is drawn around (0, 0) and placed with `at`.

Sizes are in pixels of a 480 x 270 picture, times in seconds.
"""

import math

WIDTH, HEIGHT = 480, 270

INK = "#4A3B36"
CREAM, SKY, MINT, PEACH, LILAC, ROSE = "#FFF3DC", "#C4E8F7", "#D3F0DC", "#FFDFC7", "#E8DEFA", "#FFE1EA"
CORAL, SUN, LEAF, TEAL, BLUE = "#FF7B6B", "#FFC93C", "#6CC26A", "#3FBBB0", "#5AA9E6"
VIOLET, PINK, ORANGE, BROWN, WHITE = "#9B7EDE", "#FF9EBB", "#FF9F45", "#9A6B4B", "#FFFFFF"
RAINBOW = [CORAL, ORANGE, SUN, LEAF, TEAL, BLUE, VIOLET, PINK]


def clamp(value, low=0.0, high=1.0):
    return max(low, min(high, value))


def mix(start, end, share):
    """Between two numbers, or between two colours like "#FFC93C"."""
    share = clamp(share)
    if isinstance(start, str):
        one, two = (tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in (start, end))
        return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(one, two))
    return start + (end - start) * share


def ease(t, start, length):
    """From 0 to 1, slow at both ends."""
    x = clamp((t - start) / length)
    return x * x * (3 - 2 * x)


def pop(t, start, length=0.5):
    """From 0 to 1 with a small overshoot, as if on a spring."""
    x = clamp((t - start) / length) - 1
    return clamp(x * x * (2.7 * x + 1.7) + 1, 0, 1.3) if t > start else 0.0


def wave(t, period, phase=0.0):
    """Between -1 and 1."""
    return math.sin(2 * math.pi * (t / period + phase))


def hop(t, period, phase=0.0):
    """A bounce: 0 on the ground, 1 at the top."""
    x = (t / period + phase) % 1
    return 4 * x * (1 - x)


def at(x, y, drawing, scale=1.0, turn=0.0, stretch=1.0, opacity=1.0):
    """Places a drawing; `stretch` above 1 makes it taller and thinner (and below 1 flatter and wider)."""
    if scale <= 0.01 or opacity <= 0.01:
        return ""
    fade = f' opacity="{opacity:.2f}"' if opacity < 1 else ""
    across, up = scale / math.sqrt(stretch), scale * math.sqrt(stretch)
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({across:.3f} {up:.3f})"{fade}>{drawing}</g>'
    )


def circle(x, y, radius, fill, extra=""):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" {extra}/>'


def oval(x, y, across, up, fill, extra=""):
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{across:.1f}" ry="{up:.1f}" fill="{fill}" {extra}/>'


def box(x, y, width, height, fill, radius=0.0, extra=""):
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:.1f}" fill="{fill}" {extra}/>'
    )


def shape(path, fill, extra=""):
    return f'<path d="{path}" fill="{fill}" {extra}/>'


def line(path, colour=INK, width=4.0, extra=""):
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:.1f}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def shadow(x, y, across, strength=0.14):
    return oval(x, y, across, across * 0.2, "#3B2B26", f'opacity="{strength:.2f}"')


def points(count, outer, inner=None, turn=-90.0):
    """The corners of a regular polygon, or of a star when `inner` is given."""
    corners = count * (2 if inner else 1)
    result = []
    for i in range(corners):
        radius = inner if inner and i % 2 else outer
        angle = math.radians(turn + 360 * i / corners)
        result.append((radius * math.cos(angle), radius * math.sin(angle)))
    return result


def rounded(corners, colour, soft):
    """A polygon whose corners are rounded by a stroke of its own colour."""
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
    return shape(path, colour, f'stroke="{colour}" stroke-width="{soft:.1f}" stroke-linejoin="round"')


# Faces


def face(mood="smile", t=1.0, size=1.0, look=0.0, phase=0.0):
    """Eyes, cheeks and mouth, about 44 pixels wide. Blinks every 3.4 s."""
    eye = []
    blink = ((t + phase * 3.4) % 3.4) < 0.2
    for side in (-1, 1):
        x = side * 13
        if mood == "sleepy" or (blink and mood not in ("laugh", "wow")):
            eye.append(line(f"M{x - 5} -3Q{x} 2 {x + 5} -3", width=3.2))
        elif mood == "laugh":
            eye.append(line(f"M{x - 6} -1Q{x} -9 {x + 6} -1", width=3.6))
        else:
            tall = 7.6 if mood == "wow" else 6.2
            eye.append(oval(x + look * 2, -4, tall * 0.82, tall, INK) + circle(x + look * 2 + 1.8, -6.6, 2.1, WHITE))
        if mood == "angry":
            eye.append(line(f"M{x - side * 7} -11L{x + side * 7} -15", width=3.4))
        if mood == "sad":
            eye.append(line(f"M{x - side * 5} -16L{x + side * 6} -13", width=3))
        eye.append(oval(side * 22, 5, 5.4, 3.8, "#FF6F7D", 'opacity="0.45"'))
    mouths = {
        "smile": line("M-8 6Q0 15 8 6", width=3.4),
        "laugh": shape("M-10 4Q0 2 10 4Q8 18 0 18Q-8 18 -10 4Z", INK) + oval(0, 14, 5, 3.4, "#FF7B87"),
        "sad": line("M-8 13Q0 5 8 13", width=3.4),
        "angry": line("M-8 12Q-4 7 0 10Q4 13 8 9", width=3.4),
        "wow": oval(0, 11, 5, 6.5, INK),
        "sleepy": oval(0, 9, 3.6, 2.8, INK),
        "blow": circle(0, 9, 3.4, INK),
        "calm": line("M-6 8Q0 12 6 8", width=3.4),
    }
    return f'<g transform="scale({size:.2f})">{"".join(eye)}{mouths[mood]}</g>'


# The cast


def kongi(t=1.0, mood="smile", colour=LEAF, radius=42, look=0.0):
    """Kongi, a round pea with a leaf on its head."""
    return (
        line("M0 %dQ2 %d 8 %d" % (-radius + 3, -radius - 10, -radius - 15), "#4E9B4C", 4)
        + shape(f"M8 {-radius - 15}q16 -10 24 2q-14 10 -24 -2z", "#86D684")
        + circle(0, 0, radius, colour)
        + oval(-radius * 0.4, -radius * 0.48, radius * 0.26, radius * 0.16, WHITE, 'opacity="0.4" transform="rotate(-30)"')
        + at(0, 2, face(mood, t, radius / 38, look))
    )


def byeori(t=1.0, mood="smile", colour=SUN, radius=46):
    """Byeori, a star."""
    return rounded(points(5, radius, radius * 0.58), colour, radius * 0.3) + at(0, 2, face(mood, t, radius / 50, phase=0.4))


def duri(t=1.0, mood="smile", colour=SUN, step=0.0):
    """Duri, a duckling, seen from the front, about 80 pixels tall."""
    feet = "".join(
        at(side * 13, 40 - max(0.0, side * step) * 7, oval(0, 0, 10, 4.5, ORANGE)) for side in (-1, 1)
    )
    return (
        feet
        + oval(-31, 14, 9, 15, mix(colour, ORANGE, 0.25), f'transform="rotate({18 + 10 * step:.0f} -31 14)"')
        + oval(31, 14, 9, 15, mix(colour, ORANGE, 0.25), f'transform="rotate({-18 + 10 * step:.0f} 31 14)"')
        + oval(0, 17, 31, 24, colour)
        + line("M-4 -38Q-2 -47 4 -46M2 -38Q6 -43 11 -41", mix(colour, ORANGE, 0.35), 4)
        + circle(0, -14, 27, colour)
        + oval(-11, -17, 3.8, 4.8, INK) + circle(-9.8, -18.8, 1.5, WHITE)
        + oval(11, -17, 3.8, 4.8, INK) + circle(12.2, -18.8, 1.5, WHITE)
        + oval(-19, -8, 4.4, 3, "#FF6F7D", 'opacity="0.45"') + oval(19, -8, 4.4, 3, "#FF6F7D", 'opacity="0.45"')
        + (oval(0, -5, 10, 7.5, "#E8752E") + oval(0, -8, 10, 4.6, ORANGE) if mood == "laugh" else oval(0, -7, 10, 5.4, ORANGE))
    )


def gomi(t=1.0, mood="smile", colour="#C98D5E", arms=0.0):
    """Gomi, a bear cub: head and body, about 120 pixels tall. `arms` from 0 (down) to 1 (up)."""
    dark, light = mix(colour, INK, 0.22), mix(colour, WHITE, 0.6)
    limb = "".join(
        at(side * 26, 14, oval(0, 17, 9.5, 21, dark), turn=-side * mix(28, 150, arms))
        for side in (-1, 1)
    )
    return (
        limb
        + oval(-16, 58, 13, 9, dark) + oval(16, 58, 13, 9, dark)
        + oval(0, 32, 31, 30, colour) + oval(0, 37, 19, 19, light)
        + circle(-27, -44, 13, colour) + circle(27, -44, 13, colour)
        + circle(-27, -44, 7, light) + circle(27, -44, 7, light)
        + oval(0, -19, 39, 34, colour)
        + oval(0, -8, 17, 12, light)
        + at(0, -18, face(mood, t, 0.95, phase=0.2)) + oval(0, -15, 5, 3.6, INK)
    )


def frog(t=1.0, mood="smile", crouch=0.0):
    legs = "".join(at(side * 34, 22, oval(0, 0, 15, 10, "#4FA24E")) + at(side * 20, 32, oval(0, 0, 13, 5, "#4FA24E")) for side in (-1, 1))
    eyes = "".join(
        circle(side * 18, -27, 13, LEAF) + circle(side * 18, -28, 8.5, WHITE) + circle(side * 18, -27, 5, INK) for side in (-1, 1)
    )
    mouth = line("M-17 -2Q0 14 17 -2", width=3.6) if mood == "smile" else oval(0, 4, 12, 9, "#A8324A")
    cheeks = "".join(oval(side * 27, -2, 6, 4, "#FF6F7D", 'opacity="0.45"') for side in (-1, 1))
    return legs + oval(0, 6, 40, 30, LEAF) + oval(0, 18, 24, 15, "#B9E8A8") + eyes + mouth + cheeks


# Things


def sun(t=1.0, mood="smile", radius=34):
    rays = "".join(
        at(0, 0, box(-4, -radius - 20 - 3 * wave(t, 1.6, i / 10), 8, 13, ORANGE, 4), turn=36 * i + 6 * t) for i in range(10)
    )
    return rays + circle(0, 0, radius, SUN) + face(mood, t, radius / 36)


def moon(t=1.0, mood="sleepy", radius=46):
    return circle(0, 0, radius, "#FFE9A8") + "".join(
        circle(x, y, r, "#F6D98B") for x, y, r in ((-24, -22, 7), (26, 20, 6), (20, -28, 4))
    ) + at(0, 4, face(mood, t, 1.05))


def cloud(t=1.0, mood=None, colour=WHITE):
    puffs = circle(-34, 8, 22, colour) + circle(-10, -10, 28, colour) + circle(22, -3, 25, colour) + circle(42, 11, 18, colour)
    return puffs + box(-50, 6, 104, 24, colour, 12) + (at(0, 4, face(mood, t, 0.95)) if mood else "")


def drop(size=1.0, colour=BLUE, smiling=False, t=1.0):
    body = shape("M0 -26C9 -10 18 -1 18 9A18 18 0 0 1 -18 9C-18 -1 -9 -10 0 -26Z", colour)
    shine = oval(-7, 6, 3.4, 6, WHITE, 'opacity="0.5" transform="rotate(20 -7 6)"')
    return at(0, 0, body + (at(0, 8, face("smile", t, 0.6)) if smiling else shine), size)


def apple(t=1.0, mood="smile", colour=CORAL):
    return (
        line("M0 -30Q1 -40 7 -46", BROWN, 5)
        + shape("M6 -40q14 -12 26 -2q-12 12 -26 2z", LEAF)
        + shape("M0 -30C16 -40 42 -30 40 0C38 26 20 40 0 34C-20 40 -38 26 -40 0C-42 -30 -16 -40 0 -30Z", colour)
        + oval(-22, -16, 6, 9, WHITE, 'opacity="0.4" transform="rotate(25 -22 -16)"')
        + at(0, 4, face(mood, t, 0.95))
    )


def orange_fruit(t=1.0, mood="smile"):
    return circle(0, 0, 36, ORANGE) + shape("M0 -34q10 -14 24 -8q-8 12 -24 8z", LEAF) + circle(-22, -20, 2, "#E9822A") + circle(
        24, -14, 2, "#E9822A"
    ) + circle(14, 27, 2, "#E9822A") + at(0, 2, face(mood, t, 0.95, phase=0.5))


def strawberry(t=1.0, mood="smile"):
    seeds = "".join(oval(x, y, 1.8, 2.8, "#FFD9A0") for x, y in ((-24, -8), (24, -8), (-14, 24), (14, 24), (0, 31), (-2, -17), (2, -17)))
    return (
        shape("M0 42C-20 34 -38 8 -34 -12C-30 -30 -8 -28 0 -22C8 -28 30 -30 34 -12C38 8 20 34 0 42Z", "#F2566A")
        + seeds
        + shape("M0 -20L-22 -32L-8 -32L0 -42L8 -32L22 -32Z", LEAF, f'stroke="{LEAF}" stroke-width="6" stroke-linejoin="round"')
        + at(0, 4, face(mood, t, 0.85, phase=0.7))
    )


def grapes(t=1.0, mood="smile"):
    berries = "".join(circle(x, y, 14, VIOLET, 'stroke="#8567CC" stroke-width="2"') for x, y in ((-26, -18), (0, -20), (26, -18), (-14, 4), (14, 4), (0, 26)))
    return line("M0 -30V-44", BROWN, 5) + shape("M2 -38q18 -12 28 2q-16 10 -28 -2z", LEAF) + berries + at(0, -4, face(mood, t, 0.85, phase=0.3))


def banana(t=1.0, mood="smile"):
    return (
        shape("M-34 -26C-34 20 -6 40 34 30C38 28 38 22 33 20C6 20 -14 4 -20 -28C-22 -34 -34 -34 -34 -26Z", SUN)
        + shape("M-33 -31l2 -9l8 0l2 9z", BROWN)
        + at(-8, 10, face(mood, t, 0.62, phase=0.1))
    )


def melon(t=1.0, mood="smile"):
    seeds = "".join(oval(x, y, 2.4, 3.6, INK) for x, y in ((-32, -6), (32, -6), (-20, 20), (20, 20)))
    return (
        shape("M-50 -16A50 50 0 0 0 50 -16Z", "#57B368") + shape("M-43 -16A43 43 0 0 0 43 -16Z", "#E4F5D0")
        + shape("M-38 -16A38 38 0 0 0 38 -16Z", "#FF6B74") + seeds + at(0, 2, face(mood, t, 0.75, phase=0.9))
    )


def balloon(t=1.0, colour=CORAL, mood="smile"):
    sway = 5 * wave(t, 3)
    return (
        line(f"M0 44Q{8 + sway:.1f} 66 {sway:.1f} 96", "#8C7B74", 2.4)
        + shape("M-6 46L6 46L0 38Z", mix(colour, INK, 0.2))
        + oval(0, 0, 34, 41, colour)
        + oval(-14, -20, 5, 9, WHITE, 'opacity="0.5" transform="rotate(25 -14 -20)"')
        + at(0, 4, face(mood, t, 0.9))
    )


def fish(t=1.0, colour=CORAL, mood="smile"):
    """Swims to the right."""
    tail = 12 * wave(t, 0.9)
    return (
        shape(f"M-30 0L-56 {-20 + tail:.1f}Q-48 0 -56 {20 + tail:.1f}Z", mix(colour, ORANGE, 0.35), f'stroke="{mix(colour, ORANGE, 0.35)}" stroke-width="6" stroke-linejoin="round"')
        + shape("M-6 -24Q6 -42 20 -24Z", mix(colour, ORANGE, 0.35))
        + oval(0, 0, 40, 27, colour)
        + line("M-12 -10Q-18 0 -12 10M-22 -7Q-27 0 -22 7", mix(colour, WHITE, 0.45), 3)
        + circle(18, -6, 8.5, WHITE) + circle(20, -6, 5, INK) + circle(21.6, -7.6, 1.7, WHITE)
        + line("M26 8Q20 13 14 9", width=3)
        + oval(8, 6, 5, 3.4, "#FF6F7D", 'opacity="0.4"')
    )


def flower(t=1.0, colour=PINK, mood="smile", grown=1.0, stem=62):
    """A flower whose root is at (0, 0); `grown` from 0 to 1."""
    top = -stem * grown
    petals = "".join(at(0, 0, oval(0, -19, 11.5, 15, colour), turn=60 * i + 4 * wave(t, 2.6)) for i in range(6))
    leaves = shape(f"M0 {top * 0.35:.1f}q-22 -4 -26 -18q22 0 26 18z", "#5FB55D") + shape(f"M0 {top * 0.5:.1f}q20 -4 24 -16q-20 0 -24 16z", "#5FB55D")
    return (
        line(f"M0 0Q{4 * wave(t, 3):.1f} {top / 2:.1f} 0 {top:.1f}", "#5FB55D", 6)
        + (leaves if grown > 0.4 else "")
        + at(0, top, petals + circle(0, 0, 16, SUN) + face(mood, t, 0.58), clamp((grown - 0.3) / 0.7))
    )


def ladybird(t=1.0, colour="#F0514F", phase=0.0):
    """Seen from above, walking up."""
    legs = "".join(
        line(f"M{side * 20} {y}l{side * 9} {3 * wave(t, 0.6, phase + y / 40):.1f}", INK, 4) for side in (-1, 1) for y in (-8, 4, 16)
    )
    return (
        legs + circle(0, -22, 15, INK)
        + line("M-6 -35q-4 -7 -9 -8M6 -35q4 -7 9 -8", INK, 3)
        + circle(-6, -26, 4, WHITE) + circle(6, -26, 4, WHITE) + circle(-6, -27, 2, INK) + circle(6, -27, 2, INK)
        + oval(0, 4, 25, 27, colour) + line("M0 -20V30", INK, 3)
        + "".join(circle(x, y, 5, INK) for x, y in ((-12, -4), (12, -4), (-13, 12), (13, 12)))
    )


def block(colour, t=1.0, mood="smile", size=46):
    half = size / 2
    return (
        box(-half, -half, size, size, colour, 9)
        + box(-half, half - 9, size, 9, mix(colour, INK, 0.18), 5)
        + box(-half + 5, -half + 5, size - 10, 6, WHITE, 3, 'opacity="0.3"')
        + face(mood, t, size / 62)
    )


def triangle(t=1.0, mood="smile", colour=CORAL, radius=46):
    return rounded(points(3, radius * 0.95), colour, radius * 0.42) + at(0, 10, face(mood, t, radius / 58, phase=0.6))


def square(t=1.0, mood="smile", colour=BLUE, radius=40):
    return box(-radius, -radius, 2 * radius, 2 * radius, colour, radius * 0.28) + face(mood, t, radius / 42, phase=0.3)


def heart(t=1.0, mood="smile", colour="#FF6F91", radius=44):
    r = radius / 44
    path = "M0 40C-30 20 -46 2 -44 -18C-42 -40 -12 -44 0 -22C12 -44 42 -40 44 -18C46 2 30 20 0 40Z"
    return at(0, 0, shape(path, colour, f'stroke="{colour}" stroke-width="6" stroke-linejoin="round"') + oval(
        -24, -22, 6, 9, WHITE, 'opacity="0.4" transform="rotate(35 -24 -22)"'
    ) + at(0, -2, face(mood, t, 0.98)), r)


def drum(t=1.0, hit=0.0, colour=CORAL):
    """`hit` from 0 to 1 while the skin is pushed in."""
    zigzag = "M-62 0" + "".join(f"L{-62 + 15.5 * (i + 1):.1f} {40 if i % 2 == 0 else 0}" for i in range(8))
    return (
        shape("M-66 -6V42A66 18 0 0 0 66 42V-6Z", colour) + line(zigzag, CREAM, 4)
        + oval(0, -6, 66, 20, mix(colour, INK, 0.25)) + oval(0, -8 + 4 * hit, 60, 16, CREAM)
        + at(0, 24, face("laugh" if hit > 0.2 else "smile", t, 1.0))
    )


def note(colour=VIOLET):
    return oval(-8, 14, 10, 8, colour, 'transform="rotate(-18 -8 14)"') + line("M1 12V-20Q12 -16 16 -6", colour, 5)


def bubble(radius=20.0):
    return circle(0, 0, radius, "#FFFFFF", 'opacity="0.55"') + circle(0, 0, radius, "none", 'stroke="#8FD3F0" stroke-width="2.5"') + oval(
        -radius * 0.35, -radius * 0.4, radius * 0.2, radius * 0.3, WHITE, 'transform="rotate(35)"'
    )


def hand(colour="#F7C9A4", mirrored=False):
    side = -1 if mirrored else 1
    fingers = "".join(box(side * x - 8, y, 16, 52, colour, 8) for x, y in ((-24, -46), (-7, -58), (10, -56), (26, -42)))
    thumb = at(side * -34, 6, box(-8, -26, 16, 44, colour, 8), turn=-38 * side)
    return fingers + thumb + box(-33, -14, 66, 62, colour, 26) + oval(0, 18, 16, 10, mix(colour, CORAL, 0.25), 'opacity="0.5"')


def cookie(t=1.0, mood=None):
    chips = "".join(circle(x, y, 4.2, "#7A4B2C") for x, y in ((-16, -14), (15, -17), (-20, 9), (19, 10), (0, 23), (1, -24)))
    return circle(0, 0, 30, "#E0A865") + circle(0, 0, 26, "#EBBB7E") + chips + (face(mood, t, 0.7) if mood else "")


def butterfly(t=1.0, colour=VIOLET, mood="smile"):
    beat = 0.72 + 0.28 * wave(t, 0.7)
    wings = "".join(
        f'<g transform="scale({side * beat:.3f} 1)">'
        + oval(38, -22, 34, 27, colour) + oval(30, 24, 25, 21, mix(colour, PINK, 0.55))
        + circle(42, -22, 12, mix(colour, WHITE, 0.55)) + circle(31, 25, 8, WHITE, 'opacity="0.6"') + "</g>"
        for side in (-1, 1)
    )
    return wings + line("M-4 -44q-8 -16 -18 -18M4 -44q8 -16 18 -18", INK, 3.4) + box(-9, -30, 18, 68, "#7B5B8A", 9) + circle(
        0, -32, 17, "#8E6BA0"
    ) + at(0, -31, face(mood, t, 0.5))


def caterpillar(t=1.0, mood="smile", length=5):
    body = "".join(
        circle(-30 * (i + 1), -6 * max(0.0, wave(t, 1.4, -i / 6)), 20, LEAF if i % 2 == 0 else "#8FD67F") for i in reversed(range(length))
    )
    return body + line("M-6 -24q-4 -14 -12 -16M8 -24q4 -14 12 -16", INK, 3.4) + circle(0, -4, 25, "#A5E08D") + at(0, -3, face(mood, t, 0.8))


# Places


def ground(colour, top=205, bend=18):
    return shape(f"M0 {top}Q120 {top - bend} 240 {top}T480 {top}V270H0Z", colour)


def hills(near="#A9DC8F", far="#C5E8AE"):
    return shape("M0 200Q90 130 200 190T480 170V270H0Z", far) + ground(near)


def sky(colour):
    return box(0, 0, WIDTH, HEIGHT, colour)


def spots(colour, count=14, seed=1):
    """Still, soft confetti on a plain background; the same for the same seed."""
    result, value = [], seed * 7919
    for _ in range(count):
        value = (value * 1103515245 + 12345) % 2**31
        x = value % WIDTH
        value = (value * 1103515245 + 12345) % 2**31
        y = value % HEIGHT
        result.append(circle(x, y, 4 + value % 7, colour, 'opacity="0.6"'))
    return "".join(result)


def sea():
    return sky("#A8DDF0") + shape("M0 225Q60 205 130 222T270 220T400 224T480 214V270H0Z", "#F3DDA8") + "".join(
        line(f"M{x} 250q-8 -22 2 -40q10 -16 0 -32", "#58B08A", 7) for x in (36, 58, 436)
    )


def meadow():
    return sky(SKY) + at(420, 50, circle(0, 0, 26, "#FFE08A")) + hills()


def room():
    return sky(CREAM) + box(0, 200, WIDTH, 70, "#F0CFA0") + box(0, 196, WIDTH, 7, "#E3BB86")


def night():
    stars = "".join(at(x, y, rounded(points(5, 5, 2.4), "#FFE9A8", 2)) for x, y in ((60, 40), (130, 90), (200, 36), (300, 60), (430, 110), (390, 34), (40, 130)))
    return sky("#34406F") + stars + shape("M0 210Q120 180 240 208T480 200V270H0Z", "#28325A")


def counter(count, reached):
    """One dot for each, filled as it is counted."""
    gap = 26
    left = WIDTH / 2 - gap * (count - 1) / 2
    return "".join(
        circle(left + gap * i, 248, 9, RAINBOW[i % 8] if i < reached else WHITE, f'stroke="{INK}" stroke-width="2.5" stroke-opacity="0.45"')
        for i in range(count)
    )
