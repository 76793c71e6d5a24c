// SPDX-License-Identifier: MIT
// Holds one request over HTTP against a description of the account contract, and against what its README adds: which
// headers there have to be, and that cursors exclude each other.

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const onceOnly = ["accept", "authorization", "autousers-version", "content-length", "content-type", "host", "idempotency-key"];

/// Gives a function of one request, {method, target: below the base path, headers: [[name, value], …], body: Buffer}, that
/// gives its operation and what is wrong with it, in words.
export function requestJudgeFor(judge) {
    const { description, operationFor, follow, pointer, violations } = judge;
    const known = new Map();

    function parametersOf(template, method) {
        const found = [];
        for (const owner of [["paths", template], ["paths", template, method]]) {
            const list = follow(pointer(...owner)).node.parameters ?? [];
            list.forEach((_, index) => found.push(follow(pointer(...owner, "parameters", String(index)))));
        }
        return found;
    }

    function checkValue(parameter, raw) {
        const value = parameter.node.schema.type === "integer" && /^-?\d+$/.test(raw) ? Number(raw) : raw;
        return violations(`${parameter.at}/schema`, value).map((one) => `${parameter.node.name}: ${one}`);
    }

    function checkPath(template, path, parameters) {
        const names = [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
        const values = path.match(new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "([^/]+)")}$`)).slice(1);
        return names.flatMap((name, index) => {
            const parameter = parameters.find(({ node }) => node.in === "path" && node.name === name);
            const value = decoded(values[index]);
            if (!parameter)
                return [`the description forgets ${name}`];
            return value === null ? [`${name} is badly encoded`] : checkValue(parameter, value);
        });
    }

    function checkQuery(query, parameters) {
        const wrong = [];
        const given = new Map();
        for (const field of query === undefined ? [] : query.split("&")) {
            const [rawName, ...rest] = field.split("=");
            const name = decoded(rawName);
            const value = decoded(rest.join("="));
            const parameter = parameters.find(({ node }) => node.in === "query" && node.name === name);
            if (!parameter)
                wrong.push(`the query has an unknown “${name}”`);
            else if (value === null)
                wrong.push(`${name} is badly encoded`);
            else if (given.has(name))
                wrong.push(`${name} comes twice`);
            else
                wrong.push(...checkValue(parameter, value));
            given.set(name, value);
        }
        if (given.has("starting_after") && given.has("ending_before"))
            wrong.push("starting_after and ending_before exclude each other");
        for (const { node } of parameters.filter(({ node }) => node.in === "query" && node.required && !given.has(node.name)))
            wrong.push(`${node.name} is missing`);
        return wrong;
    }

    function checkHeaders(request, headers, parameters) {
        const wrong = onceOnly.filter((name) => (headers.get(name) ?? []).length > 1).map((name) => `${name} comes twice`);
        const first = (name) => headers.get(name)?.[0];
        if (!/^Bearer [A-Za-z0-9._~+/-]+=*$/.test(first("authorization") ?? ""))
            wrong.push("Authorization is no Bearer");
        if (!(first("accept") ?? "").split(",").some((one) => one.split(";")[0].trim() === "application/json"))
            wrong.push("Accept does not name application/json");
        const version = first("autousers-version");
        if (version !== undefined && version !== description.info.version)
            wrong.push(`Autousers-Version ${version} is not described`);
        for (const parameter of parameters.filter(({ node }) => node.in === "header")) {
            const value = first(parameter.node.name.toLowerCase());
            if (value !== undefined)
                wrong.push(...checkValue(parameter, value));
            else if (parameter.node.required)
                wrong.push(`${parameter.node.name} is missing`);
        }
        if (request.method === "POST")
            wrong.push(...checkIdempotency(request, first("idempotency-key")));
        return wrong;
    }

    function checkIdempotency(request, key) {
        if (key === undefined)
            return ["Idempotency-Key is missing"];
        const wrong = uuidV4.test(key) ? [] : ["Idempotency-Key is no UUIDv4"];
        const what = `${request.target}\n${request.body.toString("base64")}`;
        if (known.has(key) && known.get(key) !== what)
            wrong.push("Idempotency-Key was used for another request");
        known.set(key, what);
        return wrong;
    }

    function checkBody(at, { body }, type) {
        const described = at && follow(at).node;
        if (!body.length)
            return described?.required ? ["the body is missing"] : [];
        if (!described)
            return ["a body where none is described"];
        const essence = (type ?? "").split(";")[0].trim();
        if (!described.content[essence])
            return [`Content-Type “${essence}” is not described`];
        let value;
        try {
            value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
        } catch {
            return ["the body is not JSON in UTF-8"];
        }
        const schema = follow(`${follow(at).at}/content/${encodeURIComponent(essence.replaceAll("/", "~1"))}/schema`);
        const strange = Object.keys(value ?? {}).filter((name) => !(name in (schema.node.properties ?? {})));
        return [...strange.map((name) => `the body has an unknown “${name}”`),
                ...violations(schema.at, value).map((one) => `body: ${one}`)];
    }

    return function check(request) {
        const [path, ...rest] = request.target.split("?");
        const found = operationFor(request.method, path);
        if (!found)
            return { operation: null, wrong: ["no operation has this method and path"] };
        const method = request.method.toLowerCase();
        const parameters = parametersOf(found.template, method);
        const headers = new Map();
        for (const [name, value] of request.headers)
            headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
        const bodyAt = found.operation.requestBody && pointer("paths", found.template, method, "requestBody");
        return {
            operation: found.operation.operationId,
            wrong: [
                ...checkPath(found.template, path, parameters),
                ...checkQuery(rest.length ? rest.join("?") : undefined, parameters),
                ...checkHeaders(request, headers, parameters),
                ...checkBody(bodyAt, request, headers.get("content-type")?.[0]),
            ],
        };
    };
}

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return null;
    }
}
