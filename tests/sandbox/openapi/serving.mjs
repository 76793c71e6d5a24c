// SPDX-License-Identifier: MIT
// One run of `waybill --serve` on a folder of its own, and a receiver that keeps what comes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export async function startWaybill(...options) {
    const executable = process.env.WAYBILL;
    if (!executable)
        throw new Error("WAYBILL has to name the executable");
    const folder = mkdtempSync(join(tmpdir(), "waybill-contract-"));
    const keyFile = join(folder, "key");
    const waybill = spawn(executable, ["--serve", "--data", join(folder, "data"), "--key-file", keyFile, ...options],
                          { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(waybill, "exit");
    const lines = createInterface({ input: waybill.stdout });
    const first = await Promise.race([once(lines, "line"), ended.then(() => null)]);
    if (!first)
        throw new Error("waybill ended before it was ready");
    const ready = JSON.parse(first[0]);
    return {
        baseUrl: ready.base_url,
        receiverUrl: ready.receiver_url,
        key: readFileSync(keyFile, "utf8").trim(),
        async stop() {
            waybill.kill("SIGTERM");
            await ended;
            rmSync(folder, { recursive: true });
        },
    };
}

export async function startReceiver() {
    const requests = [];
    const waiting = [];
    const server = createServer(async (request, response) => {
        const parts = [];
        for await (const part of request)
            parts.push(part);
        const received = { headers: request.headers, body: Buffer.concat(parts) };
        response.end("ok");
        const next = waiting.shift();
        if (next)
            next(received);
        else
            requests.push(received);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
        url: `http://127.0.0.1:${server.address().port}/hook`,
        next: () => requests.length ? Promise.resolve(requests.shift()) : new Promise((come) => waiting.push(come)),
        stop: () => { server.closeAllConnections(); server.close(); },
    };
}
