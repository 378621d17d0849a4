import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Scope } from '../system/scope.ts';
import { type NodeReport, parseNodeReport } from './node-report.ts';

export interface ReportPort {
  /** Where QEMU connects the guest's report terminal to. */
  readonly socket: string;
  /** Resolves when the node has reported. */
  readonly report: Promise<NodeReport>;
}

/** Listens for a node's report on a socket in `folder`, until the scope ends. */
export async function openReportPort(folder: string, scope: Scope): Promise<ReportPort> {
  const socket = join(folder, 'report');
  let arrived: (report: NodeReport) => void = () => {};
  const report = new Promise<NodeReport>((resolve) => {
    arrived = resolve;
  });
  const server = createServer((connection) => {
    let text = '';
    connection.setEncoding('utf8');
    // QEMU that is killed resets the connection; how it ended is told elsewhere.
    connection.on('error', () => {});
    connection.on('data', (chunk: string) => {
      text += chunk;
      const found = parseNodeReport(text);
      if (found !== undefined) arrived(found);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  scope.defer('report socket', () => void server.close());
  return { socket, report };
}
