"""Members of a zip archive, read in place with every unpacked byte counted: the archive's own figures may lie."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from lenitive.files.refusal import FileRefusal, RefusedError

__all__ = ["Counted", "opened"]

_MOST_UNPACKED = 64 * 2**30
_MOST_RATIO = 300  # deflate packs real exports 3 to 40 times; a bomb comes near its limit of 1032
_FREE = (
    64 * 2**20
)  # below this a ratio is not looked at: a short file of one letter packs well and harms nobody


class Counted:
    """A member being read. It refuses to go on where no honest export would."""

    def __init__(self, inner: BinaryIO, packed: int, most: int = _MOST_UNPACKED) -> None:
        self.inner, self.packed, self.most, self.total = inner, max(packed, 1), most, 0

    def read(self, size: int = -1) -> bytes:
        """Some bytes of the member, or as many as are left."""
        # One byte more than allowed, so that a read of everything cannot fill the memory before it is refused.
        room = self.most - self.total + 1
        chunk = self.inner.read(room if size < 0 else min(size, room))
        self.total += len(chunk)
        if (self.total > _FREE and self.total / self.packed > _MOST_RATIO) or self.total > self.most:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                "it unpacks to far more than an export would (a zip bomb)",
                "Use the file that the app itself exported",
            )
        return chunk

    def seek(self, offset: int, whence: int = 0) -> int:
        """Back to the start, and no other place: what was unpacked is counted anew."""
        if (offset, whence) != (0, 0):
            raise ValueError("a packed file is read from its start")
        self.total = 0
        return self.inner.seek(0)


@contextmanager
def opened(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, most: int = _MOST_UNPACKED
) -> Iterator[Counted]:
    """A member of an archive, to be read from its start.

    Args:
        archive: The archive.
        member: One of its files.
        most: Bytes it may unpack to.

    Raises:
        RefusedError: When it is a bomb, encrypted, damaged, or packed otherwise than by deflate.
    """
    # Other methods let the archive say how much memory unpacking takes, and no exporter uses them.
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _strange()
    try:
        inner = archive.open(member)
    except (NotImplementedError, RuntimeError):
        raise _strange() from None
    except (zipfile.BadZipFile, OSError, ValueError, struct.error) as error:
        raise _damaged(error) from None
    try:
        with inner:
            yield Counted(inner, member.compress_size, most)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise _damaged(error) from None


def _damaged(error: Exception) -> RefusedError:
    return RefusedError(
        FileRefusal.BROKEN, f"a damaged archive ({type(error).__name__})", "Copy or export the file again"
    )


def _strange() -> RefusedError:
    return RefusedError(
        FileRefusal.BROKEN,
        "an archive that is encrypted or packed in an unknown way",
        "Give a plain zip file",
    )
