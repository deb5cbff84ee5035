import type { Pipeline } from '../../pipeline.ts';
import type { Database } from '../../ports/database.ts';
import type { BaselineBook } from '../../stages/baselineBook.ts';
import type { ServiceKeys } from '../../stages/serviceKeys.ts';
import type { TenantDesk } from '../../stages/tenantDesk.ts';
import type { Route } from '../route.ts';
import { baselineRoutes } from './baselines.ts';
import { incidentRoutes } from './incidents.ts';
import { reservationRoutes } from './reservations.ts';
import { serviceKeyRoutes } from './serviceKeys.ts';
import { tenantRoutes } from './tenants.ts';
import { usageRoutes } from './usage.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every endpoint under /v1. */
export function buildRoutes(parts: {
	baselines: BaselineBook;
	database: Database;
	desk: TenantDesk;
	keys: ServiceKeys;
	pipeline: Pipeline;
	secretOf: (webhookId: string) => string;
}): Route[] {
	return [
		...reservationRoutes(parts.pipeline),
		...usageRoutes(parts.pipeline),
		...tenantRoutes(parts.desk),
		...incidentRoutes(parts.database),
		...baselineRoutes(parts),
		...webhookRoutes(parts),
		...serviceKeyRoutes(parts.keys),
	];
}
