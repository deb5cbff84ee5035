import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { N8nApi, Workflow } from './n8nApi.ts';

interface ImportOptions {
	file: string;
	/** New values of the one Settings node, by field name. */
	settings: Record<string, string>;
	/** Credential ids by credential type: what a person picks in the editor after importing. */
	credentials: Record<string, string>;
	/** What a scenario needs otherwise: a trigger that comes sooner, for example. */
	edit?: (workflow: Workflow) => void;
}

/** Imports a shipped template as a person would, changing nothing but its Settings node and its credentials. */
export async function importTemplate(
	n8n: N8nApi,
	{ file, settings, credentials, edit }: ImportOptions,
): Promise<string> {
	const path = new URL(`../../../workflows/${file}`, import.meta.url);
	const workflow: Workflow = JSON.parse(readFileSync(path, 'utf8'));
	for (const node of workflow.nodes) {
		// As the editor does: webhooks of a file that was imported before are taken.
		if ('webhookId' in node) node.webhookId = randomUUID();
		if (node.name === 'Settings') applySettings(node.parameters, settings);
		for (const [type, credential] of Object.entries(node.credentials ?? {})) {
			const id = credentials[type];
			if (id === undefined) throw new Error(`${file} asks for a ${type} credential`);
			credential.id = id;
		}
	}
	edit?.(workflow);
	return n8n.createWorkflow(workflow);
}

function applySettings(parameters: Record<string, unknown>, settings: Record<string, string>) {
	const { assignments }: { assignments: Array<{ name: string; value: string }> } = JSON.parse(
		JSON.stringify(parameters['assignments']),
	);
	for (const [name, value] of Object.entries(settings)) {
		const field = assignments.find((one) => one.name === name);
		if (field === undefined) throw new Error(`the Settings node has no field ${name}`);
		field.value = value;
	}
	parameters['assignments'] = { assignments };
}
