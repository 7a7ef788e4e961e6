"""What the bookstore sells."""

from django.core.exceptions import ValidationError
from django.db import models


class Book(models.Model):
    """A book on the shelf."""

    title: "models.CharField[str, str]" = models.CharField(max_length=40)
    stock: "models.IntegerField[int, int]" = models.IntegerField(default=0)

    def clean(self) -> None:
        """Refuse what the database would take."""
        if self.stock < 0:
            raise ValidationError({"stock": ["There cannot be less than none."]})
