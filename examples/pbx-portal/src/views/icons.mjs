// Line icons, drawn on a grid of 24. Decorative: the words beside them say the same.

import { html } from '../html.mjs';

const SHAPES = {
  extensions: html`<rect x="4" y="3" width="16" height="18" rx="3"/><path d="M8 7h8M8 12h.01M12 12h.01M16 12h.01M8 16h.01M12 16h.01M16 16h.01"/>`,
  calls: html`<path d="M6 3h3l2 5-2.5 1.8a12 12 0 0 0 5.7 5.7L16 13l5 2v3a3 3 0 0 1-3.3 3A16.5 16.5 0 0 1 3 6.3A3 3 0 0 1 6 3Z"/>`,
  security: html`<path d="M12 3l7 3v5c0 5-3 8.5-7 10-4-1.5-7-5-7-10V6Z"/><path d="M9 12l2.2 2.2L15.5 10"/>`,
  settings: html`<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/>`,
  logout: html`<path d="M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4M19 12H9"/>`,
  phone: html`<rect x="7" y="2.5" width="10" height="19" rx="2.5"/><path d="M11 18.5h2"/>`,
  in: html`<path d="M18 6L7 17M7 9v8h8"/>`,
  out: html`<path d="M6 18L17 7M9 7h8v8"/>`,
  missed: html`<path d="M4 8l7 7 8-8M13 7h6v6"/>`,
  voice: html`<path d="M4 9.5v5h3.5L12 18.500V5.500L7.5 9.500ZM15.5 9a4.5 4.5 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>`,
  check: html`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  alert: html`<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.5h.01"/>`,
  info: html`<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5h.01"/>`,
};

export const icon = (name) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;

/** The mark of the vendor: a handset as the tail of a Q. */
export const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <rect class="mark-ground" width="32" height="32" rx="9"/>
  <circle class="mark-line" cx="15" cy="15" r="7"/><path class="mark-line" d="M18.5 18.5l5 5"/><circle class="mark-dot" cx="15" cy="15" r="2"/>
</svg>`;
