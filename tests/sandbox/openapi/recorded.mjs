// SPDX-License-Identifier: MIT
// Answers that another program recorded, held against the description of the account contract. Every operation has to
// be among them, and succeed. On the input, one a line: {"method", "path", "status", "headers": {}, "body": text}.
// usage: node recorded.mjs <openapi.yaml>
import { createInterface } from "node:readline";
import { judgeFor } from "./judge.mjs";

const { operations, seen, checkAnswer } = judgeFor(process.argv[2]);
const problems = [];
let checked = 0;
for await (const line of createInterface({ input: process.stdin })) {
    const { method, path, status, headers, body } = JSON.parse(line);
    problems.push(...checkAnswer(method, path, status, new Headers(headers), body)
        .map((one) => `${method} ${path}, ${status}: ${one}`));
    ++checked;
}
problems.push(...operations.filter((one) => !seen.has(one)).map((one) => `${one} never succeeded`));
for (const problem of problems)
    console.error(problem);
console.log(`${checked} answers against ${operations.length} operations: ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;
