import { expect, it } from 'vitest';
import { makePackWorld } from './pack/world.ts';

/** What every object inherits. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

it.each(inherited)(
  '%s is told as a wrong command, option, attribute, image or key, and never thrown',
  async (name) => {
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
  },
);
