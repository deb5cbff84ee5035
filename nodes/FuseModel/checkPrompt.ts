import { changingFields, type ChangingField } from './changingFields.ts';
import type { CallRun, GuardContext } from './callRun.ts';
import { hint } from './hints.ts';
import { textAt } from '../../core/readers/reading.ts';
import { cachedSystemText, cachesOnDemand } from './promptCacheCheck.ts';

const NAMES: Record<ChangingField, string> = {
	timestamp: 'a time of day',
	epoch: 'a Unix time',
	uuid: 'a UUID',
	hexId: 'a hexadecimal ID',
	randomId: 'a random ID',
	runId: 'the ID of a run',
	expression: 'an expression that was not resolved',
};

/** Of a prompt that changes behind this share, an automatic cache has nearly all. */
const NEARLY_ALL = 0.9;

/**
 * Warns when a system prompt that the vendor would cache is new for each call: it then costs the full price, or even
 * the dearer one of writing the cache, each time. Names kinds of fields, never their text.
 */
export function checkPrompt(guard: GuardContext, run: CallRun): void {
	const text = cachedSystemText(run.call, run.facts.provider);
	if (text === undefined) return;

	const costs = ({ atShare }: { atShare: number }) =>
		atShare < NEARLY_ALL || cachesOnDemand(run.facts.provider);
	const found = changingFields(text, guard.clock.now()).filter(costs);
	if (found.length > 0) {
		const kinds = found.map(({ kind }) => NAMES[kind]).join(', ');
		hint(
			guard,
			'promptFields',
			`The cached system prompt contains what changes with each run (${kinds}), so the provider cannot reuse it. Move it to the end of the prompt or into the user message.`,
		);
	}
	const consumer = textAt(run.call.metadata, 'node') ?? run.origin.nodeName;
	const change = guard.memory.prompts.note({
		executionId: run.origin.executionId,
		consumer: `${consumer}:${run.facts.model}`,
		text,
	});
	if (change && costs(change)) {
		hint(
			guard,
			'promptChange',
			`The system prompt of ${consumer} differs between the calls of this execution, from ${Math.round(change.atShare * 100)} % of its length on. The provider caches only what comes before that: put what stays the same first.`,
		);
	}
}
