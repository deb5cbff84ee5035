import { isRecord } from '../../core/readers/reading.ts';
import type { CallRun, GuardContext } from './callRun.ts';
import type { StreamForm } from './langchainTypes.ts';
import { approximateBytes } from './responseCache.ts';
import { responseKey } from './responseKey.ts';

/** An answer comes back in the form in which it was given: one result, or the parts of a stream. */
type AnswerForm = 'result' | StreamForm;

/** The kept answers to one call. */
export type AnswerSlot = {
	find(): unknown[] | undefined;
	keep(parts: readonly unknown[]): void;
};

/** Undefined when the user wants no cache, or the call cannot be told from others exactly. */
export function answerSlot(
	{ memory, settings, clock }: GuardContext,
	run: CallRun,
	form: AnswerForm,
): AnswerSlot | undefined {
	if (settings.cacheMs === 0) return undefined;
	const hash = responseKey(run.tenantId, run.facts, run.call);
	if (hash === undefined) return undefined;
	const key = `${form}:${hash}`;

	return {
		find: () => memory.answers.find(key, clock.now()),
		keep(parts) {
			const bytes = approximateBytes(parts);
			// Without JSON it may hold itself, and has no end then.
			if (bytes === Infinity) return;
			const kept = copy([...parts]);
			memory.answers.keep({
				key,
				make: () => withoutUsage(copy(kept)),
				bytes,
				lifetimeMs: settings.cacheMs,
				now: clock.now(),
			});
		},
	};
}

/** LangChain writes ids and metadata into what it gets, so nobody may get the same twice. Classes are kept. */
function copy<T>(value: T): T;
function copy(value: unknown): unknown {
	if (Array.isArray(value)) return value.map((item: unknown) => copy(item));
	if (!isRecord(value)) return value;

	const entries = Object.entries(value).map(([key, inner]) => [key, copy(inner)] as const);
	const prototype: unknown = Object.getPrototypeOf(value);
	const made: unknown = Object.create(isRecord(prototype) ? prototype : null);
	return isRecord(made) ? Object.assign(made, Object.fromEntries(entries)) : made;
}

/** Whoever adds up what answers used, as n8n's log does, must not count them again. */
function withoutUsage(parts: unknown[]): unknown[] {
	for (const part of parts.filter(isRecord)) {
		const generations: unknown[] = Array.isArray(part['generations'])
			? part['generations']
			: [part];
		for (const generation of generations.filter(isRecord)) clearUsage(generation['message']);
		if ('llmOutput' in part) part['llmOutput'] = {};
		if ('usage' in part) part['usage'] = { ...NO_TOKENS };
	}
	return parts;
}

const NO_TOKENS = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };

function clearUsage(message: unknown): void {
	if (!isRecord(message)) return;
	if (message['usage_metadata'] !== undefined) message['usage_metadata'] = { ...NO_TOKENS };
	const { usage, tokenUsage, ...metadata } = isRecord(message['response_metadata'])
		? message['response_metadata']
		: {};
	if (usage !== undefined || tokenUsage !== undefined) message['response_metadata'] = metadata;
}
