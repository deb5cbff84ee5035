import { isRecord, recordAt, type JsonRecord } from '../../core/readers/reading.ts';
import type { CallGuard, Observe } from './callGuard.ts';
import {
	isChatModel,
	type ChatModelLike,
	type Generate,
	type ModelCall,
	type Stream,
	type StreamForm,
} from './langchainTypes.ts';
import { takeOverRetries } from './takeOverRetries.ts';

/** On a model: its calls are guarded already. */
const GUARDED = Symbol.for('n8n-nodes-llm-fuse.guarded');

/**
 * In the options of a call: it is counted already. Many models answer `_generate` out of their own
 * `_streamResponseChunks`, some through a method that n8n has bound to the model; the mark follows the options there,
 * and tells what the chunks were.
 */
const UNDER_WAY: unique symbol = Symbol('n8n-nodes-llm-fuse.underWay');

/** What may return another model that makes the same calls: ChatOpenAI's `bindTools` builds a new one. */
const COPYING_METHODS = ['bindTools', 'withConfig', 'bind', 'withRetry', 'withListeners'];

/**
 * Puts the guard around every call of this instance, and of the instances made of it. Everything LangChain does with a
 * chat model ends in the two or three methods replaced here; callbacks would be lost when tools are bound.
 */
export function guardModel(model: ChatModelLike, guard: CallGuard): ChatModelLike {
	if (GUARDED in model) return model;

	Object.defineProperty(model, GUARDED, { value: true });
	takeOverRetries(model);
	guardGenerate(model, guard);
	guardStream(model, guard, '_streamResponseChunks', 'chunks');
	guardStream(model, guard, '_streamChatModelEvents', 'events');
	for (const name of COPYING_METHODS) guardCopies(model, guard, name);

	return model;
}

function guardGenerate(model: ChatModelLike, guard: CallGuard): void {
	const original = model._generate;
	const guarded: Generate = async function (this: unknown, messages, options, runManager) {
		if (isUnderWay(options)) return await original.call(this, messages, options, runManager);

		const call = callOf(this, model, { messages, options, runManager });
		return await guard.generate(
			call,
			async (observe) =>
				await original.call(this, messages, underWay(call.options, observe), runManager),
		);
	};
	replace(model, '_generate', guarded);
}

/** Only where the class brings its own: LangChain takes every other method than its base class's for a stream. */
function guardStream(model: ChatModelLike, guard: CallGuard, name: string, form: StreamForm): void {
	const original = model[name];
	if (!isStream(original) || !isOverridden(model, name)) return;

	const guarded: Stream = async function* (this: unknown, messages, options, runManager) {
		if (isUnderWay(options)) {
			for await (const part of original.call(this, messages, options, runManager)) {
				options[UNDER_WAY](part);
				yield part;
			}
			return;
		}
		const call = callOf(this, model, { messages, options, runManager });
		yield* guard.stream(call, form, () =>
			original.call(
				this,
				messages,
				underWay(call.options, () => undefined),
				runManager,
			),
		);
	};
	replace(model, name, guarded);
}

function guardCopies(model: ChatModelLike, guard: CallGuard, name: string): void {
	const original = model[name];
	if (typeof original !== 'function') return;

	replace(model, name, function (this: unknown, ...given: unknown[]): unknown {
		const made: unknown = original.apply(this, given);

		return isChatModel(made) ? guardModel(made, guard) : made;
	});
}

/** Not enumerable: whoever copies or prints the model's fields sees the fields it had. */
function replace(model: ChatModelLike, name: string, value: unknown): void {
	Object.defineProperty(model, name, { value, configurable: true, writable: true });
}

/** LangChain's base class is the last in the chain that has the method; it does nothing but throw. */
function isOverridden(model: ChatModelLike, name: string): boolean {
	const owners: object[] = [];
	let owner: unknown = model;
	while (isRecord(owner)) {
		if (Object.hasOwn(owner, name)) owners.push(owner);
		owner = Object.getPrototypeOf(owner);
	}
	const base = owners.at(-1);
	if (base === undefined) return false;
	if (owners.length === 1) return !Object.hasOwn(base, '_generateUncached');

	return Reflect.get(base, name) !== model[name];
}

function isStream(value: unknown): value is Stream {
	return typeof value === 'function';
}

type UnderWay = JsonRecord & { [UNDER_WAY]: Observe };

function isUnderWay(options: unknown): options is UnderWay {
	return isRecord(options) && UNDER_WAY in options;
}

/** One attempt of ours is one request: a number of retries given with the call is ours to follow, too. */
function underWay(options: JsonRecord, observe: Observe): UnderWay {
	return {
		...options,
		...('maxRetries' in options ? { maxRetries: 0 } : {}),
		[UNDER_WAY]: observe,
	};
}

function callOf(
	self: unknown,
	model: ChatModelLike,
	given: { messages: unknown; options: unknown; runManager: unknown },
): ModelCall {
	const { messages, options, runManager } = given;

	return {
		model: isChatModel(self) ? self : model,
		messages: Array.isArray(messages) ? messages : [],
		options: isRecord(options) ? options : {},
		metadata: isRecord(runManager) ? recordAt(runManager, 'metadata') : {},
		runManager,
	};
}
