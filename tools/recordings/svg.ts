import { compressed, type ShownLine, wrapped } from './timeline.ts';

const columns = 100;
const rows = 26;
const lineHeight = 18;
const margin = 14;
/** The widest usual letter of a monospaced font of 13 pixels. */
const columnWidth = 8.05;

export interface Recording {
  readonly title: string;
  readonly lines: readonly ShownLine[];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function lineText(text: string, index: number): string {
  if (text.trim() === '') return '';
  const kind = text.startsWith('$ ') ? ' class="c"' : /^(Warning|Notice):/.test(text) ? ' class="w"' : '';
  return `<text${kind} x="${margin}" y="${index * lineHeight + 13}">${escaped(text)}</text>\n`;
}

/**
 * A terminal as one SVG that needs no script: lines come in from below as they came in the run, once, and the
 * end stays. Who wants no motion sees the end alone.
 */
export function terminalSvg({ title, lines }: Recording): string {
  const shown = compressed(wrapped(lines, columns));
  const end = shown.at(-1)?.at ?? 1;
  const [width, height] = [Math.round(columns * columnWidth + 2 * margin), rows * lineHeight + 2 * margin];
  // When line `index` has come, it is the last row.
  const moved = (index: number) => (rows - index - 1) * lineHeight;
  const steps = shown.map(({ at }, index) => {
    const percent = ((100 * at) / end).toFixed(2);
    return `${percent}%{transform:translateY(${moved(index)}px)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" aria-labelledby="title">
<title id="title">${escaped(title)}</title>
<desc>A real run; pauses are shortened.</desc>
<style>
svg{background:#1b1f24}
text{fill:#e6e9ec;font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}
.c{fill:#9ecbff;font-weight:700}.w{fill:#f0c674}
#run{transform:translateY(${moved(shown.length - 1)}px);animation:run ${(end / 1000).toFixed(1)}s step-end}
@media(prefers-reduced-motion:reduce){#run{animation:none}}
@keyframes run{0%{transform:translateY(${rows * lineHeight}px)}
${steps.join('\n')}}
</style>
<rect width="${width}" height="${height}" rx="6" fill="#1b1f24" stroke="#59626b"/>
<svg x="0" y="${margin}" width="${width}" height="${rows * lineHeight}">
<g id="run" transform-origin="0 0">
${shown.map(({ text }, index) => lineText(text, index)).join('')}</g>
</svg>
</svg>
`;
}
