import { addCall, emptySums, minuteOf, type Call, type MinuteSums } from './minuteSums.ts';

/** A call as a list: what a database answers and a worker takes by the hundred thousand. Unknown is null. */
export type CompactCall = [
	/** Epoch ms. */
	at: number,
	endpoint: string,
	model: string,
	input: number,
	cached: number,
	output: number,
	contextTokens: number,
	latencyMs: number | null,
	statusCode: number | null,
	costMicroCents: number,
	caller: string,
	keyId: string,
	execution: string,
];

export function expandCall(compact: CompactCall): Call {
	const [at, endpoint, model, input, cached, output, contextTokens, latencyMs, status] = compact;
	const [, , , , , , , , , costMicroCents, caller, keyId, execution] = compact;

	return {
		...{ at, endpoint, model, input, cached, output, contextTokens },
		latencyMs: latencyMs ?? undefined,
		failed: isFailure(status),
		statusCode: status ?? undefined,
		...{ costMicroCents, caller, keyId, execution },
	};
}

export function isFailure(statusCode: number | null): boolean {
	return statusCode !== null && statusCode >= 400;
}

/** The minutes of a list of calls, whatever their order. */
export function historyOf(calls: readonly CompactCall[]): Map<number, MinuteSums> {
	const history = new Map<number, MinuteSums>();
	for (const compact of calls) {
		const minute = minuteOf(compact[0]);
		const sums = history.get(minute) ?? emptySums();
		addCall(sums, expandCall(compact));
		history.set(minute, sums);
	}
	return history;
}
