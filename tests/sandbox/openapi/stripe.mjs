// SPDX-License-Identifier: MIT
// A delivery captured from the wire, judged by a verifier that we did not write: Stripe's, whose scheme is the same
// under another header name.
import Stripe from "stripe";
import { startReceiver, startWaybill } from "./serving.mjs";

const { webhooks } = new Stripe("sk_test_unused");
const waybill = await startWaybill();
const receiver = await startReceiver();
const problems = [];

async function call(path, body) {
    const answer = await fetch(waybill.baseUrl + path, {
        method: "POST",
        headers: { Authorization: `Bearer ${waybill.key}`, "Content-Type": "application/json" },
        body: JSON.stringify(body),
    });
    if (!answer.ok)
        throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
}

function expectVerdict(accepted, what, body, header, secret) {
    let verdict = true;
    try {
        webhooks.constructEvent(body, header, secret);
    } catch (error) {
        if (error.type !== "StripeSignatureVerificationError")
            throw error;
        verdict = false;
    }
    if (verdict !== accepted)
        problems.push(`${what} was ${verdict ? "accepted" : "refused"}`);
    console.log(`${what}: ${verdict ? "accepted" : "refused"}`);
}

try {
    const endpoint = await call("/webhooks", { url: receiver.url, enabled_events: ["*"] });
    await call(`/webhooks/${endpoint.id}/test`, { type: "evaluation.completed" });
    const first = await receiver.next();
    const header = first.headers["autousers-signature"];
    expectVerdict(true, "a delivery with its secret", first.body, header, endpoint.secret);
    expectVerdict(false, "a delivery with another secret", first.body, header, `${endpoint.secret}x`);
    expectVerdict(false, "a changed body", Buffer.concat([first.body, Buffer.from(" ")]), header, endpoint.secret);

    const rotated = await call(`/webhooks/${endpoint.id}/rotate-secret`, {});
    await call(`/webhooks/${endpoint.id}/test`, {});
    const second = await receiver.next();
    const both = second.headers["autousers-signature"];
    expectVerdict(true, "a delivery in the overlap with the new secret", second.body, both, rotated.secret);
    expectVerdict(true, "a delivery in the overlap with the old secret", second.body, both, endpoint.secret);
} finally {
    receiver.stop();
    await waybill.stop();
}
for (const problem of problems)
    console.error(problem);
process.exitCode = problems.length ? 1 : 0;
