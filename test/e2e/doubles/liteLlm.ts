import { bearer, json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const LITELLM_MASTER_KEY = 'sk-litellm-master-of-the-double';

export interface LiteLlmDouble extends VendorDouble {
	/** Whether each key is blocked, by hashed token; a key that nobody touched says null. */
	keys: Map<string, boolean | null>;
}

/** Key management of a LiteLLM proxy, as its OpenAPI page documents it. */
export async function startLiteLlm(): Promise<LiteLlmDouble> {
	const keys: LiteLlmDouble['keys'] = new Map();
	const failed = (status: number, message: string) =>
		json({ error: { message, type: 'auth_error', param: 'None', code: String(status) } }, status);

	const double = await startVendorDouble({
		refusal: bearer(LITELLM_MASTER_KEY, failed(401, 'Authentication Error, Invalid proxy key')),
		answer: ({ method, body }, path, query) => {
			const asked: { key?: string } = method === 'GET' ? {} : JSON.parse(body);
			const named = asked.key ?? query.get('key') ?? '';
			if (!keys.has(named)) return failed(404, 'Key not found in database');
			const answers: Record<string, () => ReturnType<typeof json>> = {
				'GET /key/info': () => json({ key: named, info: { blocked: keys.get(named), spend: 1 } }),
				'POST /key/block': () => blocked(named, true),
				'POST /key/unblock': () => blocked(named, false),
			};
			return answers[`${method} ${path}`]?.();
		},
	});
	const blocked = (token: string, value: boolean) => {
		keys.set(token, value);
		return json({ token, blocked: value });
	};
	return { ...double, keys };
}
