// Response headers. The two sources that pbx-2fa needs are on the pages that show its element, and nowhere else.

const COMMON = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: with that, browsers send `Origin: null` along with a form, and the check of a POST needs it.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** For pages of the portal alone. */
export const plainHeaders = () => ({ ...COMMON, 'content-security-policy': policy("'self'", "'self'") });

/** For pages with `<pbx-2fa>`: its script and WebAssembly, and its calls. */
export const widgetHeaders = (edge) => ({
  ...COMMON,
  'content-security-policy': policy(`'self' ${edge} 'wasm-unsafe-eval'`, `'self' ${edge}`),
});

function policy(scripts, connections) {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `connect-src ${connections}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
