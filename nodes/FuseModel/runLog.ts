import {
	NodeApiError,
	NodeConnectionTypes,
	NodeOperationError,
	type IDataObject,
	type ISupplyDataFunctions,
} from 'n8n-workflow';
import { isRecord, listAt, type JsonRecord } from '../../core/readers/reading.ts';
import { inputTokens, type Usage } from '../../core/usage.ts';
import type { VendorError } from '../../core/readers/vendorErrors.ts';
import { exactUsd } from '../shared/exactUsd.ts';
import type { CallRun } from './callRun.ts';
import type { CallUsage } from './messageUsage.ts';
import type { Recorded } from './record.ts';

type Answer = {
	used: CallUsage;
	recorded: Recorded;
	/** Made without the leave of the service. */
	degraded: boolean;
	/** What broke the stream off. */
	broken: VendorError | undefined;
};

/** The entry of one call in the run data of this node. Numbers and names only, never a prompt or an answer. */
export type RunLog = {
	answered(answer: Answer): void;
	fromCache(): void;
	/** The vendor did not answer, or answered with an error: `kind` says which. */
	failed(error: VendorError): void;
	/** This node stopped the call: it turns red. */
	stopped(error: unknown): void;
};

const TYPE = NodeConnectionTypes.AiLanguageModel;

export function openLog(context: ISupplyDataFunctions, run: CallRun): RunLog {
	const { tenantId, facts, estimatedInput } = run;
	const { provider, model } = facts;
	const asked = { tenant: tenantId, provider, model, estimatedInputTokens: estimatedInput };
	const { index } = context.addInputData(TYPE, [[{ json: asked }]]);

	/** What it cost stands first, and long parts last: n8n's log shows about nine lines. */
	function close(outcome: IDataObject, details: IDataObject = {}): void {
		const { attempts, waitedMs } = run;
		const json = { tenant: tenantId, ...outcome, provider, model, attempts, waitedMs, ...details };
		context.addOutputData(TYPE, index, [[{ json }]]);
	}

	return {
		answered: (given) => close(outcomeOf(given), detailsOf(given)),
		fromCache: () => close({ costUsd: exactUsd(0), fromCache: true }, { costMicroCents: 0 }),
		failed: ({ kind, status }) =>
			close({ failed: kind, ...(status === undefined ? {} : { statusCode: status }) }),
		stopped(error) {
			if (error instanceof NodeOperationError || error instanceof NodeApiError) {
				context.addOutputData(TYPE, index, error);
			} else close({ failed: 'cancelled' });
		},
	};
}

/**
 * Links the entries of the model's own log to those of this node, one to one: the model writes one for each call too.
 * n8n's tracer counts from the run it is given.
 */
export function nestModelLog(model: JsonRecord): void {
	const callbacks = Array.isArray(model['callbacks'])
		? listAt(model, 'callbacks')
		: listAt(isRecord(model['callbacks']) ? model['callbacks'] : {}, 'handlers');
	for (const callback of callbacks.filter(isRecord)) {
		const setParentRunIndex = callback['setParentRunIndex'];
		if (typeof setParentRunIndex === 'function') setParentRunIndex.call(callback, 0);
	}
}

function outcomeOf({ used, recorded, degraded, broken }: Answer): IDataObject {
	const [{ usage }] = used.calls;

	return {
		...(recorded.recorded ? {} : { recorded: false, reason: recorded.reason }),
		...(recorded.recorded && recorded.costMicroCents !== undefined
			? { costUsd: exactUsd(recorded.costMicroCents) }
			: {}),
		cachedShare: cachedShare(usage),
		...(used.estimated ? { estimated: true } : {}),
		...(degraded ? { degraded } : {}),
		...(broken ? { failed: broken.kind } : {}),
		fromCache: false,
	};
}

/** The model that answered may have a date that the one asked for has not. */
function detailsOf({ used, recorded }: Answer): IDataObject {
	const [{ model, usage }] = used.calls;
	const { costMicroCents, remaining } = recorded.recorded
		? recorded
		: { costMicroCents: undefined, remaining: undefined };

	return {
		...(model ? { model } : {}),
		...(costMicroCents === undefined ? {} : { costMicroCents }),
		...(remaining ? { remaining: plain(remaining) } : {}),
		usage: { ...usage },
	};
}

/** Of the input; 0 when there was none. Three decimals are enough for the eye. */
function cachedShare(usage: Usage): number {
	const input = inputTokens(usage);

	return input === 0 ? 0 : Math.round((usage.cacheRead / input) * 1_000) / 1_000;
}

/** JSON in, JSON out: as the service worded it. */
function plain(record: JsonRecord): IDataObject {
	return record as IDataObject;
}
