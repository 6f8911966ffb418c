"""Writes ../StatisticsVectors.swift: what pymannkendall and scipy say of series that a linear
congruential generator makes, so that only the results need to be stored.

    pip install pymannkendall==1.4.3 scipy==1.17.1 numpy==2.4.6
    python3 generate.py > ../StatisticsVectors.swift
"""

import warnings

import numpy
import pymannkendall
import scipy
from scipy.stats import theilslopes

warnings.simplefilter("ignore")
VERSIONS = (
    f"pymannkendall 1.4.3, scipy {scipy.__version__}, numpy {numpy.__version__}"
)


def numbers(seed):
    state = seed
    while True:
        state = (1103515245 * state + 12345) % 2**31
        yield state >> 16


def series(kind, n, seed):
    source = numbers(seed)
    x, y, walk, place = [], [], 0, 0
    for k in range(n):
        r = next(source)
        walk += r % 11 - 5
        y.append(
            {
                "noise": r % 100,
                "trend": 3 * k // 2 + r % 50,
                "decline": r % 40 - k,
                "ties": r % 3,
                "walk": walk,
                "constant": 7,
                "lumps": 25 * (k // 9),
                "irregular": place // 2 + r % 30,
            }[kind]
        )
        x.append(place if kind == "irregular" else k)
        if kind == "irregular":
            place += 0 if r % 4 == 0 else 1 + r % 7
    return numpy.array(x, float), numpy.array(y, float)


CASES = [
    ("noise", 3, 1), ("noise", 12, 2), ("noise", 50, 3), ("noise", 288, 4),
    ("trend", 4, 5), ("trend", 40, 6), ("trend", 288, 7), ("trend", 1000, 8),
    ("decline", 100, 9), ("decline", 700, 10), ("ties", 30, 11), ("ties", 300, 12),
    ("ties", 900, 13), ("walk", 60, 14), ("walk", 288, 15), ("walk", 1500, 16),
    ("lumps", 45, 17), ("lumps", 720, 18), ("irregular", 25, 19), ("irregular", 288, 20),
    ("irregular", 800, 21), ("constant", 20, 22), ("constant", 600, 23), ("noise", 1100, 24),
    ("noise", 2, 25), ("trend", 2, 26), ("constant", 2, 27), ("ties", 3, 28), ("constant", 3, 29),
    ("lumps", 3, 30), ("ties", 2500, 31), ("walk", 3000, 32), ("irregular", 4000, 33),
    ("trend", 5000, 34),
]

# Sums over the seasons of one series, the last ones a value shorter, and over series side by side.
SUMS = [
    ("seasonal", "noise", 120, 41, 12), ("seasonal", "trend", 1000, 42, 24),
    ("seasonal", "ties", 50, 43, 7), ("seasonal", "decline", 365, 44, 7),
    ("regional", "walk", 80, 45, 5), ("regional", "trend", 9, 46, 32),
    ("regional", "ties", 300, 47, 3), ("regional", "constant", 20, 48, 2),
]

print(f"// Written by Vectors/generate.py with {VERSIONS}.")
print("// swift-format-ignore-file\n")
print("/// What the reference libraries say of one generated series.")
print("struct StatisticsVector: Sendable {")
print("  var kind: String, count: Int, seed: Int")
print("  var score: Int64, variance: Double, z: Double, p: Double")
print("  /// Hamed and Rao's, nil where the library gives none.")
print("  var correctedVariance: Double?, correctedZ: Double?")
print("  var slope: Double, intercept: Double, lower: Double, upper: Double")
print("}\n")
print("/// What the reference library says of several series together.")
print("struct SumVector: Sendable {")
print("  /// Seasonal: the columns are every so many values of one series. Regional: series with")
print("  /// consecutive seeds.")
print("  var isSeasonal: Bool, kind: String, count: Int, seed: Int, columns: Int")
print("  var score: Int64, variance: Double, z: Double, p: Double, tau: Double")
print("}\n")
print("let statisticsVectors: [StatisticsVector] = [")
for kind, n, seed in CASES:
    x, y = series(kind, n, seed)
    plain = pymannkendall.original_test(y)
    corrected = "correctedVariance: nil, correctedZ: nil"
    # The library's correction takes the places of the values for their times.
    if kind not in ("constant", "irregular") and 3 < n <= 1000:
        hamed_rao = pymannkendall.hamed_rao_modification_test(y)
        corrected = (
            f"correctedVariance: {float(hamed_rao.var_s)!r},"
            f" correctedZ: {'nil' if hamed_rao.var_s <= 0 else repr(float(hamed_rao.z))}"
        )
    line = theilslopes(y, x, 0.95)
    print(
        f'  StatisticsVector(kind: "{kind}", count: {n}, seed: {seed},\n'
        f"    score: {int(plain.s)}, variance: {float(plain.var_s)!r},"
        f" z: {float(plain.z)!r}, p: {float(plain.p)!r},\n"
        f"    {corrected},\n"
        f"    slope: {float(line[0])!r}, intercept: {float(line[1])!r},"
        f" lower: {float(line[2])!r}, upper: {float(line[3])!r}),"
    )
print("]\n")
print("let sumVectors: [SumVector] = [")
for test, kind, n, seed, columns in SUMS:
    if test == "seasonal":
        result = pymannkendall.seasonal_test(series(kind, n, seed)[1], period=columns)
    else:
        stations = [series(kind, n, seed + place)[1] for place in range(columns)]
        result = pymannkendall.regional_test(numpy.column_stack(stations))
    print(
        f'  SumVector(isSeasonal: {str(test == "seasonal").lower()}, kind: "{kind}",'
        f" count: {n}, seed: {seed}, columns: {columns},\n"
        f"    score: {int(result.s)}, variance: {float(result.var_s)!r},"
        f" z: {float(result.z)!r}, p: {float(result.p)!r}, tau: {float(result.Tau)!r}),"
    )
print("]")
