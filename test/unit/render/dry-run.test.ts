import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { type BuildRequest, buildRequestSchema } from '../../../src/plan/request.ts';
import { renderDryRun } from '../../../src/render/dry-run.ts';
import { nodeOptions } from '../../../src/render/options.ts';
import { parseNodeArguments } from '../../../src/render/parse-arguments.ts';
import { quoteWord } from '../../../src/base/quote.ts';

const worked: BuildRequest = {
  ...emptyRequest(),
  imageName: 'mycomputeimage',
  arch: 'x86_64',
  osvers: 'rhels6.3',
  profile: 'compute',
  permission: '755',
  srcdir: '/install/rhels6.3/x86_64',
  pkglist: '/opt/xcat/share/xcat/netboot/rh/compute.rhels6.x86_64.pkglist',
  otherpkgdir: '/install/post/otherpkgs/rhels6.3/x86_64',
  postinstall: '/opt/xcat/share/xcat/netboot/rh/compute.rhels6.x86_64.postinstall',
  rootimgdir: '/install/netboot/rhels6.3/x86_64/compute',
};

/** A word as people and machines write it: plain, or with all that shells care for. */
const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_./,:=@%+-]{1,12}$/),
  fc.string({
    unit: fc.constantFrom(...' \t\n\'"$`\\!*?[]{}()<>|&;#~=-^%a/,é'),
    minLength: 1,
    maxLength: 12,
  }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0')),
);

const request: fc.Arbitrary<BuildRequest> = fc
  .record(
    Object.fromEntries([
      ...nodeOptions.map((option) => [
        option.field,
        option.takesValue ? fc.option(word, { nil: undefined }) : fc.boolean(),
      ]),
      ['imageName', fc.option(word, { nil: undefined })],
    ]) as Record<string, fc.Arbitrary<unknown>>,
  )
  .map((fields) => {
    const set = Object.entries(fields).filter(([, value]) => value !== undefined);
    return { ...emptyRequest(), ...Object.fromEntries(set) } as BuildRequest;
  });

/**
 * Runs lines in one real shell, with a genimage that answers the words it was given, and gives those of each
 * line.
 */
function throughShell(lines: readonly string[]): string[][] {
  const answers = lines.map(
    (line) => `say${line.slice(line.indexOf('; ./genimage') + '; ./genimage'.length)}`,
  );
  const script = `say() { printf '%s\\0' "$@"; printf '\\1\\0'; }\n${answers.join('\n')}\n`;
  const output = execFileSync('sh', { input: script, maxBuffer: 1e8 }).toString('utf8');
  return output
    .split('\x01\0')
    .slice(0, -1)
    .map((part) => part.split('\0').slice(0, -1));
}

describe('renderDryRun', () => {
  it('prints the worked example word for word', () => {
    expect(renderDryRun(worked, '/opt/xcat/share/xcat/netboot/rh')).toBe(
      'cd /opt/xcat/share/xcat/netboot/rh; ./genimage -a x86_64 -o rhels6.3 -p compute --permission 755 --srcdir /install/rhels6.3/x86_64 --pkglist /opt/xcat/share/xcat/netboot/rh/compute.rhels6.x86_64.pkglist --otherpkgdir /install/post/otherpkgs/rhels6.3/x86_64 --postinstall /opt/xcat/share/xcat/netboot/rh/compute.rhels6.x86_64.postinstall --rootimgdir /install/netboot/rhels6.3/x86_64/compute mycomputeimage',
    );
  });

  it('has every field of a request, in the order of the contract', () => {
    const theirs = nodeOptions.findLastIndex((option) => option.ours !== true) + 1;
    const flags = nodeOptions
      .slice(0, theirs)
      .map((option) => option.names[0])
      .join(' ');
    expect(flags).toBe(
      'a o p n i r l t k g m permission kerneldir interactive onlyinitrd env srcdir pkglist otherpkgdir ' +
        'otherpkglist postinstall rootimgdir driverupdatesrc ignorekernelchk noupdate timezone',
    );
    const fields = [...nodeOptions.map((option) => option.field), 'imageName', 'schema'];
    expect(fields.sort()).toEqual(Object.keys(buildRequestSchema.shape).sort());
  });

  it('prints switches without a value, the name last, and 0 as a value', () => {
    const line = renderDryRun(
      { ...emptyRequest(), noupdate: true, ignorekernelchk: true, rootlimit: '0', imageName: 'x' },
      '/n/rh',
    );
    expect(line).toBe('cd /n/rh; ./genimage -l 0 --ignorekernelchk --noupdate x');
  });

  it('quotes the folder where a shell needs it', () => {
    expect(renderDryRun(emptyRequest(), "/my x/it's")).toBe("cd '/my x/it'\\''s'; ./genimage");
  });

  it('keeps a name that looks like an option', () => {
    const odd = { ...emptyRequest(), imageName: '--noupdate' };
    expect(parseNodeArguments(throughShell([renderDryRun(odd, '/n/rh')])[0] ?? [])).toEqual(odd);
  });

  it('is read back equal by a real shell and by the node', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 60, maxLength: 60 }), (requests) => {
        const words = throughShell(requests.map((one) => renderDryRun(one, '/n/rh')));
        expect(words.map((argv) => parseNodeArguments(argv))).toEqual(requests);
      }),
      { numRuns: 12 },
    );
  });
});

describe('quoteWord', () => {
  it.each([
    ['/a/b-c_d.e:f,g@h%i+j=k', '/a/b-c_d.e:f,g@h%i+j=k'],
    ['', "''"],
    ['a b', "'a b'"],
    ['=x', "'=x'"],
    ['~x', "'~x'"],
    ['{a,b}', "'{a,b}'"],
    ["'", "''\\'''"],
  ])('%j', (given, expected) => {
    expect(quoteWord(given)).toBe(expected);
  });
});

describe('parseNodeArguments', () => {
  it('takes abbreviations, --opt=value and options after the name', () => {
    expect(
      parseNodeArguments(['compute', '-o=rhels9.4', '--perm=755', '--pkgl', '/a', '-i', 'eth0']),
    ).toEqual({
      ...emptyRequest(),
      imageName: 'compute',
      osvers: 'rhels9.4',
      permission: '755',
      pkglist: '/a',
      nodebootif: 'eth0',
    });
  });

  it('refuses a second name', () => {
    expect(() => parseNodeArguments(['a', 'b'])).toThrow('More than one image name: a b');
  });

  it('takes an empty value as none', () => {
    expect(parseNodeArguments(['-i', '', ''])).toEqual(emptyRequest());
  });
});
