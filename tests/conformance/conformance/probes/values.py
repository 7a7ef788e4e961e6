"""Values: what a call's args may be, and how they come back."""

from conformance.desk import Desk
from conformance.expect import expect
from conformance.probing import probe


@probe("call-dispatch", control="call-dispatch")
def values_come_back_canonical(desk: Desk) -> None:
    """VALUE-1, VALUE-6, VALUE-7, VALUE-10, VALUE-12."""
    reading = (
        '{"fn":"measure","args":{"reading":{"ratio":-0.0,"price":"1.10","at":"2026-03-01T12:00:00.500+02:00",'
        '"copy_id":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11","amount":"123456789012345678901234567890"}}}'
    )
    desk.post(reading.encode()).is_(
        200,
        '{"invalidate":[],"result":{"amount":"123456789012345678901234567890","at":"2026-03-01T10:00:00.5Z",'
        '"copy_id":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","flag":false,"note":null,"price":"1.10","ratio":0}}',
    )
    desk.post(b'{"fn":"echo","args":{"value":{"b":1e2,"a":[-0,1.0,"\\u00e9",1e-7],"__proto__":{}}}}').is_(
        200, '{"invalidate":[],"result":{"__proto__":{},"a":[0,1,"é",1e-7],"b":100}}'
    )


@probe("call-dispatch", control="no-validation")
def all_problems_of_the_args_are_told(desk: Desk) -> None:
    """ERR-4, VALUE-2, VALUE-4, VALUE-13: in order of their paths, and the function does not run."""
    desk.post(b'{"fn":"add","args":{"b":"5","c":1}}').is_(
        422,
        '{"error":{"code":"VALIDATION","details":['
        '{"code":"missing","message":"required","path":["args","a"]},'
        '{"code":"type","message":"expected integer","path":["args","b"]},'
        '{"code":"unknown","message":"not allowed here","path":["args","c"]}],"message":"the input does not fit"}}',
    )
    for text in ("true", "1.0", "1e2", '"1"', "null", "[1]", "9007199254740993"):
        code, message = (
            ("integer_range", "must be between -9007199254740991 and 9007199254740991")
            if text.startswith("9")
            else ("type", "expected integer")
        )
        desk.post(f'{{"fn":"add","args":{{"a":{text}}}}}'.encode()).is_(
            422,
            f'{{"error":{{"code":"VALIDATION","details":[{{"code":"{code}","message":"{message}","path":["args","a"]}}],'
            '"message":"the input does not fit"}}',
        )
    expect("runs", desk.runs(), {})
