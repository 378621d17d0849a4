import { type Document, isAlias, LineCounter, parseDocument } from 'yaml';
import type { Origin, Problem } from '../base/errors.ts';

/** A YAML (or JSON) file as a tree whose nodes know their lines. */
export interface YamlFile {
  readonly document: Document.Parsed;
  /** Where a node stands; the whole file for anything else. */
  at(node: unknown): Origin;
  /** The node that an alias (`*name`) stands for; any other node as it is. */
  target(node: unknown): unknown;
  readonly problems: readonly Problem[];
}

/**
 * Reads YAML text. With `failsafe` every scalar is text as it was written, so that 0755, yes and 1.10 stay
 * what they are.
 */
export function readYaml(text: string, file: string, schema: 'core' | 'failsafe'): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema,
    logLevel: 'silent',
  });
  const lineAt = (offset: number): Origin => ({ file, line: Math.max(1, lines.linePos(offset).line) });
  return {
    document,
    at: (node) => {
      const start = offsetOf(node);
      return start === undefined ? { file } : lineAt(start);
    },
    target: (node) => (isAlias(node) ? node.resolve(document) : node),
    problems: document.errors.map(({ message, pos }) => ({
      code: 'yaml',
      message: `This is not YAML: ${message.replace(/\.?$/, '.')}`,
      origin: lineAt(pos[0]),
    })),
  };
}

function offsetOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}
