import { visibleText } from '../../base/visible-text.ts';

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Text for HTML, in an attribute too: nothing of it is markup, and what cannot be seen is spelled out. */
export function escaped(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (sign) => entities.get(sign) ?? sign);
}

/** A column of a table: its title, and whether its cells are figures. */
export interface Column {
  readonly title: string;
  readonly figures?: true;
}

/** A row of a table: its cells as HTML, the first of them names the row; `id` is where links lead. */
export interface Row {
  readonly id?: string;
  readonly cells: readonly string[];
}

/** A table that scrolls by itself where the page is narrow, with the keyboard too. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): string {
  const align = (index: number) => (columns[index]?.figures ? ' class="figure"' : '');
  const head = columns.map(({ title }, index) => `<th scope="col"${align(index)}>${escaped(title)}</th>`);
  const body = rows.map(({ id, cells }) => {
    const shown = cells.map((cell, index) =>
      index === 0 ? `<th scope="row">${cell}</th>` : `<td${align(index)}>${cell}</td>`,
    );
    return `<tr${id === undefined ? '' : ` id="${escaped(id)}"`}>${shown.join('')}</tr>`;
  });
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}">`,
    `<table><caption>${escaped(caption)}</caption>`,
    `<thead><tr>${head.join('')}</tr></thead><tbody>`,
    ...body,
    '</tbody></table></div>',
  ].join('\n');
}
