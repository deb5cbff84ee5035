import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { importTemplate } from './harness/importTemplate.ts';
import { findChromium, openEditor, type Page } from './harness/openEditor.ts';
import type { World } from './harness/startWorld.ts';

/** UPDATE_PICTURES=1 keeps the screenshots as the pictures of workflows/README.md. */
const keepPictures = process.env['UPDATE_PICTURES'] === '1';
const pictures = new URL('../../workflows/pictures/', import.meta.url);
const PICTURE_BYTES_MAX = 200_000;

export function editorShowsTheNodes(world: World): void {
	const executablePath = findChromium();
	const skip = executablePath === undefined && 'no chromium on this machine';

	describe('the editor', { skip }, () => {
		let page: Page;
		let close: () => Promise<void> = async () => undefined;

		before(async () => {
			const { folder, n8n } = world;
			({ page, close } = await openEditor({
				executablePath: executablePath ?? '',
				folder,
				baseUrl: n8n.baseUrl,
				cookie: n8n.cookie,
			}));
		});
		after(() => close());

		const shows = async (name: string, ownNodes: string[]) => {
			// A copy that is not active: n8n covers an active one with its production checklist.
			const { n8n, credentials } = world;
			const copy = { file: `${name}.json`, credentials, settings: {} };
			await page.goto(`${n8n.baseUrl}/workflow/${await importTemplate(n8n, copy)}`);
			for (const node of ownNodes) {
				// A node type that n8n does not know is drawn too, but with a question mark for an icon.
				const icon = `[data-node-name="${node}"] img[src*="n8n-nodes-llm-fuse"]`;
				await page.locator(`[data-test-id="canvas-node"]${icon}`).waitFor();
			}
			// n8n's shortcut for fitting the workflow into the view.
			await page.keyboard.press('1');
			const image = await page.locator('[data-test-id="canvas"]').screenshot({ type: 'png' });
			if (!keepPictures) return;
			assert.ok(image.byteLength < PICTURE_BYTES_MAX, `${name}.png has ${image.byteLength} bytes`);
			mkdirSync(pictures, { recursive: true });
			writeFileSync(new URL(`${name}.png`, pictures), image);
		};

		it('draws the gate and the meter of guarded-call', () =>
			shows('guarded-call', ['Ask LLM Fuse', 'Record usage']));

		it('draws the trigger of runaway-kill-switch', () =>
			shows('runaway-kill-switch', ['Breaker opened']));
	});
}
