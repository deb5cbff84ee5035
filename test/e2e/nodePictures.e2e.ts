import { it } from 'node:test';
import { prompts } from './doubles/openAi.ts';
import { byTestId, editorSteps } from './harness/editorSteps.ts';
import { inTheEditor } from './harness/inTheEditor.ts';
import type { Workflow } from './harness/n8nApi.ts';
import { keepPicture } from './harness/pictures.ts';
import { place } from './harness/place.ts';
import type { World } from './harness/startWorld.ts';
import { workflowOf, type Step } from './harness/workflow.ts';

const TENANT = 'org_98765_alpha';
const BLOCKED = 'org_12345_beta';

/** The pictures of docs/nodes: each node at work, or with its parameters open. */
export function nodesAreSeenAtWork(world: World): void {
	const { n8n, service, openAi } = world;
	const credentials = { fuseApi: world.credentials['fuseApi'] ?? '' };

	inTheEditor('the nodes at work', world, (page) => {
		const steps = () => editorSteps(page(), n8n.baseUrl);
		const keep = async (name: string, part?: string) =>
			keepPicture('docs/nodes/pictures', name, await steps().takePicture(part));
		const outputHas = (field: string) =>
			page()
				.locator(`${byTestId('output-panel')} :text-is("${field}")`)
				.waitFor();
		const open = async (workflow: Workflow) => {
			const names = workflow.nodes.map(({ name }) => name);
			await page().setViewportSize({ width: 1600, height: 900 });
			await steps().openWorkflow(await n8n.createWorkflow(workflow), names);
		};

		it('shows what the Gate allowed and refused, and what the Meter recorded', async () => {
			await service.post(`/v1/tenants/${BLOCKED}/block`, {});
			await open(guardedCall({ credentials, openAi: openAi.baseUrl }));

			await steps().run();

			await steps().hasRun('Model call');
			await steps().hasRun('Say no');
			await steps().fitView();
			await keep('gate', byTestId('canvas'));
			await steps().openNode('LLM Fuse Meter');
			await steps().listOutput();
			await outputHas('costUsd');
			// Tall enough for the response and what the Meter adds to it.
			await page().setViewportSize({ width: 1600, height: 1250 });
			await keep('meter', byTestId('ndv'));
		});

		it('shows what a tenant has spent', async () => {
			const node = { ...fuse(TENANT), credentials };
			await open(
				workflowOf('Spend of a tenant', [start, node], [{ from: 'Start', to: node.name }]),
			);

			await steps().openNode(node.name);
			await steps().runNode();
			await steps().listOutput();

			await outputHas('microCents');
			await keep('fuse', byTestId('ndv'));
		});

		it('shows what starts a workflow', async () => {
			await open(workflowOf('Alert the team', [{ ...trigger, credentials }], []));

			await steps().openNode(trigger.name);

			await page().locator('span:text-is("Spend Anomaly Detected")').waitFor();
			await keep('trigger', byTestId('ndv'));
		});
	});
}

interface GuardedCall {
	credentials: Record<string, string>;
	openAi: string;
}

function guardedCall({ credentials, openAi }: GuardedCall): Workflow {
	const gate = { ...gateStep, credentials };
	const meter = { ...meterStep, credentials };
	const steps = [start, customers, gate, callStep(openAi), meter, refused];
	const workflow = workflowOf('Guarded model call', steps, [
		{ from: start.name, to: customers.name },
		{ from: customers.name, to: gate.name },
		{ from: gate.name, to: 'Model call' },
		{ from: gate.name, to: refused.name, output: 1 },
		{ from: 'Model call', to: meter.name },
	]);

	return place(workflow, {
		'Model call': [720, -100],
		'LLM Fuse Meter': [960, -100],
		'Say no': [720, 120],
	});
}

const start: Step = { name: 'Start', type: 'manualTrigger', version: 1, parameters: {} };

const customers: Step = {
	name: 'Questions',
	type: 'code',
	version: 2,
	parameters: {
		jsCode: `return ${JSON.stringify([
			{ json: { customer: TENANT, question: prompts.calm } },
			{ json: { customer: BLOCKED, question: prompts.calm } },
		])};`,
	},
};

const gateStep: Step = {
	name: 'LLM Fuse Gate',
	type: 'n8n-nodes-llm-fuse.fuseGate',
	version: 1,
	parameters: {
		tenantId: '={{ $json.customer }}',
		provider: 'openai',
		model: 'gpt-4o',
		promptText: '={{ $json.question }}',
	},
};

const callStep = (baseUrl: string): Step => ({
	name: 'Model call',
	type: 'httpRequest',
	version: 4.5,
	parameters: {
		method: 'POST',
		url: `${baseUrl}/chat/completions`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '={{ { model: "gpt-4o", messages: [{ role: "user", content: $json.question }] } }}',
		options: {},
	},
});

const meterStep: Step = {
	name: 'LLM Fuse Meter',
	type: 'n8n-nodes-llm-fuse.fuseMeter',
	version: 1,
	parameters: {},
};

const refused: Step = { name: 'Say no', type: 'noOp', version: 1, parameters: {} };

const fuse = (tenantId: string): Step => ({
	name: 'LLM Fuse',
	type: 'n8n-nodes-llm-fuse.fuse',
	version: 1,
	parameters: {
		resource: 'tenant',
		operation: 'getSpend',
		tenantId: { __rl: true, mode: 'id', value: tenantId },
	},
});

const trigger: Step = {
	name: 'LLM Fuse Trigger',
	type: 'n8n-nodes-llm-fuse.fuseTrigger',
	version: 1,
	parameters: { events: ['breaker.opened', 'spend.anomaly.detected'] },
};
