import { HOUR_MS } from '../../../core/durations.ts';
import { atTime } from '../../../core/breaker.ts';
import type { Command } from '../../../core/commands/command.ts';
import {
	helpReply,
	muteReply,
	statusReply,
	topReply,
	unknownRuleReply,
} from '../../../core/commands/replies/overviewReplies.ts';
import { iso } from '../../../core/utc.ts';
import type { Carried, CommandParts, Order } from './commandParts.ts';

type OverallCommand = Extract<Command, { name: 'help' | 'status' | 'top' | 'mute' }>;

const TOP = 10;

/** Commands about everything this chat may see. */
export function commandOverAll(
	parts: CommandParts,
	command: OverallCommand,
	order: Order,
): Promise<Carried> {
	switch (command.name) {
		case 'help':
			return Promise.resolve({ reply: helpReply(), outcome: 'answered' });
		case 'status':
			return status(parts, order);
		case 'top':
			return top(parts, command.windowMs, order);
		case 'mute':
			return mute(parts, command, order);
	}
}

async function status(parts: CommandParts, order: Order): Promise<Carried> {
	const { containment, database, isDegraded } = parts;
	const { now } = order;
	const { tenantId } = order.caller;
	const known = await database.call('load_breakers', {});
	const breakers = known
		.map((one) => ({ tenantId: one.tenantId, breaker: atTime(one.breaker, now) }))
		.filter(({ breaker }) => breaker.state !== 'closed')
		.filter((one) => tenantId === null || one.tenantId === tenantId)
		.sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
	const waiting = await containment.actionsOf({ state: 'awaitingApproval', tenantId });
	const failed = await containment.actionsOf({ state: 'failed', tenantId });
	const { total } = await spentBy(parts, { windowMs: HOUR_MS, limit: 1 }, order);
	const facts = {
		...{ breakers, waiting, failed: failed.length },
		...{ isDegraded: isDegraded(), spentLastHour: total },
	};
	return { reply: statusReply(facts, now), outcome: 'answered' };
}

async function top(parts: CommandParts, windowMs: number, order: Order): Promise<Carried> {
	const spent = await spentBy(parts, { windowMs, limit: TOP }, order);

	return { reply: topReply({ windowMs, ...spent }), outcome: 'answered' };
}

async function spentBy(
	{ database }: CommandParts,
	{ windowMs, limit }: { windowMs: number; limit: number },
	{ caller, now }: Order,
) {
	const { rows, totals } = await database.call('spend_report', {
		...{ from: iso(now - windowMs), to: iso(now + 1), groupBy: ['tenant'], timeZone: 'UTC' },
		...{ tenantId: caller.tenantId, provider: null, model: null, source: null, workflowId: null },
		...{ afterCost: null, afterKey: null, limit },
	});
	return {
		rows: rows.map(({ key: [tenantId], costMicroCents, calls }) => ({
			...{ tenantId: tenantId ?? '', microCents: costMicroCents, calls },
		})),
		total: totals.costMicroCents,
	};
}

async function mute(
	{ mutes, rules }: CommandParts,
	{ rule: typed, durationMs }: Extract<Command, { name: 'mute' }>,
	{ actor, by, caller, now }: Order,
): Promise<Carried> {
	// A mute of a name that is mistyped would silence nothing, and nobody would know.
	const rule = rules.find((known) => known.toLowerCase() === typed.toLowerCase());
	if (rule === undefined) return { reply: unknownRuleReply(typed, rules), outcome: 'unknown' };
	const { tenantId } = caller;
	const { until } = await mutes.mute(rule, { tenantId, durationMs, actor, now });
	const facts = { rule, tenantId, until, by };

	return {
		reply: muteReply(facts, now),
		...{ outcome: 'muted', subjectId: rule },
		...(tenantId === null ? {} : { tenantId }),
	};
}
