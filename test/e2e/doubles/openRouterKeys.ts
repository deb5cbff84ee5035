import { bearer, json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const OPENROUTER_MANAGEMENT_KEY = 'sk-or-management-of-the-double';

export interface OpenRouterKeysDouble extends VendorDouble {
	/** Whether each key is disabled, by hash. */
	keys: Map<string, boolean>;
}

/** Keys of OpenRouter, held against its OpenAPI file. */
export async function startOpenRouterKeys(folder: string): Promise<OpenRouterKeysDouble> {
	const keys: OpenRouterKeysDouble['keys'] = new Map();
	const double = await startVendorDouble({
		prefix: '/api/v1',
		spec: { file: 'openrouter-keys.json', folder, probe: '/keys' },
		refusal: bearer(
			OPENROUTER_MANAGEMENT_KEY,
			json({ error: { code: 401, message: 'Invalid management key' } }, 401),
		),
		answer: ({ method, body }, path) => {
			const hash = /^\/keys\/([^/]+)$/.exec(path)?.[1] ?? '';
			if (!keys.has(hash)) return json({ error: { code: 404, message: 'Key not found' } }, 404);
			if (method === 'PATCH') {
				const { disabled }: { disabled: boolean } = JSON.parse(body);
				keys.set(hash, disabled);
			}
			return json({ data: { hash, disabled: keys.get(hash), limit: null, usage: 1 } });
		},
	});
	return { ...double, keys };
}
