"""Three functions the equations call: noise addressed by (cell, step, key), the next afferent spike, the end of an
epoch.
"""

from __future__ import annotations

from typing import Any

from brian2 import check_units, implementation, second


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
    raise NotImplementedError("compiled only")


@implementation(
    "cpp",
    """
    #include <stdint.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <vector>
    static inline int afferent_step(int cursor) {
      static std::vector<int32_t> table;
      if (table.empty()) {
        FILE* file = fopen(getenv("BLUESPOT_AFFERENT_STEPS"), "rb");
        if (!file) exit(5);
        fseek(file, 0, SEEK_END); table.resize(ftell(file) / sizeof(int32_t)); rewind(file);
        if (fread(table.data(), sizeof(int32_t), table.size(), file) != table.size()) exit(5);
        fclose(file);
      }
      return table[cursor];
    }
    """,
)
@check_units(cursor=1, result=1)
def afferent_step(cursor: Any) -> Any:
    """The step of the spike at `cursor` of the epoch's table."""
    raise NotImplementedError("compiled only")


@implementation(
    "cpp",
    """
    static inline int stop_at(double t, double stop_time) {
      if (t >= stop_time - 1e-4) Network::_globally_stopped = true;
      return 0;
    }
    """,
    headers=['"network.h"'],
)
@check_units(t=second, stop_time=second, result=1)
def stop_at(t: Any, stop_time: Any) -> Any:
    """End the run: the length of an epoch is data, not compiled in."""
    raise NotImplementedError("compiled only")
