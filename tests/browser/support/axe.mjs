// axe-core, in the page. It goes in by the browser's debugger, so the page's policy need not allow it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Every rule of axe on everything inside `within`; without it on the whole page, but for the page's link past its head:
 * axe knows such a link by the position of the page's first other link, and has no position for one in a shadow root. `but` names
 * the rules that it cannot judge there.
 */
export async function assertAccessible(person, what, within, { but = [] } = {}) {
  await person.page.evaluate(source);
  const violations = await person.page.evaluate(async ([selector, but]) => {
    const rules = Object.fromEntries(but.map((rule) => [rule, { enabled: false }]));
    const { violations } = await window.axe.run(selector ?? { exclude: [".skip"] }, { resultTypes: ["violations"], rules });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ target, failureSummary }) => `${target.flat().join(" ")}: ${failureSummary}`) }));
  }, [within, but]);
  assert.deepEqual(violations, [], `${what}: ${JSON.stringify(violations, null, 1)}`);
}
