"""What Brian2CUDA 1.0b1 needs to be told so that what it writes compiles with CUDA 13."""

from __future__ import annotations

#: Megabytes on the device for what kernels allocate; Brian2CUDA's own 128 are for small networks.
HEAP = 1024


def set_up() -> None:
    """Register the device with Brian2 and set its preferences; ImportError where brian2cuda is missing."""
    import brian2
    import brian2cuda  # noqa: F401

    # Thrust of CUDA 13 is C++17; Brian2CUDA and Brian2 2.10 ask for C++11, and nvcc takes the last.
    backend = brian2.prefs.devices.cuda_standalone.cuda_backend
    backend.extra_compile_args_nvcc = ["-w", "-use_fast_math", "-std=c++17"]
    backend.gpu_heap_size = HEAP
    flags = brian2.prefs.codegen.cpp.extra_compile_args_gcc
    brian2.prefs.codegen.cpp.extra_compile_args_gcc = [flag for flag in flags if not flag.startswith("-std=")]
