import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DefWorld, makeDefWorld } from './definition/world.ts';

let world: DefWorld;
beforeEach(async () => {
  world = await makeDefWorld('three-images');
});
afterEach(() => world.remove());

describe('rmdef -a', () => {
  it('needs -f', async () => {
    const { code, stderr } = await world.run('rmdef -a');
    expect(code).toBe(1);
    expect(stderr).toContain("You must use the '-f' option when using the '-a' option.");
    expect((await world.run('lsdef -t osimage -s')).stdout).not.toBe('');
  });

  it.each(['rmdef -a -f -t osimage', 'rmdef -a -f imgA', 'rmdef --all -f -o imgA'])(
    'takes neither type nor name: %s',
    async (line) => {
      const before = (await world.run('lsdef -t osimage -z')).stdout;
      expect((await world.run(line)).code).toBe(1);
      expect((await world.run('lsdef -t osimage -z')).stdout).toBe(before);
    },
  );

  it('with -f removes all osimages and leaves the site', async () => {
    await world.run('chdef -t site clustersite timezone=Europe/Berlin');
    expect(await world.run('rmdef -a -f')).toEqual({
      code: 0,
      stdout: '3 object definitions have been removed.\n',
      stderr: '',
    });
    expect((await world.run('lsdef -t osimage')).stdout).toContain('Could not find any object definitions');
    expect((await world.run('lsdef -t site -i timezone')).stdout).toContain('timezone=Europe/Berlin');
    expect((await world.run('rmdef -af')).stdout).toBe(
      'No objects have been removed from the xCAT database.\n',
    );
  });
});
