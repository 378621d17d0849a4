import { expect, it } from 'vitest';
import { askImage } from '../../../../src/cli/genimage/ask-image.ts';
import type { Store } from '../../../../src/definition/store-type.ts';

const images = { install: 'install', first: 'netboot', second: 'statelite', none: undefined };
const objects = Object.entries(images).map(([name, provmethod]) => ({
  ...{ type: 'osimage', name, origins: new Map() },
  attributes: new Map(provmethod === undefined ? [] : [['provmethod', provmethod]]),
}));
const store = (of: typeof objects) =>
  ({ readAll: () => Promise.resolve({ objects: of, problems: [] }) }) as unknown as Store;

async function choose(...answers: (string | undefined)[]) {
  const questions: string[] = [];
  const chosen = await askImage(store(objects), (question) => {
    questions.push(question);
    return Promise.resolve(answers.shift());
  });
  return { chosen, questions };
}

it('offers the images that can be built, the first where nothing is typed', async () => {
  const { chosen, questions } = await choose('');
  expect(chosen).toBe('first');
  expect(questions).toEqual(['Available images:\n   first\n   second\nWhich image? [first] ']);
});

it('asks again after a wrong answer, and ends with the input', async () => {
  const { chosen, questions } = await choose('install', ' second ');
  expect([chosen, questions.length]).toEqual(['second', 2]);
  expect(questions[1]).toMatch(/^There is no image install to build\.\n/);
  expect((await choose('x', undefined)).chosen).toBeUndefined();
});

it('asks nothing where there is no image', async () => {
  const none = await askImage(store([]), () => Promise.reject(new Error('asked')));
  expect(none).toBeUndefined();
});
