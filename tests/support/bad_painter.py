"""A process that draws, and goes wrong where a document asks it to; started as the real one is."""

import os
import select
from time import process_time

from marketplace.kernel import painting

HANGS, COMPUTES, EATS, DIES = "It hangs.", "It computes.", "It eats.", "It dies."
MIB = 1024 * 1024


def write(html: str, *, variant: str | None = None) -> bytes:
    """The page as a PDF, after three seconds, two of computing, 600 MiB, or not at all."""
    if HANGS in html:
        select.select([], [], [], 3)
    began = process_time()
    while COMPUTES in html and process_time() - began < 2:
        pass
    if EATS in html:
        eaten = bytearray(600 * MIB)
        eaten[::4096] = bytes(len(eaten[::4096]))
    if DIES in html:
        os._exit(1)
    return painting.write(html, variant=variant)


if __name__ == "__main__":
    painting.DEEDS["write"] = write
    painting.main()
