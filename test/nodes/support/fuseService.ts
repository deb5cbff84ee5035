import { createServer, type IncomingMessage, type Server } from 'node:http';
import { problem, type FieldError } from '../../../core/problems.ts';
import { closeServer, listenOnLoopback } from '../../support/loopbackServer.ts';
import { QueueDouble } from './queueDouble.ts';

export type Exchange = { method: string; path: string; key: string; body: unknown };
export type Answer = { status: number; body?: unknown; delayMs?: number };
/** Undefined: the service answers as ever. */
type Handler = (exchange: Exchange) => Answer | undefined;

/**
 * A service on a loopback port that plays the HTTP contract: keys with roles, decisions, usage counted once by source
 * and id, webhook subscriptions. `override` lets a test put any answer in front of it.
 */
export class FuseService {
	readonly exchanges: Exchange[] = [];
	readonly counted = new Map<string, Record<string, unknown>>();
	readonly webhooks = new Map<string, Record<string, unknown>>();
	readonly roles = new Map([['fuse_operator', 'operate']]);
	/** Tenants that get a no. */
	readonly blocked = new Set<string>();
	/** Tenants whose calls wait, when the question says where to call back. */
	readonly full = new Set<string>();
	readonly queue = new QueueDouble();
	override: Handler | undefined;
	private readonly server: Server;
	private reservations = 0;

	constructor() {
		this.server = createServer((request, response) => {
			void read(request).then(async (exchange) => {
				this.exchanges.push(exchange);
				const { status, body, delayMs } = this.override?.(exchange) ?? this.answer(exchange);
				if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
				const type = status >= 400 ? 'application/problem+json' : 'application/json';
				response.writeHead(status, { 'content-type': type });
				response.end(body === undefined ? '' : JSON.stringify(body));
			});
		});
	}

	async listen(): Promise<string> {
		return await listenOnLoopback(this.server);
	}

	async close(): Promise<void> {
		await closeServer(this.server);
	}

	asked(path: string): Exchange[] {
		return this.exchanges.filter((exchange) => exchange.path === path);
	}

	private answer(exchange: Exchange): Answer {
		const { method, path, key, body } = exchange;
		const role = this.roles.get(key);
		if (role === undefined) return refuse('unauthenticated', 'This service key is not known');
		if (method === 'POST' && path === '/v1/reservations') return this.reserve(role, body);
		if (method === 'POST' && path === '/v1/usage') return this.record(role, body);
		if (path.startsWith('/v1/webhooks')) return this.manageWebhooks(exchange);
		const aboutQueue = this.queue.answer(method, path);
		if (aboutQueue) return aboutQueue;

		return refuse('not-found', `There is nothing at ${path}`);
	}

	private reserve(role: string, body: unknown): Answer {
		if (role === 'read') return refuse('forbidden', 'The role read may not ask');

		const { tenantId } = record(body);
		if (typeof tenantId !== 'string' || !/^[\w.-]+$/.test(tenantId)) {
			return refuse('invalid-request', 'The reservation has a wrong field', [
				{ pointer: '/tenantId', detail: 'must match ^[\\w.-]+$' },
			]);
		}
		if (this.full.has(tenantId)) {
			if ('resumeUrl' in record(body)) return this.queue.park(tenantId);
			return { status: 200, body: { decision: 'reject', tenantId, ...NO_ROOM } };
		}
		if (this.blocked.has(tenantId)) {
			const reasons = [
				{ code: 'breakerOpen', message: 'The breaker is open', incidentId: 'inc_1' },
			];
			return { status: 200, body: { decision: 'reject', tenantId, reasons, retryAfterMs: 60_000 } };
		}
		this.reservations += 1;
		const reservationId = `res_${this.reservations}`;
		const expiresAt = '2026-10-14T08:14:45.123Z';
		return {
			status: 200,
			body: { decision: 'allow', tenantId, reservationId, heldMicroCents: 1200, expiresAt },
		};
	}

	private record(role: string, body: unknown): Answer {
		if (role === 'ask') return refuse('forbidden', 'The role ask may not record');

		const events = (Array.isArray(body) ? body : [body]).map(record);
		const rejected = events.flatMap((event, index) =>
			event['subject'] === 'unknown_tenant'
				? [{ index, id: event['id'], errors: [{ pointer: '/subject', detail: 'is not a tenant' }] }]
				: [],
		);
		if (rejected.length === events.length) {
			const errors = rejected.map(({ index }) => ({
				pointer: `/${index}/subject`,
				detail: 'is not a tenant',
			}));
			return refuse('invalid-request', 'No event could be recorded', errors);
		}
		const good = events.filter((_, index) => !rejected.some((one) => one.index === index));
		const fresh = good.filter((event) => !this.counted.has(uniqueId(event)));
		for (const event of fresh) this.counted.set(uniqueId(event), event);

		const duplicates = good.length - fresh.length;
		const costsMicroCents = events.map((event) => (good.includes(event) ? costOf(event) : null));
		return {
			status: 202,
			body: { accepted: fresh.length, duplicates, rejected, costsMicroCents },
		};
	}

	private manageWebhooks({ method, path, body }: Exchange): Answer {
		const id = path.slice('/v1/webhooks/'.length);
		if (method === 'POST') {
			const created = { tenantId: null, ...record(body), id: `whk_${this.webhooks.size + 1}` };
			this.webhooks.set(created.id, created);
			return { status: 201, body: { ...created, secret: WEBHOOK_SECRET } };
		}
		const found = this.webhooks.get(id);
		if (!found) return refuse('not-found', `There is no webhook ${id}`);
		if (method === 'GET') return { status: 200, body: found };

		this.webhooks.delete(id);
		return { status: 204 };
	}
}

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const NO_ROOM = {
	reasons: [{ code: 'limitReached', message: 'No room' }],
	retryAfterMs: 1000,
};

type Code = Parameters<typeof problem>[0];

function refuse(code: Code, detail: string, errors?: FieldError[]): Answer {
	const body = problem(code, detail, errors);

	return { status: body.status, body };
}

/** What this stand-in says every event cost. */
export const COST_MICRO_CENTS = 9600;

/** The vendor's own cost wins, as in the service. */
function costOf(event: Record<string, unknown>): number {
	const reported = record(event['data'])['costMicroCents'];
	return typeof reported === 'number' ? reported : COST_MICRO_CENTS;
}

function uniqueId(event: Record<string, unknown>): string {
	return `${String(event['source'])} ${String(event['id'])}`;
}

async function read(request: IncomingMessage): Promise<Exchange> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(Buffer.from(String(chunk)));
	const text = Buffer.concat(chunks).toString('utf8');

	return {
		method: request.method ?? '',
		path: request.url ?? '',
		key: (request.headers.authorization ?? '').replace('Bearer ', ''),
		body: text === '' ? undefined : JSON.parse(text),
	};
}

function record(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}
