import { admits } from '../../../core/breaker.ts';
import type { Command } from '../../../core/commands/command.ts';
import { cut } from '../../../core/commands/cut.ts';
import {
	blockReply,
	limitsReply,
	spendReply,
	unblockReply,
	unknownTenant,
} from '../../../core/commands/replies/tenantReplies.ts';
import { reply } from '../../../core/commands/reply.ts';
import { visibleTo, type Carried, type CommandParts, type Order } from './commandParts.ts';

type Of<Name extends Command['name']> = Extract<Command, { name: Name }>;
type TenantCommand = Of<'spend' | 'block' | 'unblock' | 'limits'>;

/** Commands about one tenant. */
export async function commandOnTenant(
	parts: CommandParts,
	command: TenantCommand,
	order: Order,
): Promise<Carried> {
	const { tenantId } = command;
	if (!visibleTo(order, tenantId)) {
		return { reply: reply(['This chat acts for another tenant.']), outcome: 'otherTenant' };
	}
	const { desk } = parts;
	const alike = await tenantsLike(parts, tenantId, order.now);
	const isKnown =
		alike === 'known' || !admits((await desk.state(tenantId, order.now)).breaker, order.now);
	// A block is never refused for a name nobody has heard of: its tenant may be about to begin.
	if (command.name !== 'block' && alike !== 'known' && !isKnown) {
		return { reply: reply(unknownTenant(tenantId, alike)), outcome: 'unknown', tenantId };
	}
	switch (command.name) {
		case 'spend':
			return spend(parts, command, order);
		case 'limits':
			return limits(parts, command, order);
		case 'unblock':
			return unblock(parts, command, order);
		case 'block':
			return block(parts, command, order, alike);
	}
}

async function spend(
	{ desk }: CommandParts,
	{ tenantId, windowMs }: Of<'spend'>,
	{ now }: Order,
): Promise<Carried> {
	const spent = await desk.spend(tenantId, now - windowMs, now);
	const { breaker } = await desk.state(tenantId, now);

	return {
		reply: spendReply({ tenantId, windowMs, spend: spent, breaker }, now),
		...{ outcome: 'answered', tenantId },
	};
}

async function limits(
	{ desk }: CommandParts,
	{ tenantId }: Of<'limits'>,
	{ now }: Order,
): Promise<Carried> {
	const { degraded, limits: states } = await desk.state(tenantId, now);

	return {
		reply: limitsReply({ tenantId, limits: states, isDegraded: degraded }, now),
		...{ outcome: 'answered', tenantId },
	};
}

async function unblock(
	{ desk }: CommandParts,
	{ tenantId }: Of<'unblock'>,
	{ actor, by, now }: Order,
): Promise<Carried> {
	const { breaker: before } = await desk.state(tenantId, now);
	const isClosed = before.state === 'closed';
	const breaker = isClosed ? before : await desk.unblock(tenantId, { actor, now });

	return {
		reply: unblockReply({ tenantId, before, breaker, by }, now),
		...{ outcome: isClosed ? 'nothingToDo' : breaker.state, tenantId },
	};
}

async function block(
	{ desk }: CommandParts,
	{ tenantId, durationMs }: Of<'block'>,
	{ actor, by, now }: Order,
	alike: 'known' | string[],
): Promise<Carried> {
	const breaker = await desk.block(tenantId, { actor, reason: `by ${by}`, durationMs, now });
	const isKnown = alike === 'known';

	return {
		reply: blockReply({ tenantId, breaker, by, isKnown, alike: isKnown ? [] : alike }, now),
		...{ outcome: breaker.state, tenantId },
	};
}

const ALIKE_MAX = 3;

/** Whether anything was ever recorded of a tenant; else those whose ids look like it. */
async function tenantsLike(
	{ desk }: CommandParts,
	tenantId: string,
	now: number,
): Promise<'known' | string[]> {
	const list = (filter: { tenantId: string | null; search: string; limit: number }) =>
		desk.list({ ...filter, after: null }, now);
	const [known] = await list({ tenantId, search: tenantId, limit: 1 });
	if (known) return 'known';
	// Half of what was typed: a slip of the finger is in one of the halves, and rather late than early.
	const start = cut(tenantId, Math.ceil(tenantId.length / 2)) || tenantId;
	const alike = await list({ tenantId: null, search: start, limit: ALIKE_MAX });

	return alike.map((tenant) => tenant.tenantId);
}
