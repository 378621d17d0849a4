import { describe, expect, it } from 'vitest';
import { isMap } from 'yaml';
import { readYaml } from '../../../src/definition/yaml-file.ts';

describe('readYaml', () => {
  it('knows the line of each node', () => {
    const { document, at, problems } = readYaml('a: 1\nb:\n  c: 2\n', 'x.yaml', 'core');
    expect(problems).toEqual([]);
    expect(at(document.getIn(['b', 'c'], true))).toEqual({ file: 'x.yaml', line: 3 });
    expect(at(undefined)).toEqual({ file: 'x.yaml' });
  });

  it('failsafe keeps text as it was written', () => {
    const text = 'mode: 0755\nyes: yes\nversion: 1.10\n';
    expect(readYaml(text, 'x', 'failsafe').document.toJS()).toEqual({
      mode: '0755',
      yes: 'yes',
      version: '1.10',
    });
    expect(readYaml(text, 'x', 'core').document.toJS()).toMatchObject({ version: 1.1 });
  });

  it('follows an alias to what it stands for', () => {
    const { document, target } = readYaml('a: &x {b: 1}\nc: *x\n', 'x', 'core');
    expect(isMap(target(document.get('c', true)))).toBe(true);
    expect(target('text')).toBe('text');
  });

  it('names what is no YAML with its line', () => {
    const { problems } = readYaml('a: 1\nb: [1\n', 'x.yaml', 'core');
    expect(problems[0]).toMatchObject({ code: 'yaml', origin: { file: 'x.yaml' } });
    expect(problems[0]?.origin?.line).toBeGreaterThan(1);
    expect(problems[0]?.message).toMatch(/^This is not YAML: .*\.$/s);
  });
});
