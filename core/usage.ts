/**
 * What one model call used, as disjoint token buckets. `reasoning` is the one exception: it lies within `output`
 * and is kept for reports only. Every bucket is a safe integer ≥ 0.
 */
export type Usage = {
	inputUncached: number;
	cacheRead: number;
	cacheWrite5m: number;
	cacheWrite1h: number;
	inputAudio: number;
	output: number;
	reasoning: number;
	outputAudio: number;
};

export type UsageBucket = keyof Usage;

export const USAGE_BUCKETS = [
	'inputUncached',
	'cacheRead',
	'cacheWrite5m',
	'cacheWrite1h',
	'inputAudio',
	'output',
	'reasoning',
	'outputAudio',
] as const satisfies readonly UsageBucket[];

export const NO_USAGE: Usage = {
	inputUncached: 0,
	cacheRead: 0,
	cacheWrite5m: 0,
	cacheWrite1h: 0,
	inputAudio: 0,
	output: 0,
	reasoning: 0,
	outputAudio: 0,
};

export function inputTokens(usage: Usage): number {
	return (
		usage.inputUncached +
		usage.cacheRead +
		usage.cacheWrite5m +
		usage.cacheWrite1h +
		usage.inputAudio
	);
}

export function outputTokens(usage: Usage): number {
	return usage.output + usage.outputAudio;
}
