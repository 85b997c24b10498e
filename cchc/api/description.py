"""What other software may ask and what it gets, as OpenAPI 3.1: made of the same parameters that are checked."""

from collections.abc import Mapping
from typing import Any

from cchc.api.formats import KINDS
from cchc.api.parameters import OF, Parameter
from cchc.text import Language, Text

_ABOUT = Text(
    "Hỏi số liệu bằng chính các tham số của một trang. Kèm khóa do người quản trị tạo: Authorization: Bearer KHÓA.",
    "Ask for figures by the parameters of a page's link. With a key an administrator made: Authorization: Bearer KEY.",
)
_WHAT = {
    "figures": Text("Số liệu theo chỉ số, cách chia và kỳ", "Figures by metric, split and period"),
    "dossiers": Text("Hồ sơ đứng sau một con số", "The dossiers behind a number"),
    "snapshots": Text("Các bản số liệu được xem", "The snapshots that may be seen"),
}
_DATED = ("dataset", "snapshot", "as_of", "start", "end")
_MARKED = ("demo", "retracted", "withheld")
# What is said beside the rows.
_BESIDE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "figures": (_DATED, _MARKED, ()), "dossiers": (_DATED, _MARKED, ("total",)), "snapshots": ((), (), ()),
}  # fmt: skip
_REFUSALS = {
    400: Text("Câu hỏi sai: một câu nói sai ở đâu", "A wrong question: a sentence says where"),
    401: Text("Thiếu khóa, khóa sai hoặc đã hết hạn", "No key, a wrong one or one that is over"),
    403: Text("Khóa không có vai trò cần thiết", "The key lacks the role"),
    404: Text("Không có, hoặc không được xem", "There is none, or the key may not see it"),
    429: Text(
        "Hỏi dồn dập quá; Retry-After cho biết chờ bao lâu", "Too many questions; Retry-After says when to go on"
    ),
    503: Text("Số liệu của khu vực đang hỏng", "The data of the area is damaged"),
}
_ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


def describe(address: str, language: Language) -> dict[str, Any]:
    """The description of the server at an address, in a language."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "CCHC", "version": "1", "description": _ABOUT[language]},
        "servers": [{"url": address}],
        "paths": {f"/api/v1/{name}": {"get": _operation(name, language)} for name in OF},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(name: str, language: Language) -> dict[str, Any]:
    refusals = {
        str(status): {"description": why[language], "content": {KINDS["json"]: {"schema": _ERROR}}}
        for status, why in _REFUSALS.items()
    }
    binary = {"schema": {"type": "string", "format": "binary"}}
    content: dict[str, Any] = {KINDS["json"]: {"schema": _answered(name)}, KINDS["csv"]: {"schema": {"type": "string"}}}
    return {
        "operationId": name,
        "summary": _WHAT[name][language],
        # The machine itself needs no key where nobody signs in.
        "security": [{"key": []}, {}],
        "parameters": [_parameter(each, language) for each in OF[name].values()],
        "responses": {
            "200": {"description": _WHAT[name][language], "content": {**content, KINDS["parquet"]: binary}},
            **refusals,
        },
    }


def _parameter(parameter: Parameter, language: Language) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.values:
        schema["enum"] = list(parameter.values)
    if parameter.most:
        schema = {"type": "integer", "minimum": 1, "maximum": parameter.most}
    if parameter.needed and not parameter.many:
        schema["minLength"] = 1
    if parameter.many:
        schema = {"type": "array", "items": schema} | ({"minItems": 1} if parameter.needed else {})
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about[language],
        "required": parameter.needed,
        "schema": schema,
    }


def _answered(name: str) -> dict[str, Any]:
    texts, marks, counts = _BESIDE[name]
    types = dict.fromkeys(texts, "string") | dict.fromkeys(marks, "boolean") | dict.fromkeys(counts, "integer")
    rows: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
    return {
        "type": "object",
        "required": [*types, "rows"],
        "properties": {**{key: {"type": kind} for key, kind in types.items()}, "rows": rows},
    }
