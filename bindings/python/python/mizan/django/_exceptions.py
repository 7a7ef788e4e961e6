"""Django's own exceptions, read as the protocol's errors.

`ObjectDoesNotExist` is none of them: one that nobody caught is a mistake more often than an answer. Ask
`get_object_or_404`, or raise `mizan.NotFound`.
"""

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.exceptions import BadRequest as DjangoBadRequest
from django.http import Http404

from mizan._errors import BadRequest, FieldPath, Forbidden, Invalid, MizanError, NotFound, PayloadTooLarge


def translate(error: BaseException) -> MizanError | None:
    """The protocol's error that one of Django's stands for."""
    match error:
        case PermissionDenied():
            return Forbidden(str(error) or None)
        case Http404():
            return NotFound(str(error) or None)
        case ValidationError():
            return _invalid(error)
        case RequestDataTooBig():
            return PayloadTooLarge()
        # Their texts are for the log.
        case SuspiciousOperation() | DjangoBadRequest():
            return BadRequest()
        case _:
            return None


def _invalid(error: ValidationError) -> Invalid:
    if not hasattr(error, "error_dict"):
        return Invalid({(): "; ".join(error.messages)})
    fields: dict[FieldPath, str] = {}
    for name, messages in error.message_dict.items():
        fields[() if name == NON_FIELD_ERRORS else name] = "; ".join(messages)
    return Invalid(fields)
