import {
	startRecordingProxy,
	type Answer,
	type RecordedRequest,
} from '../doubles/recordingProxy.ts';

export interface Ask {
	tenantId: string;
	provider?: string;
	model?: string;
	workflowId?: string;
	nodeName?: string;
	/** What the service answered. */
	decision: string;
	reservationId?: string;
}

/** One settlement, with what it said was used. */
export interface Settlement {
	reservationId: string;
	provider: string;
	model: string;
	usage: Record<string, number>;
	estimated?: boolean;
	/** What the vendor answered. */
	statusCode?: number;
	costMicroCents: number;
}

export interface FuseJournal {
	baseUrl: string;
	asksOf: (tenantId: string) => Ask[];
	settlementsOf: (tenantId: string) => Settlement[];
	releasesOf: (tenantId: string) => number;
	/** While true, the service answers nothing but 503. */
	setOutage: (down: boolean) => void;
	/** Everything that was sent, as one text: to look for what must not be in it. */
	sentText: () => string;
	close: () => Promise<void>;
}

interface Exchange {
	path: string;
	body: string;
	answer: string;
}

/** Stands between n8n and the service and notes what the nodes say, and what they are told. */
export async function startFuseJournal(serviceUrl: string): Promise<FuseJournal> {
	const exchanges: Exchange[] = [];
	let isDown = false;
	const note = async ({ path, body }: RecordedRequest, forward: () => Promise<Answer>) => {
		if (isDown) return { status: 503, body: '{}' };
		const answer = await forward();
		exchanges.push({ path: path.split('?')[0] ?? path, body, answer: answer.body });
		return answer;
	};
	const proxy = await startRecordingProxy(serviceUrl, note);

	const asksOf = (tenantId: string): Ask[] =>
		exchanges
			.filter(({ path }) => path === '/v1/reservations')
			.map(({ body, answer }) => {
				const ask: Ask = { ...JSON.parse(body), ...JSON.parse(answer) };
				return ask;
			})
			.filter((ask) => ask.tenantId === tenantId);
	const to = (verb: string, tenantId: string) => {
		const ids = asksOf(tenantId).map(({ reservationId }) => reservationId);
		return exchanges.filter(({ path }) => {
			const [, reservationId] = /^\/v1\/reservations\/([^/]+)\/(\w+)$/.exec(path) ?? [];
			return path.endsWith(`/${verb}`) && ids.includes(reservationId);
		});
	};

	return {
		baseUrl: proxy.baseUrl,
		asksOf,
		settlementsOf: (tenantId) =>
			to('settle', tenantId).map(({ body, answer }) => {
				const event: { data: object } = JSON.parse(body);
				const settlement: Settlement = { ...event.data, ...JSON.parse(answer) };
				return settlement;
			}),
		releasesOf: (tenantId) => to('release', tenantId).length,
		setOutage: (down) => {
			isDown = down;
		},
		sentText: () => exchanges.map(({ body }) => body).join('\n'),
		close: () => proxy.close(),
	};
}
