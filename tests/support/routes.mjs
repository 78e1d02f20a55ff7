// Every route that the worker has, with a right request for it and the ways in which its body can be wrong. The list that
// the suites on bad input, foreign keys and the API's description go through.
import { expectStatus, send } from "./http.mjs";

const JSON_TYPE = { "content-type": "application/json" };
const bearer = (key) => ({ authorization: `Bearer ${key}` });

/** `auth` says whose call it is; `wrong` are bodies that each have one fault, with the field that the refusal must name. */
export function routes({ world, page, manager, settings }) {
  const { portal } = world;
  const open = { subject: page.subject, origin: portal.origin, nonce: "A".repeat(32) };
  const attempt = { challenge: page.view.challenge.id, code: "000000" };
  const without = (body, field) => Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
  const help = { actor: "Mia", reason: "called back" };
  const wrongHelp = [
    [without(help, "actor"), "actor"],
    [without(help, "reason"), "reason"],
    [{ ...help, reason: "" }, "reason"],
    [{ ...help, reason: "r".repeat(201) }, "reason"],
    [{ ...help, actor: ["canary"] }, "actor"],
    [{ ...help, extra: true }, ""],
  ];
  const transaction = `/v1/transactions/${page.transaction}`;
  const tenant = `/v1/tenants/${portal.clientId}`;
  return [
    {
      auth: "apiKey", method: "POST", path: "/v1/transactions", template: "/v1/transactions", body: open,
      wrong: [
        [without(open, "subject"), "subject"],
        [without(open, "nonce"), "nonce"],
        [without(open, "origin"), "origin"],
        [{ ...open, subject: ["canary-a", "canary-b"] }, "subject"],
        [{ ...open, subject: "canary\u0007name" }, "subject"],
        [{ ...open, subject: "s".repeat(129) }, "subject"],
        [{ ...open, origin: "https://canary.example/path" }, "origin"],
        [{ ...open, nonce: "canary-short" }, "nonce"],
        [{ ...open, purpose: "canary-admin" }, "purpose"],
        [{ ...open, minimum_acr: "urn:pbx-2fa:canary" }, "minimum_acr"],
        [{ ...open, locale: "canary locale" }, "locale"],
        [{ ...open, return_to: "/canary" }, "return_to"],
        [{ ...open, return_to: `${portal.origin}/canary#top` }, "return_to"],
        [{ ...open, return_to: `${portal.origin}/${"canary".repeat(100)}` }, "return_to"],
        [{ ...open, profile: { mobile: ["+32470555501", "+32470555502"] } }, "profile.mobile"],
        [{ ...open, profile: { mobile: "0470 canary" } }, "profile.mobile"],
        [{ ...open, profile: { app: { registered: "canary-yes" } } }, "profile.app.registered"],
        [{ ...open, profile: { app: { registered: true, device_token: "canary token" } } }, "profile.app.device_token"],
        [{ ...open, profile: { email: "canary@example.com" } }, "profile"],
        [{ ...open, extra: true }, ""],
      ],
    },
    { auth: "apiKey", method: "POST", path: `${transaction}/ticket`, template: "/v1/transactions/{transaction}/ticket" },
    {
      auth: "apiKey", method: "POST", path: `${transaction}/redeem`, template: "/v1/transactions/{transaction}/redeem",
      body: { assertion: "a.b.c" },
      wrong: [[{}, "assertion"], [{ assertion: ["canary"] }, "assertion"], [{ assertion: "a", extra: 1 }, ""]],
    },
    { auth: "apiKey", method: "GET", path: `/v1/subjects/${page.subject}`, template: "/v1/subjects/{subject}" },
    { auth: "apiKey", method: "GET", path: `/v1/subjects/${page.subject}/events`, template: "/v1/subjects/{subject}/events" },
    ...["unlock", "reset", "bypass"].map((act) => ({
      auth: "apiKey", method: "POST", path: `/v1/subjects/${page.subject}/${act}`, template: `/v1/subjects/{subject}/${act}`, body: help, wrong: wrongHelp,
    })),
    {
      auth: "apiKey", method: "POST", path: `/v1/subjects/${page.subject}/sessions/revoke`, template: "/v1/subjects/{subject}/sessions/revoke",
      body: { sid: "A".repeat(32) },
      wrong: [
        [{ sid: "canary" }, "sid"],
        [{ sid: "A".repeat(31) }, "sid"],
        [{ sid: "A".repeat(33) }, "sid"],
        [{ sid: `${"A".repeat(31)}=` }, "sid"],
        [{ sid: "" }, "sid"],
        [{ sid: ["canary"] }, "sid"],
        [{ sid: true }, "sid"],
        [{ token: "canary" }, ""],
      ],
    },
    {
      auth: "apiKey", method: "POST", path: "/v1/sessions/introspect", template: "/v1/sessions/introspect", body: { token: "a.b.c" },
      wrong: [[{}, "token"], [{ token: ["canary"] }, "token"], [{ token: null }, "token"], [{ token: "a", token_type_hint: "canary" }, ""]],
    },
    {
      auth: "apiKey", method: "PUT", path: `/v1/subjects/${page.subject}/challenges/${page.view.challenge.id}/delivery`,
      template: "/v1/subjects/{subject}/challenges/{challenge}/delivery", body: { delivery: "sent" },
      wrong: [
        [{}, "delivery"],
        [{ delivery: "canary" }, "delivery"],
        [{ delivery: ["sent"] }, "delivery"],
        [{ delivery: { sent: null } }, "delivery"],
        [{ delivery: "sending" }, "delivery"],
        [{ delivery: "sent", code: "canary" }, ""],
      ],
    },
    {
      auth: "apiKey", method: "DELETE", path: `/v1/subjects/${page.subject}/authenticators/${page.view.authenticators[0].id}`,
      template: "/v1/subjects/{subject}/authenticators/{authenticator}", body: help, wrong: wrongHelp,
    },
    { auth: "operatorKey", method: "GET", path: tenant, template: "/v1/tenants/{client_id}" },
    {
      auth: "operatorKey", method: "PUT", path: tenant, template: "/v1/tenants/{client_id}", body: settings,
      wrong: [
        [without(settings, "delivery"), "delivery"],
        [{ ...settings, origins: [] }, "origins"],
        [{ ...settings, origins: "https://canary.example" }, "origins"],
        [{ ...settings, origins: ["https://Canary.example"] }, "origins[0]"],
        [{ ...settings, origins: ["http://canary.example"] }, "origins[0]"],
        [{ ...settings, portal_name: "" }, "portal_name"],
        [{ ...settings, locale: "canary locale" }, "locale"],
        [{ ...settings, form_of_address: "canary" }, "form_of_address"],
        [{ ...settings, theme: "canary" }, "theme"],
        [{ ...settings, theme: { light: { accent: "canary" } } }, "theme.light.accent"],
        [{ ...settings, theme: { light: { accent: "#86aaff" } } }, "theme.light"],
        [{ ...settings, theme: { dark: { ink: "#000000" } } }, "theme.dark"],
        [{ ...settings, theme: { radius: 25 } }, "theme.radius"],
        [{ ...settings, theme: { radius: "canary" } }, "theme.radius"],
        [{ ...settings, theme: { font: "canary; color: red" } }, "theme.font"],
        [{ ...settings, theme: { logo: { light: "canary" } } }, "theme.logo.light"],
        [{ ...settings, theme: { logo: "canary" } }, "theme.logo"],
        [{ ...settings, form_of_address: { formal: "canary" } }, "form_of_address"],
        [{ ...settings, form_of_address: ["formal"] }, "form_of_address"],
        [{ ...settings, policy: { session_lifetime: 1 } }, "policy.session_lifetime"],
        [{ ...settings, policy: { session_lifetime: -300 } }, "policy.session_lifetime"],
        [{ ...settings, policy: { kinds: ["canary-sms"] } }, "policy.kinds[0]"],
        [{ ...settings, policy: { kinds: ["app"] } }, "policy.kinds"],
        [{ ...settings, policy: { kinds: ["totp", "recovery"] } }, "policy.kinds"],
        [{ ...settings, policy: { first_enrollment: "canary" } }, "policy.first_enrollment"],
        [{ ...settings, policy: { totp_window: "canary" } }, "policy.totp_window"],
        [{ ...settings, policy: { minimum_acr: "urn:pbx-2fa:canary" } }, "policy.minimum_acr"],
        [{ ...settings, policy: { kinds: ["app", "mobile"], minimum_acr: "urn:pbx-2fa:totp" } }, "policy.minimum_acr"],
        [{ ...settings, policy: { recovery_codes: "canary" } }, "policy.recovery_codes"],
        [{ ...settings, policy: { own_numbers: ["02 canary"] } }, "policy.own_numbers[0]"],
        [{ ...settings, policy: { own_numbers: Array(101).fill("+3225551") } }, "policy.own_numbers"],
        [{ ...settings, policy: { signature: "HS256" } }, "policy.signature"],
        [{ ...settings, policy: { backup: { skips: -1 } } }, "policy.backup"],
        [{ ...settings, policy: { extra: 1 } }, "policy"],
        [{ ...settings, delivery: { webhook: { url: "http://canary.example/", secret: settings.delivery.webhook.secret } } }, "delivery.webhook.url"],
        [{ ...settings, delivery: { webhook: { url: "https://a.example/", secret: "canary-plain" } } }, "delivery.webhook.secret"],
        [{ ...settings, extra: true }, ""],
      ],
    },
    { auth: "operatorKey", method: "POST", path: `${tenant}/api-keys`, template: "/v1/tenants/{client_id}/api-keys" },
    { auth: "operatorKey", method: "DELETE", path: `${tenant}/api-keys/00000000`, template: "/v1/tenants/{client_id}/api-keys/{key_id}" },
    { auth: "operatorKey", method: "GET", path: "/v1/signing-keys", template: "/v1/signing-keys" },
    {
      auth: "operatorKey", method: "POST", path: "/v1/signing-keys/rotate", template: "/v1/signing-keys/rotate", body: { alg: "ES256" },
      wrong: [
        [{}, "alg"],
        [{ alg: "HS256" }, "alg"],
        [{ alg: ["canary"] }, "alg"],
        [{ alg: "ES256", at_once: "canary" }, "at_once"],
        [{ alg: "ES256", kid: "canary" }, ""],
      ],
    },
    { auth: "operatorKey", method: "DELETE", path: `/v1/signing-keys/${"A".repeat(43)}`, template: "/v1/signing-keys/{kid}" },
    ...["reseal", "audit"].map((task) => ({
      auth: "operatorKey", method: "POST", path: `/v1/maintenance/${task}`, template: "/v1/maintenance/{task}", body: { object: 0 },
      wrong: [
        [{ object: "canary" }, "object"],
        [{ object: -1 }, "object"],
        [{ object: 98_765 }, "object"],
        [{ object: [0] }, "object"],
        [{ after: "canary" }, "after"],
        [{ after: -1 }, "after"],
        [{ object: 0, account: "canary" }, ""],
      ],
    })),
    {
      auth: "ticket", method: "POST", path: "/v1/session", template: "/v1/session", body: { ticket: page.ticket },
      wrong: [[{}, "ticket"], [{ ticket: ["canary"] }, "ticket"], [{ ticket: page.ticket, subject: "canary" }, ""]],
    },
    { auth: "page", method: "GET", path: "/v1/session", template: "/v1/session" },
    { auth: "page", method: "GET", path: "/v1/session/events?since=failed", template: "/v1/session/events" },
    {
      auth: "page", method: "POST", path: "/v1/session/challenges", template: "/v1/session/challenges", body: {},
      wrong: [[{ authenticator: "canary" }, "authenticator"], [{ authenticator: ["aut_canary"] }, "authenticator"], [{ user: "canary" }, ""]],
    },
    {
      auth: "page", method: "POST", path: "/v1/session/attempts", template: "/v1/session/attempts", body: attempt,
      wrong: [
        [without(attempt, "code"), "code"],
        [without(attempt, "challenge"), "challenge"],
        [{ ...attempt, code: 987_654 }, "code"],
        [{ ...attempt, code: ["987654", "987655"] }, "code"],
        [{ ...attempt, code: "98765" }, "code"],
        [{ ...attempt, code: "9876541" }, "code"],
        [{ ...attempt, code: "９８７６５４" }, "code"],
        [{ ...attempt, code: null }, "code"],
        [{ ...attempt, code: "CANARYCANARYOIL8" }, "code"],
        [{ ...attempt, code: ["0123456789ABCDEF", "0123456789ABCDEG"] }, "code"],
        [{ ...attempt, challenge: "canary" }, "challenge"],
        [{ ...attempt, subject: "canary" }, ""],
      ],
    },
    {
      auth: "page", method: "POST", path: "/v1/session/finish", template: "/v1/session/finish", body: {},
      wrong: [[{ verified: true }, ""], [{ skip: "canary" }, ""]],
    },
    {
      auth: "page", method: "POST", path: "/v1/session/enrollments", template: "/v1/session/enrollments", body: { kind: "totp" },
      wrong: [
        [{}, "kind"],
        [{ kind: "canary-sms" }, "kind"],
        [{ kind: "app" }, "kind"],
        [{ kind: "mobile" }, "number"],
        [{ kind: "mobile", number: ["+32470555501", "+32470555502"] }, "number"],
        [{ kind: "mobile", number: "+1555,,9#" }, "number"],
        [{ kind: "mobile", number: "sip:+32470555503" }, "number"],
        [{ kind: "mobile", suggested: false }, "suggested"],
        [{ kind: "totp", secret: "CANARY234567" }, ""],
      ],
    },
    {
      auth: "page", method: "POST", path: "/v1/session/enrollments/enr_unknown/confirm",
      template: "/v1/session/enrollments/{enrollment}/confirm", body: { code: "000000" },
      wrong: [[{}, "code"], [{ code: 987_654 }, "code"], [{ code: "000000", primary: true }, ""]],
    },
    {
      auth: "page", method: "PUT", path: "/v1/session/primary", template: "/v1/session/primary",
      body: { authenticator: manager.view.authenticators[0].id },
      wrong: [[{}, "authenticator"], [{ authenticator: "canary" }, "authenticator"], [{ authenticator: ["aut_canary"] }, "authenticator"]],
    },
    {
      auth: "page", method: "POST", path: "/v1/session/recovery-codes", template: "/v1/session/recovery-codes", body: {},
      wrong: [[{ count: 20 }, ""], [{ code: "canary" }, ""]],
    },
    { auth: "page", method: "DELETE", path: "/v1/session/authenticators/aut_unknown", template: "/v1/session/authenticators/{authenticator}" },
    { auth: "public", method: "GET", path: "/v1/health", template: "/v1/health" },
    { auth: "public", method: "GET", path: "/v1/origin", template: "/v1/origin" },
    { auth: "public", method: "GET", path: "/.well-known/jwks.json", template: "/.well-known/jwks.json" },
    { auth: "public", method: "GET", path: `/v1/logos/${portal.clientId}/0123456789abcdef.png`, template: "/v1/logos/{client_id}/{name}" },
    { auth: "public", method: "GET", path: "/openapi.json", template: "/openapi.json" },
    { auth: "public", method: "GET", path: "/widget/v1/pbx-2fa.js", template: "/widget/v1/{file}" },
  ];
}

/** The credentials that a route wants, or (with `key`) another bearer token in the same place. */
export function credentials(route, { world, page }, key) {
  const { portal, stack } = world;
  const own = { apiKey: portal.apiKey, operatorKey: stack.operatorKey, page: page.secret }[route.auth];
  const origin = route.auth === "page" || route.auth === "ticket" ? { origin: portal.origin } : {};
  return { ...origin, ...(own ? bearer(key ?? own) : {}) };
}

/** Calls a route rightly but for what `change` says. */
export function call(route, context, { method = route.method, path = route.path, headers = {}, key, ...content } = {}) {
  const body = "json" in content || "body" in content ? content : route.body ? { json: route.body } : {};
  const type = "body" in content ? JSON_TYPE : {};
  const all = { ...type, ...credentials(route, context, key), ...headers };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return send(context.world.stack.edge, method, path, { headers: sent, ...body });
}

/** What must not change when a request is refused: the subject as the portal sees it, the page, and the gateway's post. */
export async function stateOf({ world, page }) {
  const { body } = expectStatus(await world.portal.subject(page.subject), 200);
  const { server_time: _, ...view } = expectStatus(await page.look(), 200).body;
  return { subject: body, view, messages: await world.sent(page.subject) };
}
