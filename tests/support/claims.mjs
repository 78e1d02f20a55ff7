// Claims with one thing wrong: missing, of another type, or a little more or less than it was.
const OF_ANOTHER_TYPE = { nothing: null, true: true, "a list": [], "an object": {}, "an empty text": "", "the text null": "null", "a fraction": 1.5, "a negative": -1, "a huge number": 2 ** 64, zero: 0, "a long text": "x".repeat(300) };

/** Calls with every way in which a claim can be wrong, and the claims as an object or as JSON text. */
export function forEachClaim(claims, call) {
  for (const [name, value] of Object.entries(claims)) {
    const { [name]: _, ...without } = claims;
    call(`${name}: missing`, without);
    for (const [what, wrong] of Object.entries(OF_ANOTHER_TYPE)) call(`${name}: ${what}`, { ...claims, [name]: wrong });
    call(`${name}: in a list`, { ...claims, [name]: [value] });
    for (const [what, text] of Object.entries(near(value))) call(`${name}: ${what}`, rewritten(claims, name, text));
  }
}

/** JSON of values that a careless comparison takes for this one. */
function near(value) {
  if (typeof value === "number") return { "as text": `"${value}"`, "with a fraction": `${value}.5`, "with an exponent": `${value / 10}e1`, "one more": `${value + 1}`, "one less": `${value - 1}`, endless: "1e999" };
  if (typeof value === "string") return { "with a space": JSON.stringify(`${value} `), "in capitals": JSON.stringify(inOtherCase(value)), "without its end": JSON.stringify(value.slice(0, -1)), "with a zero byte": JSON.stringify(`${value}\u0000`) };
  return { "with one more": JSON.stringify([...value, "mfa"]), "with one less": JSON.stringify(value.slice(1)), "turned round": JSON.stringify([...value, "pwd"].reverse()), "as text": JSON.stringify(value.join(" ")) };
}

const inOtherCase = (text) => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase());

const rewritten = (claims, name, text) => {
  const members = Object.entries(claims).map(([member, value]) => `${JSON.stringify(member)}:${member === name ? text : JSON.stringify(value)}`);
  return `{${members.join()}}`;
};
