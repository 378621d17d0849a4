import type { Store } from '../../definition/store.ts';

/**
 * Lets a person choose among the images that genimage can build; undefined when there is none or no answer.
 * Asks again after a wrong one.
 */
export async function askImage(
  store: Store,
  ask: (question: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { objects } = await store.readAll('osimage');
  const names = objects
    .filter((object) => ['netboot', 'statelite'].includes(object.attributes.get('provmethod') ?? ''))
    .map((object) => object.name);
  const [first] = names;
  if (first === undefined) return undefined;
  const question = `Available images:\n${names.map((name) => `   ${name}\n`).join('')}Which image? [${first}] `;
  let wrong = '';
  for (;;) {
    const answer = (await ask(`${wrong}${question}`))?.trim();
    if (answer === undefined) return undefined;
    if (answer === '') return first;
    if (names.includes(answer)) return answer;
    wrong = `There is no image ${answer} to build.\n`;
  }
}
