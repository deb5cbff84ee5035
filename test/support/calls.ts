import { MINUTE_MS } from '../../core/durations.ts';
import { addCall, emptySums, minuteOf, type Call } from '../../core/behaviour/minuteSums.ts';
import type { MinuteSums } from '../../core/behaviour/minuteSums.ts';

/** The minutes of calls, added up anew. */
export function minutesOf(calls: readonly Call[]): Map<number, MinuteSums> {
	const minutes = new Map<number, MinuteSums>();
	for (const call of calls) {
		const minute = minuteOf(call.at);
		const sums = minutes.get(minute) ?? emptySums();
		addCall(sums, call);
		minutes.set(minute, sums);
	}
	return minutes;
}

/** A call in a minute since the epoch, as a node reports it. */
export const callIn = (minute: number, changes: Partial<Call> = {}): Call => ({
	at: minute * MINUTE_MS,
	endpoint: 'api.openai.com/v1/chat/completions',
	model: 'gpt-4o-mini',
	input: 400,
	cached: 0,
	output: 60,
	contextTokens: 128_000,
	latencyMs: 700,
	failed: false,
	costMicroCents: 9600,
	caller: 'n8n|support|Model',
	keyId: 'key-1',
	execution: `run-${minute}`,
	...changes,
});
