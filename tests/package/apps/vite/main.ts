// An application without a framework: the explicit functions, and a response that goes to the backend by a call.
import { load } from "@pbx-2fa/widget";

const main = document.querySelector<HTMLElement>("#second-factor")!;
const { edge, ticket } = main.dataset;

const pbx2fa = await load(edge!);
const id = pbx2fa.render(main, {
  ticket,
  lang: "nl-BE",
  async callback(response) {
    const answer = await fetch("/done", { method: "POST", body: new URLSearchParams({ "pbx-2fa-response": response }) });
    pbx2fa.remove(id);
    const title = document.createElement("h1");
    title.textContent = (await answer.text()).match(/<h1>(.*)<\/h1>/)![1];
    main.append(title);
  },
});
