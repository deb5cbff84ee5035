import { it } from 'node:test';
import { importTemplate } from './harness/importTemplate.ts';
import { inTheEditor } from './harness/inTheEditor.ts';
import { keepPicture } from './harness/pictures.ts';
import type { World } from './harness/startWorld.ts';

export function editorShowsTheNodes(world: World): void {
	inTheEditor('the editor', world, (page) => {
		const shows = async (name: string, ownNodes: string[], picture = name) => {
			// A copy that is not active: n8n covers an active one with its production checklist.
			const { n8n, credentials } = world;
			const copy = { file: `${name}.json`, credentials, settings: {} };
			await page().goto(`${n8n.baseUrl}/workflow/${await importTemplate(n8n, copy)}`);
			for (const node of ownNodes) {
				// A node type that n8n does not know is drawn too, but with a question mark for an icon.
				const icon = `[data-node-name="${node}"] img[src*="n8n-nodes-llm-fuse"]`;
				await page().locator(`[data-test-id="canvas-node"]${icon}`).waitFor();
			}
			await page().locator('[data-test-id="canvas-node"][data-node-name="Settings"]').waitFor();
			// n8n's shortcut for fitting the workflow into the view.
			await page().keyboard.press('1');
			const image = await page().locator('[data-test-id="canvas"]').screenshot({ type: 'png' });
			keepPicture('workflows/pictures', picture, image);
		};

		it('draws the gate and the meter of guarded-call', () =>
			shows('guarded-call', ['Ask LLM Fuse', 'Record usage']));

		it('draws the digest of daily-spend-report', () =>
			shows('daily-spend-report', ['Read the digest']));

		it('draws the trigger of containment', () => shows('containment', ['Action requested']));

		it('draws the steps of one vendor', () =>
			shows('steps/stripe-collection', [], 'stripe-collection'));

		it('draws the refresh of baseline-nightly', () =>
			shows('baseline-nightly', ['Refresh every baseline']));

		for (const name of [
			...['alert-channels', 'audit-export', 'error-workflow', 'runaway-drill'],
			...['slack-buttons', 'telegram-command-centre', 'vendor-reconciliation'],
		]) {
			it(`draws ${name}`, () => shows(name, []));
		}
	});
}
