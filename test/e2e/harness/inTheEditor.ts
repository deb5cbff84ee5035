import { after, before, describe } from 'node:test';
import { findChromium, openEditor, type Page } from './openEditor.ts';
import type { World } from './startWorld.ts';

/** Tests that share one browser, signed in at n8n; `page` is there when a test runs. Skipped without a Chromium. */
export function inTheEditor(
	title: string,
	world: Pick<World, 'folder' | 'n8n'>,
	tests: (page: () => Page) => void,
): void {
	const executablePath = findChromium();
	const skip = executablePath === undefined && 'no chromium on this machine';

	describe(title, { skip }, () => {
		let opened: Awaited<ReturnType<typeof openEditor>> | undefined;

		before(async () => {
			const { baseUrl, cookie } = world.n8n;
			const { folder } = world;
			opened = await openEditor({ executablePath: executablePath ?? '', folder, baseUrl, cookie });
		});
		after(() => opened?.close());

		tests(() => {
			if (opened === undefined) throw new Error('the browser is open while a test runs only');
			return opened.page;
		});
	});
}
