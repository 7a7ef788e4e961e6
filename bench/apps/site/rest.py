"""Django REST framework: serializers in and out."""

from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.data import NAME_LENGTHS, NOTICES, PROFILE


class Rename(serializers.Serializer):
    """Who gets which name."""

    user_id = serializers.IntegerField()
    name = serializers.CharField(min_length=NAME_LENGTHS[0], max_length=NAME_LENGTHS[1])


class Asked(serializers.Serializer):
    """Who is asked about."""

    user_id = serializers.IntegerField()


class Address(serializers.Serializer):
    """Where a user lives."""

    street = serializers.CharField()
    city = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()


class Item(serializers.Serializer):
    """A line of an order."""

    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class Order(serializers.Serializer):
    """What was ordered at once."""

    order_id = serializers.IntegerField()
    placed = serializers.CharField()
    total = serializers.FloatField()
    paid = serializers.BooleanField()
    items = Item(many=True)


class Profile(serializers.Serializer):
    """Who a user is."""

    user_id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    active = serializers.BooleanField()
    score = serializers.FloatField()
    referred_by = serializers.IntegerField(allow_null=True)
    address = Address()
    tags = serializers.ListField(child=serializers.CharField())
    orders = Order(many=True)


class Notice(serializers.Serializer):
    """A line that a user was sent."""

    notice_id = serializers.IntegerField()
    text = serializers.CharField()
    seen = serializers.BooleanField()


class User(serializers.Serializer):
    """What is known of a user."""

    user_profile = Profile()
    user_notices = Notice(many=True)


class RenameView(APIView):
    """Renames a user."""

    def post(self, request: Request) -> Response:
        """Rename a user."""
        rename = Rename(data=request.data)
        rename.is_valid(raise_exception=True)
        return Response(Rename(rename.validated_data).data)


class UserView(APIView):
    """Answers what is known of a user."""

    def get(self, request: Request) -> Response:
        """What is known of a user."""
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["user_id"] != PROFILE["user_id"]:
            raise NotFound
        return Response(User({"user_profile": PROFILE, "user_notices": NOTICES}).data)


urlpatterns = [path("rename", RenameView.as_view()), path("user", UserView.as_view())]
