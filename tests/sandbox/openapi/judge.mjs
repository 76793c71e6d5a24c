// SPDX-License-Identifier: MIT
// Holds one answer over HTTP against a description of the account contract.
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import { parse } from "yaml";

/// `seen`: the operations that have succeeded; `checkAnswer` gives what is wrong, in words. The rest finds its way in the
/// description: `pointer` to a place, `follow` its references, `violations` of the schema there.
export function judgeFor(path) {
    const description = parse(readFileSync(path, "utf8"));
    const seen = new Set();
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema(description, "contract");

    const escaped = (part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
    const pointer = (...parts) => "#/" + parts.map(escaped).join("/");
    const lookUp = (at) => at.slice(2).split("/").reduce(
        (node, part) => node[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")], description);
    function follow(at) {
        const node = lookUp(at);
        return node.$ref ? follow(node.$ref) : { at, node };
    }

    function operationFor(method, path) {
        const fits = Object.keys(description.paths).filter((template) => description.paths[template][method.toLowerCase()] &&
            new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(path));
        // A literal part wins over a parameter, as the standard says.
        fits.sort((one, other) => one.split("{").length - other.split("{").length);
        return fits.length ? { template: fits[0], operation: description.paths[fits[0]][method.toLowerCase()] } : null;
    }

    const compiled = new Map();
    function violations(schemaAt, value) {
        if (!compiled.has(schemaAt))
            compiled.set(schemaAt, ajv.compile({ $ref: `contract${schemaAt}` }));
        const validate = compiled.get(schemaAt);
        return validate(value) ? [] : validate.errors.map((error) => `${error.instancePath || "/"} ${error.message}`);
    }

    function checkAnswer(method, path, status, headers, text) {
        const found = operationFor(method, path);
        // What no operation describes gets the contract's error.
        let response = follow("#/components/responses/Error");
        if (found) {
            const { template, operation } = found;
            const chosen = operation.responses[status] ? String(status) : "default";
            if (!operation.responses[chosen])
                return [`status ${status} is not described`];
            response = follow(pointer("paths", template, method.toLowerCase(), "responses", chosen));
            if (status < 300)
                seen.add(operation.operationId);
            if (status < 300 && chosen === "default")
                return [`status ${status} is not described`];
        }
        const wrong = [];
        for (const name of Object.keys(response.node.headers ?? {})) {
            const header = follow(`${response.at}/headers/${escaped(name)}`);
            const raw = headers.get(name);
            if (raw === null) {
                if (header.node.required)
                    wrong.push(`${name} is missing`);
                continue;
            }
            const value = header.node.schema.type === "integer" ? Number(raw) : raw;
            wrong.push(...violations(`${header.at}/schema`, value).map((one) => `${name}: ${one}`));
        }
        if (!response.node.content)
            return text ? [...wrong, "a body where none is described"] : wrong;
        const type = (headers.get("Content-Type") ?? "").split(";")[0];
        if (!response.node.content[type])
            return [...wrong, `Content-Type “${type}” is not described`];
        let body;
        try {
            body = JSON.parse(text);
        } catch {
            return [...wrong, "the body is not JSON"];
        }
        if (status >= 400 && body.error?.request_id !== headers.get("X-Request-Id"))
            wrong.push("error.request_id is not X-Request-Id");
        return [...wrong, ...violations(`${response.at}/content/${escaped(type)}/schema`, body)];
    }

    const operations = Object.values(description.paths).flatMap((item) => Object.values(item))
        .map((one) => one.operationId).filter(Boolean);
    return { description, operations, seen, checkAnswer, operationFor, follow, pointer, violations };
}
