"""Small music-box sounds, made sample by sample: a note is (start in seconds, pitch, length in seconds, voice, volume).

Pitches are MIDI numbers (60 is middle C). The tunes are made here, so there is nothing of anybody else's in them.
"""

import array
import functools
import math
import operator
import random
import wave

RATE = 22050
MAJOR = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16)
PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)

# Each voice: (multiple of the pitch, strength, how fast it fades per second).
VOICES = {
    "bell": ((1, 0.62, 3.2), (2, 0.2, 5.0), (4.02, 0.1, 9.0)),
    "wood": ((1, 0.7, 9.0), (3.9, 0.2, 24.0)),
    "soft": ((1, 0.5, 1.2), (2, 0.08, 1.5)),
    "pluck": ((1, 0.5, 5.0), (2, 0.25, 7.0), (3, 0.12, 9.0)),
}


@functools.lru_cache(maxsize=None)
def sound(pitch, length, voice):
    count = int(length * RATE)
    if voice == "drum":
        # A sine that falls from 150 to 55 Hz.
        return [math.sin(2 * math.pi * (55 * i / RATE + 6.3 * (1 - math.exp(-15 * i / RATE)) / 2)) * math.exp(-7 * i / RATE) for i in range(count)]
    if voice == "hush":
        noise = random.Random(pitch)
        result, last = [], 0.0
        for i in range(count):
            last += 0.18 * (noise.uniform(-1, 1) - last)
            result.append(last * math.sin(math.pi * i / count) ** 2 * 1.2)
        return result
    if voice == "tick":
        noise = random.Random(pitch)
        return [noise.uniform(-1, 1) * math.exp(-90 * i / RATE) * 0.5 for i in range(count)]
    frequency = 440 * 2 ** ((pitch - 69) / 12)
    attack = RATE * (0.06 if voice == "soft" else 0.006)
    release = RATE * 0.04
    result = []
    for i in range(count):
        seconds = i / RATE
        value = sum(
            strength * math.sin(2 * math.pi * frequency * multiple * seconds) * math.exp(-fade * seconds)
            for multiple, strength, fade in VOICES[voice]
        )
        result.append(value * min(1, i / attack, (count - i) / release))
    return result


def write(path, seconds, notes):
    """Mixes the notes into a mono WAV file, never louder than full scale."""
    total = int(seconds * RATE)
    mixed = array.array("d", bytes(8 * total))
    for start, pitch, length, voice, volume in notes:
        first = int(start * RATE)
        samples = sound(pitch, round(min(length, seconds - start), 3), voice)[: max(0, total - first)]
        end = first + len(samples)
        mixed[first:end] = array.array("d", map(operator.add, mixed[first:end], [volume * s for s in samples]))
    peak = max(0.9, max(map(abs, mixed), default=0))
    data = array.array("h", (int(s / peak * 24000) for s in mixed))
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())


def tune(seconds, seed, beat=0.5, root=60, voice="pluck", volume=0.34, start=0.0):
    """A quiet accompaniment: a walk over the pentatonic scale in groups of four beats that comes home at the end."""
    chance = random.Random(seed)
    notes, place, clock, count = [], 2, start, 0
    while clock < seconds - 3 * beat:
        if count % 4 == 0:
            notes.append((clock, root - 12 + (0, 7, 9, 5)[count // 4 % 4], 2.6 * beat, "soft", volume * 1.1))
        if count % 4 == 0 or chance.random() < 0.72:
            notes.append((clock, root + PENTATONIC[place], 1.6 * beat, voice, volume))
        place = max(0, min(6, place + chance.choice((-2, -1, -1, 1, 1, 2))))
        clock, count = clock + beat, count + 1
    last = min(clock, seconds - 1.2)
    return notes + [(last, root + interval, 1.15, voice, volume * 0.8) for interval in (0, 4, 7)] + [(last, root - 12, 1.15, "soft", volume)]


def scale(starts, root=60, voice="bell", volume=0.8, steps=MAJOR):
    return [(start, root + steps[i % len(steps)], 0.9, voice, volume) for i, start in enumerate(starts)]


def chord(start, root=60, voice="bell", volume=0.45, intervals=(0, 4, 7, 12)):
    return [(start + 0.03 * i, root + interval, 1.4, voice, volume) for i, interval in enumerate(intervals)]
