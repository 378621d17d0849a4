import { networkInterfaces } from 'node:os';
import { RootimgError } from '../../base/errors.ts';
import { nameFault } from '../../definition/object.ts';

/** What `rootimg init` needs to know; undefined: nothing is set. */
export interface Answers {
  readonly installdir: string;
  readonly tftpdir: string;
  readonly master: string | undefined;
  /** Comma list of URLs and folders. */
  readonly pkgdir: string | undefined;
  readonly image: string;
}

interface Question {
  readonly text: string;
  /** What is wrong with an answer that is not empty; undefined when nothing is. */
  readonly fault: (answer: string) => string | undefined;
}

const folder: Question['fault'] = (answer) =>
  /^\/[^\s,]*$/.test(answer) ? undefined : 'an absolute path without blanks is expected';

/** In the order in which they are asked. */
const questions: Readonly<Record<keyof Answers, Question>> = {
  installdir: { text: 'Folder for packages and images', fault: folder },
  tftpdir: { text: 'Folder of the TFTP server', fault: folder },
  master: {
    text: 'Address of this host, as nodes reach it',
    fault: (answer) =>
      /^[\w.:-]+$/.test(answer) ? undefined : 'a name or an address is expected, without port',
  },
  pkgdir: {
    text: 'Repositories of the first image, URLs and folders with commas between',
    fault: (answer) =>
      answer.split(',').every((one) => /^(\/|(https?|ftp|file):\/)\S*$/.test(one))
        ? undefined
        : 'absolute paths and URLs are expected, with commas between',
  },
  image: { text: 'Name of the first image', fault: nameFault },
};

/** Asks each question until its answer fits; an empty one takes what stands in brackets. */
export async function askAll(
  defaults: Answers,
  asked: readonly (keyof Answers)[],
  ask: (question: string) => Promise<string | undefined>,
): Promise<Answers> {
  const answers = { ...defaults };
  for (const key of asked) {
    const answer = await askOne(questions[key], shownDefault(key, defaults[key]), ask);
    if (answer !== '') answers[key] = answer;
  }
  return answers;
}

/** Without repositories in its definition an image gets those of its host, where genimage can ask for them. */
function shownDefault(key: keyof Answers, value: string | undefined): string {
  return value ?? (key === 'pkgdir' ? 'those of this host' : 'none');
}

async function askOne(
  { text, fault }: Question,
  shown: string,
  ask: (question: string) => Promise<string | undefined>,
): Promise<string> {
  let wrong = '';
  for (;;) {
    const answer = (await ask(`${wrong}${text} [${shown}]: `))?.trim();
    if (answer === undefined) {
      throw new RootimgError('init-unanswered', 'The questions were not answered; nothing was changed.');
    }
    const why = answer === '' ? undefined : fault(answer);
    if (why === undefined) return answer;
    wrong = `Not '${answer}': ${why}.\n`;
  }
}

/** The first address of this host that others may reach; private ones before others. */
export function ownAddress(interfaces = networkInterfaces()): string | undefined {
  const addresses = Object.values(interfaces)
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  return addresses.find((one) => /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(one)) ?? addresses[0];
}
