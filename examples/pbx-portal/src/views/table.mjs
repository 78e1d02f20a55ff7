// A table that becomes a list on a narrow screen. The roles are written out, because a table that is laid out
// otherwise is no longer one to assistive technology.

import { html } from '../html.mjs';

/**
 * `columns` are `{ head, place }`, where `place` says what a column is in a row of the list: `lead` stands before it, `main` is its
 * first line, `side` stands beside that where there is room.
 */
export const table = (caption, columns, rows) => html`<div class="card table-card"><table role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ head }) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${cells.map((cell, index) => html`<td role="cell" class="${columns[index].place ?? 'more'}-cell">${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
