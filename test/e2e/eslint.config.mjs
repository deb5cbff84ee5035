import { fileURLToPath } from 'node:url';
import { strict, testRules } from '../../tools/eslint/strict.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default [...strict({ root, project: 'test/e2e/tsconfig.json' }), testRules];
