import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandNames, optionsOf, subcommandNames } from '../../src/cli/manual/command-options.ts';
import { manualFiles } from '../../src/cli/manual/files.ts';
import { methods } from '../../src/pack/formats/formats.ts';
import { run } from '../../src/system/exec.ts';

let share: string;
let home: string;
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  share = await mkdtemp(join(tmpdir(), 'rootimg-manual-'));
  home = join(share, 'home');
  files = await manualFiles();
  for (const [path, text] of files) {
    await mkdir(join(share, dirname(path)), { recursive: true });
    await writeFile(join(share, path), text);
  }
  await mkdir(join(home, 'osimage'), { recursive: true });
  for (const name of ['compute', 'compute-gpu', 'login'])
    await writeFile(join(home, 'osimage', `${name}.stanza`), '');
});
afterAll(() => rm(share, { recursive: true, force: true }));

const pages = [...commandNames, 'rootimg'];

describe('manual pages', () => {
  it.each(pages)('%s(1) is roff without a warning, and names every option', async (name) => {
    const path = join(share, `man/man1/${name}.1`);
    const { stdout, stderr } = await run(['groff', '-man', '-ww', '-T', 'ascii', '-P', '-cbou', path]);
    expect(stderr).toBe('');
    const commands = name === 'rootimg' ? subcommandNames : commandNames.filter((one) => one === name);
    for (const command of commands) {
      for (const { flags, help } of await optionsOf(command)) {
        for (const flag of flags) expect(stdout).toMatch(new RegExp(`(^|[\\s,])${flag}\\b`, 'm'));
        expect(stdout.replace(/-\n +/g, '-').replace(/\s+/g, ' ')).toContain(
          help.replaceAll('…', '...').split(' ')[0],
        );
      }
    }
  });

  it('keep every character that roff would change', async () => {
    const { stdout } = await run([
      'groff',
      '-man',
      '-T',
      'ascii',
      '-P',
      '-cbou',
      join(share, 'man/man1/lsdef.1'),
    ]);
    expect(stdout).toContain("lsdef -t osimage -z old | sed 's/^[^ ]\\+:/new:/' | mkdef -z");
  });
});

/** What a real bash completes at the end of a line. */
function bashCompletes(line: string, env: Record<string, string> = {}): string[] {
  const command = line.split(' ')[0] ?? '';
  const script = `
    . "${share}/bash-completion/completions/${command}"
    line=$1
    # As readline splits a line: = stands alone.
    COMP_WORDS=() word=
    for ((at = 0; at < \${#line}; at++)); do
      c=\${line:at:1}
      if [[ $c == ' ' || $c == = ]]; then
        [[ -n $word ]] && COMP_WORDS+=("$word")
        [[ $c == = ]] && COMP_WORDS+=(=)
        word=
      else
        word+=$c
      fi
    done
    [[ -n $word || $c == ' ' ]] && COMP_WORDS+=("$word")
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=\${#line}
    complete -p "\${COMP_WORDS[0]}" >&2
    _rootimg
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', script, 'bash', line], {
    env: { PATH: process.env['PATH'] ?? '', ROOTIMG_HOME: home, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return output
    .split('\n')
    .filter((one) => one !== '')
    .sort();
}

describe('bash completion', () => {
  it.each([
    ['genimage --dryrun com', ['compute', 'compute-gpu']],
    ['packimage l', ['login']],
    ['packimage --comp', ['--compress']],
    ['packimage --wa', ['--wait']],
    ['packimage -m ', [...methods].sort()],
    ['packimage --method=s', ['squashfs']],
    ['packimage -c z', ['zstd']],
    ['lsdef -t o', ['osimage']],
    ['lsdef -t osimage -o login,compute-', ['login,compute-gpu']],
    ['lsdef -t osimage -i pkglist,osv', ['pkglist,osvers']],
    ['chdef -t osimage -o login oth', ['otherifce=', 'otherpkgdir=', 'otherpkglist=']],
    ['rmdef -t osimage log', ['login']],
    ['mkdef --template log', ['login']],
    ['rootimg ch', ['chdef', 'check']],
    ['rootimg check lo', ['login']],
    ['rootimg show ', ['pkglist']],
    ['rootimg cache l', ['list']],
    ['rootimg show pkglist lo', ['login']],
    ['rootimg export --format=y', ['yaml']],
    ['rootimg genimage --onlyi', ['--onlyinitrd']],
    ['genimage -k ', []],
    ['genimage --store /nowhere c', []],
  ])('%s', (line, words) => {
    expect(bashCompletes(line)).toEqual(words);
  });

  it('knows every option of every command', async () => {
    for (const name of commandNames) {
      const flags = (await optionsOf(name)).flatMap((option) => option.flags);
      expect(bashCompletes(`${name} -`)).toEqual([...new Set(flags)].sort());
    }
  });

  it('reads the names of another store, and asks a live xCAT for its own', async () => {
    await mkdir(join(home, 'other/osimage'), { recursive: true });
    await writeFile(join(home, 'other/osimage/elsewhere.stanza'), '');
    expect(bashCompletes(`genimage --store ${home}/other `)).toEqual(['elsewhere']);
    expect(bashCompletes(`genimage --store=${home}/other `)).toEqual(['elsewhere']);
    const bin = join(home, 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'lsdef'), '#!/bin/sh\necho "theirs  (osimage)"\n', { mode: 0o755 });
    const env = { ROOTIMG_STORE: 'xcat', PATH: `${bin}:${process.env['PATH']}` };
    expect(bashCompletes('genimage ', env)).toEqual(['theirs']);
  });
});

/** What a real interactive zsh makes of a line when the tabulator is pressed at its end. */
function zshCompletes(line: string): string {
  const script = `
    zmodload zsh/zpty
    zpty shell 'zsh -f -i'
    zpty -w shell 'PROMPT= RPROMPT= ; stty -echo; unsetopt zle_bracketed_paste; fpath=(${share}/zsh/site-functions $fpath); autoload -Uz compinit; compinit -D -u; show() { zle -I; print -r -- "<<$BUFFER>>"; BUFFER=; }; zle -N show; bindkey "^X" show; print READY'
    until zpty -r shell text && [[ $text == *READY* ]]; do :; done
    zpty -w -n shell "$1"$'\\t'
    zpty -w -n shell $'\\C-x'
    text=
    until [[ $text == *'>>'* ]]; do zpty -r shell more || break; text+=$more; done
    print -r -- "$text"
    zpty -d shell`;
  const output = execFileSync('zsh', ['-f', '-c', script, 'zsh', line], {
    env: { PATH: process.env['PATH'] ?? '', ROOTIMG_HOME: home, HOME: home, TERM: 'dumb' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  const shown = /<<([^]*)>>/.exec(output)?.[1] ?? output;
  // A list goes on with a comma, which the next key takes away again.
  return shown.replaceAll(/\x1b\[\d*m/g, '').replace(/,$/, '');
}

describe('zsh completion', () => {
  it.each([
    ['genimage --dryrun lo', 'genimage --dryrun login '],
    ['packimage -m sq', 'packimage -m squashfs '],
    ['packimage --method=sq', 'packimage --method=squashfs '],
    ['lsdef -t osimage -o compute,lo', 'lsdef -t osimage -o compute,login '],
    ['chdef -t osimage -o login otherpkgl', 'chdef -t osimage -o login otherpkglist='],
    ['rootimg check lo', 'rootimg check login '],
    ['rootimg show pkgl', 'rootimg show pkglist '],
    ['rootimg genimage --onlyi', 'rootimg genimage --onlyinitrd '],
  ])('%s', (line, completed) => {
    expect(zshCompletes(line).trimEnd()).toBe(completed.trimEnd());
  });

  it('is one file that zsh reads', async () => {
    const file = join(share, 'zsh/site-functions/_rootimg');
    expect((await readFile(file, 'utf8')).startsWith('#compdef rootimg genimage ')).toBe(true);
    expect(await run(['zsh', '-f', '-n', file])).toMatchObject({ stderr: '' });
  });
});
