import { type BootedNode, bootedNode } from '../../plan/booted-node.ts';

/** A name of a node, what xdsh and pdsh put behind it, and what the node has printed. */
const nodeLine = /^([\w.-]{1,255}): (.*)$/;

/** A line of /run/rootimg/booted, as it is or as the boot report has it. */
const valueLine = /^(?:booted-)?([a-z]+)=(.*)$/;

/**
 * What nodes say that they run, by name, of the lines that xdsh or pdsh print for `cat /run/rootimg/booted`.
 * A node that says nothing of it, as one without that file, has undefined; lines of nobody are passed over.
 */
export function readReports(text: string): Map<string, BootedNode | undefined> {
  const said = new Map<string, Map<string, string>>();
  for (const line of text.split(/\r?\n/)) {
    const [, node, words = ''] = nodeLine.exec(line) ?? [];
    if (node === undefined) continue;
    let values = said.get(node);
    if (values === undefined) said.set(node, (values = new Map()));
    const [, name, value = ''] = valueLine.exec(words.trim()) ?? [];
    if (name !== undefined) values.set(name, value.trim());
  }
  return new Map([...said].map(([node, values]) => [node, bootedNode(values)]));
}

/** The same of the lines of a single node. */
export function readReport(lines: readonly string[]): BootedNode | undefined {
  return readReports(lines.map((line) => `node: ${line}`).join('\n')).get('node');
}
