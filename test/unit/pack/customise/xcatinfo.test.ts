import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  uuidHash,
  formatDate,
  newUuid,
  noUuid,
  xcatinfoText,
} from '../../../../src/pack/customise/xcatinfo.ts';

test.each([0, 951_782_399, 1_700_000_000, 1_704_067_201, 4_102_444_800])(
  '%i is written as date writes it',
  (seconds) => {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    expect(formatDate(seconds)).toBe(
      execFileSync('date', ['-d', `@${seconds}`], { env, encoding: 'utf8' }).trim(),
    );
  },
);

test('a shell that reads xcatinfo gets the values, whatever the name', () => {
  const text = xcatinfoText({ name: "my 'odd' $image", uuid: noUuid, seconds: 0 });
  const shown = execFileSync(
    'sh',
    ['-c', `${text}printf '%s|%s|%s' "$IMAGENAME" "$IMAGEUUID" "$TIMESTAMP"`],
    {
      encoding: 'utf8',
    },
  );
  expect(shown).toBe(`my 'odd' $image|${noUuid}|Thu Jan  1 00:00:00 UTC 1970`);
  expect(xcatinfoText({ name: 'myimg', uuid: newUuid(), seconds: 1_700_000_000 })).toHaveLength(108);
});

test('a derived uuid is of version 5 and depends on all bytes and on nothing else', () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const derivedUuid = (pieces: (string | Buffer)[]) => {
    const hash = uuidHash();
    for (const piece of pieces) hash.update(piece);
    return hash.uuid();
  };
  expect(derivedUuid(['a', Buffer.from('b')])).toMatch(shape);
  expect(derivedUuid(['a', 'b'])).toBe(derivedUuid(['ab']));
  expect(derivedUuid(['ab'])).not.toBe(derivedUuid(['ac']));
  expect(newUuid()).not.toBe(newUuid());
});
