import tseslint from 'typescript-eslint';

/**
 * The rules for everything that is not part of the n8n package: typescript-eslint's strictest set with types, and the
 * sizes this repository keeps. The package itself is linted by n8n's own rules (eslint.config.mjs at the root).
 * @param {{ root: string, project: string }} where `project` is a tsconfig below `root`
 */
export function strict({ root, project }) {
	return tseslint.config(
		{ ignores: ['**/*.js', '**/node_modules/**'] },
		{
			files: ['**/*.ts'],
			extends: [tseslint.configs.strictTypeChecked],
			languageOptions: { parserOptions: { project, tsconfigRootDir: root } },
			rules: {
				complexity: ['error', 10],
				'max-lines': ['error', 350],
				'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
				// Numbers in texts are the common case here: amounts, counts, durations.
				'@typescript-eslint/restrict-template-expressions': [
					'error',
					{ allowNumber: true, allowBoolean: true },
				],
				'@typescript-eslint/no-confusing-void-expression': [
					'error',
					{ ignoreArrowShorthand: true },
				],
				// An adapter is asynchronous by its port, whatever it does inside.
				'@typescript-eslint/require-await': 'off',
			},
		},
	);
}

/** Tests read loosely typed answers and are as long as what they guarantee. */
export const testRules = {
	files: ['**/*.ts'],
	rules: {
		complexity: 'off',
		'max-lines-per-function': 'off',
		'@typescript-eslint/no-unsafe-assignment': 'off',
	},
};
