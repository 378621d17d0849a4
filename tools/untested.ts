// npm run untested: lists the files of src/ that have logic and no unit test at the same place below
// test/unit/. Some of them are tested by whole commands in test/integration and test/e2e.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A file with nothing but types, constants and what it passes on has nothing to test. */
function hasLogic(file: string): boolean {
  return /^(export )?(default )?(async )?function\b|=\s(async )?\(.*=>/m.test(readFileSync(file, 'utf8'));
}

const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative('src', join(entry.parentPath, entry.name)))
  .filter((file) => hasLogic(join('src', file)));
const untested = files.filter((file) => !existsSync(join('test/unit', file.replace(/\.ts$/, '.test.ts'))));
for (const file of untested.sort()) console.log(`src/${file}`);
console.log(`${untested.length} of ${files.length} files with logic have no unit test of their own`);
