/** Types of the `<pbx-2fa>` element and of `window.pbx2fa`. */

export interface Pbx2faElement extends HTMLElement {
  /** What the portal's backend redeems; empty before the code was right and after it expired. */
  readonly response: string;
  /** Whether there was a response and it is too old now. */
  readonly expired: boolean;
  /** Begins again with the ticket in the attribute. */
  restart(): Promise<void>;
}

/** Attributes: `ticket`, `lang`, `address` ("familiar", "formal"), `theme` ("light", "dark", "auto"), `mode` ("login", "manage"), `manual`, `edge-url`. */
export interface Pbx2faAttributes {
  ticket?: string;
  lang?: string;
  /** The tenant's form of address, to have its words at once. The tenant's setting decides. */
  address?: "familiar" | "formal";
  theme?: "light" | "dark" | "auto";
  mode?: "login" | "manage";
  /** Do not submit the surrounding form. */
  manual?: boolean;
  "edge-url"?: string;
}

export type Pbx2faState = "challenge" | "enroll" | "backup" | "manage" | "verified" | "locked";

/** The name of a problem type of the service, or what kept the widget from starting or going on. */
export type Pbx2faProblem = "unsupported" | "unreachable" | "broken" | "framed" | "expired" | "origin-not-allowed" | (string & {});

export interface Pbx2faEventMap {
  "pbx-2fa:state": CustomEvent<{ state: Pbx2faState }>;
  /** Cancelable: `preventDefault()` keeps the form from being submitted. */
  "pbx-2fa:verified": CustomEvent<{ response: string }>;
  "pbx-2fa:problem": CustomEvent<{ type: Pbx2faProblem }>;
  /** The response is too old to be redeemed. */
  "pbx-2fa:expired": CustomEvent<Record<string, never>>;
  /** The person wants to begin again. Cancelable: otherwise the page is loaded again. */
  "pbx-2fa:restart": CustomEvent<Record<string, never>>;
}

export interface Pbx2faOptions {
  ticket?: string;
  lang?: string;
  address?: "familiar" | "formal";
  theme?: "light" | "dark" | "auto";
  mode?: "login" | "manage";
  edgeUrl?: string;
  /** Do not submit the surrounding form; so by default where there is a `callback`. */
  manual?: boolean;
  /** `"execute"` waits for `pbx2fa.execute(id)`. */
  execution?: "render" | "execute";
  callback?: (response: string) => void;
  /** Each problem, but those of the two callbacks below where these are given. */
  "error-callback"?: (problem: Pbx2faProblem) => void;
  /** The person took too long. */
  "timeout-callback"?: () => void;
  /** The browser or the page's policy does not allow WebAssembly. */
  "unsupported-callback"?: () => void;
  /** The response is too old to be redeemed. */
  "expired-callback"?: () => void;
}

export interface Pbx2fa {
  ready(callback: () => void): void;
  /** Fetches and compiles what a login begins with, before there is a ticket. */
  preload(options?: Pick<Pbx2faOptions, "lang" | "address">): void;
  render(container: string | Element, options?: Pbx2faOptions): string;
  execute(id: string): void;
  /** A ticket is good for one beginning, so beginning again needs a fresh one. */
  reset(id: string, ticket: string): void;
  remove(id: string): void;
  getResponse(id: string): string | undefined;
  isExpired(id: string): boolean;
}

declare global {
  interface HTMLElementTagNameMap {
    "pbx-2fa": Pbx2faElement;
  }
  interface HTMLElementEventMap extends Pbx2faEventMap {}
  interface Window {
    pbx2fa: Pbx2fa;
  }
}
