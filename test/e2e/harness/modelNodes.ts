import { randomUUID } from 'node:crypto';
import type { Step, Wire } from './workflow.ts';

const LANGCHAIN = '@n8n/n8n-nodes-langchain';

/** The webhook the workflow starts with; it answers with what the last node hands out, or as it comes. */
export function called(responseMode: 'lastNode' | 'streaming' | 'onReceived' = 'lastNode'): Step {
	const parameters = { httpMethod: 'POST', path: randomUUID(), responseMode, options: {} };

	return { name: 'Called', type: 'webhook', version: 2.1, parameters };
}

/** Hands out each element of `body.items` as an item. */
export const oneItemEach: Step = {
	name: 'One item each',
	type: 'splitOut',
	version: 1,
	parameters: { fieldToSplitOut: 'body.items', options: {} },
};

interface AgentOptions {
	/** Expression for the prompt. */
	text?: string;
	options?: Record<string, unknown>;
	parameters?: Record<string, unknown>;
	onError?: Step['onError'];
}

export function agent(settings: AgentOptions = {}): Step {
	const { text = '={{ $json.body.prompt }}', options = {}, parameters = {}, onError } = settings;

	return {
		name: 'AI Agent',
		type: `${LANGCHAIN}.agent`,
		version: 3.1,
		parameters: { promptType: 'define', text, options, ...parameters },
		...(onError === undefined ? {} : { onError }),
	};
}

/** A root or sub-node of n8n's AI nodes. */
export function aiNode(
	[name, type, version]: [name: string, type: string, version: number],
	parameters: Record<string, unknown> = {},
): Step {
	return { name, type: `${LANGCHAIN}.${type}`, version, parameters };
}

interface ChatModelOptions {
	name?: string;
	model?: string;
	/** Id of the openAiApi credential. */
	openAiApi: string;
	options?: Record<string, unknown>;
}

export function openAiModel(settings: ChatModelOptions): Step {
	const { name = 'OpenAI Chat Model', model = 'gpt-4o', openAiApi, options = {} } = settings;
	const chosen = { __rl: true, mode: 'id', value: model };

	return {
		name,
		type: `${LANGCHAIN}.lmChatOpenAi`,
		version: 1.3,
		parameters: { model: chosen, responsesApiEnabled: false, options },
		credentials: { openAiApi },
	};
}

interface FuseModelOptions {
	name?: string;
	/** Id of the fuseApi credential. */
	fuseApi: string;
	/** A tenant, or an expression for one. */
	tenantId: string;
	options?: Record<string, unknown>;
}

export function fuseModel(settings: FuseModelOptions): Step {
	const { name = 'LLM Fuse Model', fuseApi, tenantId, options = {} } = settings;

	return {
		name,
		type: 'n8n-nodes-llm-fuse.fuseModel',
		version: 1,
		parameters: { tenantId, options },
		credentials: { fuseApi },
	};
}

/** Wires a chat model through LLM Fuse Model into a consumer; `input` 1 is its fallback model. */
export function through(from: string, fuse: string, to: string, input = 0): Wire[] {
	const type = 'ai_languageModel';

	return [
		{ from, to: fuse, type },
		{ from: fuse, to, type, input },
	];
}
