import { hierarchy, treemap } from 'd3-hierarchy';
import { sizeWords } from '../../base/size-words.ts';
import { escaped } from './html.ts';

/** One part of a whole. */
export interface Tile {
  readonly name: string;
  /** Bytes. */
  readonly bytes: number;
  /** Id of the place of this page that tells more of it. */
  readonly target: string;
  /** A class of the style sheet: what kind of thing it is. */
  readonly kind: string;
}

/** Shapes that a map is drawn in: for wide pages and for narrow ones, in pixels at which its letters are legible. */
const shapes = [
  { name: 'wide', width: 1200, height: 520 },
  { name: 'narrow', width: 360, height: 560 },
] as const;

/** Tiles beyond so many, or below this share of the whole, are too small to be seen or hit. */
const limits = { tiles: 150, share: 0.001 } as const;

/** Room that letters take, in pixels. */
const letters = { narrowest: 30, height: 13, margin: 4 } as const;

/**
 * The parts of a whole as areas, drawn for wide and for narrow pages; the style sheet shows one of them. What is
 * too small is one tile together, which leads to `rest`.
 */
export function treemaps(title: string, tiles: readonly Tile[], rest: string): string {
  const shown = withRest(tiles, rest);
  return shapes.map((shape) => treemapSvg(title, shown, shape)).join('\n');
}

function withRest(tiles: readonly Tile[], target: string): Tile[] {
  const total = tiles.reduce((bytes, one) => bytes + one.bytes, 0);
  const sorted = tiles.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const large = sorted.slice(0, limits.tiles).filter(({ bytes }) => bytes >= total * limits.share);
  const small = sorted.slice(large.length);
  const bytes = small.reduce((sum, one) => sum + one.bytes, 0);
  if (small.length === 0) return large;
  return [...large, { name: `${small.length} smaller ones`, bytes, target, kind: 'rest' }];
}

interface Shape {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

type Node = { readonly tiles: readonly Tile[] } | Tile;

function treemapSvg(title: string, tiles: readonly Tile[], { name, width, height }: Shape): string {
  const root = hierarchy<Node>({ tiles }, (node) => ('tiles' in node ? node.tiles : undefined))
    .sum((node) => ('tiles' in node ? 0 : node.bytes))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const placed = treemap<Node>().size([width, height]).paddingInner(1).round(true)(root).leaves();
  const links = placed.flatMap(({ data, x0, y0, x1, y1 }) =>
    'tiles' in data ? [] : [tileLink(data, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 })],
  );
  return [
    `<svg class="map ${name}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${escaped(title)}">`,
    ...links,
    '</svg>',
  ].join('\n');
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function tileLink({ name, bytes, target, kind }: Tile, { x, y, width, height }: Area): string {
  const size = sizeWords(bytes);
  const line = (text: string, row: number) => {
    const isSeen = height >= row * letters.height + letters.margin && width >= letters.narrowest;
    return isSeen ? `<text x="${letters.margin}" y="${row * letters.height}">${escaped(text)}</text>` : '';
  };
  return [
    `<a class="${kind}" href="#${escaped(target)}" aria-label="${escaped(`${name} ${size}`)}">`,
    `<title>${escaped(`${name}: ${size}`)}</title>`,
    // An svg of its own cuts off the letters that go beyond it.
    `<svg x="${x}" y="${y}" width="${width}" height="${height}"><rect width="100%" height="100%"/>`,
    ...[line(name, 1), ' ', line(size, 2)],
    '</svg></a>',
  ].join('');
}
