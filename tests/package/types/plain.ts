// What the types have to allow, and what they have to refuse.
import { load, type Pbx2fa, type Pbx2faElement, type Pbx2faProblem } from "@pbx-2fa/widget";

const pbx2fa: Pbx2fa = await load(new URL("https://2fa.example.com"));
const id: string = pbx2fa.render("#here", {
  ticket: "tkt",
  theme: "dark",
  execution: "execute",
  callback: (response) => response.toUpperCase(),
  "error-callback": (problem) => console.warn(problem satisfies Pbx2faProblem),
  "expired-callback": () => pbx2fa.reset(id, "another"),
});
pbx2fa.ready(() => pbx2fa.execute(id));
const response: string | undefined = pbx2fa.isExpired(id) ? undefined : pbx2fa.getResponse(id);
pbx2fa.remove(id);
window.pbx2fa satisfies Pbx2fa;

const element: Pbx2faElement = document.createElement("pbx-2fa");
element.addEventListener("pbx-2fa:verified", (event) => event.detail.response === response && event.preventDefault());
element.addEventListener("pbx-2fa:state", (event) => event.detail.state === "locked");
document.querySelector("pbx-2fa")?.restart();

// @ts-expect-error: an edge is needed
load();
// @ts-expect-error: there is no such theme
pbx2fa.render("#here", { theme: "blue" });
// @ts-expect-error: a fresh ticket is needed
pbx2fa.reset(id);
// @ts-expect-error: the response is the widget's to set
element.response = "made up";
// @ts-expect-error: there is no such state
element.addEventListener("pbx-2fa:state", (event) => event.detail.state === "done");
