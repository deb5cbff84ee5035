import assert from 'node:assert/strict';
import { it } from 'node:test';
import { prompts } from './doubles/openAi.ts';
import { credentialDialog } from './harness/credentialDialog.ts';
import { byTestId, editorSteps } from './harness/editorSteps.ts';
import { inTheEditor } from './harness/inTheEditor.ts';
import { agent, openAiModel } from './harness/modelNodes.ts';
import { keepPicture } from './harness/pictures.ts';
import { place } from './harness/place.ts';
import type { World } from './harness/startWorld.ts';
import { workflowOf } from './harness/workflow.ts';

/** What people type who look for a node like these, and which of them fit. "LLM Fuse" holds the trigger too. */
const SEARCHES: Record<string, string[]> = {
	budget: ['LLM Fuse', 'LLM Fuse Gate', 'LLM Fuse Model'],
	'rate limit': ['LLM Fuse', 'LLM Fuse Gate', 'LLM Fuse Model'],
	cost: ['LLM Fuse', 'LLM Fuse Gate', 'LLM Fuse Meter', 'LLM Fuse Model'],
	tokens: ['LLM Fuse', 'LLM Fuse Gate', 'LLM Fuse Meter', 'LLM Fuse Model'],
};

export function nodesAreFoundAndWired(world: World): void {
	const { n8n, service, credentials } = world;

	inTheEditor('a person in the editor', world, (page) => {
		const steps = () => editorSteps(page(), n8n.baseUrl);
		const keep = async (name: string, part?: string) =>
			keepPicture('docs/nodes/pictures', name, await steps().takePicture(part));

		const openAgent = async () => {
			const { openAiApi = '' } = credentials;
			const nodes = [started, agent({ text: prompts.calm }), openAiModel({ openAiApi })];
			const workflow = workflowOf('Answer a customer', nodes, [
				{ from: 'Start', to: 'AI Agent' },
				{ from: 'OpenAI Chat Model', to: 'AI Agent', type: 'ai_languageModel' },
			]);
			const placed = place(workflow, { 'AI Agent': [240, 0], 'OpenAI Chat Model': [260, 480] });
			await steps().openWorkflow(await n8n.createWorkflow(placed), ['Start', 'AI Agent']);
		};

		it('finds the nodes by budget, rate limit, cost and tokens', async () => {
			await openAgent();
			await page().locator(byTestId('node-creator-plus-button')).click();

			for (const [words, expected] of Object.entries(SEARCHES)) {
				await steps().searchPanel(words, expected);
				if (words === 'budget') await keep('panel');
			}

			await page()
				.locator(`${byTestId('node-creator-item-name')}:text-is("LLM Fuse")`)
				.click();
			await page().locator('text=/^Triggers \\(/').click();
			await page().locator('text=On breaker opened').waitFor();
		});

		it('puts LLM Fuse Model between an agent and its model and sees what the call cost', async () => {
			await openAgent();
			const dialog = credentialDialog(page());

			await steps().removeWire('OpenAI Chat Model', 'AI Agent');
			await steps().askForModelOf('AI Agent');
			await steps().searchPanel('budget', ['LLM Fuse Model']);
			await keep('modelPicker');
			await steps().addFromPanel('LLM Fuse Model');

			await dialog.create();
			assert.match((await dialog.docsUrl()) ?? '', /docs\/nodes\/credential\.md$/);
			const baseUrl = service.baseUrl;
			const wrong = await dialog.save({ baseUrl, apiKey: `fuse_${'x'.repeat(40)}` });
			assert.equal(wrong.status, 'Error');
			assert.match(wrong.message, /key/);
			const other = await dialog.save({ baseUrl: n8n.baseUrl, apiKey: service.apiKey });
			assert.equal(other.status, 'Error', 'n8n itself passes for the service');
			await dialog.showsFailure();
			assert.equal((await dialog.save({ baseUrl, apiKey: service.apiKey })).status, 'OK');
			await dialog.isClosed();
			await dialog.reopen();
			await dialog.showsSuccess();
			await keep('credential', byTestId('editCredential-modal'));
			await dialog.close();

			await steps().fillIn('tenantId', 'in-the-editor');
			await steps().closeNode();
			await steps().wireModel('OpenAI Chat Model', 'LLM Fuse Model');
			await steps().run();
			await steps().tidyUp();
			const log = await steps().readLog('LLM Fuse Model');
			assert.match(log, /"tenant": "in-the-editor"/);
			assert.match(log, /"costUsd": "0\.0001"/);
			await steps().fitView();
			await keep('modelLog');
			const path = '/v1/tenants/in-the-editor/spend?window=1h';
			assert.equal((await service.get<{ microCents: number }>(path)).microCents, 10_000);
		});
	});
}

const started = { name: 'Start', type: 'manualTrigger', version: 1, parameters: {} };
