import { SYNTAX, type Command } from '../../../core/commands/command.ts';
import {
	ackReply,
	ambiguousReply,
	approveReply,
	declineReply,
	incidentReply,
	noneReply,
	noStepReply,
	undoReply,
	whichStepReply,
} from '../../../core/commands/replies/incidentReplies.ts';
import { aboutStep, type Carried, type CommandParts, type Order } from './commandParts.ts';

type IncidentCommand = Extract<Command, { id: unknown }>;

/** So many ids that begin alike are shown. */
const ALIKE_MAX = 3;

/** Commands about what has an id: an incident, a step of one, an alert. */
export async function commandOnIncident(
	parts: CommandParts,
	{ name, id }: IncidentCommand,
	order: Order,
): Promise<Carried> {
	const { kinds = [] } = SYNTAX[name];
	const found = await parts.database.call('ids_like', {
		start: id.start,
		kinds: id.kind === null ? kinds : [id.kind],
		tenantId: order.caller.tenantId,
		limit: ALIKE_MAX,
	});
	const typed = id.kind === null ? id.start : `${id.kind}_${id.start}`;
	const [one] = found;
	if (!one) return { reply: noneReply(name, typed), outcome: 'unknown' };
	if (found.length > 1) {
		return {
			reply: ambiguousReply(
				name,
				found.map((each) => each.id),
			),
			outcome: 'ambiguous',
		};
	}
	return HANDLERS[name](parts, one, order);
}

type Found = { id: string; tenantId: string };
type Handler = (parts: CommandParts, found: Found, order: Order) => Promise<Carried>;

const HANDLERS: Record<IncidentCommand['name'], Handler> = {
	incident: show,
	ack: acknowledge,
	approve: (parts, found, order) => decide('approve', parts, found, order),
	decline: (parts, found, order) => decide('decline', parts, found, order),
	undo,
};

async function show(
	{ containment, database }: CommandParts,
	{ id, tenantId }: Found,
	{ caller, now }: Order,
): Promise<Carried> {
	const incident = await database.call('incident_document', { id });
	if (!incident) return { reply: noneReply('incident', id), outcome: 'unknown' };
	const steps = await containment.actionsOf({ incidentId: id, tenantId: caller.tenantId });
	const { openedAt, closedAt } = incident;
	const facts = {
		...incident,
		openedAt: Date.parse(openedAt),
		closedAt: closedAt === null ? null : Date.parse(closedAt),
		steps,
	};
	return { reply: incidentReply(facts, now), outcome: 'answered', tenantId, incidentId: id };
}

async function acknowledge(
	{ alertStates }: CommandParts,
	{ id, tenantId }: Found,
	{ actor, by, caller, now }: Order,
): Promise<Carried> {
	const visible = caller.tenantId;
	const said = await alertStates.acknowledge(id, { actor, name: by, now, tenantId: visible });
	const { outcome } = said;
	const acknowledgedBy = said.outcome === 'unknown' ? null : said.acknowledgedBy;

	return {
		reply: ackReply({ subjectId: id, outcome, by, acknowledgedBy }),
		...{ outcome, tenantId, subjectId: id },
		...(id.startsWith('inc_') ? { incidentId: id } : {}),
	};
}

async function decide(
	name: 'approve' | 'decline',
	parts: CommandParts,
	found: Found,
	order: Order,
): Promise<Carried> {
	const { containment } = parts;
	const { tenantId } = order.caller;
	if (found.id.startsWith('inc_')) return decideOfIncident(name, parts, found, order);
	const by = { actor: order.actor, now: order.now, tenantId };
	const outcome = await (name === 'approve'
		? containment.approve(found.id, by)
		: containment.decline(found.id, by));
	const step = await containment.action(found.id, tenantId);
	if (!step) return { reply: noneReply(name, found.id), outcome: 'unknown' };
	const isDecided = outcome === 'approved' || outcome === 'declined';
	const facts = { step, isDecided, by: order.by };

	return {
		reply: name === 'approve' ? approveReply(facts) : declineReply(facts),
		...{ outcome, ...aboutStep(step) },
	};
}

/** The only step that waits is the one that is meant. */
async function decideOfIncident(
	name: 'approve' | 'decline',
	parts: CommandParts,
	{ id, tenantId }: Found,
	order: Order,
): Promise<Carried> {
	const filter = {
		...{ incidentId: id, tenantId: order.caller.tenantId },
		state: 'awaitingApproval',
	} as const;
	const waiting = await parts.containment.actionsOf(filter);
	const [step] = waiting;
	const about = { tenantId, incidentId: id };
	if (!step) return { reply: noStepReply(id), outcome: 'notWaiting', ...about };
	if (waiting.length > 1) {
		return { reply: whichStepReply(name, waiting), outcome: 'ambiguous', ...about };
	}
	return decide(name, parts, { id: step.id, tenantId }, order);
}

async function undo(
	{ containment }: CommandParts,
	{ id, tenantId }: Found,
	{ actor, by, caller, now }: Order,
): Promise<Carried> {
	const { outcome, actions } = await containment.undo(id, {
		actor,
		now,
		tenantId: caller.tenantId,
	});

	return {
		reply: undoReply({ id, outcome, steps: actions, by }),
		...{ outcome, tenantId, subjectId: id },
		...(id.startsWith('inc_') ? { incidentId: id } : {}),
	};
}
