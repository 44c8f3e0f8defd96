# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI

from amana import __version__
from amana.api.evidence import add_evidence
from amana.api.reports import HEADER, file_report
from amana.api.schemas import EvidenceOut, FiledOut, ProblemOut, ReportIn, StatusIn, StatusOut
from amana.api.status import read_status

# The interactive page of the library loads scripts from another host: only the document is served.
api = NinjaAPI(title="Amana", version=__version__, docs_url=None, urls_namespace="api")


def _takes(schema: type[ReportIn | StatusIn]) -> dict[str, object]:
    content = {"application/json": {"schema": schema.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


KEY_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 22, "maxLength": 128},
    "description": "At least 128 random bits; the first answer is kept for one day.",
}


@api.post(
    "/reports",
    url_name="reports",
    response={201: FiledOut, 400: ProblemOut, 422: ProblemOut, 429: ProblemOut},
    openapi_extra={**_takes(ReportIn), "parameters": [KEY_PARAMETER]},
    summary="File a report",
)
def reports(request: HttpRequest) -> HttpResponse:
    return file_report(request)


@api.post(
    "/status",
    url_name="status",
    response={200: StatusOut, 404: ProblemOut, 429: ProblemOut},
    by_alias=True,
    openapi_extra=_takes(StatusIn),
    summary="What is happening with a report",
)
def status(request: HttpRequest) -> HttpResponse:
    return read_status(request)


EVIDENCE_BODY: dict[str, object] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "receipt": {"type": "string", "description": "or in Amana-Receipt"},
                    "pin": {"type": "string", "description": "where one is set; or in Amana-Pin"},
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                },
            }
        }
    },
}
RECEIPT_PARAMETERS = [
    {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
    for name in ("Amana-Receipt", "Amana-Pin")
]


@api.post(
    "/evidence",
    url_name="evidence",
    response={
        201: EvidenceOut,
        **dict.fromkeys((400, 403, 404, 413, 415, 422, 429), ProblemOut),
    },
    openapi_extra={
        "requestBody": EVIDENCE_BODY,
        "parameters": [*RECEIPT_PARAMETERS, KEY_PARAMETER],
    },
    summary="Add files to a report by its receipt",
)
def evidence(request: HttpRequest) -> HttpResponse:
    return add_evidence(request)


urlpatterns = [path("", api.urls)]
