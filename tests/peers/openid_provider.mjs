// Copyright 2026 mail_sender_domain contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
// Run oidc-provider with the addresses that Google and Microsoft have. The only argument
// is the configuration, in JSON; one command in JSON comes in a line, one answer goes out.

import {createInterface} from "node:readline";
import {createRequire} from "node:module";
import https from "node:https";
import {pathToFileURL} from "node:url";

const given = JSON.parse(process.argv[2]);

// It warns that it is not set up for production, and of the version of Node.
console.warn = () => undefined;

// Unlike import, require() looks into NODE_PATH.
const place = createRequire(import.meta.url).resolve("oidc-provider");
const {Provider} = await import(pathToFileURL(place));

const issuer = given.url + given.prefix;
const scopes = ["openid", "email", "profile", "offline_access", ...given.scopes];
const provider = new Provider(issuer, {
    clients: given.clients,
    scopes,
    claims: {
        openid: ["sub"],
        email: ["email", "email_verified"],
        // Google's name of the same scope
        [given.email_scope]: ["email", "email_verified"],
        profile: ["name", "preferred_username", "oid", "tid"],
    },
    findAccount: (context, id) => ({
        accountId: id,
        claims: () => ({
            sub: id,
            email: id,
            email_verified: true,
            preferred_username: id,
            name: id,
            oid: id,
            tid: given.tenant,
        }),
    }),
    conformIdTokenClaims: false,
    cookies: {keys: ["not a secret"]},
    // Nobody stays in front of the browser.
    expiresWithSession: () => false,
    extraParams: ["access_type", "login_hint"],
    extraTokenClaims: (context, token) =>
        token.accountId ? {username: token.accountId} : undefined,
    features: {
        devInteractions: {enabled: false},
        clientCredentials: {enabled: true},
        introspection: {enabled: true, allowedPolicy: () => true},
        revocation: {enabled: true, allowedPolicy: () => true},
        resourceIndicators: {enabled: false},
    },
    interactions: {url: (context, interaction) => `/interaction/${interaction.uid}`},
    issueRefreshToken: (context, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    routes: {
        authorization: "/authorize",
        token: "/token",
        introspection: "/introspect",
        revocation: "/revoke",
        userinfo: "/userinfo",
        jwks: "/certificates",
    },
    ttl: {
        AccessToken: 3600,
        ClientCredentials: 3600,
        IdToken: 3600,
        RefreshToken: 86400,
        Grant: 86400,
        Session: 3600,
        Interaction: 600,
    },
});

const issued = {};
provider.on("grant.success", (context) => {
    const type = context.oidc.params.grant_type;
    issued[type] = (issued[type] || 0) + 1;
});
provider.on("server_error", (context, error) => console.error(error));

// A person in front of a page: ?account= logs in, ?withhold= unticks scopes, ?deny= goes
// away.
async function decide(request, response, choice) {
    const {prompt, params, session} = await provider.interactionDetails(
        request,
        response
    );
    if (choice.has("deny")) {
        const result = {error: "access_denied", error_description: "the user refused"};
        return provider.interactionFinished(request, response, result);
    }
    if (prompt.name === "login") {
        const result = {login: {accountId: choice.get("account")}};
        return provider.interactionFinished(request, response, result);
    }
    const withheld = choice.get("withhold").split(" ");
    const grant = new provider.Grant({
        accountId: session.accountId,
        clientId: params.client_id,
    });
    for (const scope of params.scope.split(" ")) {
        if (withheld.includes(scope)) {
            grant.rejectOIDCScope(scope);
        } else {
            grant.addOIDCScope(scope);
        }
    }
    const result = {consent: {grantId: await grant.save()}};
    return provider.interactionFinished(request, response, result, {
        mergeWithLastSubmission: true,
    });
}

const serve = provider.callback();
https
    .createServer({cert: given.certificate, key: given.key}, (request, response) => {
        const url = new URL(request.url, given.url);
        if (url.pathname.startsWith("/interaction/")) {
            decide(request, response, url.searchParams).catch((error) => {
                console.error(error);
                response.writeHead(500).end();
            });
            return;
        }
        // Whoever knows a token may revoke it at Google; oidc-provider asks who it is.
        if (url.pathname === "/revoke") {
            request.headers.authorization ||= given.revoker;
        }
        if (request.url.startsWith(given.prefix)) {
            // Microsoft knows by itself when to ask for consent.
            request.url = request.url.replace("/authorize?", "/authorize?prompt=consent&");
            request.originalUrl = request.url;
            request.url = request.url.slice(given.prefix.length);
        }
        serve(request, response);
    })
    .listen(given.port, given.host, () => console.log("{}"));

const clock = Date.now;
for await (const line of createInterface({input: process.stdin})) {
    const command = JSON.parse(line);
    if ("ahead" in command) {
        Date.now = () => clock() + command.ahead * 1000;
    }
    console.log(JSON.stringify({issued}));
}
process.exit();
