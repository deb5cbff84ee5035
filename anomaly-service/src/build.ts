import { MemoryCounters } from './adapters/memory/memoryCounters.ts';
import { createHttpWebhookSender } from './adapters/webhook/httpWebhookSender.ts';
import { createWorkerFitter } from './adapters/worker/workerFitter.ts';
import type { Config } from './config.ts';
import type { WindowScore } from './detectors/detector.ts';
import { createDetectors } from './detectors/index.ts';
import { Pipeline } from './pipeline.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { Counters } from './ports/counters.ts';
import type { Database } from './ports/database.ts';
import type { Log } from './ports/log.ts';
import type { Metrics } from './ports/metrics.ts';
import { loadPriceBook } from './priceData.ts';
import { Actor } from './stages/act.ts';
import { AlertDesk } from './stages/alertDesk.ts';
import { ActivityBook } from './stages/activityBook.ts';
import { BaselineBook } from './stages/baselineBook.ts';
import { Dispatcher } from './stages/dispatch.ts';
import { IncidentRecorder } from './stages/incidentRecorder.ts';
import { createPricer } from './stages/price.ts';
import { restoreBreakers } from './stages/restoreBreakers.ts';
import { restoreCounters } from './stages/restoreCounters.ts';
import { ServiceKeys } from './stages/serviceKeys.ts';
import { TenantDesk } from './stages/tenantDesk.ts';

type Outside = {
	config: Config;
	clock: Clock;
	log: Log;
	metrics: Metrics;
	database: Database;
	secretOf: (webhookId: string) => string;
};

/** Everything between the HTTP routes and the adapters. */
export type ServiceParts = Outside & {
	activities: ActivityBook;
	actor: Actor;
	baselines: BaselineBook;
	counters: Counters;
	desk: TenantDesk;
	detectors: ReturnType<typeof createDetectors>;
	dispatcher: Dispatcher;
	keys: ServiceKeys;
	pipeline: Pipeline;
	/** Latest scores by tenant, replaced on every tick. */
	scores: Map<string, WindowScore[]>;
};

/** Builds the parts and reads back what an earlier run left in the database. */
export async function buildCore(outside: Outside): Promise<ServiceParts> {
	const { config, log, metrics, database, secretOf } = outside;
	const { limits } = config;
	const counters = new MemoryCounters();
	const activities = new ActivityBook();
	const baselines = new BaselineBook({ database, fitter: createWorkerFitter(), log });
	const detectors = createDetectors(config);
	const keys = new ServiceKeys(database);
	const scores = new Map<string, WindowScore[]>();
	// Deliveries happen in real time, also when a replay moves the clock: receivers check the age of a signature.
	const sender = createHttpWebhookSender();
	const dispatcher = new Dispatcher({
		database,
		sender,
		clock: systemClock,
		log,
		metrics,
		secretOf,
	});
	const outboxChanged = () => {
		dispatcher
			.run()
			.catch((error: unknown) => log.error({ err: error }, 'outbox could not be read'));
	};
	const alerts = new AlertDesk({ database, log, metrics, outboxChanged });
	const incidents = new IncidentRecorder({ counters, database, outboxChanged });
	const actor = new Actor({ alerts, counters, database, incidents, log, metrics, outboxChanged });
	const pricer = createPricer(await loadPriceBook(), config.priceCeiling);
	const pipeline = new Pipeline({
		activities,
		actor,
		counters,
		database,
		detectors,
		limits,
		log,
		metrics,
		pricer,
	});
	const desk = new TenantDesk({ activities, actor, counters, database, limits, scores });

	const parts: ServiceParts = {
		...outside,
		activities,
		actor,
		baselines,
		counters,
		desk,
		detectors,
		dispatcher,
		keys,
		pipeline,
		scores,
	};
	await restore(parts, alerts);
	return parts;
}

/** What the database knows of earlier runs. Breakers come first: what they forgave must not count as activity. */
async function restore(parts: ServiceParts, alerts: AlertDesk): Promise<void> {
	const { activities, baselines, clock, config, counters, database, keys } = parts;
	const now = clock.now();
	await keys.load();
	await restoreBreakers({ activities, counters, database });
	await alerts.restore(now);
	await activities.restore(database, now);
	await baselines.restore(now);
	await restoreCounters({ counters, database, limits: config.limits }, now);
}
