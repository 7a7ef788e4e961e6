"""Files as arguments (UPLOAD-9): what a function gets, and what it may say of them in its annotations."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from pydantic_core import core_schema

from mizan._schema import SchemaProblem

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

_KEYWORD = "x-mizan-upload"


class Upload:
    """A file that came with a call.

    It is in memory, whole, and belongs to the request: nothing of it was written to a disk.

    Attributes:
        filename: What the client calls it: the last component, no control characters, never empty. It says nothing of
            what is in the file and is not fit to be a path on the server.
        content_type: What the client says it is, such as `image/png`, in lower case and without parameters. Only the
            bytes say what it really is.
    """

    def __init__(
        self, content: bytes | memoryview, filename: str, content_type: str = "application/octet-stream"
    ) -> None:
        """Make one, as tests do."""
        self.filename = filename
        self.content_type = content_type
        self._content = memoryview(content)

    @classmethod
    def received(cls, body: bytes, start: int, end: int, filename: str, content_type: str) -> "Upload":
        """Make one of a part of a request's body, without copying it."""
        return cls(memoryview(body)[start:end], filename, content_type)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self._content)

    def read(self) -> bytes:
        """All the bytes, however often it is asked."""
        return bytes(self._content)

    @cached_property
    def file(self) -> BytesIO:
        """The bytes as a binary file, for libraries that read from one."""
        return BytesIO(self._content)

    def __repr__(self) -> str:
        return f"Upload({self.filename!r}, {self.content_type!r}, {self.size} bytes)"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: "GetCoreSchemaHandler") -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: core_schema.CoreSchema, _handler: "GetJsonSchemaHandler"
    ) -> "JsonSchemaValue":
        return {"type": "string", "format": "binary", _KEYWORD: {}}


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What an upload may be: `avatar: Annotated[Upload, UploadLimits(max_size=1_000_000, content_types=["image/*"])]`.

    How many files a list takes is said as of other lists: `Annotated[list[Upload], Field(max_length=5)]`.
    """

    max_size: int | None = None
    """Most bytes. The application's own limit of a file holds too: 10 MiB, unless it sets another."""
    content_types: Sequence[str] = ()
    """Media types that are taken, such as `image/png` or `image/*`; all where there are none."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: "GetJsonSchemaHandler"
    ) -> "JsonSchemaValue":
        written = handler(schema)
        if _KEYWORD not in written:
            message = "UploadLimits stands beside another type than Upload"
            raise SchemaProblem(message, "put it where the Upload is: `list[Annotated[Upload, UploadLimits(…)]]`")
        limits = {"max_size": self.max_size, "content_types": list(self.content_types)}
        return {**written, _KEYWORD: limits}
