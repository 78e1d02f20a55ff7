// The login without script: pages and forms, by HTTP alone.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Page } from "../support/clients.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { Plain, RETURN_TO, plainLogin } from "../support/plain.mjs";
import { assertProblem } from "../support/problems.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const APP = { app: { registered: true } };
const MOBILE = "+32470123412";
const LANDLINE = "+3225551234";

let world;
before(async () => {
  world = await World.begin();
  // The pages ask for themselves what the log of answers knows of the widget's calls alone.
  world.stack.answers.isWhole = false;
});
after(() => world?.end());

const login = (subject, more) => plainLogin(world.portal, subject, more);

const code = (subject, number = 1) => world.receiver.code(subject, { number });

/** The end: the form for the portal, whose response the portal redeems. */
async function ends(plain, acr, portal = world.portal) {
  assert.match(plain.title, /^Done · /);
  const { to, assertion } = plain.response;
  assert.equal(to, new URL(RETURN_TO).href.replace("https://portal.example", portal.origin));
  const { body } = expectStatus(await portal.redeem(plain.transaction, assertion), 200);
  assert.deepEqual([body.subject, body.nonce, body.acr], [plain.subject, plain.nonce, `urn:pbx-2fa:${acr}`]);
}

async function putOff(plain) {
  assert.equal(plain.heading, "Set up a back-up method");
  await plain.submit("/plain/finish", {}, "Not now");
}

const lookOf = async (subject) => expectStatus(await world.portal.subject(subject), 200).body;

suite("a login", () => {
  test("by the vendor's app", async () => {
    const plain = await login(world.user(), { profile: APP });
    assert.match(plain.title, /^Confirm that it is you · Contract Telecom$/);
    await plain.code(await code(plain.subject));
    await putOff(plain);
    await ends(plain, "app");
    assert.equal(await world.sent(plain.subject), 1);
  });

  for (const kind of ["mobile", "landline"]) {
    test(`by a call to a ${kind} of the profile`, async () => {
      const number = kind === "mobile" ? MOBILE : LANDLINE;
      const subject = world.user();
      if (kind === "landline") {
        const first = await world.portal.page(subject);
        expectStatus(await first.enroll({ kind, number }), 200);
        expectStatus(await first.confirm(await code(subject)), 200);
      }
      const plain = await login(subject, { profile: { [kind]: number } });
      const message = await world.receiver.message(subject, { number: kind === "landline" ? 2 : 1 });
      assert.deepEqual([message.data.number, message.data.line], [number, kind]);
      assert.ok(plain.text.includes(number.slice(-2)) && !plain.text.includes(number.slice(4, 8)));
      await plain.code(message.data.code);
      await putOff(plain);
      await ends(plain, "pstn");
    });
  }

  test("by an authenticator app", async () => {
    const user = await world.totpUser();
    const plain = await login(user.subject);
    assert.ok(plain.text.includes("Type the code from your authenticator app."));
    const next = await user.next();
    await plain.code(`${next.slice(0, 3)} ${next.slice(3)}`);
    await putOff(plain);
    await ends(plain, "totp");
  });

  test("by a recovery code, as it is written on paper, and by a code of the help desk", async () => {
    const { subject } = await world.appPage(undefined, { profile: { mobile: MOBILE } });
    const manager = await world.manager(subject);
    expectStatus(await manager.issueRecoveryCodes(), 200);
    const [recovery] = manager.view.recovery_codes;
    const bypass = expectStatus(await world.portal.help(subject, "bypass"), 201).body.code;
    for (const [kind, words, secret] of [["recovery", "Recovery code", recovery], ["bypass", "Help desk code", bypass]]) {
      const plain = await login(subject);
      await plain.get("/plain/methods");
      await plain.submit("/plain/challenges", {}, words);
      assert.match(plain.html, /<label for="code">16-character code<\/label>/);
      await plain.code(secret.replace(/(.{4})(?=.)/g, "$1-").toLowerCase());
      assert.equal(plain.heading, "Set up a method that you have at hand", kind);
      await plain.submit("/plain/finish", {}, "Not now");
      await ends(plain, kind);
    }
  });

  test("with another method than the primary", async () => {
    const plain = await login(world.user(), { profile: { ...APP, mobile: MOBILE } });
    await plain.get("/plain/methods");
    assert.equal(plain.heading, "Another method");
    await plain.submit("/plain/challenges", {}, "Call to your mobile");
    const message = await world.receiver.message(plain.subject, { number: 2 });
    assert.equal(message.type, "code.call");
    await plain.code(message.data.code);
    await ends(plain, "pstn");
  });
});

suite("a code that is not right", () => {
  test("is said at its field, in words and in the title, with the attempts that are left", async () => {
    const plain = await login(world.user(), { profile: APP });
    const right = await code(plain.subject);
    await plain.code(wrongCode(right));
    assert.match(plain.title, /^Error: Confirm/);
    assert.match(plain.html, /<input [^>]*aria-describedby="lead error"[^>]*aria-invalid="true"/);
    assert.match(plain.html, /<p id="error"[^>]*>.*You can try 4 more times\./);
    assert.ok(!plain.html.includes(wrongCode(right)), "what was typed is not shown again");
    await plain.get();
    assert.match(plain.text, /You can try 4 more times\./, "a reload says the same and tries nothing");
    await plain.code("12345");
    assert.match(plain.text, /Type all 6 digits/);
    await plain.code(wrongCode(right, wrongCode(right)));
    assert.match(plain.text, /You can try 3 more times\./, "a slip cost nothing");
    await plain.code(right);
    await putOff(plain);
    await ends(plain, "app");
  });

  test("five times: the code is dead, the account waits, and nothing is a dead end", async () => {
    const plain = await login(world.user(), { profile: { ...APP, mobile: MOBILE } });
    const right = await code(plain.subject);
    const tried = [right];
    for (let left = 4; left >= 0; left -= 1) {
      tried.push(wrongCode(...tried));
      await plain.code(tried.at(-1));
    }
    assert.equal(plain.heading, "Please wait");
    assert.match(plain.text, /Try again in \d+ minutes?\./);
    assert.match(plain.html, /<a class="primary" href="\/plain">Try again<\/a>/);
    assert.equal(plain.forms.length, 0);
  });

  test("of an authenticator app, twice: the clock is mentioned", async () => {
    const user = await world.totpUser();
    const plain = await login(user.subject);
    const [now, next] = [await totp(user.secret), await user.next()];
    await plain.code(wrongCode(now, next));
    assert.ok(!plain.text.includes("Is the time on your phone right?"));
    await plain.code(wrongCode(now, next, wrongCode(now, next)));
    assert.match(plain.text, /Is the time on your phone right\?/);
  });
});

suite("a reload", () => {
  test("sends nothing and changes nothing, wherever it is", async () => {
    const plain = await login(world.user(), { profile: { ...APP, mobile: MOBILE } });
    await code(plain.subject);
    const before = await lookOf(plain.subject);
    for (const path of ["/plain", "/plain/methods", "/plain/kinds", "/plain/mobile", "/plain", "/plain"]) {
      expectStatus(await plain.get(path), 200);
    }
    assert.deepEqual([await world.sent(plain.subject), await lookOf(plain.subject)], [1, before]);
  });

  test("of a request to send again, too early: nothing is sent, and the page says when", async () => {
    const plain = await login(world.user(), { profile: APP });
    await code(plain.subject);
    assert.match(plain.text, /New code possible in 0:\d\d/);
    await plain.submit("/plain/challenges", {}, "Send a new code");
    assert.match(plain.text, /A code was sent a moment ago\./);
    assert.match(plain.title, /^Error: /);
    assert.equal(await world.sent(plain.subject), 1);
  });

  test("of the end gives the same assertion, until the portal has it", async () => {
    const plain = await login(world.user(), { profile: { ...APP, mobile: MOBILE } });
    await plain.code(await code(plain.subject));
    const jti = () => JSON.parse(Buffer.from(plain.response.assertion.split(".")[1], "base64url")).jti;
    const first = jti();
    await plain.get();
    assert.equal(jti(), first);
    await ends(plain, "app");
    assert.equal((await plain.get()).status, 409);
    assert.match(plain.text, /used already/);
    assert.match(plain.html, /href="https:\/\/portal\.example\/"/);
  });
});

suite("T25: who may bring a ticket", () => {
  const opened = async (more = { return_to: `${world.portal.origin}/done` }) =>
    expectStatus(await world.portal.open(world.portal.request(world.user(), { profile: APP, ...more })), 201).body;
  const brought = (ticket, headers) => {
    const plain = new Plain({ edge: world.stack.edge, origin: world.portal.origin });
    return plain.begin(ticket, headers);
  };
  /** It was not spent: the widget takes it. */
  const isWhole = async (ticket) => {
    const page = new Page({ edge: world.stack.edge, origin: world.portal.origin });
    expectStatus(await page.exchange(ticket), 200);
  };

  for (const origin of ["https://evil.example", "null", undefined, "https://portal.example.evil.example", "http://portal.example", "\"><script>alert(1)</script>"]) {
    test(`not a page of ${origin}`, async () => {
      const { ticket } = await opened();
      const answer = await brought(ticket, { origin });
      assert.equal(answer.status, 403);
      assert.match(answer.headers["content-type"], /^text\/html/);
      assert.ok(!answer.text.includes("<script"));
      assert.equal(answer.headers["set-cookie"], undefined);
      await isWhole(ticket);
    });
  }

  test("not another tenant's page", async () => {
    await world.tenant("plain-other", { origins: ["https://other.example"] });
    const { ticket } = await opened();
    const answer = await brought(ticket, { origin: "https://other.example" });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /https:\/\/other\.example is not in the settings/);
    await isWhole(ticket);
  });

  test("not without an address to return to, nor to manage methods", async () => {
    for (const [more, words] of [[{}, "does not offer"], [{ purpose: "manage", return_to: `${world.portal.origin}/` }, "with JavaScript"]]) {
      const { ticket } = await opened(more);
      const answer = await brought(ticket);
      assert.equal(answer.status, 409);
      assert.ok(answer.text.includes(words), answer.text);
      await isWhole(ticket);
    }
  });

  test("once: a ticket that is handed in twice has been seen by somebody else, and neither goes on", async () => {
    const plain = await login(world.user(), { profile: APP });
    const again = await brought(plain.ticket);
    assert.equal(again.status, 409);
    assert.match(again.text, /opened somewhere else/);
    assert.equal((await plain.get()).status, 409);
    assert.equal(plain.cookie, undefined);
  });

  test("not one that was changed or made up", async () => {
    const { ticket } = await opened();
    const changed = ticket.slice(0, -2) + (ticket.endsWith("AA") ? "BB" : "AA");
    for (const bad of [changed, "tkt_", "", `${ticket}=`]) {
      assert.equal((await brought(bad)).status, 403, bad);
    }
    await isWhole(ticket);
  });

  test("and it ends where it may: an address of the page's origin", async () => {
    for (const bad of ["https://other.example/done", "https://portal.example.evil.example/", "https://portal.example:8443/"]) {
      const refused = assertProblem(await world.portal.open(world.portal.request(world.user(), { return_to: bad })), "invalid-request");
      assert.match(refused.detail, /^return_to: /);
      assert.ok(!refused.detail.includes("evil"));
    }
  });
});

suite("T26: who may send a form", () => {
  test("our own page alone, and nothing happens otherwise", async () => {
    const plain = await login(world.user(), { profile: APP });
    const right = await code(plain.subject);
    const before = await lookOf(plain.subject);
    const fields = { ...plain.form("/plain/attempts").fields, code: right };
    const wrong = [
      { "sec-fetch-site": "cross-site", origin: world.portal.origin },
      { "sec-fetch-site": "same-site", origin: "https://evil.portal.example" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": undefined, origin: world.portal.origin },
      { "sec-fetch-site": undefined, origin: "null" },
      { "sec-fetch-site": undefined, origin: undefined },
    ];
    for (const headers of wrong) {
      const answer = await plain.request("POST", "/plain/attempts", { fields, headers });
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(answer.headers["set-cookie"], undefined);
    }
    assert.deepEqual(await lookOf(plain.subject), before);
    const old = await plain.request("POST", "/plain/attempts", { fields, headers: { "sec-fetch-site": undefined } });
    assert.equal(old.status, 303, "a browser without Sec-Fetch-Site");
  });

  test("with the mark of this very login", async () => {
    const [plain, other] = [await login(world.user(), { profile: APP }), await login(world.user(), { profile: APP })];
    const right = await code(plain.subject);
    const before = await lookOf(plain.subject);
    const { fields } = plain.form("/plain/attempts");
    for (const form of [other.form("/plain/attempts").fields.form, "", "A".repeat(43)]) {
      const answer = await plain.request("POST", "/plain/attempts", { fields: { ...fields, form, code: right } });
      assert.equal(answer.status, 409);
      assert.match(answer.text, /opened somewhere else/);
      assert.equal(answer.headers["set-cookie"], undefined, "the login that goes on in this browser is not ended by it");
    }
    assert.deepEqual(await lookOf(plain.subject), before);
    await plain.code(right);
    await putOff(plain);
  });

  test("with the cookie, to the letter", async () => {
    const plain = await login(world.user(), { profile: APP });
    const right = await code(plain.subject);
    const before = await lookOf(plain.subject);
    const { fields } = plain.form("/plain/attempts");
    const { cookie } = plain;
    const widget = await world.appPage();
    const changed = [...cookie].map((letter, at) => (at === 40 ? (letter === "A" ? "B" : "A") : letter)).join("");
    for (const bad of [undefined, "", changed, cookie.slice(0, -1), `${cookie}A`, widget.secret, plain.ticket.slice(4), "A".repeat(5_000)]) {
      plain.cookie = bad;
      for (const answer of [await plain.request("POST", "/plain/attempts", { fields: { ...fields, code: right } }), await plain.request("GET", "/plain")]) {
        assert.equal(answer.status, 403);
        assert.match(answer.text, /belongs to no login/);
      }
    }
    assert.deepEqual(await lookOf(plain.subject), before);
    const headers = { authorization: `Bearer ${cookie}`, origin: world.portal.origin };
    assertProblem(await send(world.stack.edge, "GET", "/v1/session", { headers }), "unauthorized", [cookie]);
    plain.cookie = cookie;
    await plain.code(right);
    await putOff(plain);
  });

  test("the cookie is for this host and no script, and says nothing", async () => {
    const plain = await login(world.user("canary"), { profile: { ...APP, mobile: MOBILE } });
    assert.match(plain.setCookie, /^__Host-pbx-2fa=[\w-]{100,3000}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=(600|59\d)$/);
    assert.ok(!Buffer.from(plain.cookie, "base64url").toString("latin1").includes("ses_"));
  });
});

suite("what is no form of ours", () => {
  test("gets a page with its status, and changes nothing", async () => {
    const plain = await login(world.user(), { profile: APP });
    const right = await code(plain.subject);
    const before = await lookOf(plain.subject);
    const { fields } = plain.form("/plain/attempts");
    const whole = { ...fields, code: right };
    const body = new URLSearchParams(whole).toString();
    const post = (more) => plain.request("POST", "/plain/attempts", more);
    const cases = [
      [400, post({ fields: { ...whole, extra: "1" } })],
      [400, post({ body: `${body}&code=${right}` })],
      [400, post({ body: body.replace(/&?code=\d+/, "") })],
      [400, post({ body: body.replace("challenge=chl", "challenge=%zz") })],
      [400, post({ body: body.replace("challenge=chl_", "challenge=%22%3E%3Cscript%3E") })],
      [400, post({ body: "" })],
      [413, post({ body: `${body}&pad=${"a".repeat(17_000)}` })],
      [413, post({ body: `${body}&pad=${"a".repeat(17_000)}`, chunked: true })],
      [415, post({ body: JSON.stringify(whole), headers: { "content-type": "application/json" } })],
      [415, post({ body, headers: { "content-type": "text/plain" } })],
      [415, post({ body, headers: { "content-type": undefined } })],
      [405, plain.request("GET", "/plain/attempts")],
      [405, plain.request("PUT", "/plain", { body })],
      [405, plain.request("DELETE", "/plain")],
      [405, plain.request("OPTIONS", "/plain")],
      [405, plain.request("POST", "/plain/methods", { fields: whole })],
      [404, plain.request("GET", "/plain/manage")],
      [404, plain.request("POST", "/plain/", { fields: whole })],
      [400, plain.request("POST", "/plain", { fields: { ticket: "tkt_A", extra: "1" }, headers: { origin: world.portal.origin } })],
      [415, plain.request("POST", "/plain", { body: "{}", headers: { origin: world.portal.origin, "content-type": "application/json" } })],
    ];
    for (const [index, [status, request]] of cases.entries()) {
      const answer = await request;
      assert.equal(answer.status, status, `${index}: ${answer.text.slice(0, 80)}`);
      assert.match(answer.headers["content-type"], /^text\/html; charset=utf-8$/);
      assert.equal(answer.headers["set-cookie"], undefined);
      if (status === 405) assert.ok(answer.headers.allow);
    }
    assert.deepEqual(await lookOf(plain.subject), before);
    assert.equal(await world.sent(plain.subject), 1);
  });
});

suite("the pages", () => {
  const POLICY = /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'( https:\/\/portal\.example)?; frame-ancestors 'none'; base-uri 'none'$/;

  test("run no script, fetch nothing, sit in no frame and are kept nowhere", async () => {
    const plain = await login(world.user(), { profile: { ...APP, mobile: MOBILE } });
    const pages = [plain.page, await plain.get("/plain/methods"), await plain.request("GET", "/plain/none"), await plain.request("GET", "/plain", { headers: { cookie: "" } })];
    await plain.get();
    await plain.code(await code(plain.subject));
    pages.push(plain.page);
    for (const { headers, text } of pages) {
      const [, portal] = headers["content-security-policy"].match(POLICY);
      assert.equal(Boolean(portal), text.includes("pbx-2fa-response"), "forms go to the portal from the last page alone");
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "strict-origin");
      assert.equal(headers["cross-origin-opener-policy"], "same-origin");
      assert.equal(headers["x-frame-options"], "DENY");
      assert.equal(headers["access-control-allow-origin"], undefined);
      assert.match(headers["strict-transport-security"], /^max-age=\d{8}/);
      assert.ok(!/<script|<iframe|<img|<link|javascript:| on[a-z]+=/i.test(text));
    }
  });

  test("hold nothing in their addresses, and neither secret nor subject in their text", async () => {
    const plain = await login(world.user("canary"), { profile: APP });
    const { headers } = await plain.request("POST", "/plain/challenges", { fields: plain.form("/plain/challenges").fields });
    assert.equal(headers.location, "/plain");
    assert.ok(!plain.html.includes(plain.subject) && !plain.html.includes(plain.cookie) && !plain.html.includes("ses_"));
  });

  test("escape every name that comes from outside", async () => {
    const evil = `"><script>alert('1')</script>&amp;<b>`;
    const portal = await world.tenant("plain-evil", { portal_name: evil, app_name: evil });
    const plain = await plainLogin(portal, world.user(), { profile: { ...APP, mobile: MOBILE, display_name: evil } });
    for (const path of ["/plain", "/plain/methods"]) {
      await plain.get(path);
      assert.ok(plain.text.includes(evil), "it is shown as it is");
      assert.ok(!plain.html.includes("<script") && !plain.html.includes("<b>"));
    }
    await plain.get();
    await plain.code(await code(plain.subject));
    assert.ok(plain.title.includes(evil) && !plain.html.includes("<script"));
    await ends(plain, "app", portal);
    const fresh = await plainLogin(portal, world.user(), { profile: { display_name: evil } });
    await fresh.submit("/plain/enrollments", {}, "Authenticator app");
    const link = fresh.html.match(/href="(otpauth:[^"]*)"/)[1];
    assert.ok(!/[<>"']/.test(link));
  });

  test("are in the transaction's language, else in the browser's", async () => {
    const title = async (more) => {
      const plain = await login(world.user(), { profile: APP, ...more });
      return [plain.html.match(/<html lang="([^"]+)"/)[1], plain.heading];
    };
    assert.deepEqual(await title({ locale: "fr-BE", language: "en" }), ["fr-BE", "Confirmez votre identité"]);
    assert.deepEqual(await title({ language: "es, de;q=0.8, en;q=0.5" }), ["de", "Identität bestätigen"]);
    assert.deepEqual(await title({ language: "\"><script>" }), ["nl", "Bevestig dat jij het bent"]);
  });
});

suite("another page of the same login", () => {
  test("the widget takes over, and the page without script says so", async () => {
    const plain = await login(world.user(), { profile: APP });
    const right = await code(plain.subject);
    const page = new Page({ edge: world.stack.edge, origin: world.portal.origin });
    expectStatus(await page.exchange(expectStatus(await world.portal.ticket(plain.transaction), 200).body.ticket), 200);
    const { fields } = plain.form("/plain/attempts");
    const answer = await plain.request("POST", "/plain/attempts", { fields: { ...fields, code: right } });
    assert.equal(answer.status, 409);
    assert.match(answer.text, /opened somewhere else/);
    expectStatus(await page.attempt(right), 200);
  });

  test("the page without script takes over, by a fresh ticket, and nothing is sent again", async () => {
    const page = await world.appPage(undefined, { return_to: `${world.portal.origin}/done` });
    const right = await world.code(page);
    const plain = new Plain({ edge: world.stack.edge, origin: world.portal.origin });
    await plain.begin(expectStatus(await world.portal.ticket(page.transaction), 200).body.ticket);
    assertProblem(await page.look(), "unauthorized");
    await plain.code(right);
    await putOff(plain);
    assert.equal(plain.response.to, `${world.portal.origin}/done`);
    assert.equal(await world.sent(page.subject), 1);
  });

  test("a second login of this browser ends what the first one's page can do", async () => {
    const first = await login(world.user(), { profile: APP });
    const { fields } = first.form("/plain/challenges");
    const second = await login(world.user(), { profile: APP });
    const answer = await second.request("POST", "/plain/challenges", { fields });
    assert.equal(answer.status, 409);
  });
});

suite("a first method", () => {
  test("an authenticator app, whose key is on one page alone", async () => {
    const plain = await login(world.user(), { profile: { display_name: "An Peeters" } });
    assert.equal(plain.heading, "Protect your account");
    await plain.submit("/plain/enrollments", {}, "Authenticator app");
    assert.equal(plain.page.status, 200);
    const secret = plain.html.match(/<code [^>]*>(.*?)<\/code>/)[1].replace(/<[^>]+>/g, "");
    assert.match(secret, /^[A-Z2-7]{32}$/);
    assert.equal(new URL(plain.html.match(/href="(otpauth:[^"]+)"/)[1].replaceAll("&amp;", "&")).searchParams.get("secret"), secret);
    assert.match(plain.html, /<svg class="qr" [^>]*role="img" aria-label="QR code/);
    await plain.confirm(wrongCode(await totp(secret), await totp(secret, { steps: 1 })));
    assert.match(plain.text, /You can try 4 more times\./);
    assert.ok(!plain.html.includes(secret) && plain.text.includes("We show the QR code only once."));
    await plain.confirm(await totp(secret));
    await putOff(plain);
    await ends(plain, "totp");
    assert.equal(await world.sent(plain.subject), 0);
  });

  test("a new key, when the first page was closed too early", async () => {
    const plain = await login(world.user());
    await plain.submit("/plain/enrollments", {}, "Authenticator app");
    await plain.get();
    await plain.submit("/plain/enrollments", {}, "Make a new QR code");
    const secret = plain.html.match(/<code [^>]*>(.*?)<\/code>/)[1].replace(/<[^>]+>/g, "");
    await plain.confirm(await totp(secret));
    await putOff(plain);
    await ends(plain, "totp");
  });

  test("a mobile, typed as people write it, and called once more", async () => {
    const plain = await login(world.user(), { locale: "en" });
    assert.match(plain.html, /<a class="choice" href="\/plain\/mobile">/);
    await plain.get("/plain/mobile");
    await plain.submit("/plain/enrollments", { country: "BE", number: "0470 12 34 12" });
    assert.equal(plain.heading, "Confirm your number");
    assert.equal((await world.receiver.message(plain.subject)).data.number, MOBILE);
    await plain.get();
    await plain.get();
    assert.equal(await world.sent(plain.subject), 1);
    await plain.submit("/plain/enrollments", {}, "Call me again");
    assert.match(plain.text, /A code was sent a moment ago\./);
    assert.equal(await world.sent(plain.subject), 1);
    await plain.confirm(await code(plain.subject));
    await putOff(plain);
    await ends(plain, "pstn");
  });

  test("a landline that the portal knows, by one press", async () => {
    const plain = await login(world.user(), { profile: { landline: LANDLINE } });
    await plain.submit("/plain/enrollments", {}, "Call to your landline");
    assert.equal((await world.receiver.message(plain.subject)).data.number, LANDLINE);
    await plain.confirm(await code(plain.subject));
    await putOff(plain);
    await ends(plain, "pstn");
  });

  test("a number that cannot be: said at the field, with what was typed, and nothing is called", async () => {
    const plain = await login(world.user());
    await plain.get("/plain/mobile");
    for (const [number, words] of [["hello", "This number is not right."], ["<b>0470", "This number is not right."], ["02 555 12 34", "This is a landline number"]]) {
      await plain.submit("/plain/enrollments", { country: "BE", number }, "Call me now");
      assert.equal(plain.page.status, 422);
      assert.match(plain.title, /^Error: /);
      assert.ok(plain.text.includes(words));
      const input = plain.form("/plain/enrollments").inputs.find(({ id }) => id === "number");
      assert.deepEqual([input.value, input["aria-invalid"]], [number, "true"]);
    }
    assert.equal(await world.sent(plain.subject), 0);
    await plain.submit("/plain/enrollments", {}, "Set up as a landline");
    assert.deepEqual((await world.receiver.message(plain.subject)).data.line, "landline");
    await plain.confirm(await code(plain.subject));
    await putOff(plain);
  });

  test("a number of the portal's own exchange is refused as the only one", async () => {
    const portal = await world.tenant("plain-own", { policy: { own_numbers: ["+3225551"] } });
    const plain = await plainLogin(portal, world.user());
    await plain.get("/plain/landline");
    await plain.submit("/plain/enrollments", { country: "BE", number: "02 555 12 34" });
    assert.equal(plain.page.status, 422);
    assert.match(plain.text, /belongs to the phone system itself/);
    assert.equal(await world.sent(plain.subject), 0);
  });
});

suite("the back-up", () => {
  test("must be set up where the portal says so, and the login goes on by it", async () => {
    const portal = await world.tenant("plain-no-skip", { policy: { backup: { skips: 0 } } });
    const plain = await plainLogin(portal, world.user(), { profile: APP });
    await plain.code(await code(plain.subject));
    assert.match(plain.text, /You need this to continue\./);
    const mark = plain.form("/plain/enrollments").fields.form;
    await plain.follow(await plain.request("POST", "/plain/finish", { fields: { form: mark } }));
    assert.equal(plain.response, undefined);
    await plain.get("/plain/mobile");
    await plain.submit("/plain/enrollments", { country: "BE", number: "0470 12 34 12" });
    await plain.confirm(await code(plain.subject, 2));
    await ends(plain, "pstn", portal);
  });

  test("a login that needs more asks for a safer method", async () => {
    const plain = await login(world.user(), { profile: { mobile: MOBILE }, minimum_acr: "urn:pbx-2fa:totp" });
    await plain.code(await code(plain.subject));
    assert.equal(plain.heading, "This portal asks for a safer method");
    await plain.submit("/plain/enrollments", {}, "Authenticator app");
    const secret = plain.html.match(/<code [^>]*>(.*?)<\/code>/)[1].replace(/<[^>]+>/g, "");
    await plain.confirm(await totp(secret));
    await ends(plain, "totp");
  });
});

suite("a code that is not delivered", () => {
  test("the page says so, and another method helps", async () => {
    const subject = world.user();
    world.receiver.behave(subject, 422);
    const plain = await login(subject, { profile: { ...APP, mobile: MOBILE } });
    await until("the failure on the page", async () => (await plain.get(), plain.text.includes("We could not send the code.")));
    assert.match(plain.html, /href="\/plain\/methods"/);
  });

  test("after too many that went unanswered, the page says when", async () => {
    const subject = world.user();
    for (let times = 0; times < 5; times += 1) {
      await login(subject, { profile: APP });
      await code(subject, times + 1);
    }
    const plain = await login(subject, { profile: APP });
    assert.match(plain.text, /You can ask for a new one in \d+ minutes?\./);
    assert.equal(await world.sent(subject), 5);
  });
});
