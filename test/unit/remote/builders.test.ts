import { expect, test } from 'vitest';
import { type Builder, openFirstFitting, targetOf, whyNotFor } from '../../../src/remote/builders.ts';
import { withScope } from '../../../src/system/scope.ts';

const image = { arch: 'x86_64', osvers: 'rocky9.4' };

test.each<[Omit<Builder, 'name'>, string | undefined]>([
  [{}, undefined],
  [{ arch: 'amd64' }, undefined],
  [{ arch: 'ppc64le' }, 'It is for ppc64le, the image is for x86_64.'],
  [{ osvers: 'rocky9' }, undefined],
  [{ osvers: 'rocky9.4' }, undefined],
  [{ osvers: 'rocky9.40' }, 'It is for rocky9.40, the image is of rocky9.4.'],
  [{ osvers: 'rocky' }, 'It is for rocky, the image is of rocky9.4.'],
  [{ osvers: ['debian12', 'rocky8'] }, 'It is for debian12, rocky8, the image is of rocky9.4.'],
  [{ osvers: ['debian12', 'rocky9'] }, undefined],
])('whether a builder %j is for an image', (builder, why) => {
  expect(whyNotFor({ name: 'n1', ...builder }, image)).toBe(why);
});

test('a host of the list is reached by what stands there, any other by its name', () => {
  const builders = [{ name: 'n1', user: 'anna', options: ['Port=2222'] }, { name: 'n2' }];
  expect(targetOf('n1', builders)).toEqual({ host: 'anna@n1', options: ['Port=2222'] });
  expect(targetOf('n2', builders)).toEqual({ host: 'n2', options: [] });
  expect(targetOf('root@n1', builders)).toEqual({ host: 'root@n1' });
});

test('where no builder fits, the reasons of all are told', async () => {
  const builders = [
    { name: 'n1', arch: 'ppc64le' },
    { name: 'n2', osvers: 'rocky8' },
  ];
  const asker = { env: {}, askPassword: async () => undefined };
  const opened = (list: readonly Builder[]) =>
    withScope((scope) => openFirstFitting(scope, list, image, asker, { arch: 'x86_64', tools: [] }));
  await expect(opened(builders)).rejects.toMatchObject({
    code: 'no-builder',
    details: [
      '  n1: It is for ppc64le, the image is for x86_64.',
      '  n2: It is for rocky8, the image is of rocky9.4.',
    ],
  });
  await expect(opened([])).rejects.toMatchObject({
    message: 'There is no list of hosts to choose from.',
  });
});
