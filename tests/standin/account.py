# SPDX-License-Identifier: MIT
"""The account itself: its rows, its rules and its routes, as the contract describes them."""
import collections
import hashlib
import ipaddress
import json
import random
import re
import secrets
import threading
import time
import urllib.parse
import uuid

from payloads import API_VERSION, EVENT_TYPES, encode, iso, make_id, make_object
from shelf import Shelf

BUDGETS = {"free": 60, "indie": 60, "team": 120, "pro": 600, "enterprise": 6000}
PLANS_WITH_WEBHOOKS = {"pro", "enterprise"}
DELAYS = [60, 300, 1800, 7200, 21600, 86400, 86400, 86400]
DAY = 86_400_000
PRICING = "https://app.autousers.ai/pricing"


def uuid7():
    value = int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


class Clock:
    """The account's time, which a test can move on; signatures keep to the real one, as receivers do."""

    def __init__(self):
        self.moved = 0

    def now(self):
        return int(time.time() * 1000) + self.moved


class Refusal(Exception):
    def __init__(self, status, kind, message, code=None, param=None, headers=None, **more):
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.error = {"message": message, "type": kind}
        for name, value in {"code": code, "param": param, **more}.items():
            if value is not None:
                self.error[name] = value


def refuse_plan(plan):
    message = f"Webhooks are not part of the {plan.capitalize()} plan. To upgrade, head to /pricing."
    return Refusal(403, "authorization_error", message, "plan_upgrade_required", doc_url=PRICING)


def refuse_scope(scope):
    return Refusal(403, "authorization_error", f"This API key lacks the scope {scope}.", "missing_required_scope",
                   details={"required_scope": scope})


def refuse_role(code=None):
    return Refusal(403, "authorization_error", "Only an Admin or the Owner of the team can do this.", code)


def refuse_flag(code=None):
    return Refusal(503, "api_error", "Webhooks are not switched on for this account yet.", code)


def refuse_key():
    return Refusal(401, "authentication_error", "This API key is not valid or was revoked.")


def refuse_rate(seconds):
    return Refusal(429, "rate_limit_error", f"Too many requests: try again in {seconds} s.", "rate_limit_exceeded",
                   headers={"Retry-After": str(seconds)})


def refuse_quota():
    return Refusal(429, "rate_limit_error", "The quota of this period is used up.", "quota_exceeded")


def refuse_server():
    return Refusal(500, "api_error", "Something went wrong on our side.")


def invalid(message, param=None, **more):
    return Refusal(400, "invalid_request_error", message, param=param, **more)


def not_found(what):
    return Refusal(404, "not_found_error", f"There is no such {what}.")


class Answer:
    def __init__(self, status, document=None, headers=None, request_id=None):
        self.status, self.document, self.headers = status, document, headers or {}
        self.headers["X-Request-Id"] = request_id or uuid7()

    def body(self):
        return b"" if self.document is None else json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()

    @staticmethod
    def of(refusal):
        request_id = uuid7()
        return Answer(refusal.status, {"error": {**refusal.error, "request_id": request_id}}, dict(refusal.headers), request_id)


class Request:
    """What came: `target` begins behind the base URL's path."""

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.path, _, query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))

    def is_free(self):
        return self.path in ("/auth/whoami", "/usage")


class Endpoint:
    def __init__(self, row_id, created, url, enabled_events, description=None, api_version=None):
        self.id, self.created, self.updated = row_id, created, created
        self.url, self.enabled_events, self.description, self.api_version = url, enabled_events, description, api_version
        self.status = "enabled"
        self.secrets = [("whsec_" + secrets.token_urlsafe(24), None)]  # newest first, with the end of each
        self.last_delivered = self.last_failed = None
        self.forget_failures()
        self.deliveries = Shelf("status")

    def forget_failures(self):
        self.outcomes = collections.deque(maxlen=50)
        self.gone_in_a_row = 0

    def wants(self, event_type):
        return self.status == "enabled" and ("*" in self.enabled_events or event_type in self.enabled_events)

    def document(self):
        secret = self.secrets[0][0]
        return {"id": self.id, "url": self.url, "description": self.description, "enabled_events": self.enabled_events,
                "status": self.status, "secret_prefix": secret[:12], "api_version": self.api_version,
                "created_at": iso(self.created), "updated_at": iso(self.updated),
                "last_delivered_at": self.last_delivered and iso(self.last_delivered),
                "last_failed_at": self.last_failed and iso(self.last_failed)}


class Event:
    __slots__ = ("id", "created", "type", "object_id", "wire")

    def __init__(self, row_id, created, event_type, object_id, wire):
        self.id, self.created, self.type, self.object_id, self.wire = row_id, created, event_type, object_id, wire

    def document(self):
        return {**json.loads(self.wire), "object_id": self.object_id}


class Delivery:
    __slots__ = ("id", "created", "attempt", "status", "event_id", "event_type", "endpoint_id", "scheduled", "delivered",
                 "response_status", "response_body", "response_ms", "error", "replays")

    def __init__(self, row_id, created, event_id, event_type, endpoint_id, attempt=1, scheduled=None, replays=None):
        self.id, self.created, self.attempt, self.status = row_id, created, attempt, "pending"
        self.event_id, self.event_type, self.endpoint_id = event_id, event_type, endpoint_id
        self.scheduled = created if scheduled is None else scheduled
        self.delivered = self.response_status = self.response_body = self.response_ms = self.error = None
        self.replays = replays

    def document(self, spelling):
        delivered = self.delivered and iso(self.delivered)
        scheduled, created = iso(self.scheduled), iso(self.created)
        made = {"id": self.id, "attempt": self.attempt, "status": self.status, "response_ms": self.response_ms,
                "error": self.error}
        if spelling != "camel":
            made.update(event_id=self.event_id, endpoint_id=self.endpoint_id, scheduled_for=scheduled, delivered_at=delivered,
                        created_at=created, response_status=self.response_status, response_body=self.response_body)
        if spelling != "snake":
            made.update(eventId=self.event_id, endpointId=self.endpoint_id, scheduledFor=scheduled, deliveredAt=delivered,
                        createdAt=created)
        if spelling == "camel":
            made.update(responseStatus=self.response_status, responseBody=self.response_body)
        if self.replays:
            made["replays_delivery_id"] = self.replays
        return made


class Budget:
    """So many requests in each minute; the minute begins with its first request."""

    def __init__(self):
        self.began, self.used = 0, 0

    def roll(self, now):
        if now - self.began >= 60_000:
            self.began, self.used = now, 0

    def take(self, now, limit, amount=1):
        """Seconds to wait when there is nothing left, else None."""
        self.roll(now)
        if self.used + amount > limit:
            return max(1, -(-(self.began + 60_000 - now) // 1000))
        self.used += amount
        return None

    def headers(self, now, limit):
        self.roll(now)
        return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - self.used)),
                "X-RateLimit-Reset": str(-(-(self.began + 60_000) // 1000))}


class Settings:
    """What a test can switch while the account runs."""

    def __init__(self, **given):
        self.plan = "pro"
        self.flag = True
        self.role = "Owner"
        self.scopes = ["webhooks:read", "webhooks:write", "events:read"]
        self.limit = None           # requests a minute; None: as the plan says
        self.order = "newest"       # newest, oldest: of rows in pages
        self.spelling = "both"      # snake, camel, both: of a delivery's fields
        self.https_only = False     # also refuse http:// on loopback hosts
        self.overlap = "both"       # both, new: the secrets that sign while they overlap
        self.role_code = None       # the contract names no code for these two
        self.flag_code = None
        self.retry_speed = 1.0      # the delays between attempts are divided by it
        self.deliver = True         # False holds what is due
        self.delivery_timeout = 10.0
        self.hosts = {}             # {"hooks.example.com": "http://127.0.0.1:9000"}: where posts to a host really go
        self.change(given)

    def change(self, given):
        for name, value in given.items():
            if not hasattr(self, name):
                raise ValueError(f"there is no setting {name}")
        allowed = {"order": ("newest", "oldest"), "spelling": ("snake", "camel", "both"), "overlap": ("both", "new"),
                   "plan": tuple(BUDGETS)}
        for name, value in given.items():
            if name in allowed and value not in allowed[name]:
                raise ValueError(f"{name} is one of {', '.join(allowed[name])}")
        self.__dict__.update(given)


class Account:
    def __init__(self, settings, key=None, seed=1):
        self.settings = settings
        self.lock = threading.RLock()
        self.clock = Clock()
        self.chance = random.Random(seed)
        self.team = make_id(self.chance, "team_")
        self.user = make_id(self.chance, "usr_")
        # A key may have scopes and a role of its own.
        self.keys = {key or "ak_live_" + secrets.token_urlsafe(24): {}}
        self.endpoints = Shelf()
        self.events = Shelf("type", "object_id")
        self.deliveries = {}
        self.kept_answers = {}
        self.budget = Budget()
        self.due = lambda delivery: None

    def first_key(self):
        return next(iter(self.keys))

    def limit(self):
        return self.settings.limit or BUDGETS[self.settings.plan]

    # --- A request, from its key to its answer

    def answer(self, request, pages=None):
        """`pages`: what a list does besides; see mischief.py."""
        with self.lock:
            try:
                answer = self._answer(request, pages or {})
            except Refusal as refusal:
                answer = Answer.of(refusal)
            return self.with_budget(answer)

    def with_budget(self, answer):
        answer.headers.update(self.budget.headers(self.clock.now(), self.limit()))
        return answer

    def charge(self, request):
        """Also what is spoiled before it is worked on costs one of the minute's requests."""
        with self.lock:
            if not request.is_free() and self._grant(request) is not None:
                self.budget.take(self.clock.now(), self.limit())

    def _grant(self, request):
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        return self.keys.get(key.strip()) if kind.lower() == "bearer" else None

    def _answer(self, request, pages):
        grant = self._grant(request)
        if grant is None:
            raise refuse_key()
        now = self.clock.now()
        if not request.is_free() and (seconds := self.budget.take(now, self.limit())) is not None:
            raise refuse_rate(seconds)
        for method, pattern, scope, route in ROUTES:
            if (match := pattern.fullmatch(request.path)) and method == request.method:
                break
        else:
            raise not_found("route")
        if request.path.startswith("/webhooks") and not self.settings.flag:
            raise refuse_flag(self.settings.flag_code)
        scopes = grant.get("scopes", self.settings.scopes)
        if scope and not {scope, scope.split(":")[0] + ":*", "*"} & set(scopes):
            raise refuse_scope(scope)
        if route in NEEDS_ADMIN and grant.get("role", self.settings.role) not in ("Admin", "Owner"):
            raise refuse_role(self.settings.role_code)
        if route is Account.create_endpoint and self.settings.plan not in PLANS_WITH_WEBHOOKS:
            raise refuse_plan(self.settings.plan)
        more = {"pages": pages} if route in LISTS else {}
        run = lambda: route(self, request, *map(urllib.parse.unquote, match.groups()), **more)
        if route in (Account.who, Account.usage):
            return Answer(200, route(self, grant))
        if request.method == "POST" and (key := request.headers.get("Idempotency-Key")) is not None:
            return self._once(key, request, run)
        return self._run(run)

    @staticmethod
    def _run(run):
        try:
            made = run()
        except Refusal as refusal:
            return Answer.of(refusal)
        status, document = made if isinstance(made, tuple) else (200, made)
        return Answer(status, document)

    def _once(self, key, request, run):
        if not 1 <= len(key) <= 255:
            raise invalid("An Idempotency-Key has 1 to 255 characters.", "Idempotency-Key")
        now = self.clock.now()
        print_of = hashlib.sha256(f"{request.path}\n".encode() + request.body).digest()
        kept = self.kept_answers.get(key)
        if kept and now - kept[0] < DAY:
            if kept[1] != print_of:
                raise Refusal(409, "invalid_request_error", "This Idempotency-Key was used for another request.",
                              "idempotency_key_reused", "Idempotency-Key")
            _, _, status, document, request_id = kept
            return Answer(status, json.loads(document), {}, request_id)
        answer = self._run(run)
        self.kept_answers[key] = (now, print_of, answer.status, json.dumps(answer.document), answer.headers["X-Request-Id"])
        return answer

    # --- The routes

    def who(self, grant):
        return {"userId": self.user, "teamId": self.team, "source": "apikey",
                "scopes": list(grant.get("scopes", self.settings.scopes))}

    def usage(self, _grant):
        now = self.clock.now()
        limits = {"autouserRuns": 500, "evaluations": 50}
        used = {"autouserRuns": 123, "evaluations": 7}
        return {"plan": self.settings.plan, "period": {"start": iso(now - 10 * DAY), "end": iso(now + 20 * DAY)},
                "used": used, "limits": limits, "remaining": {name: limits[name] - used[name] for name in limits}}

    def list_endpoints(self, request, pages):
        return self._page(self.endpoints, request, pages, 20, lambda row: row.document())

    def create_endpoint(self, request):
        given = read_object(request)
        for name in ("url", "enabled_events"):
            if name not in given:
                raise invalid(f"{name} is required.", name)
        self._check_endpoint(given)
        endpoint = self.add_endpoint(given["url"], given["enabled_events"], given.get("description"), given.get("api_version"))
        return 201, {**endpoint.document(), "secret": endpoint.secrets[0][0]}

    def get_endpoint(self, _request, endpoint_id):
        return self._endpoint(endpoint_id).document()

    def update_endpoint(self, request, endpoint_id):
        endpoint = self._endpoint(endpoint_id)
        given = read_object(request)
        self._check_endpoint(given)
        if "status" in given and given["status"] not in ("enabled", "disabled"):
            raise invalid("status is enabled or disabled.", "status")
        if given.get("status") == "enabled":
            endpoint.forget_failures()
        for name in ("url", "description", "enabled_events", "api_version", "status"):
            if name in given:
                setattr(endpoint, name, given[name])
        endpoint.updated = self.clock.now()
        return endpoint.document()

    def delete_endpoint(self, _request, endpoint_id):
        self.remove_endpoint(endpoint_id)
        return 204, None

    def rotate_secret(self, _request, endpoint_id):
        endpoint = self._endpoint(endpoint_id)
        now = self.clock.now()
        old = [(secret, now + DAY if end is None else end) for secret, end in endpoint.secrets]
        endpoint.secrets = [("whsec_" + secrets.token_urlsafe(24), None)] + old
        endpoint.updated = now
        return {**endpoint.document(), "secret": endpoint.secrets[0][0], "rotatedAt": iso(now),
                "previousSecretValidUntil": iso(now + DAY)}

    def test_endpoint(self, request, endpoint_id):
        endpoint = self._endpoint(endpoint_id)
        event_type = read_object(request, may_be_absent=True).get("type", "webhook.test")
        if event_type not in EVENT_TYPES + ["webhook.test"]:
            raise invalid("There is no such event type.", "type")
        self._refuse_disabled(endpoint)
        event = self.add_event(event_type, is_test=True, idempotency_key=request.headers.get("Idempotency-Key"))
        delivery = self.add_delivery(endpoint, event)
        return 202, {"event_id": event.id, **self._queued(delivery), "synthetic": True}

    def list_deliveries(self, request, endpoint_id, pages):
        endpoint = self._endpoint(endpoint_id)
        where = {}
        if "status" in request.query:
            where["status"] = request.query["status"]
            if where["status"] not in ("pending", "delivered", "failed", "abandoned"):
                raise invalid("There is no such status.", "status")
        return self._page(endpoint.deliveries, request, pages, 25, self.show_delivery, where, self.clock.now() - 30 * DAY)

    def get_delivery(self, _request, delivery_id):
        return self.show_delivery(self._delivery(delivery_id))

    def retry_delivery(self, _request, delivery_id):
        delivery = self._delivery(delivery_id)
        endpoint = self.endpoints.rows[delivery.endpoint_id]
        self._refuse_disabled(endpoint)
        replay = self.add_delivery(endpoint, delivery, replays=delivery.id)
        return 202, {**self._queued(replay), "replays_delivery_id": delivery.id}

    def list_events(self, request, pages):
        where = {name: request.query[name] for name in ("type", "object_id") if name in request.query}
        return self._page(self.events, request, pages, 25, Event.document, where, self._events_from())

    def get_event(self, _request, event_id):
        event = self.events.rows.get(event_id)
        if not event or event.created < self._events_from():
            raise not_found("event")
        return event.document()

    # --- What the routes share

    def _events_from(self):
        return self.clock.now() - (365 if self.settings.plan == "enterprise" else 90) * DAY

    def show_delivery(self, delivery):
        return delivery.document(self.settings.spelling)

    def _queued(self, delivery):
        made = {"delivery_id": delivery.id, "status": delivery.status, "scheduled_for": iso(delivery.scheduled)}
        if self.settings.spelling != "snake":
            made["deliveryId"] = delivery.id
        return made

    def _endpoint(self, endpoint_id):
        if endpoint_id not in self.endpoints.rows:
            raise not_found("webhook endpoint")
        return self.endpoints.rows[endpoint_id]

    def _delivery(self, delivery_id):
        delivery = self.deliveries.get(delivery_id)
        if not delivery or delivery.created < self.clock.now() - 30 * DAY:
            raise not_found("delivery")
        return delivery

    @staticmethod
    def _refuse_disabled(endpoint):
        if endpoint.status != "enabled":
            raise invalid("This endpoint is disabled: it gets no new deliveries.", "status")

    def _check_endpoint(self, given):
        if "url" in given:
            check_url(given["url"], self.settings.https_only)
        if "enabled_events" in given:
            names = given["enabled_events"]
            if not isinstance(names, list) or not 1 <= len(names) <= 50:
                raise invalid("enabled_events has 1 to 50 names.", "enabled_events")
            for name in names if names != ["*"] else []:
                if name not in EVENT_TYPES:
                    raise invalid(f"There is no event type {json.dumps(name)}.", "enabled_events")
        for name, longest in (("description", 500), ("api_version", 32)):
            value = given.get(name)
            if value is not None and (not isinstance(value, str) or len(value) > longest):
                raise invalid(f"{name} is a text of at most {longest} characters.", name)

    def _page(self, shelf, request, pages, default, show, where=None, floor=0):
        query = request.query
        limit = query.get("limit", str(default))
        if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= 100:
            raise invalid("limit is a number from 1 to 100.", "limit")
        limit = int(limit)
        if "starting_after" in query and "ending_before" in query:
            raise invalid("starting_after and ending_before exclude each other.", "ending_before")
        for name in ("starting_after", "ending_before"):
            if name in query and query[name] not in shelf.places:
                raise invalid(f"{name} is not an id of this list.", name)
        after, before = query.get("starting_after"), query.get("ending_before")
        newest_first = self.settings.order == "newest"
        repeated = min(pages.get("repeat", 0), limit - 1) if after else 0
        limit = max(1, min(limit - repeated, pages.get("rows", limit)))
        rows, has_more = shelf.page(limit, after, before, newest_first, floor, where)
        cursor = (rows[-1] if before is None else rows[0]).id if rows and has_more else None
        if rows and repeated:
            again, _ = shelf.page(repeated, before=rows[0].id, newest_first=newest_first, floor=floor, where=where)
            rows = again + rows
        if pages.get("reverse"):
            rows.reverse()
        return {"data": [show(row) for row in rows], "has_more": has_more, "next_cursor": cursor}

    # --- What happens in the account, by a route or otherwise

    def add_endpoint(self, url, enabled_events, description=None, api_version=None, created=None):
        endpoint = Endpoint(make_id(self.chance, "whe_"), created or self.clock.now(), url, enabled_events, description,
                            api_version)
        self.endpoints.add(endpoint)
        return endpoint

    def remove_endpoint(self, endpoint_id):
        endpoint = self._endpoint(endpoint_id)
        self.endpoints.remove(endpoint_id)
        for delivery_id in endpoint.deliveries.rows:
            del self.deliveries[delivery_id]

    def make_event(self, event_type, created, content=None, object_id=None, is_test=False, idempotency_key=None, row_id=None):
        if content is None:
            content, made_id = make_object(self.chance, event_type, created, self.team, is_test)
            if object_id:
                content["id"] = object_id
            object_id = object_id or made_id
        row_id = row_id or make_id(self.chance, "event_test_" if is_test else "event_")
        wire = encode(self.chance, {
            "id": row_id, "type": event_type, "api_version": API_VERSION, "created": created // 1000, "team_id": self.team,
            "data": {"object": content}, "request": {"id": make_id(self.chance, "req_"), "idempotency_key": idempotency_key}})
        return Event(row_id, created, event_type, object_id or content.get("id", ""), wire)

    def add_event(self, event_type, **more):
        event = self.make_event(event_type, self.clock.now(), **more)
        self.events.add(event)
        return event

    def emit(self, event_type, deliver=True, **more):
        """An event of the account, and a delivery to every endpoint that wants it."""
        event = self.add_event(event_type, **more)
        wanting = [one for one in self.endpoints.rows.values() if deliver and one.wants(event_type)]
        return event, [self.add_delivery(endpoint, event) for endpoint in wanting]

    def add_delivery(self, endpoint, source, replays=None, attempt=1, scheduled=None, send=True):
        """`source`: the event, or a delivery of it."""
        is_event = isinstance(source, Event)
        delivery = Delivery(make_id(self.chance, "whd_"), self.clock.now(), source.id if is_event else source.event_id,
                            source.type if is_event else source.event_type, endpoint.id, attempt, scheduled, replays)
        self.keep_deliveries(endpoint, [delivery])
        if send:
            self.due(delivery)
        return delivery

    def keep_deliveries(self, endpoint, deliveries):
        endpoint.deliveries.add_all(deliveries)
        for delivery in deliveries:
            self.deliveries[delivery.id] = delivery

    def bytes_of(self, delivery):
        event = self.events.rows.get(delivery.event_id)
        if not event:
            # A row that was seeded without its event gets one now, and keeps it.
            event = self.make_event(delivery.event_type, delivery.created, row_id=delivery.event_id)
            self.events.add(event)
        return event.wire

    def settle(self, delivery, outcome, began=None, retries=True):
        """`outcome`: response_status, response_body, response_ms, error; `began`: when the attempt started."""
        endpoint = self.endpoints.rows.get(delivery.endpoint_id)
        if not endpoint or delivery.id not in endpoint.deliveries.rows:
            return
        now = self.clock.now()
        status = outcome.get("response_status")
        succeeded = status is not None and 200 <= status < 300 and not outcome.get("error")
        is_last = delivery.attempt > len(DELAYS)
        endpoint.deliveries.change(delivery, status="delivered" if succeeded else "abandoned" if is_last else "failed",
                                   delivered=now if succeeded else None, **outcome)
        endpoint.outcomes.append(succeeded)
        endpoint.gone_in_a_row = endpoint.gone_in_a_row + 1 if status == 410 else 0
        if succeeded:
            endpoint.last_delivered = now
        else:
            endpoint.last_failed = now
            if endpoint.gone_in_a_row >= 3 or (len(endpoint.outcomes) == 50 and not any(endpoint.outcomes)):
                endpoint.status = "disabled"
            if not is_last and retries:
                delay = DELAYS[delivery.attempt - 1] * 1000 / self.settings.retry_speed
                self.add_delivery(endpoint, delivery, delivery.replays, delivery.attempt + 1,
                                  int((began or now) + delay))

    def signing_secrets(self, endpoint):
        now = self.clock.now()
        valid = [secret for secret, end in endpoint.secrets if end is None or end > now]
        return valid[:1] if self.settings.overlap == "new" else valid


def read_object(request, may_be_absent=False):
    if not request.body and may_be_absent:
        return {}
    if request.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/json":
        raise invalid("The body has to be application/json.")
    try:
        given = json.loads(request.body.decode())
    except (ValueError, RecursionError):
        raise invalid("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise invalid("The body is not a JSON object.")
    return given


def is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_url(url, https_only):
    try:
        parts = urllib.parse.urlsplit(url if isinstance(url, str) and len(url) <= 2048 else "")
        good = bool(parts.hostname) and parts.port != 0 and re.fullmatch(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+", url)
    except ValueError:
        good = False
    if not good:
        raise invalid("url is not an address.", "url")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname) and not https_only):
        raise invalid("url has to begin with https://.", "url")


def _route(method, template, scope, function):
    return method, re.compile(template.replace("{id}", "([^/]+)")), scope, function


ROUTES = [
    _route("GET", "/auth/whoami", None, Account.who),
    _route("GET", "/usage", None, Account.usage),
    _route("GET", "/webhooks", "webhooks:read", Account.list_endpoints),
    _route("POST", "/webhooks", "webhooks:write", Account.create_endpoint),
    _route("GET", "/webhooks/deliveries/{id}", "webhooks:read", Account.get_delivery),
    _route("POST", "/webhooks/deliveries/{id}/retry", "webhooks:write", Account.retry_delivery),
    _route("GET", "/webhooks/{id}", "webhooks:read", Account.get_endpoint),
    _route("PATCH", "/webhooks/{id}", "webhooks:write", Account.update_endpoint),
    _route("DELETE", "/webhooks/{id}", "webhooks:write", Account.delete_endpoint),
    _route("POST", "/webhooks/{id}/rotate-secret", "webhooks:write", Account.rotate_secret),
    _route("POST", "/webhooks/{id}/test", "webhooks:write", Account.test_endpoint),
    _route("GET", "/webhooks/{id}/deliveries", "webhooks:read", Account.list_deliveries),
    _route("GET", "/events", "events:read", Account.list_events),
    _route("GET", "/events/{id}", "events:read", Account.get_event),
]
LISTS = {Account.list_endpoints, Account.list_deliveries, Account.list_events}
NEEDS_ADMIN = {Account.create_endpoint, Account.rotate_secret}
