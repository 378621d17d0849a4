import tseslint from 'typescript-eslint';

const processes = { name: 'execa', message: 'Only src/system/exec.ts starts processes.' };
const message = 'src/base/regular-file.ts reads files as a whole: with a limit, and no pipe or device.';
const wholeFiles = [
  { name: 'node:fs', importNames: ['readFile', 'readFileSync'], message },
  { name: 'node:fs/promises', importNames: ['readFile'], message },
];
const copying = 'src/base/copy-file.ts copies files: copyFile never ends where one is shorter than it says.';
const copies = [
  { name: 'node:fs', importNames: ['copyFile', 'copyFileSync', 'cp', 'cpSync'], message: copying },
  { name: 'node:fs/promises', importNames: ['copyFile', 'cp'], message: copying },
];

export default tseslint.config(
  { ignores: ['dist*/**', 'node_modules/**', 'fixtures/**'] },
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-restricted-imports': ['error', { paths: [processes, ...wholeFiles, ...copies] }],
    },
  },
  { files: ['src/**'], rules: { 'no-console': 'error' } },
  {
    files: ['src/system/exec.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [...wholeFiles, ...copies] }] },
  },
  // Files of a tree, hashed whatever their size.
  {
    files: ['src/genimage/initrd/initrd-inputs.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [processes, ...copies] }] },
  },
  // Clones alone, which are whole or not there.
  {
    files: ['src/base/copy-file.ts', 'src/genimage/layers/layer-tree.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [processes, ...wholeFiles] }] },
  },
  { files: ['test/**', 'tools/**'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['test/**', 'tools/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
