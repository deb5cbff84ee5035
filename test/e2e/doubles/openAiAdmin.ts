import { bearer, json, startVendorDouble, type VendorDouble } from './vendorDouble.ts';

export const OPENAI_ADMIN_KEY = 'sk-admin-of-the-double';

export interface OpenAiAdminDouble extends VendorDouble {
	/** Cents by project; a project without a limit has none. */
	spendLimits: Map<string, number>;
	/** Owner by key: a person, or the service account with this id. */
	keys: Map<string, { serviceAccount?: string }>;
}

/** Project keys, service accounts and hard spend limits, held against OpenAI's OpenAPI file. */
export async function startOpenAiAdmin(folder: string): Promise<OpenAiAdminDouble> {
	const spendLimits: OpenAiAdminDouble['spendLimits'] = new Map();
	const keys: OpenAiAdminDouble['keys'] = new Map();

	const spendLimit = (method: string, project: string, body: string) => {
		if (method === 'POST') {
			const { threshold_amount }: { threshold_amount: number } = JSON.parse(body);
			spendLimits.set(project, threshold_amount);
		}
		const cents = spendLimits.get(project);
		if (cents === undefined) return missing(`No spend limit for project ${project}`);
		if (method === 'DELETE') {
			spendLimits.delete(project);
			return answered({ object: 'project.spend_limit.deleted', deleted: true });
		}
		const enforcement = { status: 'enforcing' };
		const limit = { threshold_amount: cents, currency: 'USD', interval: 'month', enforcement };
		return answered({ object: 'project.spend_limit', ...limit });
	};

	const key = (method: string, id: string) => {
		const known = keys.get(id);
		if (!known) return missing(`No API key found with id ${id}`);
		const { serviceAccount } = known;
		if (method === 'GET') return answered(describe(id, serviceAccount));
		if (serviceAccount !== undefined) {
			return json({ error: { message: 'Delete the service account instead' } }, 400);
		}
		keys.delete(id);
		return answered({ object: 'organization.project.api_key.deleted', id, deleted: true });
	};

	const serviceAccount = (id: string) => {
		const owned = [...keys].filter(([, owner]) => owner.serviceAccount === id);
		if (owned.length === 0) return missing(`No service account found with id ${id}`);
		for (const [keyId] of owned) keys.delete(keyId);
		return answered({ object: 'organization.project.service_account.deleted', id, deleted: true });
	};

	const double = await startVendorDouble({
		prefix: '/v1',
		spec: { file: 'openai-admin.json', folder, probe: '/organization/projects' },
		refusal: bearer(OPENAI_ADMIN_KEY, json({ error: { message: 'Invalid admin key' } }, 401)),
		answer: ({ method, body }, path) => {
			const [, project = '', what, id = ''] =
				/^\/organization\/projects\/([^/]+)\/(\w+)(?:\/([^/]+))?$/.exec(path) ?? [];
			if (what === 'spend_limit') return spendLimit(method, project, body);
			if (what === 'api_keys') return key(method, id);
			return what === 'service_accounts' && method === 'DELETE' ? serviceAccount(id) : undefined;
		},
	});
	return { ...double, spendLimits, keys };
}

const answered = (body: object) => json(body, 200, { 'x-request-id': 'req_openai' });

const missing = (message: string) => json({ error: { message } }, 404);

function describe(id: string, serviceAccount: string | undefined) {
	const owner =
		serviceAccount === undefined
			? { type: 'user', user: { id: 'user_1', name: 'Ada', email: 'ada@example.com' } }
			: { type: 'service_account', service_account: { id: serviceAccount, name: 'bot' } };

	return {
		...{ object: 'organization.project.api_key', id, name: 'a key', redacted_value: 'sk-a…f' },
		...{ created_at: 1_711_471_533, last_used_at: null, owner_project_access: 'active', owner },
	};
}
