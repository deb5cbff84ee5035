import type { StreamedCall } from '../ports/reportFunctions.ts';

export type RecordedCall = ReturnType<typeof recordedCall>;

/** A streamed call by the names of its fields. */
export function recordedCall(row: StreamedCall) {
	const [at, tenantId, workflowId, nodeName, provider, model, inputUncached, ...rest] = row;
	const [cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, output, reasoning, ...last] = rest;
	const [outputAudio, otherUnits, serviceTier, costSource, costMicroCents, ...place] = last;
	const [endpoint, source, keyId] = place;
	const input = { inputUncached, cacheRead, cacheWrite5m, cacheWrite1h, inputAudio };

	return {
		...{ at, tenantId, workflowId, nodeName, provider, model, otherUnits, serviceTier },
		usage: { ...input, output, reasoning, outputAudio },
		...{ costSource, costMicroCents, endpoint, source, keyId },
	};
}
