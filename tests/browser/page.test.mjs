// The widget in somebody else's page: six lines of HTML, a strict policy, and whatever a page does to its elements.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

const finish = async (person, subject) => {
  await person.type(await host.code(subject));
  await person.isWelcome(subject);
};

test("six lines of HTML under the documented policy, with Trusted Types, complete a login", async () => {
  const person = await site.person();
  await host.open(person, "six-lines", { profile: PROFILE });
  await person.sees("code_title");
  await person.assertNothingKept();
  await finish(person, "six-lines");
  person.assertQuiet();
  person.assertAddressesWithout(await host.code("six-lines"));
});

test("where the policy allows no WebAssembly, the element says so and tells the page", async () => {
  const person = await site.person();
  const html = host.page({ ticket: await host.ticket("no-wasm", { profile: PROFILE }) });
  const policy = host.policy.replace(" 'wasm-unsafe-eval'", "");
  await person.page.addInitScript(() => addEventListener("pbx-2fa:problem", (event) => (window.problem = event.detail.type)));
  await person.page.goto(host.serve(html, { policy }));
  await person.widget.getByRole("alert").getByText("De browser of de beveiliging").waitFor();
  assert.equal(await person.page.evaluate(() => window.problem), "unsupported");
});

test("where a script can bring no style sheets, the element says so, and shows what the page has for it", async () => {
  const person = await site.person();
  await person.page.addInitScript(() => {
    delete CSSStyleSheet.prototype.replaceSync;
    addEventListener("pbx-2fa:problem", (event) => (window.problem = event.detail.type));
  });
  const html = host.page({ ticket: await host.ticket("no-style", { profile: PROFILE }), inside: '<a href="/other">Another way</a>' });
  await person.page.goto(host.serve(html));
  await person.widget.getByRole("alert").getByText("De browser of de beveiliging").waitFor();
  await person.page.getByRole("link", { name: "Another way" }).waitFor();
  assert.equal(await person.page.evaluate(() => window.problem), "unsupported");
});

/** From now on the document refuses what the widget's code cannot do without, and that code panics. */
const refuseInsertion = () => {
  Node.prototype.insertBefore = () => {
    throw new Error("refused by the test");
  };
};

/** Where the widget's code breaks: while it draws after a press, when a time has come, and when an answer arrives. */
const BREAKS = {
  "at a press": async (person) => {
    await person.reads("lead_app_sent");
    await person.page.evaluate(refuseInsertion);
    await person.button("use_another").click();
  },
  "by the clock": async (person) => {
    await person.reads("lead_app_sent");
    await person.page.evaluate(refuseInsertion);
    await person.page.clock.fastForward(60_000);
  },
  "at the first answer": () => {},
};

for (const [where, happens] of Object.entries(BREAKS)) {
  test(`broken ${where}, the widget says so and offers to begin again`, async () => {
    const person = await site.person();
    await person.page.clock.install();
    await person.page.addInitScript(() => {
      window.heard = [];
      for (const name of ["problem", "restart"]) {
        addEventListener(`pbx-2fa:${name}`, (event) => event.preventDefault() ?? window.heard.push([name, event.detail.type]));
      }
    });
    if (where === "at the first answer") await person.page.addInitScript(refuseInsertion);
    await host.open(person, `broken-${where.replaceAll(" ", "-")}`, { profile: PROFILE });
    await happens(person);

    const alert = person.widget.getByRole("alert").getByText("Er ging iets mis op dit scherm");
    await alert.waitFor();
    assert.equal(await person.widget.getByRole("textbox").count(), 0);
    await person.widget.getByRole("button", { name: "Begin opnieuw" }).click();
    assert.deepEqual(await person.page.evaluate(() => window.heard), [["problem", "broken"], ["restart", undefined]]);
    await person.widget.evaluate((element) => element.restart());
    await alert.waitFor();
  });
}

test("of two widgets in a page one breaks, and the other goes on", async () => {
  const person = await site.person();
  const [broken, whole] = ["two-broken", "two-whole"];
  const element = async (subject) => `<form method="post" action="/done"><pbx-2fa id="${subject}" ticket="${await host.ticket(subject, { profile: PROFILE })}"></pbx-2fa></form>`;
  const html = host.page({ ticket: "" }).replace(/<form.*form>/s, (await element(broken)) + (await element(whole)));
  await person.page.goto(host.serve(html));
  const of = (subject) => person.page.locator(`#${subject}`);
  const says = (subject, key) => of(subject).getByText(person.say(key, { app: "Qaller" })).first().waitFor();
  for (const subject of [broken, whole]) await says(subject, "lead_app_sent");
  await person.page.evaluate((id) => {
    const { insertBefore } = Node.prototype;
    Node.prototype.insertBefore = function (...given) {
      if (this.getRootNode().host?.id === id) throw new Error("refused by the test");
      return insertBefore.apply(this, given);
    };
  }, broken);
  await of(broken).getByRole("button", { name: person.say("use_another") }).click();
  await of(broken).getByRole("alert").waitFor();
  await of(whole).getByRole("textbox").fill(await host.code(whole));
  await person.isWelcome(whole);
});

test("a trap in other WebAssembly of the page is none of the widget's", async () => {
  const person = await site.person();
  await host.open(person, "other-trap", { profile: PROFILE });
  await person.reads("lead_app_sent");
  const trapped = await person.page.evaluate(async () => {
    const header = [0, 97, 115, 109, 1, 0, 0, 0];
    const unreachable = [1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    const { instance } = await WebAssembly.instantiate(new Uint8Array([...header, ...unreachable]));
    const error = new Promise((resolve) => addEventListener("error", (event) => resolve(event.error), { once: true }));
    setTimeout(instance.exports.f);
    return (await error) instanceof WebAssembly.RuntimeError;
  });
  assert.equal(trapped, true);
  await finish(person, "other-trap");
});

test("a call that is given up for another is over: nobody asks for it whether the page is served", async () => {
  const person = await site.person();
  host.receiver.behave("given-up", "hang");
  await host.open(person, "given-up", { profile: PROFILE });
  const code = await host.code("given-up");
  const watch = await until("the wait for news", () => person.calls("GET", "/v1/session/events").at(-1));
  await person.type(wrongCode(code));
  await person.reads("code_wrong_other", { count: "4" });
  assert.match((await until("the end of the wait", () => watch.failure())).errorText, /ERR_ABORTED/);
  await person.settles();
  assert.equal(person.calls("GET", "/v1/origin").length, 0);
});

test("moved in the page it goes on; taken out and put back it begins again with a fresh ticket, and sends nothing twice", async () => {
  const person = await site.person();
  await host.open(person, "moved", { profile: PROFILE });
  await person.reads("lead_app_sent");
  await person.widget.evaluate((element) => element.parentNode.append(element));
  await person.sees("code_title");

  await person.widget.evaluate((element) => {
    window.form = element.parentNode;
    window.taken = element;
    element.remove();
  });
  await until("the end of the widget", () => person.page.evaluate(() => window.taken.shadowRoot.childElementCount === 0));
  const fresh = await host.ticketAgain("moved");
  await person.page.evaluate((ticket) => {
    window.taken.setAttribute("ticket", ticket);
    window.form.append(window.taken);
  }, fresh);
  await person.reads("lead_app_sent");
  await person.settles();
  assert.equal(host.receiver.of("moved").length, 1);
  await finish(person, "moved");
  person.assertQuiet();
});

test("by functions: rendered, answered by a callback, taken down", async () => {
  const person = await site.person();
  const ticket = await host.ticket("by-functions", { profile: PROFILE });
  await person.page.goto(host.serve(`<!doctype html><html lang="nl"><title>Log in</title><script type="module" src="${host.edge}/widget/v1/pbx-2fa.js"></script><div id="here"></div></html>`));
  await person.page.evaluate((given) => {
    window.answered = new Promise((resolve) => {
      pbx2fa.ready(() => (window.id = pbx2fa.render("#here", { ticket: given, lang: "nl-BE", callback: resolve })));
    });
  }, ticket);
  await person.type(await host.code("by-functions"));
  const response = await person.page.evaluate(() => window.answered);
  assert.equal(response.split(".").length, 3);
  assert.equal(await person.page.evaluate(() => pbx2fa.getResponse(window.id)), response);
  assert.equal(await person.page.evaluate(() => pbx2fa.isExpired(window.id)), false);
  await person.page.evaluate(() => {
    pbx2fa.remove(window.id);
    pbx2fa.reset(window.id, "whatever");
    pbx2fa.remove(window.id);
  });
  assert.equal(await person.widget.count(), 0);
  person.assertQuiet();
});

/** A page with a style of its own; the policy allows it for this test. */
async function styled(person, subject, css) {
  const html = host.page({ ticket: await host.ticket(subject, { profile: PROFILE }) }).replace("<title>", `<style>${css}</style><title>`);
  await person.page.goto(host.serve(html, { policy: `${host.policy}; style-src 'unsafe-inline'` }));
  await person.reads("lead_app_sent");
}

test("the page's own style does not reach inside", async () => {
  const looks = [];
  for (const [subject, css] of [["plain", ""], ["unset", "* { all: unset !important; color: red !important } body * { font: 40px serif !important }"]]) {
    const person = await site.person();
    await person.page.clock.install();
    await styled(person, subject, `html, body { display: block; margin: 0 } ${css}`);
    await person.page.clock.pauseAt(Date.now() + 60_000);
    const seen = await person.widget.evaluate((element) => [...element.shadowRoot.querySelectorAll(".frame *")].map((inside) => {
      const { color, fontSize, fontFamily, display, backgroundColor, padding } = getComputedStyle(inside);
      return [inside.localName, color, fontSize, fontFamily, display, backgroundColor, padding];
    }));
    looks.push(seen);
  }
  assert.deepEqual(looks[1], looks[0]);
});

test("the colours that a page sets arrive, whatever the page calls its own", async () => {
  const person = await site.person();
  await styled(person, "coloured", `
    :root { --accent: rgb(122, 31, 162); --on-accent: rgb(255, 255, 254); --surface: rgb(250, 250, 240); --text: rgb(1, 2, 3) }
    pbx-2fa { --pbx-2fa-accent: var(--accent); --pbx-2fa-on-accent: var(--on-accent); --pbx-2fa-surface: var(--surface); --pbx-2fa-text: var(--text) }`);
  const of = (locator, property) => locator.evaluate((element, name) => getComputedStyle(element)[name], property);
  const button = person.button("code_submit");
  assert.deepEqual(
    [await of(button, "backgroundColor"), await of(button, "color"), await of(person.widget.locator("[part=card]"), "backgroundColor")],
    ["rgb(122, 31, 162)", "rgb(255, 255, 254)", "rgb(250, 250, 240)"],
  );
});

/** A page of this host with nothing but a frame. */
const around = (of, inside) => of.serve(`<!doctype html><title>Around</title><iframe width="600" height="800" src="${inside}"></iframe>`, { policy: "default-src 'self'; frame-src *" });

/** A page with the widget that may be framed by anybody. */
async function framable(subject, { attributes, ...more } = {}) {
  const ticket = await host.ticket(subject, { profile: PROFILE, ...more });
  return host.serve(host.page({ ticket, attributes }), { policy: host.policy.replace("frame-ancestors 'none'", "frame-ancestors *") });
}

test("T37: the manager is not shown inside a page of another origin, nor where one of its own is around that", async () => {
  const other = await site.host();
  for (const [subject, wrap] of [["framed", (url) => around(other, url)], ["framed-between", (url) => around(host, around(other, url))]]) {
    const person = await site.person();
    await person.page.goto(wrap(await framable(subject, { purpose: "manage", attributes: 'mode="manage"' })));
    const frame = subject === "framed" ? person.page.frameLocator("iframe") : person.page.frameLocator("iframe").frameLocator("iframe");
    await frame.getByRole("heading", { name: person.say("framed_title") }).waitFor();
    assert.equal(await frame.getByRole("button").count(), 0);
  }
});

test("in a frame of its own origin the manager is shown, and a login in one of another: who frames a login is the page's policy's to say", async () => {
  const other = await site.host();
  const person = await site.person();
  const frame = person.page.frameLocator("iframe");
  await person.page.goto(around(host, await framable("framed-own", { purpose: "manage", attributes: 'mode="manage"' })));
  await frame.getByRole("heading", { name: person.say("manage_title") }).waitFor();
  await person.page.goto(around(other, await framable("framed-login")));
  await frame.getByRole("heading", { name: person.say("code_title") }).waitFor();
});
