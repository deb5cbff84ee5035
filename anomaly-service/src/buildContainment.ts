import { randomBytes } from 'node:crypto';
import type { AlertNews, PlannedNotification } from '../../core/alerting/notification.ts';
import type { Action } from '../../core/containment/action.ts';
import { planActions, type ContainmentPlan } from '../../core/containment/planActions.ts';
import type { Outside } from './build.ts';
import type { LimitParts } from './buildLimits.ts';
import { Actor, type ActDependencies } from './stages/act.ts';
import { ContainmentDesk } from './stages/containmentDesk.ts';
import {
	ContainmentExecutor,
	type ContainmentExecutorDependencies,
} from './stages/containmentExecutor.ts';
import { IncidentRecorder, type IncidentRecorderDependencies } from './stages/incidentRecorder.ts';
import { PolicyBook } from './stages/policyBook.ts';
import type { ServiceAlerts } from './stages/serviceAlerts.ts';

/** Who opens and closes breakers, and what is done about incidents. */
export type ContainmentParts = {
	actor: Actor;
	containment: ContainmentDesk;
	incidents: IncidentRecorder;
	policyBook: PolicyBook;
};

type ContainmentOutside = Outside &
	Pick<LimitParts, 'breakers' | 'limitBook'> & {
		alerts: ActDependencies['alerts'];
		keys: ContainmentExecutorDependencies['keys'];
		notify: (news: AlertNews, now: number) => PlannedNotification[];
		outboxChanged: () => void;
		serviceAlerts: ServiceAlerts;
	};

export function buildContainment(outside: ContainmentOutside): ContainmentParts {
	const { alerts, breakers, broadcast, clock, database, keys } = outside;
	const { limitBook, log, metrics, notify, outboxChanged, serviceAlerts } = outside;
	const policyBook = new PolicyBook({
		database,
		changed: () => void broadcast.publish({ kind: 'policiesChanged' }),
	});
	const plan = planner(policyBook);
	const containment: ContainmentDesk = new ContainmentDesk({
		...{ database, log, outboxChanged },
		ownSteps: new ContainmentExecutor({
			...{ breakers, keys, limits: limitBook },
			letGo: (tenantId, by) => actor.unblock(tenantId, by),
		}),
		tellDead: (action, now) => tellDead(serviceAlerts, action, now),
	});
	const incidents = new IncidentRecorder({
		...{ breakers, database, notify, plan },
		recorded() {
			outboxChanged();
			containment.changed(clock.now());
		},
	});
	const actor: Actor = new Actor({
		...{ alerts, breakers, database, incidents, log, metrics, outboxChanged },
		containment: {
			steps: (tenantId, severity) => plan({ incidentId: '', tenantId, severity }).actions,
			opensOnFlag: (tenantId, severity) =>
				policyBook.policyOf(tenantId).openOnFlags.includes(severity),
			changed: (now) => containment.changed(now),
		},
	});

	return { actor, containment, incidents, policyBook };
}

/** What a tenant's policy does about an incident, with ids of its steps. */
function planner(policyBook: PolicyBook): IncidentRecorderDependencies['plan'] {
	return (incident): ContainmentPlan =>
		planActions(policyBook.policyOf(incident.tenantId), policyBook.targetsOf(incident.tenantId), {
			...incident,
			newId: () => `act_${randomBytes(10).toString('hex')}`,
		});
}

async function tellDead(alerts: ServiceAlerts, dead: Action, now: number): Promise<void> {
	const { id: actionId, action, vendor, direction, incidentId, tenantId, attempt, status } = dead;
	await alerts.raise(
		{
			...{ type: 'action.failed', severity: 'high', part: `${action} at ${vendor}` },
			...{ since: now, perPart: true },
			evidence: {
				...{ actionId, action, vendor, direction, incidentId, tenantId, attempts: attempt },
				error: status.state === 'failed' ? status.error : null,
			},
		},
		now,
	);
}
