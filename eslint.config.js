import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

/** Top-level folders are rooms; imports go one way: cli → scheduler | worker | web → shared. */
const mayNotImport = {
  shared: ['scheduler', 'worker', 'web', 'cli', 'bench'],
  scheduler: ['worker', 'web', 'cli', 'bench'],
  worker: ['scheduler', 'web', 'cli', 'bench'],
  web: ['scheduler', 'worker', 'cli', 'bench'],
  cli: ['bench'],
  examples: ['scheduler', 'worker', 'web', 'cli', 'bench', 'test'],
}

const zones = Object.entries(mayNotImport).flatMap(([room, others]) => others.map(other => ({
  target: `./${room}`,
  from: `./${other}`,
  message: `${room}/ does not import ${other}/: imports go cli → scheduler | worker | web → shared. What two rooms need belongs in shared/.`,
})))

/** Tests and the benchmark may look everywhere; what is shipped does not look at them. */
const shippedDoesNotImportTests = ['shared', 'scheduler', 'worker', 'web', 'cli'].map(room => ({
  target: `./${room}/**/!(*.test).ts`,
  from: './test',
  message: 'Only tests import the test harness.',
}))

const focused = ['only', 'skip', 'skipIf', 'runIf', 'todo', 'fails']

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.longshore/', '**/node_modules/', 'web/client/schema.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,mts,tsx,js,mjs}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({
        extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json'],
        extensionAlias: { '.js': ['.ts', '.tsx', '.js'], '.mjs': ['.mts', '.mjs'] },
      })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx', '.mts'] },
      'import-x/extensions': ['.ts', '.tsx', '.mts', '.js', '.mjs'],
    },
    rules: {
      'no-debugger': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: [...zones, ...shippedDoesNotImportTests] }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': 'error',
    },
  },
  { files: ['**/*.d.mts'], languageOptions: { parser: tseslint.parser } },
  {
    files: ['**/*.{ts,mts,tsx}'],
    ignores: ['**/*.d.mts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Rows of the database come untyped; naming their type once, at the query, is what these assertions do.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      // A function that fits an asynchronous interface need not wait for anything itself.
      '@typescript-eslint/require-await': 'off',
      // A row or an option is named when it is destructured away; `self` names the loop whose timer is set.
      '@typescript-eslint/no-this-alias': ['error', { allowedNames: ['self'] }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // A redirect of the router is thrown; it is no Error.
    files: ['web/ui/**/*.{ts,tsx}'],
    rules: { '@typescript-eslint/only-throw-error': 'off' },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      // expect.any() and its like are typed as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'no-restricted-syntax': ['error', ...focused.map(word => ({
        selector: `MemberExpression[object.name=/^(describe|it|test|suite)$/][property.name="${word}"]`,
        message: `A committed test is neither focused nor left out (.${word}): mend it or remove it.`,
      }))],
    },
  },
)
