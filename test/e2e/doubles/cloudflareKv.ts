import { bearer, json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const CLOUDFLARE = {
	apiToken: 'cf-token-of-the-double',
	accountId: 'account1',
	namespaceId: 'namespace1',
};

export interface CloudflareKvDouble extends VendorDouble {
	values: Map<string, string>;
}

/** One namespace of Workers KV, as its REST API documents it. */
export async function startCloudflareKv(): Promise<CloudflareKvDouble> {
	const values: CloudflareKvDouble['values'] = new Map();
	const prefix = `/accounts/${CLOUDFLARE.accountId}/storage/kv/namespaces/${CLOUDFLARE.namespaceId}/values/`;
	const failed = (status: number, code: number, message: string) =>
		json({ success: false, errors: [{ code, message }], messages: [], result: null }, status);
	const done = json({ success: true, errors: [], messages: [], result: null }, 200, {
		'cf-ray': 'r1',
	});

	const double = await startVendorDouble({
		prefix: '/client/v4',
		refusal: bearer(CLOUDFLARE.apiToken, failed(401, 10_000, 'Authentication error')),
		answer: ({ method, body, headers }, path, query) => {
			if (!path.startsWith(prefix)) return failed(404, 10_013, 'namespace not found');
			const key = decodeURIComponent(path.slice(prefix.length));
			if (method === 'PUT') {
				const ttl = Number(query.get('expiration_ttl'));
				if (!(ttl >= 60)) return failed(400, 10_033, 'expiration_ttl must be at least 60');
				if (!headers['content-type']?.startsWith('text/plain'))
					return failed(400, 10_001, 'text only');
				values.set(key, body);
				return done;
			}
			if (method === 'DELETE') {
				values.delete(key);
				return done;
			}
			const value = values.get(key);
			return value === undefined
				? failed(404, 10_009, 'get: key not found')
				: { status: 200, body: value, contentType: 'application/octet-stream' };
		},
	});
	return { ...double, values };
}
