import { json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const ANTHROPIC_ADMIN_KEY = 'sk-ant-admin-of-the-double';

export interface AnthropicKeysDouble extends VendorDouble {
	/** Status by id. */
	keys: Map<string, string>;
}

const settable = ['active', 'inactive', 'archived'];

/** API keys of an Anthropic organization, as its Admin API documents them. */
export async function startAnthropicKeys(): Promise<AnthropicKeysDouble> {
	const keys: AnthropicKeysDouble['keys'] = new Map();
	const failed = (status: number, type: string, message: string) =>
		json({ type: 'error', error: { type, message } }, status, { 'request-id': 'req_anthropic' });

	const update = (id: string, body: string) => {
		const { status, ...others }: { status?: string } = JSON.parse(body);
		if (!settable.includes(status ?? '') || Object.keys(others).length > 0) {
			return failed(400, 'invalid_request_error', `status: one of ${settable.join()}`);
		}
		if (keys.get(id) === 'archived') {
			return failed(400, 'invalid_request_error', 'An archived key cannot be changed');
		}
		keys.set(id, status ?? '');
		return undefined;
	};

	const double = await startVendorDouble({
		refusal: ({ headers }) => {
			if (headers['x-api-key'] !== ANTHROPIC_ADMIN_KEY) {
				return failed(401, 'authentication_error', 'invalid x-api-key');
			}
			return headers['anthropic-version'] === '2023-06-01'
				? undefined
				: failed(400, 'invalid_request_error', 'anthropic-version: is required');
		},
		answer: ({ method, body }, path) => {
			const id = /^\/v1\/organizations\/api_keys\/([^/]+)$/.exec(path)?.[1] ?? '';
			if (!keys.has(id)) return failed(404, 'not_found_error', 'Not found');
			const refused = method === 'POST' ? update(id, body) : undefined;
			const described = { type: 'api_key', id, name: 'a key', status: keys.get(id) };
			return refused ?? json(described, 200, { 'request-id': 'req_anthropic' });
		},
	});
	return { ...double, keys };
}
