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
	// Of two cores Jest would use one. One process for all files grows to 2 GB, and half of its time is then the collection
	// of garbage: 590 s against 230 s.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	workerIdleMemoryLimit: '1GB',
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/tools/'],
};
