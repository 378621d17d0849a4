import { relative } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

it('no record is asked for a name from outside but by its own names', { timeout: 300_000 }, () => {
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
