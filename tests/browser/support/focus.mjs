// What has the focus, and the way to something with Tab alone.
import { until } from "../../support/wait.mjs";

export const hasFocus = (locator) => locator.evaluate((element) => element.getRootNode().activeElement === element);

/** Waits until this has the focus. */
export async function gets(locator) {
  await locator.waitFor();
  await until(`the focus on ${locator}`, () => hasFocus(locator));
}

/** Presses Tab until the focus is on this; none where it is there already. */
export async function tabTo(person, locator, most = 12) {
  await locator.waitFor();
  for (let times = 0; times <= most; times += 1) {
    if (await hasFocus(locator)) return;
    await person.page.keyboard.press("Tab");
  }
  throw new Error(`not reached with ${most} times Tab: ${locator}`);
}
