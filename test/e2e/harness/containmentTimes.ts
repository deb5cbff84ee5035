import assert from 'node:assert/strict';
import { incidentOf, overspend, settled } from './breach.ts';
import { posted } from './chat.ts';
import { addCustomer } from './operator.ts';
import { poll } from './poll.ts';
import type { World } from './startWorld.ts';

/** Milliseconds from sending the event that broke the cap. */
export interface ContainmentTimes {
	/** The service has answered it: the tenant's next call is refused. */
	ownBlock: number;
	/** The first execution of the containment workflow has begun. */
	webhook: number;
	/** The operator's own row of the key has its `revoked_at`. */
	keyRevoked: number;
	/** The request to pause collection has reached Stripe. */
	stripePaused: number;
	/** The message has reached Slack. */
	slackPosted: number;
	telegramPosted: number;
}

/** Breaks the cap with one tenant after another, each with a key and a subscription, and looks at who heard of it when. */
export async function containmentTimes(
	world: World,
	{ incidents, prefix }: { incidents: number; prefix: string },
): Promise<ContainmentTimes[]> {
	const times: ContainmentTimes[] = [];
	for (let n = 1; n <= incidents; n += 1) times.push(await timeOne(world, `${prefix}-${n}`));
	return times;
}

async function timeOne(world: World, tenantId: string): Promise<ContainmentTimes> {
	const { service, slack, telegram, stripe } = world;
	const [key, subscription] = [`key_${tenantId}`, `sub_${tenantId}`];
	await addCustomer(world, { tenantId, keys: [key], subscriptions: [subscription] });
	const shown = {
		slack: (await slack.shownTexts()).length + 1,
		telegram: telegram.shownTexts().length + 1,
	};
	const asked = { slack: slack.posts.length, telegram: telegram.posts.length };

	const sentAt = Date.now();
	await overspend(world, tenantId);
	const answeredAt = Date.now();
	const { decision } = await service.post<{ decision: string }>('/v1/reservations', { tenantId });
	assert.equal(decision, 'reject');
	await settled(world, await incidentOf(world, tenantId));
	await posted(world, shown);

	const slackPost = slack.posts.slice(asked.slack).find(({ path }) => /postMessage/.test(path));
	const telegramPost = telegram.posts
		.slice(asked.telegram)
		.find(({ path }) => /sendMessage/.test(path));
	const pause = stripe.requests.find(
		({ method, path }) => method === 'POST' && path === `/v1/subscriptions/${subscription}`,
	);
	assert.ok(slackPost && telegramPost && pause);
	return {
		ownBlock: answeredAt - sentAt,
		webhook: (await firstExecution(world, sentAt)) - sentAt,
		keyRevoked: (await revokedAt(world, key)) - sentAt,
		stripePaused: pause.receivedAt - sentAt,
		slackPosted: slackPost.receivedAt - sentAt,
		telegramPosted: telegramPost.receivedAt - sentAt,
	};
}

/** One at Postgres, one at Stripe. */
const STEPS = 2;

/** Epoch ms. n8n lists an execution when it has ended, a moment after its step was reported. */
function firstExecution({ n8n, containment }: World, since: number): Promise<number> {
	const path = `/api/v1/executions?workflowId=${containment}&limit=20`;
	return poll({ what: 'the executions of an incident' }, async () => {
		const { data } = await n8n.get<{ data: Array<{ startedAt: string }> }>(path);
		const begun = data.map(({ startedAt }) => Date.parse(startedAt)).filter((at) => at >= since);
		return begun.length >= STEPS ? Math.min(...begun) : undefined;
	});
}

/** Epoch ms. */
async function revokedAt({ database }: World, key: string): Promise<number> {
	const { rows } = await database.query<{ at: number }>(
		'select extract(epoch from revoked_at)::float8 * 1000 as at from public.tenant_api_keys where key_id = $1',
		[key],
	);
	const [row] = rows;
	assert.ok(row);
	return row.at;
}
