import { availableParallelism } from 'node:os';

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
	// Of two cores Jest would use one.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	// What a file loaded stays in its process, beside the memory of PGlite, which this limit does not count; the larger both
	// are, the more of the time is the collection of garbage. All files take 13 minutes at 1 GB and 8 at 250 MB.
	workerIdleMemoryLimit: '250MB',
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/tools/'],
};
