// SPDX-License-Identifier: MIT
// Computes every signature of signatures.json with Node's crypto.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const vectors = JSON.parse(readFileSync(process.argv[2], "utf8"));
const wrong = vectors.filter(({ timestamp, secret, body, signature }) =>
  createHmac("sha256", secret).update(`${timestamp}.`).update(Buffer.from(body, "base64")).digest("hex") !== signature);
if (wrong.length > 0 || vectors.length === 0) {
  console.error("differs:", wrong.map((v) => v.name));
  process.exit(1);
}
console.log(`${vectors.length} signatures agree`);
