import { startRecordingProxy, type Answer, type RecordedRequest } from './recordingProxy.ts';
import { anthropicPage, openAiPage, openRouterActivity, openRouterKeys } from './reportPages.ts';

/** What the doubles know: amounts in USD by UTC day, and by key where the vendor tells keys. */
export interface Bills {
	openAi: Record<string, Record<string, number>>;
	anthropic: Record<string, { usd: number; key: string; input: number; output: number }>;
	openRouter: { activity: Record<string, number>; today: Record<string, number> };
}

export const ADMIN_KEYS = {
	openAi: 'sk-admin-of-the-double',
	anthropic: 'sk-ant-admin-of-the-double',
	openRouter: 'sk-or-management-of-the-double',
};

type Vendor = keyof typeof ADMIN_KEYS;

export interface VendorReports {
	openAiBaseUrl: string;
	anthropicBaseUrl: string;
	openRouterBaseUrl: string;
	bills: Bills;
	requests: RecordedRequest[];
	/** While a vendor is down, all it answers is 500. */
	setDown: (vendor: Vendor | undefined) => void;
	close: () => Promise<void>;
}

/** The report endpoints of three vendors, as documented: they refuse a wrong key, and a query the vendor would refuse. */
export async function startVendorReports(): Promise<VendorReports> {
	const bills: Bills = { openAi: {}, anthropic: {}, openRouter: { activity: {}, today: {} } };
	let down: Vendor | undefined;

	const respond = async (request: RecordedRequest): Promise<Answer> => {
		const { pathname, searchParams: query } = new URL(request.path, 'http://double');
		const found = endpoints[pathname];
		if (request.method !== 'GET' || !found) return json({ error: { message: 'Not found' } }, 404);
		if (found.vendor === down) return json({ error: { message: 'The vendor is down' } }, 500);
		const refusal = refusalOf(found.vendor, request);

		return refusal ?? found.answer(query, bills);
	};

	const { baseUrl, requests, close } = await startRecordingProxy('', respond);
	return {
		openAiBaseUrl: `${baseUrl}/openai/v1`,
		anthropicBaseUrl: `${baseUrl}/anthropic`,
		openRouterBaseUrl: `${baseUrl}/openrouter/api/v1`,
		...{ bills, requests, close },
		setDown: (vendor) => {
			down = vendor;
		},
	};
}

interface Endpoint {
	vendor: Vendor;
	answer: (query: URLSearchParams, bills: Bills) => Answer;
}

const page = (read: () => object): Answer => {
	try {
		return json(read());
	} catch (error) {
		return json({ error: { type: 'invalid_request_error', message: String(error) } }, 400);
	}
};

const endpoints: Record<string, Endpoint> = {
	'/openai/v1/organization/costs': {
		vendor: 'openAi',
		answer: (query, bills) => page(() => openAiPage(query, bills.openAi)),
	},
	'/anthropic/v1/organizations/cost_report': {
		vendor: 'anthropic',
		answer: (query, bills) => page(() => anthropicPage(query, 'cost', bills.anthropic)),
	},
	'/anthropic/v1/organizations/usage_report/messages': {
		vendor: 'anthropic',
		answer: (query, bills) => page(() => anthropicPage(query, 'usage', bills.anthropic)),
	},
	'/openrouter/api/v1/activity': {
		vendor: 'openRouter',
		answer: (_query, bills) => page(() => openRouterActivity(bills.openRouter.activity)),
	},
	'/openrouter/api/v1/keys': {
		vendor: 'openRouter',
		answer: (query, bills) => page(() => openRouterKeys(query, bills.openRouter.today)),
	},
};

function refusalOf(vendor: Vendor, { headers }: RecordedRequest): Answer | undefined {
	const key = ADMIN_KEYS[vendor];
	if (vendor !== 'anthropic') {
		if (headers['authorization'] === `Bearer ${key}`) return undefined;
		return json({ error: { message: 'Incorrect API key provided', code: 401 } }, 401);
	}
	if (headers['x-api-key'] !== key) {
		const error = { type: 'authentication_error', message: 'invalid x-api-key' };
		return json({ type: 'error', error }, 401);
	}
	if (headers['anthropic-version'] !== '2023-06-01') {
		const error = { type: 'invalid_request_error', message: 'anthropic-version: is required' };
		return json({ type: 'error', error }, 400);
	}
	return undefined;
}

function json(body: unknown, status = 200): Answer {
	return { status, body: JSON.stringify(body) };
}
