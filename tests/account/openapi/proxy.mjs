// SPDX-License-Identifier: MIT
// Stands between a client and an account, and holds every request and every answer against the account contract.
// usage: node proxy.mjs <openapi.yaml> <base URL of the account>
//
// Prints {"base_url"} when it is ready, then each violation as {"violation", "in": "request" or "answer", "at", "status"}.
// A line {"excuse": regular expression or null} on its input excuses those answers' violations that fit, for an account
// that misbehaves on purpose; it is answered with {"excused": how many since the last one}. Requests are never excused.
// When the input closes it prints {requests, answers, unanswered, violations, asked, seen, unseen} and ends, with 1 if
// there was a violation.
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { createInterface } from "node:readline";
import { judgeFor } from "./judge.mjs";
import { requestJudgeFor } from "./requests.mjs";

// Of one connection, not of the message; without Connection, each side keeps its own.
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding"]);

async function startProxy(descriptionPath, baseUrl, report) {
    const judge = judgeFor(descriptionPath);
    const checkRequest = requestJudgeFor(judge);
    const account = new URL(baseUrl);
    const counts = { requests: 0, answers: 0, unanswered: 0, violations: 0, excused: 0 };
    const asked = new Set();
    let excuse = null;

    function found(where, at, status, wrong) {
        for (const violation of wrong) {
            if (where === "answer" && excuse?.test(violation)) {
                ++counts.excused;
                continue;
            }
            ++counts.violations;
            report({ violation, in: where, at, status });
        }
    }

    function judgeRequest(request, body) {
        ++counts.requests;
        const at = `${request.method} ${request.url}`;
        if (!request.url.startsWith(`${account.pathname}/`)) {
            found("request", at, undefined, ["the target is not below the base URL"]);
            return;
        }
        const target = request.url.slice(account.pathname.length);
        const { operation, wrong } = checkRequest({ method: request.method, target, headers: pairs(request.rawHeaders), body });
        if (operation)
            asked.add(operation);
        found("request", at, undefined, wrong);
    }

    function judgeAnswer(request, answer, body) {
        ++counts.answers;
        const path = request.url.slice(account.pathname.length).split("?")[0];
        const headers = new Headers(pairs(answer.rawHeaders));
        found("answer", `${request.method} ${request.url}`, answer.statusCode,
              judge.checkAnswer(request.method, path, answer.statusCode, headers, body.toString()));
    }

    const server = createServer(async (request, response) => {
        let body;
        try {
            body = (await whole(request)).body;
        } catch {
            return;
        }
        judgeRequest(request, body);
        // A connection of its own each time: one that the account has just closed would look like a lost answer.
        const headers = pairs(request.rawHeaders).filter(([name]) => !hopByHop.has(name.toLowerCase())).flat();
        const outgoing = ask({ host: account.hostname, port: account.port, method: request.method, path: request.url, headers,
                               setHost: false, agent: false });
        // Whatever breaks, also late, shows in the answer that does not come or is not complete.
        outgoing.on("error", () => {});
        outgoing.end(body);
        let answer;
        try {
            [answer] = await once(outgoing, "response");
        } catch {
            ++counts.unanswered;
            request.socket.destroy();
            return;
        }
        const { body: answered, isComplete } = await whole(answer, true);
        const kept = pairs(answer.rawHeaders).filter(([name]) => !hopByHop.has(name.toLowerCase()));
        if (isComplete)
            judgeAnswer(request, answer, answered);
        response.sendDate = false;
        response.writeHead(answer.statusCode, answer.statusMessage, kept.flat());
        if (isComplete) {
            response.end(answered);
        } else {
            ++counts.unanswered;
            response.write(answered, () => request.socket.destroy());
        }
    });
    server.keepAliveTimeout = 0;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");

    return {
        baseUrl: `http://127.0.0.1:${server.address().port}${account.pathname}`,
        excuse(pattern) {
            const { excused } = counts;
            counts.excused = 0;
            excuse = pattern === null ? null : new RegExp(pattern);
            return excused;
        },
        summary: () => ({ ...counts, asked: [...asked].sort(), seen: [...judge.seen].sort(),
                          unseen: judge.operations.filter((one) => !judge.seen.has(one)).sort() }),
        stop() {
            server.closeAllConnections();
            server.close();
        },
    };
}

async function whole(message, mayBeCut = false) {
    const parts = [];
    try {
        for await (const part of message)
            parts.push(part);
    } catch (error) {
        if (!mayBeCut)
            throw error;
    }
    return { body: Buffer.concat(parts), isComplete: message.complete };
}

function pairs(raw) {
    return raw.flatMap((name, index) => index % 2 ? [] : [[name, raw[index + 1]]]);
}

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const proxy = await startProxy(process.argv[2], process.argv[3], say);
say({ base_url: proxy.baseUrl });
for await (const line of createInterface({ input: process.stdin }))
    say({ excused: proxy.excuse(JSON.parse(line).excuse) });
const summary = proxy.summary();
say(summary);
proxy.stop();
process.exitCode = summary.violations ? 1 : 0;
