# SPDX-License-Identifier: AGPL-3.0-or-later
"""The jail, from the inside: a process gives up what it does not need before it reads a byte.

Linux, by ctypes and the standard library alone. Each layer is tried by itself, because a container
may forbid one of them; `confine` says which of them hold. After it, there is no network, no file
can be opened, nothing can be started, and memory, time and descriptors have an end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
from typing import Final

MEMORY_BYTES: Final = 1280 * 1024 * 1024
CPU_SECONDS: Final = 20
DESCRIPTORS: Final = 8

_PDEATHSIG, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVS = 1, 4, 22, 38
_NEW_MOUNTS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
_X32: Final = 0x40000000

# What a process needs that reads and writes open pipes and computes: memory, clock, signals of its
# own, the end. No open, no socket, no fork, no exec, no kill.
_X86_64: Final = """
    0 1 3 5 7 8 9 10 11 12 13 14 15 17 19 20 24 25 28 32 35 39 60 63 72 96 98 99 100 102 104 107
    108 131 186 202 204 219 228 229 230 231 273 302 309 318 324 334
"""
_AARCH64: Final = """
    23 25 57 62 63 64 65 66 67 73 80 93 94 98 99 101 113 114 115 123 124 128 132 134 135 139 153
    160 165 168 169 172 174 175 176 177 178 179 214 215 216 222 226 233 261 278 283 293
"""
_CALLS: Final = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}


def confine(*, namespaces: bool = True, filtered: bool = True) -> dict[str, bool]:
    """Give up everything; returns which layers hold: `limits`, `network`, `files`, `calls`."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_DUMPABLE, 0)
    own = namespaces and _own_namespaces(libc)
    return {
        "network": own,
        "files": namespaces and _no_files(),
        "limits": _limits(),
        "calls": filtered and _only_these_calls(libc),
    }


def _own_namespaces(libc: ctypes.CDLL) -> bool:
    """A network without an interface, and nothing of the machine's mounts and queues."""
    rest = _NEW_MOUNTS | _NEW_UTS | _NEW_IPC
    return any(
        libc.unshare(flags) == 0
        for flags in (_NEW_USER | _NEW_NET | rest, _NEW_NET | rest, _NEW_NET)
    )


def _no_files() -> bool:
    """A root folder in which nothing lies but numbers of this process."""
    with contextlib.suppress(OSError):
        os.chroot("/proc/self/fdinfo")
        os.chdir("/")
        return not os.path.lexists("/proc")
    return False


def _limits() -> bool:
    ends = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_MEMLOCK: 0,
    }
    try:
        for what, end in ends.items():
            resource.setrlimit(what, (end, end))
    except (OSError, ValueError):
        return False
    return True


def _only_these_calls(libc: ctypes.CDLL) -> bool:
    """A filter of the kernel (seccomp): every call that is not in the list is refused."""
    known = _CALLS.get(platform.machine())
    if known is None or libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    program = _program(*known)
    raw = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(raw))
    return bool(libc.prctl(_SECCOMP, 2, ctypes.c_char_p(header), 0, 0) == 0)


def _program(architecture: int, calls: str) -> bytes:
    """Classic BPF: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k } (linux/filter.h)."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    steps = [
        step(_LOAD, 4),
        step(_EQUAL, architecture, 1, 0),
        step(_RETURN, _KILL),
        step(_LOAD, 0),
        step(_AT_LEAST, _X32, 0, 1),
        step(_RETURN, _REFUSE),
    ]
    for number in map(int, calls.split()):
        steps += [step(_EQUAL, number, 0, 1), step(_RETURN, _ALLOW)]
    return b"".join([*steps, step(_RETURN, _REFUSE)])
