import { createHmac } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { randomKey } from './randomKey.ts';

/** The configured key, else one that lives beside the embedded database, readable by its owner only. */
export async function loadSigningKey({ signingKey, dataDir }: Config): Promise<string> {
	if (signingKey !== undefined) return signingKey;
	if (dataDir === 'memory') return randomKey();

	const file = join(dataDir, 'signing-key');
	await mkdir(dataDir, { recursive: true });
	try {
		// `wx` fails when it exists: a key in use is never overwritten.
		await writeFile(file, randomKey(), { mode: 0o600, flag: 'wx' });
	} catch (error) {
		if (!isAlreadyThere(error)) throw error;
	}
	return (await readFile(file, 'utf8')).trim();
}

function isAlreadyThere(error: unknown): boolean {
	return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}

/** A subscription's secret is derived, not stored: a copy of the database signs nothing. */
export function webhookSecret(signingKey: string, webhookId: string): string {
	return `whsec_${createHmac('sha256', signingKey).update(`webhook:${webhookId}`).digest('base64')}`;
}
