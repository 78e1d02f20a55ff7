// Durable Objects, by RPC. JSON text both ways.

/** How long an object may take, ms. It decides without waiting for anything; later than this it will not answer at all. */
const DEADLINE = 10_000;

/** The object that owns an account carries out one command. */
export function apply(env, name, call) {
  return within(DEADLINE, env.OWNERS.getByName(name).apply(call));
}

/** The object that owns an account answers once there is news of it, or after twenty seconds. */
export function watch(env, name, account, call) {
  return within(20_000 + DEADLINE, env.OWNERS.getByName(name).watch(account, call));
}

/** The object that owns an account reads a page of its trail. */
export function trail(env, name, call) {
  return within(DEADLINE, env.OWNERS.getByName(name).trail(call));
}

/** The object that owns accounts goes over a page of them. */
export function walk(env, name, call) {
  return within(DEADLINE, env.OWNERS.getByName(name).walk(call));
}

/** The deployment's one directory answers a question. */
export function consult(env, question) {
  return within(DEADLINE, env.DIRECTORY.getByName("directory").consult(question));
}

function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the object did not answer in time")), milliseconds);
    const settle = (how) => (value) => {
      clearTimeout(timer);
      how(value);
    };
    promise.then(settle(resolve), settle(reject));
  });
}
