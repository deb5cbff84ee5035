import { randomUUID } from 'node:crypto';
import type { TemplateNode } from '../../workflows/readTemplates.ts';
import type { Workflow } from './n8nApi.ts';

/** One node of a workflow; `type` is short for a core node (`n8n-nodes-base.`). */
export interface Step {
	name: string;
	type: string;
	version: number;
	parameters: Record<string, unknown>;
	/** Ids by credential type. */
	credentials?: Record<string, string>;
	onError?: 'continueErrorOutput' | 'continueRegularOutput';
}

export interface Wire {
	from: string;
	to: string;
	/** `main`, `ai_languageModel`, `ai_tool`, `ai_outputParser` */
	type?: string;
	/** Index of the output of `from`. */
	output?: number;
	/** Index of the input of `to`: a fallback model comes in at 1. */
	input?: number;
}

/** `main` wires from each node to the next one. */
export function inARow(...names: string[]): Wire[] {
	return names.slice(1).map((to, index) => ({ from: names[index] ?? '', to }));
}

export function workflowOf(name: string, steps: Step[], wires: Wire[]): Workflow {
	const connections: Record<string, Record<string, Wired[][]>> = {};
	for (const { from, to, type = 'main', output = 0, input = 0 } of wires) {
		const outputs = ((connections[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type, index: input });
	}
	return { name, nodes: steps.map(nodeOf), connections, settings: { executionOrder: 'v1' } };
}

interface Wired {
	node: string;
	type: string;
	index: number;
}

function nodeOf(step: Step, index: number): TemplateNode & Pick<Step, 'onError'> {
	const { name, type, version, parameters, credentials = {}, onError } = step;
	const named = Object.entries(credentials).map(([kind, id]) => [kind, { id, name: kind }]);

	return {
		id: randomUUID(),
		name,
		type: type.includes('.') ? type : `n8n-nodes-base.${type}`,
		typeVersion: version,
		position: [240 * index, 0],
		parameters,
		credentials: Object.fromEntries(named),
		...(onError === undefined ? {} : { onError }),
		// Without one, n8n puts a webhook under the ids of its workflow and node, not under its path.
		...(type === 'webhook' ? { webhookId: randomUUID() } : {}),
	};
}
