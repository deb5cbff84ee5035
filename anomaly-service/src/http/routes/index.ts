import type { Pipeline } from '../../pipeline.ts';
import type { BacktestDependencies } from '../../stages/backtest.ts';
import type { BehaviourDependencies } from '../../stages/behaviourPicture.ts';
import type { Database } from '../../ports/database.ts';
import type { Admission } from '../../stages/admission.ts';
import type { ContainmentDesk } from '../../stages/containmentDesk.ts';
import type { PolicyBook } from '../../stages/policyBook.ts';
import type { Explainer } from '../../stages/explanation.ts';
import type { LimitBook } from '../../stages/limitBook.ts';
import type { RefusalAudit } from '../../stages/refusalAudit.ts';
import type { ServiceKeys } from '../../stages/serviceKeys.ts';
import type { TenantDesk } from '../../stages/tenantDesk.ts';
import type { VendorLines } from '../../stages/vendorLines.ts';
import type { VirtualKeys } from '../../stages/virtualKeys.ts';
import type { Route } from '../route.ts';
import { actionRoutes } from './actions.ts';
import { alertingRoutes, type AlertingRouteDependencies } from './alerting.ts';
import { auditRoutes } from './audit.ts';
import { backtestRoute } from './backtest.ts';
import { commandRoutes, type CommandRouteDependencies } from './commands.ts';
import { baselineRoutes, type BaselineRouteDependencies } from './baselines.ts';
import { behaviourRoute } from './behaviour.ts';
import { containmentPolicyRoutes } from './containmentPolicies.ts';
import { explanationRoutes } from './explanations.ts';
import { feedbackRoutes } from './feedback.ts';
import { incidentRoutes } from './incidents.ts';
import { limitRoutes } from './limits.ts';
import {
	maintenanceWindowRoutes,
	type MaintenanceRouteDependencies,
} from './maintenanceWindows.ts';
import { priceRoutes, type PriceRouteDependencies } from './prices.ts';
import { providerRoutes, type ProviderRouteDependencies } from './providers.ts';
import { deadLetterRoutes, type DeadLetterRouteDependencies } from './deadLetters.ts';
import { queueRoutes } from './queue.ts';
import type { CallQueue } from '../../stages/callQueue.ts';
import { reportRoutes } from './reports.ts';
import { reconciliationRoutes, type ReconciliationRouteDependencies } from './reconciliations.ts';
import { reservationRoutes } from './reservations.ts';
import { serviceKeyRoutes } from './serviceKeys.ts';
import { tenantSettingsRoutes, type TenantSettingsDependencies } from './tenantSettings.ts';
import { tenantRoutes } from './tenants.ts';
import { usageRoutes } from './usage.ts';
import { vendorUsageRoutes } from './vendorUsage.ts';
import { virtualKeyRoutes } from './virtualKeys.ts';
import { webhookRoutes } from './webhooks.ts';
import type { WhatIfDependencies } from './whatIf.ts';
import { workflowFailureRoute, type WorkflowFailureDependencies } from './workflowFailures.ts';

/** What all routes together ask for. */
type RouteDependencies = BacktestDependencies &
	CommandRouteDependencies &
	BehaviourDependencies &
	MaintenanceRouteDependencies &
	TenantSettingsDependencies &
	BaselineRouteDependencies &
	WhatIfDependencies &
	WorkflowFailureDependencies &
	PriceRouteDependencies &
	ProviderRouteDependencies &
	AlertingRouteDependencies &
	DeadLetterRouteDependencies &
	ReconciliationRouteDependencies & {
		admission: Admission;
		containment: ContainmentDesk;
		database: Database;
		desk: TenantDesk;
		explainer: Explainer;
		keys: ServiceKeys;
		limitBook: LimitBook;
		pipeline: Pipeline;
		policyBook: PolicyBook;
		queue: CallQueue;
		refusals: RefusalAudit;
		secretOf: (webhookId: string) => string;
		vendorLines: VendorLines;
		virtualKeys: VirtualKeys;
	};

/** Every endpoint under /v1. */
export function buildRoutes(parts: RouteDependencies): Route[] {
	return [
		...reservationRoutes(parts),
		...usageRoutes(parts.pipeline),
		...vendorUsageRoutes(parts),
		...tenantRoutes(parts.desk),
		...tenantSettingsRoutes(parts),
		...limitRoutes(parts),
		...priceRoutes(parts),
		...providerRoutes(parts),
		...incidentRoutes(parts),
		...actionRoutes(parts),
		...containmentPolicyRoutes(parts),
		...alertingRoutes(parts),
		...explanationRoutes(parts),
		...feedbackRoutes(parts),
		...maintenanceWindowRoutes(parts),
		...reportRoutes(parts),
		backtestRoute(parts),
		behaviourRoute(parts),
		...reconciliationRoutes(parts),
		...auditRoutes(parts),
		...baselineRoutes(parts),
		...queueRoutes(parts),
		...deadLetterRoutes(parts),
		...commandRoutes(parts),
		...webhookRoutes(parts),
		workflowFailureRoute(parts),
		...serviceKeyRoutes(parts.keys),
		...virtualKeyRoutes(parts.virtualKeys),
	];
}
