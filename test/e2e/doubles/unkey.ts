import { bearer, json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const UNKEY_ROOT_KEY = 'unkey_root_of_the_double';

export interface UnkeyDouble extends VendorDouble {
	/** Whether each key is enabled, by id. */
	keys: Map<string, boolean>;
}

/** Keys of Unkey, held against its OpenAPI file. */
export async function startUnkey(folder: string): Promise<UnkeyDouble> {
	const keys: UnkeyDouble['keys'] = new Map();
	const meta = { requestId: 'req_unkey' };
	const failed = (status: number, detail: string) =>
		json({ meta, error: { title: detail, detail, status, type: 'about:blank' } }, status);

	const double = await startVendorDouble({
		spec: { file: 'unkey-keys.json', folder, probe: '/' },
		refusal: bearer(UNKEY_ROOT_KEY, failed(401, 'Invalid root key')),
		isChange: ({ path }) => path === '/v2/keys.updateKey',
		answer: ({ body }, path) => {
			const { keyId, enabled }: { keyId: string; enabled: boolean } = JSON.parse(body);
			if (!keys.has(keyId)) return failed(404, 'The key does not exist');
			if (path === '/v2/keys.updateKey') {
				keys.set(keyId, enabled);
				return json({ meta, data: {} });
			}
			const known = {
				keyId,
				start: 'sk_a',
				enabled: keys.get(keyId),
				createdAt: 1_701_425_400_000,
			};
			return path === '/v2/keys.getKey' ? json({ meta, data: known }) : undefined;
		},
	});
	return { ...double, keys };
}
