"""Functions that the equations call, each in C++ and in NumPy.

They are the two nonlinearities of a cell, noise by (cell, step, key), the afferent spikes of an epoch, and its end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import check_units, implementation, stop

#: Where the exponential is clipped: below, it is nothing beside the other currents; above, the cell is firing anyway.
LOWEST, HIGHEST = -20.0, 8.0

# 2**f, |f| <= 1/2: a polynomial of degree 5, fitted for the least relative error (2.3e-7 in single precision, four
# units of the last place). It is inlined into the loop over cells, which a call of the library's exp is not.
_EXPONENTIAL = f"""
#include <cmath>
#include <stdint.h>
static inline double exponential(double x) {{
  return std::exp(x < {LOWEST} ? {LOWEST} : x > {HIGHEST} ? {HIGHEST} : x);
}}
static inline float exponential(float x) {{
  x = x < {LOWEST}f ? {LOWEST}f : x;
  x = x > {HIGHEST}f ? {HIGHEST}f : x;
  const float y = x * 1.44269504f;
  const int32_t whole = (int32_t)(y + 64.5f) - 64;
  const float f = y - (float)whole;
  float p = 0.0013276472f;
  p = p * f + 0.00967554148f;
  p = p * f + 0.0555071327f;
  p = p * f + 0.240221197f;
  p = p * f + 0.693146967f;
  p = p * f + 1.00000007f;
  union {{ int32_t bits; float value; }} scale;
  scale.bits = (whole + 127) << 23;
  return p * scale.value;
}}
"""


@implementation("cpp", _EXPONENTIAL)
@check_units(x=1, result=1)
def exponential(x: Any) -> Any:
    """exp(x) of x clipped to LOWEST..HIGHEST."""
    return np.exp(np.clip(x, LOWEST, HIGHEST))


@implementation(
    "cpp",
    """
    static inline float logistic(float x) { return 1.0f / (1.0f + exponential(-x)); }
    static inline double logistic(double x) { return 1.0 / (1.0 + exponential(-x)); }
    """,
    dependencies={"exponential": exponential},
)
@check_units(x=1, result=1)
def logistic(x: Any) -> Any:
    """1 / (1 + exp(-x)), with `exponential`."""
    return 1.0 / (1.0 + exponential(-x))


@implementation(
    "cpp",
    """
    #include <stdint.h>
    static inline float keyed_noise(int cell, int step, int key) {
      // counter-based: the finaliser of MurmurHash3 (Appleby) over the three numbers; uniform, mean 0, s.d. 1
      uint32_t h = (uint32_t)cell * 0x9E3779B1u ^ (uint32_t)step * 0x85EBCA77u ^ (uint32_t)key;
      h ^= h >> 16; h *= 0x85EBCA6Bu; h ^= h >> 13; h *= 0xC2B2AE35u; h ^= h >> 16;
      return (float)(int32_t)h * (1.7320508f / 2147483648.0f);
    }
    """,
)
@check_units(cell=1, step=1, key=1, result=1)
def keyed_noise(cell: Any, step: Any, key: Any) -> Any:
    """Uniform noise of mean 0 and s.d. 1, a function of its arguments alone."""
    h = np.asarray(cell).astype("u4") * np.uint32(0x9E3779B1)
    h = h ^ np.asarray(np.asarray(step).astype("u4") * np.uint32(0x85EBCA77) ^ np.asarray(key).astype("u4"))
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    h = h ^ (h >> np.uint32(16))
    return h.astype("i4").astype("f4") * np.float32(1.7320508 / 2147483648.0)


@implementation(
    "cpp",
    """
    #include <stdint.h>
    static inline int afferent_fires(int64_t fibre, int64_t step) { return 0; }  // see templates/afferents.cpp
    """,
    headers=['"network.h"'],
)
@check_units(fibre=1, step=1, result=1)
def afferent_fires(fibre: Any, step: Any) -> Any:
    """1 where a fibre fires in a step of the epoch's table (`set_afferent_table`)."""
    fires = np.zeros(np.shape(fibre), "i4")
    first, last = np.searchsorted(_table[:, 0], [int(step), int(step) + 1])
    fires[_table[first:last, 1]] = 1
    return fires


_table = np.zeros((0, 2), "i4")


def set_afferent_table(table: np.ndarray) -> None:
    """What the NumPy version of `afferent_fires` reads: (spikes, 2) of step and fibre, in the order of the steps."""
    global _table
    _table = table


@implementation(
    "cpp",
    """
    static inline int stop_if(int now) {
      if (now) Network::_globally_stopped = true;
      return 0;
    }
    """,
    headers=['"network.h"'],
)
@check_units(now=bool, result=1)
def stop_if(now: Any) -> Any:
    """End the run at the end of this step: the length of an epoch is data, not compiled in."""
    if np.any(now):
        stop()
    return 0
