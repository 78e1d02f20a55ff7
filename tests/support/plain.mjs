// A browser without script: follows redirects, keeps the one cookie, and sends the forms that a page has.
import { learnPageCookie } from "./canary/learned.mjs";
import { expectStatus, send } from "./http.mjs";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
export const unescaped = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]);

const attributesOf = (tag) => Object.fromEntries([...tag.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value)]));
const FORM = "application/x-www-form-urlencoded";

export class Plain {
  constructor({ edge, origin, language = "en" }) {
    Object.assign(this, { edge, origin, language });
  }

  /** One request, without following where it leads. */
  async request(method, path, { fields, headers = {}, ...more } = {}) {
    const own = method === "POST" ? { origin: this.edge, "sec-fetch-site": "same-origin", "content-type": FORM } : {};
    const cookie = this.cookie ? { cookie: `__Host-pbx-2fa=${this.cookie}` } : {};
    const all = { "accept-language": this.language, ...own, ...cookie, ...headers };
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
    const body = fields && new URLSearchParams(fields).toString();
    const answer = await send(this.edge, method, path, { headers: all, ...(body === undefined ? {} : { body }), ...more });
    const [set] = answer.headers["set-cookie"] ?? [];
    if (set) {
      this.setCookie = set;
      this.cookie = set.match(/^__Host-pbx-2fa=([^;]*)/)[1] || undefined;
      learnPageCookie(this.cookie);
    }
    return answer;
  }

  /** Takes a ticket from the portal's page to the first page here. */
  async begin(ticket, headers = {}) {
    const from = { origin: this.origin, "sec-fetch-site": "cross-site", ...headers };
    return this.follow(await this.request("POST", "/plain", { fields: { ticket }, headers: from }));
  }

  async get(path = "/plain") {
    return this.show(await this.request("GET", path));
  }

  async follow(answer) {
    return answer.status === 303 ? this.get(answer.headers.location) : this.show(answer);
  }

  show(answer) {
    this.page = answer;
    return answer;
  }

  get html() {
    return this.page.text;
  }

  /** What is read, without the style. */
  get text() {
    return unescaped(this.html.replace(/<style>.*<\/style>/s, "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " "));
  }

  get title() {
    return unescaped(this.html.match(/<title>([^<]*)<\/title>/)[1]);
  }

  get heading() {
    return unescaped(this.html.match(/<h1>([^<]*)<\/h1>/)[1]);
  }

  /** The forms of the page, each with its action, its fields as they stand, and its buttons. */
  get forms() {
    return [...this.html.matchAll(/(<form [^>]*>)(.*?)<\/form>/gs)].map(([, tag, inside]) => {
      const inputs = [...inside.matchAll(/<input [^>]*>/g)].map(([input]) => attributesOf(input));
      const buttons = [...inside.matchAll(/(<button [^>]*>)(.*?)<\/button>/gs)].map(([, button, words]) => ({
        ...attributesOf(button),
        words: unescaped(words.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim()),
      }));
      const country = inside.match(/<option value="(\w+)" selected/)?.[1];
      const fields = Object.fromEntries(inputs.map(({ name, value = "" }) => [name, value]));
      return { action: attributesOf(tag).action, inputs, buttons, fields: country ? { ...fields, country } : fields };
    });
  }

  form(action) {
    const found = this.forms.find((form) => form.action === action);
    if (!found) throw new Error(`no form for ${action} on: ${this.text}`);
    return found;
  }

  /** Fills in a form of the page and presses its first button, or the one whose words begin so. */
  async submit(action, values = {}, pressed = "") {
    const forms = this.forms.filter((form) => form.action === action);
    const [form, button] = forms.flatMap((f) => f.buttons.map((b) => [f, b])).find(([, b]) => b.words.startsWith(pressed)) ?? [];
    if (!form) throw new Error(`no button "${pressed}" for ${action} on: ${this.text}`);
    const fields = { ...form.fields, ...values, ...(button.name ? { [button.name]: button.value } : {}) };
    return this.follow(await this.request("POST", action, { fields }));
  }

  code(code) {
    return this.submit("/plain/attempts", { code });
  }

  confirm(code) {
    return this.submit("/plain/confirm", { code });
  }

  /** The response for the portal, and where it goes. */
  get response() {
    const form = this.forms.find(({ fields }) => "pbx-2fa-response" in fields);
    return form && { to: form.action, assertion: form.fields["pbx-2fa-response"] };
  }
}

export const RETURN_TO = "https://portal.example/login/done?next=%2Fcalls&a='b'";

/** Opens a transaction for a user, and takes its ticket to the first page. */
export async function plainLogin(portal, subject, { language, ...more } = {}) {
  const request = portal.request(subject, { return_to: new URL(RETURN_TO).href.replace("https://portal.example", portal.origin), ...more });
  const opened = expectStatus(await portal.open(request), 201).body;
  const plain = new Plain({ edge: portal.edge, origin: portal.origin, language });
  Object.assign(plain, { subject, nonce: request.nonce, transaction: opened.transaction, ticket: opened.ticket });
  expectStatus(await plain.begin(opened.ticket), 200);
  return plain;
}
