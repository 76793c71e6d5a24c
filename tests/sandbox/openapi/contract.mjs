// SPDX-License-Identifier: MIT
// Every operation of the sandbox over HTTP, each answer held against the description of the account contract.
// usage: WAYBILL=<executable> node contract.mjs <openapi.yaml>
import { Validator } from "@seriousme/openapi-schema-validator";
import { judgeFor } from "./judge.mjs";
import { startWaybill } from "./serving.mjs";

const { description, operations, seen, checkAnswer } = judgeFor(process.argv[2]);
const problems = [];
let checked = 0;

const wellFormed = await new Validator().validate(structuredClone(description));
if (!wellFormed.valid)
    problems.push(`the description itself: ${JSON.stringify(wellFormed.errors)}`);

function caller(waybill) {
    return async (expected, method, target, { body, raw, key = waybill.key, headers = {} } = {}) => {
        const sent = { Authorization: `Bearer ${key}`, ...headers };
        const data = raw ?? (body === undefined ? undefined : JSON.stringify(body));
        if (data !== undefined)
            sent["Content-Type"] ??= "application/json";
        const answer = await fetch(waybill.baseUrl + target, { method, headers: sent, body: data });
        const text = await answer.text();
        const path = target.split("?")[0];
        const wrong = checkAnswer(method, path, answer.status, answer.headers, text);
        if (answer.status !== expected)
            wrong.push(`status ${answer.status}, expected ${expected}: ${text}`);
        const isFree = path === "/auth/whoami" || path === "/usage";
        if (!isFree && expected !== 401) {
            for (const name of ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]) {
                if (!/^\d+$/.test(answer.headers.get(name) ?? ""))
                    wrong.push(`${name} is missing`);
            }
        }
        ++checked;
        problems.push(...wrong.map((one) => `${method} ${target}: ${one}`));
        return text ? JSON.parse(text) : null;
    };
}

async function everyOperation(waybill) {
    const call = caller(waybill);
    const good = { url: waybill.receiverUrl, enabled_events: ["*"] };
    await call(200, "GET", "/auth/whoami");
    await call(200, "GET", "/usage");
    await call(200, "GET", "/webhooks");
    const key = { "Idempotency-Key": "contract-create" };
    const endpoint = await call(201, "POST", "/webhooks", { body: { ...good, description: "Büro", api_version: null }, headers: key });
    const again = await call(201, "POST", "/webhooks", { body: { ...good, description: "Büro", api_version: null }, headers: key });
    if (JSON.stringify(again) !== JSON.stringify(endpoint))
        problems.push("the repeated creation answers differently");
    await call(409, "POST", "/webhooks", { body: good, headers: key });
    const path = `/webhooks/${endpoint.id}`;
    await call(201, "POST", "/webhooks", { body: { url: "https://example.com/hook", enabled_events: ["rating.created"] } });
    await call(200, "GET", "/webhooks?limit=1");
    await call(200, "GET", path);
    await call(200, "PATCH", path, { body: { description: null } });
    await call(200, "POST", `${path}/rotate-secret`);
    const types = [undefined, "evaluation.created", "evaluation.status_changed", "evaluation.completed", "autouser_run.completed",
                   "autouser_run.failed", "rating.created", "calibration.frozen"];
    let queued;
    for (const type of types)
        queued = await call(202, "POST", `${path}/test`, { body: type ? { type } : {} });
    let delivery = { status: "pending" };
    for (const end = Date.now() + 15000; delivery.status === "pending" && Date.now() < end;)
        delivery = await call(200, "GET", `/webhooks/deliveries/${queued.delivery_id}`);
    if (delivery.status !== "delivered")
        problems.push(`the test was not delivered: ${JSON.stringify(delivery)}`);
    await call(202, "POST", `/webhooks/deliveries/${queued.delivery_id}/retry`);
    await call(200, "GET", `${path}/deliveries?limit=2`);
    await call(200, "GET", `${path}/deliveries?status=delivered&starting_after=${queued.delivery_id}`);
    await call(200, "GET", "/events");
    await call(200, "GET", "/events?type=rating.created&limit=1");
    await call(200, "GET", `/events/${queued.event_id}`);

    await call(401, "GET", "/webhooks", { key: "ak_live_wrong" });
    await call(401, "GET", "/auth/whoami", { key: "ak_live_wrong" });
    await call(404, "GET", "/nothing");
    await call(404, "GET", "/webhooks/whe_nothing");
    await call(404, "GET", "/webhooks/whe_nothing/deliveries");
    await call(404, "GET", "/webhooks/deliveries/whd_nothing");
    await call(404, "POST", "/webhooks/deliveries/whd_nothing/retry");
    await call(404, "POST", "/webhooks/whe_nothing/rotate-secret");
    await call(404, "POST", "/webhooks/whe_nothing/test");
    await call(404, "GET", "/events/event_nothing");
    for (const body of [{}, { ...good, url: "http://example.com/" }, { ...good, enabled_events: [] }, { ...good, enabled_events: ["no.such"] },
                        { ...good, description: "x".repeat(501) }, { ...good, api_version: "x".repeat(33) }])
        await call(400, "POST", "/webhooks", { body });
    await call(400, "POST", "/webhooks", { raw: '{"url":' });
    await call(400, "POST", "/webhooks", { raw: "[".repeat(5000) });
    await call(400, "POST", "/webhooks", { raw: "url=x", headers: { "Content-Type": "text/plain" } });
    await call(400, "POST", "/webhooks", { body: good, headers: { "Idempotency-Key": "k".repeat(256) } });
    await call(400, "PATCH", path, { body: { status: "off" } });
    await call(400, "POST", `${path}/test`, { body: { type: "no.such" } });
    await call(400, "GET", "/webhooks?limit=0");
    await call(400, "GET", "/webhooks?limit=101");
    await call(400, "GET", "/webhooks?starting_after=whe_nothing");
    await call(400, "GET", `/webhooks?starting_after=${endpoint.id}&ending_before=${endpoint.id}`);
    await call(400, "GET", `${path}/deliveries?status=lost`);
    await call(200, "PATCH", path, { body: { status: "disabled" } });
    await call(400, "POST", `${path}/test`);
    await call(204, "DELETE", path);
    await call(404, "DELETE", path);
}

async function gates(waybill) {
    const call = caller(waybill);
    await call(403, "POST", "/webhooks", { body: { url: waybill.receiverUrl, enabled_events: ["*"] } });
    await call(403, "GET", "/events");
    let refused = false;
    for (let i = 0; i < 200 && !refused; ++i) {
        const answer = await fetch(`${waybill.baseUrl}/webhooks`, { headers: { Authorization: `Bearer ${waybill.key}` } });
        await answer.text();
        refused = answer.status === 429;
    }
    const answer = await call(429, "GET", "/webhooks");
    if (answer.error?.code !== "rate_limit_exceeded")
        problems.push("the budget never ends");
}

// The tools must be able to find something.
for (const body of [{}, { id: "whe_1", url: "https://a.example/", secret_prefix: "whsec_abcdef", enabled_events: [], status: "enabled" },
                    { id: "whe_1", url: "https://a.example/", secret_prefix: "whsec_abcdef", enabled_events: ["*"], status: "off" }]) {
    const headers = new Headers({ "Content-Type": "application/json", "X-Request-Id": "0193b0f0-0000-7000-8000-000000000001" });
    if (checkAnswer("GET", "/webhooks/whe_1", 200, headers, JSON.stringify(body)).length === 0)
        problems.push(`a wrong endpoint was not noticed: ${JSON.stringify(body)}`);
}
seen.clear();

for (const [options, walk] of [[[], everyOperation], [["--plan", "team", "--scopes", "webhooks:read,webhooks:write"], gates]]) {
    const waybill = await startWaybill(...options);
    try {
        await walk(waybill);
    } finally {
        await waybill.stop();
    }
}

for (const operation of operations.filter((one) => !seen.has(one)))
    problems.push(`${operation} never succeeded`);
for (const problem of problems)
    console.error(problem);
console.log(`${checked} answers against ${operations.length} operations: ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;
