// Response headers. The two sources that pbx-2fa needs are on the pages that show its element, and nowhere else.

const COMMON = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Neither `no-referrer` nor `same-origin`: with those, browsers send `Origin: null` along with a form to pbx-2fa, which looks
  // where it comes from.
  'referrer-policy': 'strict-origin',
  'x-content-type-options': 'nosniff',
};

/** For pages of the portal alone. */
export const plainHeaders = () => ({ ...COMMON, 'content-security-policy': policy("'self'", "'self'", "'self'") });

/** For pages with `<pbx-2fa>`: its script and WebAssembly, its calls, and the form that leads to the login without script. */
export const widgetHeaders = (edge) => ({
  ...COMMON,
  'content-security-policy': policy(`'self' ${edge} 'wasm-unsafe-eval'`, `'self' ${edge}`, `'self' ${edge}`),
});

function policy(scripts, connections, forms) {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `connect-src ${connections}`,
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action ${forms}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
