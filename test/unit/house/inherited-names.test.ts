import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { normaliseArch, osarchOf } from '../../../src/base/architecture.ts';
import { fileErrorWords } from '../../../src/base/errors.ts';
import { machineFor } from '../../../src/boot/machine.ts';
import { readStanza } from '../../../src/definition/stanza.ts';
import { writeStanza } from '../../../src/definition/stanza-write.ts';
import { patternTest } from '../../../src/pack/select/fnmatch.ts';
import { substituteVariables } from '../../../src/resolve/directives.ts';
import { readEnviron } from '../../../src/resolve/environ.ts';
import { readPackageLists } from '../../../src/resolve/package-list.ts';
import { readSyncLists } from '../../../src/resolve/sync-list.ts';
import { makePackWorld } from '../../integration/pack/world.ts';

/** What every object inherits. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

describe.each(inherited)('a name from outside that is %s', (name) => {
  it('is a variable like any other, set or not', async () => {
    const { variables } = readEnviron(`${name}=value,A=1`);
    expect(substituteVariables(`$${name} $\{${name}}`, variables)).toBe('value value');
    expect(substituteVariables(`$${name}`, { A: '1' })).toBe(`$${name}`);
    const folder = await mkdtemp(join(tmpdir(), 'rootimg-own-'));
    try {
      await writeFile(join(folder, 'list'), `#INCLUDE:$${name}/x#\n`);
      const { problems } = await readPackageLists('list', 'pkglist', { cwd: folder, variables: {} });
      expect(JSON.stringify(problems)).toContain(`$${name}`);
      await writeFile(join(folder, 'sync'), `/etc/$${name} -> /x\n`);
      const lists = await readSyncLists('sync', folder, {});
      expect(lists.problems[0]?.message).toBe(`The file '/etc/$${name}' does not exist.`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is an unknown architecture, error and class', () => {
    expect([normaliseArch(name), osarchOf(name)]).toEqual([name, name]);
    expect(() => machineFor(name)).toThrow(expect.objectContaining({ code: 'boot-arch' }));
    expect(fileErrorWords(Object.assign(new Error(), { code: name }))).toBe(name);
    expect(patternTest(`[[:${name}:]]`)('c')).toBe(false);
  });

  it('is the name of a definition like any other', () => {
    const attributes = new Map([['osvers', name]]);
    const text = writeStanza([{ name, type: 'osimage', attributes, origins: new Map() }]);
    const { objects, problems } = readStanza(text, 'x');
    expect(problems).toEqual([]);
    expect(objects.map((object) => [object.name, object.attributes.get('osvers')?.value])).toEqual([
      [name, name],
    ]);
  });

  it('is told as a wrong command, option, attribute, image or key, and never thrown', async () => {
    const world = makePackWorld();
    try {
      world.write('home/config.yaml', `${name}: 1\npackimage:\n  ${name}: 2\n`);
      world.write('inventory.json', JSON.stringify({ osimage: { [name]: { [name]: { [name]: 'x' } } } }));
      const lines = [
        ...[`rootimg ${name}`, `packimage --${name} x`, `packimage -c ${name} x`, `packimage ${name}`],
        ...[`lsdef -t osimage -o ${name}`, `lsdef -t ${name}`, `chdef -t osimage -o ${name} ${name}=1`],
        ...[`mkdef -t osimage -o x ${name}=1`, `genimage --dryrun ${name}`, `rootimg check ${name}`],
        ...[`rootimg import ${world.base}/inventory.json`, `rootimg show ${name} x`],
      ];
      for (const line of lines) {
        const { code, stderr } = await world.run(line);
        expect([line, code, stderr.includes('bug in rootimg'), stderr.includes('native code')]).toEqual([
          line,
          expect.any(Number),
          false,
          false,
        ]);
      }
    } finally {
      world.remove();
    }
  });
});

it('no record is asked for a name from outside but by its own names', () => {
  const file = ts.findConfigFile('.', ts.sys.fileExists) ?? '';
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    '.',
  );
  const program = ts.createProgram(
    fileNames.filter((name) => relative('.', name).startsWith('src/')),
    options,
  );
  const checker = program.getTypeChecker();
  const isText = (type: ts.Type): boolean =>
    type.isUnion() ? type.types.some(isText) : (type.flags & ts.TypeFlags.String) !== 0;
  const found: string[] = [];
  for (const source of program.getSourceFiles()) {
    const path = relative('.', source.fileName);
    if (!path.startsWith('src/')) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isElementAccessExpression(node) && isText(checker.getTypeAtLocation(node.argumentExpression)))
        found.push(`${path}: ${node.getText()}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(found.filter((one) => !known.has(one))).toEqual([]);
});

/** Here names come from the code itself, or the record inherits nothing. */
const known = new Set([
  'src/base/own.ts: record[name]',
  "src/boot/node-report.ts: seconds[name.slice('at-'.length)]",
  'src/cli/definitions/def-derive.ts: values[name]',
  'src/definition/inventory-write.ts: tree[first]',
  'src/definition/site.ts: site[name]',
  'src/genimage/build-step.ts: build.times[title]',
  "src/genimage/initrd/initrd-inputs.ts: dataWithoutSecrets({ [name]: task.environment[name] ?? '' })[name]",
  'src/genimage/initrd/initrd-inputs.ts: task.environment[name]',
  "src/packages/dnf/dnf-origins.ts: origins[nevra.replace(/-0:/, '-')]",
  'src/resolve/environ.ts: variables[name]',
  'src/sign/openssl.ts: env[name]',
  'src/system/child-environment.ts: environment[name]',
  'src/system/child-environment.ts: process.env[name]',
  'src/system/http/proxy.ts: environment[name]',
]);
