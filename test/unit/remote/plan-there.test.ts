import { expect, test } from 'vitest';
import { namedAsHere, planThere, planText } from '../../../src/remote/plan-there.ts';
import { parseJson } from '../../../src/plan/parse-json.ts';
import { shownPlanSchema } from '../../../src/plan/shown-plan.ts';
import { aPlan } from '../genimage/a-plan.ts';

const origin = { file: '/install/a.pkglist', line: 1 };
const pass = {
  install: [
    { name: '/install/own.rpm', origin },
    { name: 'bash', origin },
  ],
  removeBefore: [],
  removeAfter: [],
  environment: [],
};
const plan = aPlan({
  passes: [pass],
  keys: ['/keys/a'],
  postinstall: [{ path: '/install/post', args: ['/install/post'] }],
  files: [{ path: '/install/post', sha256: 'aa', role: 'postinstall' }],
  repositories: [
    { id: 'pkgdir-0', url: 'file:///install/rocky9.4', from: 'pkgdir' },
    { id: 'pkgdir-1', url: 'https://mirror/x', from: 'pkgdir' },
  ],
  tftpImageDir: '/tftpboot/xcat/osimage/compute',
});
const places = {
  rootimgdir: '/there/image',
  postscriptsDir: '/there/postscripts',
  files: new Map([
    ['/install/post', '/there/0/post'],
    ['/keys/a', '/there/1/a'],
    ['/install/own.rpm', '/there/2/own.rpm'],
  ]),
  repositories: new Map([['file:///install/rocky9.4', 'http://127.0.0.1:700/pkgdir-0']]),
};

test('a plan for a node names every file and repository as the node has it', () => {
  const there = planThere(plan, places);
  expect(there.passes[0]?.install.map(({ name }) => name)).toEqual(['/there/2/own.rpm', 'bash']);
  expect(there.keys).toEqual(['/there/1/a']);
  expect(there.postinstall).toEqual([{ path: '/there/0/post', args: ['/install/post'] }]);
  expect(there.files).toEqual([{ path: '/there/0/post', sha256: 'aa', role: 'postinstall' }]);
  expect(there.repositories.map(({ url }) => url)).toEqual([
    'http://127.0.0.1:700/pkgdir-0',
    'https://mirror/x',
  ]);
  expect(there).toMatchObject({
    image: { rootimgdir: '/there/image' },
    postscriptsDir: '/there/postscripts',
  });
  expect(there.tftpImageDir).toBeUndefined();
});

test('what it says of them is told with the names that they have here', () => {
  const here = namedAsHere(places, plan);
  expect(here('/there/0/post failed in /there/image/rootimg')).toBe(
    `/install/post failed in ${plan.image.rootimgdir}/rootimg`,
  );
  expect(here('http://127.0.0.1:700/pkgdir-0/repodata')).toBe('file:///install/rocky9.4/repodata');
});

test('genimage --plan on the node understands it', () => {
  const text = planText(plan, places, '/kit/rocky');
  expect(shownPlanSchema.parse(parseJson(text)).command).toMatch(/^cd \/kit\/rocky; \.\/genimage /);
});
