import { Command } from 'commander';
import { expect, it } from 'vitest';
import { usageLine } from '../../../src/cli/usage-line.ts';

it('says how a command is used, with the subcommand that was typed, and where its options are', () => {
  const plain = new Command('sbom').argument('<name>').option('--format <format>');
  const nested = new Command('cache');
  nested.command('list').option('--json');
  nested.command('prune').argument('[size]');
  expect(usageLine('sbom', ['a', 'b'], plain)).toBe(
    'Usage: rootimg sbom [options] <name> (rootimg sbom -h tells the options)\n',
  );
  expect(usageLine('cache', ['prune', 'x'], nested)).toContain('Usage: rootimg cache prune [options] [size]');
  expect(usageLine('cache', ['x'], nested)).toContain('Usage: rootimg cache list|prune [options]');
  expect(usageLine('genimage', [], undefined)).toContain('Usage: genimage [options] IMAGE (genimage -h');
  expect(usageLine('nosuch', [], undefined)).toBe('rootimg --help lists the commands.\n');
});
