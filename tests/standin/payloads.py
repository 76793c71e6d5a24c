# SPDX-License-Identifier: MIT
"""What events are about: objects like those in the contract's examples, and rows in bulk."""
import datetime
import json

EVENT_TYPES = ["evaluation.created", "evaluation.status_changed", "evaluation.completed", "autouser_run.completed",
               "autouser_run.failed", "rating.created", "calibration.frozen"]
API_VERSION = "2026-05-04"


def make_id(chance, prefix):
    """Says nothing about its place in any order."""
    return f"{prefix}{chance.getrandbits(48):012x}"


def iso(ms):
    return f"{datetime.datetime.utcfromtimestamp(ms // 1000).isoformat()}.{ms % 1000:03}Z"


def make_object(chance, event_type, created, team, is_test=False):
    """(object, its id)"""
    mark = "test_" if is_test else ""
    at = iso(created)

    def name(prefix):
        return make_id(chance, f"{prefix}_{mark}")

    if event_type.startswith("evaluation."):
        status = {"evaluation.created": "Draft", "evaluation.status_changed": "Running"}.get(event_type, "Ended")
        title = chance.choice(["Checkout, A vs B", "Größe & Maß „neu“", "デザイン 比較", "Onboarding 👋"])
        made = {"id": name("eval"), "teamId": team, "name": title, "type": "SxS", "status": status, "shareToken": None,
                "shareAccess": "TEAM_ONLY", "allowMultipleRatings": False, "createdAt": at, "updatedAt": at}
        if event_type == "evaluation.status_changed":
            made["previous_status"] = "Draft"
        if event_type == "evaluation.completed":
            made["summary"] = {"ratingCount": 31, "krippendorffAlpha": 0.680, "completedRunCount": 8, "failedRunCount": 1}
    elif event_type.startswith("autouser_run."):
        failed = event_type.endswith("failed")
        made = {"id": name("arun"), "evaluationId": make_id(chance, "eval_"), "autouserId": "auto_keyboard_only",
                "status": "failed" if failed else "completed", "ratingsCreated": 0 if failed else 3, "inputTokens": 15480,
                "estimatedCostUsd": 0.0571, "startedAt": at, "completedAt": at}
        if failed:
            made["error"] = "The design did not load: HTTP 502 after 3 tries."
    elif event_type == "rating.created":
        made = {"id": name("rat"), "evaluationId": make_id(chance, "eval_"), "raterType": "human", "publicRaterId": None,
                "dimensionRatings": {"overall": 4, "usability": 3}, "openTextResponses": {"overall": "„grau auf grau“ 👀"},
                "timeSpentSeconds": chance.randint(1, 900), "createdAt": at}
    elif event_type == "calibration.frozen":
        autouser = make_id(chance, "auto_")
        made = {"autouser": {"id": autouser, "calibrationStatus": "frozen"},
                "rubric": {"id": make_id(chance, "rub_"), "version": 4, "krippendorffAlpha": 0.83, "frozenAt": at}}
        if is_test:
            return {"id": name("cal"), **made}, autouser
        return made, autouser
    else:
        made = {"id": name("obj"), "createdAt": at}
    return made, made["id"]


def encode(chance, document):
    """Not always the same way of writing JSON, so that only the raw bytes can verify."""
    return json.dumps(document, ensure_ascii=chance.random() < 0.5,
                      separators=chance.choice([(",", ":"), (", ", ": ")])).encode()
