import { fileURLToPath } from 'node:url';
import { strict, testRules } from '../tools/eslint/strict.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export default [
	...strict({ root, project: 'test/tsconfig.json' }),
	{ ignores: ['e2e/**'] },
	testRules,
];
