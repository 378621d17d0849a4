import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { findInstallation } from '../kit/installation.ts';
import { netbootTree } from '../kit/netboot-tree.ts';
import { writeKit } from '../kit/write-kit.ts';
import { digestOf } from '../system/file-digest.ts';
import { callPart, type RootNode } from './node.ts';
import { nodeBase } from './node-script.ts';
import type { InputFile } from './plan-inputs.ts';

/** What was sent, in bytes, and where it lies there. */
export interface SentKit {
  readonly familyDir: string;
  readonly bytes: number;
}

/** Writes the kit of one family. The same content is the same file, whenever it was installed. */
export async function writeFamilyKit(path: string, family: string): Promise<void> {
  const content = { files: await netbootTree(findInstallation(), [family]), families: [family] };
  await writeKit(path, { ...content, node: undefined, newest: 0 });
}

/** Sends the kit of one family, unless the node has this very one. `folder` is a temporary one of ours. */
export async function sendKit(node: RootNode, family: string, folder: string): Promise<SentKit> {
  const path = join(folder, 'kit.tar');
  await writeFamilyKit(path, family);
  const { sha256, size } = await digestOf(path);
  const familyDir = `${nodeBase}/kits/${sha256}/netboot/${family}`;
  const [answer] = await callPart(node, 'kit', [sha256]);
  if (answer !== 'have') await callPart(node, 'putKit', [sha256], createReadStream(path));
  await rm(path);
  return { familyDir, bytes: answer === 'have' ? 0 : size };
}

/** Sends the files that the node does not have yet, and gives the number of bytes. */
export async function sendFiles(node: RootNode, files: readonly InputFile[]): Promise<number> {
  const byDigest = new Map(files.map((file) => [file.sha256, file]));
  if (byDigest.size === 0) return 0;
  const missing = await callPart(
    node,
    'blobs',
    [],
    [...byDigest.keys()].map((digest) => `${digest}\n`).join(''),
  );
  const wanted = missing.flatMap((digest) => byDigest.get(digest) ?? []);
  if (wanted.length === 0) return 0;
  const pack = tar.pack();
  let bytes = 0;
  const fill = async () => {
    for (const { path, sha256 } of wanted) {
      const { size } = await digestOf(path);
      bytes += size;
      await pipeline(createReadStream(path), pack.entry({ name: sha256, size, mode: 0o600 }));
    }
    pack.finalize();
  };
  await Promise.all([
    callPart(node, 'putBlobs', [], pack as AsyncIterable<Buffer>),
    fill().catch((error: Error) => {
      pack.destroy(error);
      throw error;
    }),
  ]);
  return bytes;
}

/** Which of these paths have the same content on the node. */
export async function sameThere(
  node: RootNode,
  paths: readonly { readonly path: string; readonly sha256: string }[],
): Promise<ReadonlySet<string>> {
  const asked = paths.filter(({ path }) => !path.includes('\n'));
  const lines = asked.map(({ path, sha256 }) => `${sha256} ${path}\n`).join('');
  return new Set(lines === '' ? [] : await callPart(node, 'same', [], lines));
}

/** Puts files that were sent in the place of one build, and its plan beside them. */
export async function placeInputs(
  node: RootNode,
  image: string,
  files: readonly InputFile[],
  plan: string,
): Promise<void> {
  const lines = files.map(({ sha256, mode, name }) => `${sha256} ${mode.toString(8)} ${name}\n`);
  await callPart(node, 'place', [image], `${lines.join('')}.\n${plan}`);
}
