"""What every application answers from: plain data, made once in memory, about 1 KB as JSON."""

from typing import Any

NAME_LENGTHS = (2, 40)

PROFILE: dict[str, Any] = {
    "user_id": 5,
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "active": True,
    "score": 97.25,
    "referred_by": None,
    "address": {"street": "12 St James's Square", "city": "London", "postcode": "SW1Y 4JH", "country": "GB"},
    "tags": ["mathematics", "engines", "poetry", "whist"],
    "orders": [
        {
            "order_id": 1000 + number,
            "placed": f"2026-03-{number + 10}",
            "total": 19.75 * number,
            "paid": number % 2 == 0,
            "items": [
                {"sku": f"SKU-{number}{item}", "title": f"Volume {item} of set {number}", "quantity": item}
                for item in (1, 2)
            ],
        }
        for number in (1, 2, 3, 4)
    ],
}

NOTICES: list[dict[str, Any]] = [
    {"notice_id": 1, "text": "Your order has shipped.", "seen": True},
    {"notice_id": 2, "text": "A reply to your note.", "seen": False},
]
