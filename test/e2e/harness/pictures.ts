import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';

/** UPDATE_PICTURES=1 keeps the screenshots as the pictures of the documentation. */
const keepPictures = process.env['UPDATE_PICTURES'] === '1';
const PICTURE_BYTES_MAX = 200_000;

/** Keeps a screenshot as `<folder>/<name>.png`, `folder` relative to the root of the checkout. */
export function keepPicture(folder: string, name: string, image: Uint8Array): void {
	if (!keepPictures) return;
	assert.ok(image.byteLength < PICTURE_BYTES_MAX, `${name}.png has ${image.byteLength} bytes`);
	const pictures = new URL(`../../../${folder}/`, import.meta.url);
	mkdirSync(pictures, { recursive: true });
	writeFileSync(new URL(`${name}.png`, pictures), image);
}
