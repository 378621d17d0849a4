import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts in place of the packed roots of generations 1, 2 … files that say their version, with digests to
 * match, and publishes the last.
 */
export function rewriteRoots(rootimgdir: string, versions: readonly string[]): void {
  for (const [index, version] of versions.entries()) {
    const folder = `${rootimgdir}/generations/${index + 1}`;
    const content = `root ${version}\n`.repeat(1000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
    manifest.pack = { ...manifest.pack, sha256, size: content.length };
    for (const place of [folder, rootimgdir]) {
      writeFileSync(`${place}/${manifest.pack.file}`, content);
      writeFileSync(`${place}/manifest.json`, JSON.stringify(manifest));
    }
  }
}
