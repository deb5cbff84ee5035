/** @type {import('jest').Config} */
export default {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
		],
	},
	// The first open of an embedded database takes seconds on a busy machine.
	testTimeout: 60_000,
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/tools/'],
};
