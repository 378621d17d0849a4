import tseslint from 'typescript-eslint';

const processes = { paths: [{ name: 'execa', message: 'Only src/system/exec.ts starts processes.' }] };

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
      'no-restricted-imports': ['error', processes],
    },
  },
  { files: ['src/**'], rules: { 'no-console': 'error' } },
  { files: ['src/system/exec.ts', 'test/**', 'tools/**'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['test/**', 'tools/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
