import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium, openPage } from './openEditor.ts';
import { keepPicture } from './pictures.ts';

/** Takes a picture of a page and keeps it as docs/pictures/<name>.png; without a Chromium there is none. */
export async function takePicture(folder: string, name: string, html: string): Promise<void> {
	const executablePath = findChromium();
	if (executablePath === undefined) return;
	const file = join(folder, `${name}.html`);
	writeFileSync(file, html);
	const { page, close } = await openPage({ executablePath, folder });
	try {
		await page.goto(pathToFileURL(file).href);
		const image = await page.locator('main').screenshot({ type: 'png' });
		keepPicture('docs/pictures', name, image);
	} finally {
		await close();
	}
}
