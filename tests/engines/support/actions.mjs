// What fingers do, as WebDriver describes it: https://www.w3.org/TR/webdriver2/#actions. BiDi takes the same.

/** Of https://www.w3.org/TR/webdriver2/#keyboard-actions. */
export const KEYS = { Enter: "\uE007", Tab: "\uE004", Control: "\uE009" };

const keyboard = (actions) => [{ type: "key", id: "keyboard", actions }];
const down = (value) => ({ type: "keyDown", value });
const up = (value) => ({ type: "keyUp", value });

/** One character after the other. */
export const typing = (text) => keyboard([...text].flatMap((key) => [down(key), up(key)]));

/** A key, by its name or character, while others are held. */
export function chord(...names) {
  const keys = names.map((name) => KEYS[name] ?? name);
  return keyboard([...keys.map(down), ...keys.toReversed().map(up)]);
}

/** A press of the mouse at a place in the window. */
export function pressing({ x, y }) {
  const there = { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 0 };
  const actions = [there, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
  return [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }];
}
