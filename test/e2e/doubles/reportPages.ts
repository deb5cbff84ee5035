import type { Bills } from './vendorReports.ts';

const DAY_MS = 86_400_000;
const KEYS_PER_PAGE = 100;

/** `GET /organization/costs`. */
export function openAiPage(query: URLSearchParams, bills: Bills['openAi']): object {
	const unixSeconds = (name: string) => {
		const value = query.get(name) ?? '';
		if (!/^\d{10}$/.test(value)) throw new Error(`${name}: expected Unix seconds, got "${value}"`);
		return Number(value) * 1000;
	};
	oneOf(query, 'group_by', ['project_id', 'line_item', 'api_key_id']);
	const { days, ...more } = daysOf(query, unixSeconds('start_time'), unixSeconds('end_time'), 180);
	const data = days.map((at) => ({
		object: 'bucket',
		start_time: at / 1000,
		end_time: (at + DAY_MS) / 1000,
		results: Object.entries(bills[dayName(at)] ?? {}).map(([key, value]) => ({
			object: 'organization.costs.result',
			amount: { value, currency: 'usd' },
			...{ line_item: null, project_id: null, api_key_id: key, quantity: null },
		})),
	}));

	return { object: 'page', data, ...more };
}

/** `GET /v1/organizations/cost_report` and `…/usage_report/messages`. */
export function anthropicPage(
	query: URLSearchParams,
	report: 'cost' | 'usage',
	bills: Bills['anthropic'],
): object {
	const instant = (name: string) => {
		const value = query.get(name) ?? '';
		const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
		if (!rfc3339.test(value)) throw new Error(`${name}: expected RFC 3339, got "${value}"`);
		return Date.parse(value);
	};
	const groups =
		report === 'cost'
			? ['workspace_id', 'description']
			: ['api_key_id', 'workspace_id', 'model', 'service_tier', 'context_window', 'inference_geo'];
	oneOf(query, 'group_by', groups);
	const { days, ...more } = daysOf(query, instant('starting_at'), instant('ending_at'), 31);
	const data = days.map((at) => {
		const bill = bills[dayName(at)];
		return {
			starting_at: `${dayName(at)}T00:00:00Z`,
			ending_at: `${dayName(at + DAY_MS)}T00:00:00Z`,
			results: bill ? [report === 'cost' ? costOf(bill) : useOf(bill)] : [],
		};
	});

	return { data, ...more };
}

type AnthropicBill = Bills['anthropic'][string];

const model = 'claude-sonnet-4-5-20250929';
const shared = { model, service_tier: 'standard', context_window: '0-200k', workspace_id: null };

function costOf({ usd }: AnthropicBill) {
	const description = 'Claude Sonnet 4.5 Usage - Input Tokens';
	return {
		...{ currency: 'USD', amount: (usd * 100).toFixed(5), description, cost_type: 'tokens' },
		...shared,
	};
}

function useOf({ key, input, output }: AnthropicBill) {
	return {
		...{ uncached_input_tokens: input, cache_read_input_tokens: 0, output_tokens: output },
		cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
		server_tool_use: { web_search_requests: 0 },
		...{ api_key_id: key, ...shared },
	};
}

/** `GET /api/v1/activity`: complete days only. */
export function openRouterActivity(usdByDay: Record<string, number>): object {
	const data = Object.entries(usdByDay).map(([date, usage]) => ({
		...{ date, model: 'openai/gpt-4.1', model_permaslug: 'openai/gpt-4.1-2025-04-14' },
		...{ endpoint_id: '550e8400-e29b-41d4-a716-446655440000', provider_name: 'OpenAI' },
		...{ usage, byok_usage_inference: 0, requests: 5, prompt_tokens: 50 },
		...{ completion_tokens: 125, reasoning_tokens: 25 },
	}));

	return { data };
}

/** `GET /api/v1/keys`. */
export function openRouterKeys(query: URLSearchParams, usdByKey: Record<string, number>): object {
	if (query.get('include_disabled') !== 'true') throw new Error('include_disabled: expected true');
	const offset = Number(query.get('offset') ?? 0);
	const data = Object.entries(usdByKey).map(([hash, usage]) => ({
		...{ hash, name: hash, label: 'sk-or-v1-0e6...1c96', disabled: false, limit: null },
		...{ usage, usage_daily: usage, usage_weekly: usage, usage_monthly: usage },
		...{ byok_usage: 0, byok_usage_daily: 0, byok_usage_weekly: 0, byok_usage_monthly: 0 },
	}));

	return { data: data.slice(offset, offset + KEYS_PER_PAGE) };
}

/** The days of one page, and where the next one begins. */
function daysOf(query: URLSearchParams, from: number, to: number, limitMax: number) {
	const limit = Number(query.get('limit') ?? 7);
	if (!(limit >= 1 && limit <= limitMax)) throw new Error(`limit: expected 1 to ${limitMax}`);
	oneOf(query, 'bucket_width', ['1d']);
	const start = Number(/^page_(\d+)$/.exec(query.get('page') ?? 'page_0')?.[1]);
	const all = Array.from({ length: (to - from) / DAY_MS }, (_, index) => from + index * DAY_MS);
	const end = start + limit;
	const has_more = end < all.length;

	return { days: all.slice(start, end), has_more, next_page: has_more ? `page_${end}` : null };
}

/** Vendors take lists as `name[]=a&name[]=b`. */
function oneOf(query: URLSearchParams, name: string, known: string[]) {
	const values = [...query.getAll(name), ...query.getAll(`${name}[]`)];
	const unknown = values.filter((value) => !known.includes(value));
	if (unknown.length > 0) throw new Error(`${name}: ${unknown.join()} is none of ${known.join()}`);
}

export function dayName(at: number): string {
	return new Date(at).toISOString().slice(0, 10);
}
