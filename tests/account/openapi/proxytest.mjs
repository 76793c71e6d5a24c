// SPDX-License-Identifier: MIT
// The proxy has to find what is planted: violations in requests and in answers, each alone in an exchange that is good
// otherwise. And it has to be silent about what is good.
// usage: node proxytest.mjs <openapi.yaml>
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const problems = [];
const requestId = "0193b0f0-0000-7000-8000-000000000001";
const uuid = (number) => `0193b0f0-0000-4000-8000-${String(number).padStart(12, "0")}`;
const endpoint = { id: "whe_1", url: "https://a.example/", secret_prefix: "whsec_abcdef", enabled_events: ["*"], status: "enabled" };
const bodies = {
    whoami: { userId: "usr_1", teamId: "team_1", source: "apikey", scopes: ["webhooks:read"] },
    endpoint,
    created: { ...endpoint, secret: "whsec_abcdefabcdef" },
    page: { data: [endpoint], has_more: false, next_cursor: null },
    deliveries: { data: [{ id: "whd_1", attempt: 1, status: "pending" }], has_more: false },
    queued: { event_id: "event_test_1", delivery_id: "whd_1", status: "pending", scheduled_for: "2026-01-01T00:00:00.000Z" },
    error: { error: { message: "No.", type: "not_found_error", request_id: requestId } },
};

// The account of this test answers as it is told.
let next;
const account = createServer((request, response) => {
    request.resume().on("end", () => {
        if (next.cut) {
            response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000, "X-Request-Id": requestId });
            response.write("{", () => next.reset ? request.socket.resetAndDestroy() : request.socket.destroy());
            return;
        }
        if (next.lost) {
            request.socket.destroy();
            return;
        }
        response.writeHead(next.status, next.headers);
        response.end(next.body);
    });
});
account.listen(0, "127.0.0.1");
await once(account, "listening");

async function startProxy() {
    const folder = dirname(fileURLToPath(import.meta.url));
    const process_ = spawn(process.execPath,
                           [join(folder, "proxy.mjs"), process.argv[2], `http://127.0.0.1:${account.address().port}/api/v1`],
                           { stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(process_, "exit");
    const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
    const read = async () => JSON.parse((await lines.next()).value);
    const baseUrl = (await read()).base_url;
    return {
        baseUrl,
        /// The violations until now, and how many were excused.
        async found(excuse = null) {
            process_.stdin.write(`${JSON.stringify({ excuse })}\n`);
            const violations = [];
            for (let line = await read(); ; line = await read()) {
                if ("excused" in line)
                    return { violations, excused: line.excused };
                violations.push(line);
            }
        },
        async end() {
            process_.stdin.end();
            const summary = await read();
            const [code] = await ended;
            return { summary, code };
        },
    };
}

function send(proxy, { method = "GET", target = "/webhooks", headers = {}, body, outside = false }, fields = []) {
    return new Promise((come) => {
        const url = new URL(proxy.baseUrl);
        const all = { Host: url.host, Authorization: "Bearer ak_live_1", Accept: "application/json", ...headers };
        if (body !== undefined) {
            all["Content-Type"] = "Content-Type" in headers ? headers["Content-Type"] : "application/json";
            all["Content-Length"] = Buffer.byteLength(body);
        }
        const given = Object.entries(all).filter(([, value]) => value !== null);
        const outgoing = ask({ host: url.hostname, port: url.port, method, path: (outside ? "" : url.pathname) + target,
                               headers: [...given, ...fields].flat(), agent: false });
        outgoing.on("error", () => come(null));
        outgoing.on("response", (answer) => {
            answer.resume().on("close", () => come({ status: answer.statusCode, isComplete: answer.complete }));
            answer.on("error", () => {});
        });
        outgoing.end(body);
    });
}

function answerWith(body, { status = 200, headers = {}, ...rest } = {}) {
    const all = { "Content-Type": "application/json", "X-Request-Id": requestId, ...headers };
    const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    next = { status, headers: kept, body: typeof body === "string" ? body : JSON.stringify(body), ...rest };
}

let number = 0;
/// A create that is good, but for what is said.
const creating = (change = {}) => {
    const { draft = {}, headers = {}, ...rest } = change;
    return { method: "POST", headers: { "Idempotency-Key": uuid(++number), ...headers },
             body: JSON.stringify({ url: "https://a.example/", enabled_events: ["*"], ...draft }), ...rest };
};
const posting = (target, change = {}) => ({ method: "POST", target, headers: { "Idempotency-Key": uuid(++number) }, ...change });
const patching = (changes) => ({ method: "PATCH", target: "/webhooks/whe_1", body: JSON.stringify(changes) });
const created = [bodies.created, { status: 201 }];
const queued = [bodies.queued, { status: 202 }];
const gone = ["", { status: 204, headers: { "Content-Type": null } }];

const good = [
    [{ target: "/auth/whoami" }, [bodies.whoami]],
    [{}, [bodies.page]],
    [{ target: "/webhooks?limit=100&starting_after=a%26b%20%C3%BC" }, [bodies.page]],
    [{ target: "/webhooks/whe%2F1%3F%F0%9F%91%8B" }, [bodies.endpoint]],
    [creating({ draft: { description: "Büro 👋", api_version: null } }), created],
    [patching({ description: null, status: "disabled" }), [bodies.endpoint]],
    [{ method: "DELETE", target: "/webhooks/whe_1" }, gone],
    [posting("/webhooks/whe_1/test"), queued],
    [posting("/webhooks/whe_1/test", { body: "{}" }), queued],
    [posting("/webhooks/whe_1/rotate-secret"), [bodies.created]],
    [{ target: "/webhooks/whe_1/deliveries?status=failed&limit=1" }, [bodies.deliveries]],
    [{ target: "/webhooks/whe_2" }, [bodies.error, { status: 404 }]],
];

const badRequests = [
    ["no operation", { target: "/webhook" }],
    ["no operation", { method: "PUT", target: "/webhooks/whe_1", body: "{}" }],
    ["no operation", { target: "/webhooks/" }],
    ["no operation", { target: "/webhooks/a/b/deliveries" }],
    ["not below the base URL", { target: "/webhooks", outside: true }],
    ["id is badly encoded", { target: "/webhooks/whe%zz" }],
    ["unknown “cursor”", { target: "/webhooks?cursor=1" }],
    ["unknown “status”", { target: "/webhooks?status=enabled" }],
    ["unknown “”", { target: "/webhooks?" }],
    ["limit: / must be <= 100", { target: "/webhooks?limit=101" }],
    ["limit: / must be >= 1", { target: "/webhooks?limit=0" }],
    ["limit: / must be integer", { target: "/webhooks?limit=ten" }],
    ["limit: / must be integer", { target: "/webhooks?limit=" }],
    ["limit comes twice", { target: "/webhooks?limit=1&limit=2" }],
    ["starting_after is badly encoded", { target: "/webhooks?starting_after=%E9" }],
    ["exclude each other", { target: "/webhooks?starting_after=a&ending_before=b" }],
    ["status: / must be equal to one of", { target: "/webhooks/whe_1/deliveries?status=lost" }],
    ["Authorization is no Bearer", { headers: { Authorization: null } }],
    ["Authorization is no Bearer", { headers: { Authorization: "Basic YTpi" } }],
    ["Authorization is no Bearer", { headers: { Authorization: "Bearer" } }],
    ["authorization comes twice", {}, [["Authorization", "Bearer ak_live_2"]]],
    ["Accept does not name", { headers: { Accept: null } }],
    ["Accept does not name", { headers: { Accept: "text/html" } }],
    ["Autousers-Version 2025-01-01", { headers: { "Autousers-Version": "2025-01-01" } }],
    ["Idempotency-Key is missing", creating({ headers: { "Idempotency-Key": null } })],
    ["Idempotency-Key is missing", { method: "POST", target: "/webhooks/whe_1/rotate-secret" }],
    ["Idempotency-Key is no UUIDv4", creating({ headers: { "Idempotency-Key": "0193b0f0-0000-7000-8000-000000000001" } })],
    ["Idempotency-Key: / must NOT have more than 255", creating({ headers: { "Idempotency-Key": "k".repeat(256) } })],
    ["Idempotency-Key was used for another", creating({ headers: { "Idempotency-Key": uuid(1) }, draft: { description: "other" } })],
    ["Content-Type “” is not described", creating({ headers: { "Content-Type": null } })],
    ["Content-Type “text/plain” is not described", creating({ headers: { "Content-Type": "text/plain" } })],
    ["the body is missing", posting("/webhooks")],
    ["a body where none is described", posting("/webhooks/whe_1/rotate-secret", { body: "{}" })],
    ["a body where none is described", { body: "{}" }],
    ["the body is not JSON", creating({ body: '{"url":' })],
    ["the body is not JSON", creating({ body: Buffer.from('{"url":"\xe9"}', "latin1") })],
    ["unknown “name”", creating({ draft: { name: "x" } })],
    ["body: / must have required property 'url'", creating({ draft: { url: undefined } })],
    ['body: /url must match format "uri"', creating({ draft: { url: "https://a.example/ü" } })],
    ["body: /enabled_events must NOT have fewer than 1", creating({ draft: { enabled_events: [] } })],
    ["body: /enabled_events must NOT have more than 50", creating({ draft: { enabled_events: Array(51).fill("rating.created") } })],
    ["body: /description must NOT have more than 500", creating({ draft: { description: "x".repeat(501) } })],
    ["body: /api_version must NOT have more than 32", creating({ draft: { api_version: "x".repeat(33) } })],
    ["body: /status must be equal to one of", patching({ status: "off" })],
    ["body: /url must be string", patching({ url: null })],
    ["body: / must be object", creating({ body: "[]" })],
    ["body: /type must be string", posting("/webhooks/whe_1/test", { body: '{"type":null}' })],
];

const badAnswers = [
    ["X-Request-Id is missing", {}, [bodies.page, { headers: { "X-Request-Id": null } }]],
    ["X-Request-Id: / must match format", {}, [bodies.page, { headers: { "X-Request-Id": "7" } }]],
    ["X-RateLimit-Limit: / must be integer", {}, [bodies.page, { headers: { "X-RateLimit-Limit": "many" } }]],
    ["status 202 is not described", creating(), [bodies.created, { status: 202 }]],
    ["status 200 is not described", { method: "DELETE", target: "/webhooks/whe_1" }, [{ deleted: true }]],
    ["Content-Type “text/html” is not described", {}, ["<p>", { headers: { "Content-Type": "text/html" } }]],
    ["the body is not JSON", {}, ["{"]],
    ["the body is not JSON", {}, [""]],
    ["must have required property 'secret'", creating(), [bodies.endpoint, { status: 201 }]],
    ["must have required property 'has_more'", {}, [{ data: [] }]],
    ["/data/0/status must be equal to one of", {}, [{ data: [{ ...endpoint, status: "off" }], has_more: false }]],
    ["/attempt must be >= 1", { target: "/webhooks/deliveries/whd_1" }, [{ id: "whd_1", attempt: 0, status: "pending" }]],
    ["/event_id must match pattern", posting("/webhooks/whe_1/test"), [{ ...bodies.queued, event_id: "event_1" }, { status: 202 }]],
    ["error.request_id is not X-Request-Id", { target: "/webhooks/x" },
     [{ error: { ...bodies.error.error, request_id: "other" } }, { status: 404 }]],
    ["/error/type must be equal to one of", { target: "/webhooks/x" },
     [{ error: { ...bodies.error.error, type: "bad_luck" } }, { status: 404 }]],
];

const strict = await startProxy();
for (const [request, answer] of good) {
    answerWith(...answer);
    const got = await send(strict, request);
    if (got?.status !== next.status || !got.isComplete)
        problems.push(`the answer to ${request.target} did not come through: ${JSON.stringify(got)}`);
    for (const { violation } of (await strict.found()).violations)
        problems.push(`good, but found: ${request.method ?? "GET"} ${request.target}: ${violation}`);
}
answerWith(bodies.page, { lost: true });
if (await send(strict, {}))
    problems.push("a lost answer was not lost");
for (const reset of [false, true]) {
    answerWith(bodies.page, { cut: true, reset });
    if ((await send(strict, {}))?.isComplete)
        problems.push("a cut answer was not cut");
}
const clean = await strict.end();
if (clean.code !== 0 || clean.summary.violations !== 0 || clean.summary.unanswered !== 3 ||
    clean.summary.requests !== good.length + 3 || clean.summary.seen.length !== 9 || clean.summary.unseen.length !== 5)
    problems.push(`the summary of what was good: ${JSON.stringify(clean)}`);

const planted = await startProxy();
answerWith(...created);
await send(planted, creating({ headers: { "Idempotency-Key": uuid(1) } }));
const expectOne = async (where, words, request, fields) => {
    await send(planted, request, fields);
    const { violations } = await planted.found();
    if (!violations.some((one) => one.in === where && one.violation.includes(words)))
        problems.push(`not found: “${words}” in ${JSON.stringify(request)}: ${JSON.stringify(violations)}`);
    for (const one of violations.filter(({ in: its }) => its !== where))
        problems.push(`found besides “${words}”: ${JSON.stringify(one)}`);
};
for (const [words, request, fields] of badRequests) {
    answerWith(bodies.error, { status: 404 });
    await expectOne("request", words, request, fields);
}
for (const [words, request, answer] of badAnswers) {
    answerWith(...answer);
    await expectOne("answer", words, request);
}
await planted.found("^Content-Type");
answerWith("<p>", { status: 502, headers: { "Content-Type": "text/html" } });
await send(planted, { headers: { Accept: null } });
answerWith("{");
await send(planted, {});
const { violations, excused } = await planted.found();
if (excused !== 1 || violations.length !== 2 || violations[0].in !== "request" || !violations[1].violation.includes("not JSON"))
    problems.push(`excused ${excused}, left ${JSON.stringify(violations)}`);
const dirty = await planted.end();
if (dirty.code !== 1 || dirty.summary.violations < badRequests.length + badAnswers.length)
    problems.push(`the summary of what was planted: ${JSON.stringify(dirty)}`);
account.close();

for (const problem of problems)
    console.error(problem);
console.log(`${good.length} good exchanges, ${badRequests.length + badAnswers.length} planted violations: ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;
