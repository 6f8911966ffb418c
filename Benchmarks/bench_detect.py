#!/usr/bin/env python3
"""A second opinion on the detector: logs of another generator, read by the program as CSV.

    python3 Benchmarks/bench_detect.py --program .build/release/fixlevel [--seed 1] [--each 60]
        [--libraries FOLDER]

Shares no code and no parameter with the Swift benchmark: gamma and heavy-tailed opens, Student's t
noise, a pool that doubles, logs of 100 to 1,500 samples. An alarm is the finding `leaking`.

With --libraries it also times pymannkendall and scipy, which it installs into a virtual environment
in that folder: on series like those that the Swift benchmark times, with bounded memory and time.
"""

import argparse
import datetime
import json
import math
import pathlib
import random
import resource
import subprocess
import tempfile
import venv

START = datetime.datetime(1999, 3, 1, tzinfo=datetime.timezone.utc)
MODULUS = 65_536
HARMLESS = ["flat", "student noise", "ar1", "two rhythms", "saturating pool", "doubling pool",
            "user sessions", "bursts", "level shift up", "level shift down", "slow decay", "restarted"]
LEAKS = ["steady", "gamma opens", "heavy-tailed opens", "office hours", "nightly job", "under ar1",
         "after start-up", "begins later", "faster now", "killed daily", "gappy", "under bursts"]


def ar1(rng, n, sigma, phi):
    value, out = rng.gauss(0, sigma), []
    for _ in range(n):
        value = phi * value + rng.gauss(0, sigma * math.sqrt(1 - phi * phi))
        out.append(value)
    return out


def student(rng, freedom):
    return rng.gauss(0, 1) / math.sqrt(rng.gammavariate(freedom / 2, 2) / freedom)


def rhythm(hours, rng, height):
    shift = rng.uniform(0, 24)
    return [height * max(0, math.sin(2 * math.pi * (h - shift) / 24))
            + height / 4 * math.sin(2 * math.pi * (h - shift) / 12) for h in hours]


def harmless(kind, rng, hours):
    n, span = len(hours), hours[-1]
    height = math.exp(rng.uniform(math.log(30), math.log(1_500)))
    small = [rng.gauss(0, rng.choice([0.5, 2, 5])) for _ in hours]
    if kind == "student noise":
        sigma = rng.uniform(2, 60)
        return [sigma * student(rng, 3) for _ in hours]
    if kind == "ar1":
        return ar1(rng, n, height / 4, rng.uniform(0.3, 0.95))
    if kind == "two rhythms":
        body = rhythm(hours, rng, height)
    elif kind == "saturating pool":
        scale = span * rng.uniform(0.03, 0.12)
        body = [height * h / (h + scale) if h < span / 4 else height for h in hours]
    elif kind == "doubling pool":
        at = sorted(rng.uniform(0, 0.5) * span for _ in range(2))
        body = [height * 2 ** sum(h > a for a in at) for h in hours]
    elif kind == "user sessions":
        stay, body = rng.uniform(5, 40), []
        count = round(4.5 * stay)  # where arrivals and departures balance
        for _ in hours:
            count += (rng.random() < 0.5) * rng.randrange(1, 9) - poisson(rng, count / stay / 2)
            body.append(max(0, count))
    elif kind == "bursts":
        body = [height * rng.paretovariate(1.5) / 4 if rng.random() < 0.03 else 0 for _ in hours]
    elif kind in ("level shift up", "level shift down"):
        at, sign = rng.uniform(0.1, 0.9) * span, 1 if kind.endswith("up") else -1
        body = [sign * height * (h > at) + height for h in hours]
    elif kind == "slow decay":
        body = [height / (1 + 5 * h / span) for h in hours]
    elif kind == "restarted":
        length = span / rng.randrange(3, 7)
        body = [height * min(1, (h % length) / length * 12) for h in hours]
    else:
        return [0] * n
    return [a + b for a, b in zip(body, small)]


def opens(kind, rng, rate, hour, step):
    """Handles that one step leaks."""
    mean = rate * step
    if kind == "gamma opens":
        return rng.gammavariate(mean / 4, 4) if mean > 0 else 0
    if kind == "heavy-tailed opens":
        return sum(rng.paretovariate(2.5) * 3 for _ in range(poisson(rng, mean / 5)))
    if kind == "office hours":
        return mean * 24 / 9 if 8 <= hour % 24 < 17 else 0
    if kind == "nightly job":
        return rate * 24 if (hour + step) // 24 > hour // 24 else 0
    return mean


def poisson(rng, mean):
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def leak(kind, rng, hours):
    n, span = len(hours), hours[-1]
    rise = math.exp(rng.uniform(math.log(100), math.log(30_000)))
    rate = rise / span
    onset = rng.uniform(0.25, 0.5) * span if kind == "begins later" else 0
    faster = rng.uniform(0.3, 0.6) * span if kind == "faster now" else math.inf
    gain = rng.uniform(2, 4)
    life = span / rng.randrange(2, 6) if kind == "killed daily" else math.inf
    leaked, before, values = 0.0, 0.0, []
    for hour in hours:
        if hour // life > before // life:
            leaked = 0.0
        elif hour > onset:
            now = rate * gain if hour > faster else rate
            leaked += opens(kind, rng, now, before, hour - max(before, onset))
        before = hour
        values.append(leaked)
    rate = rate * gain if faster < math.inf else rate
    noise = [rng.gauss(0, rng.choice([0.7, 3])) for _ in hours]
    extra = 0.0
    if kind == "under ar1":
        noise = ar1(rng, n, rise / rng.uniform(12, 60), rng.uniform(0.3, 0.9))
    if kind == "after start-up":
        extra = rise * rng.uniform(0.1, 0.6)
        scale = span * rng.uniform(0.01, 0.05)
        noise = [a + extra * (1 - math.exp(-h / scale)) for a, h in zip(noise, hours)]
    if kind == "under bursts":
        noise = [a + (rng.random() < 0.04) * rise * rng.random() for a in noise]
    held = leaked + extra
    target, hour = held - held % MODULUS + MODULUS, hours[-1]
    step = 1 if kind in ("office hours", "nightly job") else max((target - held) / rate / 3_000, 1e-6)
    future = 0.0
    while held + future < target:
        future += opens(kind, rng, rate, hour, step)
        hour += step
    return [a + b for a, b in zip(values, noise)], rate, hour - hours[-1]


def log(kind, rng):
    rhythmic = kind in ("two rhythms", "office hours", "nightly job")
    n = round(math.exp(rng.uniform(math.log(100), math.log(1_500))))
    step = rng.choice([1 / 240, 1 / 60, 1 / 12, 0.25, 0.5, 1])
    if rhythmic:
        n, step = max(n, 500), rng.choice([0.25, 0.5, 1])
    hours = [k * step for k in range(n)]
    if kind == "gappy":
        hours = [h + rng.uniform(0, step) for h in hours if rng.random() < 0.6]
        hours = [h - hours[0] for h in hours]
    if kind in LEAKS:
        values, rate, wrap = leak(kind, rng, hours)
        return hours, values, rate, wrap
    return hours, harmless(kind, rng, hours), 0, None


def diagnose(program, logs):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("timestamp,host,process,handles\n")
        for index, (base, (hours, values, _, _)) in enumerate(logs):
            for hour, value in zip(hours, values):
                at = START + datetime.timedelta(hours=hour)
                stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
                file.write(f"{stamp},H{index},P{index},{max(0, round(base + value))}\n")
        file.flush()
        run = subprocess.run([program, "diagnose", file.name, "--json"], capture_output=True)
    return {p["process"]: p for p in json.loads(run.stdout)["processes"]}


def hours_until(stamp, end):
    parse = lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (parse(stamp) - parse(end)).total_seconds() / 3600


def score(program, seed, each):
    print(f"seed {seed}, {each} logs of each of {len(HARMLESS) + len(LEAKS)} kinds")
    print(f"{'kind':22}{'alarms':>8}{'rate error':>12}{'interval holds':>16}")
    hits = alarms = leaks = held = forecasts = 0
    errors = []
    for kind in HARMLESS + LEAKS:
        rng = random.Random(f"{seed} {kind}")
        logs = [(rng.uniform(200, 4_000), log(kind, rng)) for _ in range(each)]
        found = diagnose(program, logs)
        here = [index for index in range(each) if found[f"P{index}"]["leak"]["finding"] == "leaking"]
        alarms += len(here)
        line = f"{kind:22}{len(here) / each:8.3f}"
        if kind in LEAKS:
            hits, leaks, inside, count, off = hits + len(here), leaks + each, 0, 0, []
            for index in here:
                process, (_, _, rate, wrap) = found[f"P{index}"], logs[index][1]
                off.append(abs(process["leak"]["handles_per_hour"] / rate - 1))
                if process["wrap"]["interval"] is None:
                    continue
                early, late = process["wrap"]["interval"]
                count += 1
                inside += hours_until(early, process["to"]) <= wrap and (
                    late is None or wrap <= hours_until(late, process["to"]))
            held, forecasts, errors = held + inside, forecasts + count, errors + off
            off.sort()
            line += f"{100 * off[len(off) // 2] if off else 0:10.1f} %{inside / max(1, count):16.3f}"
        print(line)
    errors.sort()
    print(f"precision {hits / max(1, alarms):.3f}  recall {hits / leaks:.3f}  median rate error "
          f"{100 * errors[len(errors) // 2]:.1f} %  interval holds {held / max(1, forecasts):.3f}")


LIBRARIES = ["numpy==2.4.6", "pymannkendall==1.4.3", "scipy==1.17.1"]
MEMORY_MAX = 8 << 30  # bytes
SECONDS_MAX = 60
# A process of its own, so that its memory and time can be bounded. Prints the median of the rounds.
TIMED = """
import sys, time, numpy, pymannkendall
from scipy.stats import theilslopes
name, n, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = numpy.random.default_rng(1)
y = numpy.round(numpy.arange(n) / 7) + rng.integers(0, 51, n)
work = {"pymannkendall.original_test": lambda: pymannkendall.original_test(y),
        "scipy.stats.theilslopes": lambda: theilslopes(y, numpy.arange(n))}[name]
seconds = []
for _ in range(rounds):
    begin = time.perf_counter()
    work()
    seconds.append(time.perf_counter() - begin)
print(sorted(seconds)[rounds // 2])
"""


def time_libraries(folder):
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *LIBRARIES], check=True)
    print(f"\n{', '.join(LIBRARIES)}; at most {MEMORY_MAX >> 30} GiB and {SECONDS_MAX} s each")
    for n, rounds in ((288, 51), (5_000, 5), (100_000, 1)):
        for name in ("pymannkendall.original_test", "scipy.stats.theilslopes"):
            print(f"n = {n}: {name} {timed(python, name, n, rounds)}", flush=True)


def timed(python, name, n, rounds):
    bound = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    try:
        run = subprocess.run([python, "-c", TIMED, name, str(n), str(rounds)], preexec_fn=bound,
                             capture_output=True, text=True, timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return f"not done after {SECONDS_MAX} s"
    if run.returncode:
        return "failed: " + (run.stderr.strip().splitlines() or ["no message"])[-1]
    seconds = float(run.stdout)
    return f"{1e6 * seconds:.0f} µs" if seconds < 1e-2 else f"{1e3 * seconds:.0f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--libraries", type=pathlib.Path)
    arguments = parser.parse_args()
    score(arguments.program, arguments.seed, arguments.each)
    if arguments.libraries:
        time_libraries(arguments.libraries)


if __name__ == "__main__":
    main()
