/** A text that outlives the page: on paper, or in a file. Nothing of it stays in the page, and no address holds it. */

const WHOLE_PAGE = "@media screen{[data-pbx-2fa-paper]{display:none}}@media print{body>:not([data-pbx-2fa-paper]){display:none!important}}";
const PAPER = "pre{margin:0;font:13pt/1.8 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap}pre::first-line{font:700 20pt system-ui,sans-serif}";

/** How long a browser may take to begin with the file, in milliseconds. */
const FETCHED = 5_000;

/** Everything else on the page is left out of what is printed, whatever the page's own style says of print. */
export function print(text) {
  const paper = document.createElement("div");
  paper.setAttribute("data-pbx-2fa-paper", "");
  const root = paper.attachShadow({ mode: "closed" });
  root.adoptedStyleSheets = [sheet(PAPER)];
  root.append(document.createElement("pre"));
  root.firstChild.textContent = text;
  const rest = sheet(WHOLE_PAGE);
  document.body.append(paper);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, rest];
  const end = () => {
    paper.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== rest);
  };
  addEventListener("afterprint", end, { once: true });
  window.print();
}

export function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `recovery-codes-${location.hostname}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FETCHED);
}

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
