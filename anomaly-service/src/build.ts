import { createHttpWebhookSender } from './adapters/webhook/httpWebhookSender.ts';
import { buildBaselines, type BaselineParts } from './buildBaselines.ts';
import { buildEmbedder } from './buildEmbedder.ts';
import { buildLimits, type LimitParts } from './buildLimits.ts';
import { buildScoring, type ScoringParts } from './buildScoring.ts';
import type { Config } from './config.ts';
import { createDetectors } from './detectors/index.ts';
import { Pipeline } from './pipeline.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { Embedder } from './ports/embedder.ts';
import type { Log } from './ports/log.ts';
import type { Metrics } from './ports/metrics.ts';
import { loadPriceList } from './priceData.ts';
import { Actor } from './stages/act.ts';
import { AlertDesk } from './stages/alertDesk.ts';
import { ActivityBook } from './stages/activityBook.ts';
import { Canary } from './stages/canary.ts';
import { Dispatcher } from './stages/dispatch.ts';
import { IncidentRecorder } from './stages/incidentRecorder.ts';
import { createPricer, type Pricer } from './stages/price.ts';
import { PriceAlerts } from './stages/priceAlerts.ts';
import { PriceDesk } from './stages/priceDesk.ts';
import { ServiceAlerts } from './stages/serviceAlerts.ts';
import { Reconciliation } from './stages/reconciliation.ts';
import { createQueueWorkers, type QueueWorkers } from './stages/queueWorkers.ts';
import { ServiceKeys } from './stages/serviceKeys.ts';
import { TenantDesk } from './stages/tenantDesk.ts';
import { UsageDays } from './stages/usageDays.ts';
import { UsageWriter } from './stages/usageWriter.ts';
import { VendorLines, type VendorLinesDependencies } from './stages/vendorLines.ts';
import type { Stores } from './stores.ts';

export type Outside = Stores & {
	config: Config;
	clock: Clock;
	log: Log;
	metrics: Metrics;
	secretOf: (purpose: string) => string;
};

/** Everything between the HTTP routes and the adapters. */
export type ServiceParts = Outside &
	LimitParts &
	BaselineParts &
	ScoringParts & {
		activities: ActivityBook;
		actor: Actor;
		alerts: AlertDesk;
		canary: Canary;
		desk: TenantDesk;
		detectors: ReturnType<typeof createDetectors>;
		dispatcher: Dispatcher;
		/** Of a space beside `features`; undefined: there is none. */
		embedder: Embedder | undefined;
		keys: ServiceKeys;
		pipeline: Pipeline;
		priceDesk: PriceDesk;
		pricer: Pricer;
		queueWorkers: QueueWorkers;
		reconciliation: Reconciliation;
		usageDays: UsageDays;
		usageWriter: UsageWriter;
		vendorLines: VendorLines;
	};

/** Builds the parts and reads back what an earlier run left in the database. */
export async function buildCore(outside: Outside): Promise<ServiceParts> {
	const { broadcast, clock, config, log, metrics, database } = outside;
	const activities = new ActivityBook();
	const detectors = createDetectors(config);
	const keys = new ServiceKeys(database, () => void broadcast.publish({ kind: 'keysChanged' }));
	const { dispatcher, outboxChanged } = buildOutbox(outside);
	const alerts = new AlertDesk({ broadcast, database, log, metrics, outboxChanged });
	const serviceAlerts = new ServiceAlerts({ database, log, outboxChanged });
	const { priceDesk, pricer } = await buildPrices(outside, serviceAlerts);
	const embedder = await buildEmbedder({
		...{ ...outside, pricer },
		book: (usage) => pipeline.record([usage], clock.now()),
	});
	const learning = buildBaselines({ ...outside, embedder, outboxChanged });
	const scoring = buildScoring({ ...outside, ...learning, activities, embedder });
	const { maintenance, scores } = scoring;
	const limits = buildLimits({
		...outside,
		pricer,
		unknownPriceOf: (provider) => priceDesk.unknownPriceOf(provider),
		serviceAlerts,
		onClosed: (tenantId, at) => {
			activities.of(tenantId).forgive(at);
			alerts.forget(tenantId);
		},
	});
	const { admission, breakers } = limits;
	const incidents = new IncidentRecorder({ breakers, database, outboxChanged });
	const actor = new Actor({
		...{ alerts, breakers, database, incidents, log, metrics, outboxChanged },
	});
	const limitsFor = admission.limitsFor.bind(admission);
	const recording = buildRecording(outside);
	const pipeline = new Pipeline({
		...{ ...outside, ...limits, ...recording },
		...{ activities, actor, detectors, limitsFor, maintenance, pricer },
		priceAlerts: new PriceAlerts({ alerts: serviceAlerts, log }),
	});
	const desk = new TenantDesk({ ...outside, ...limits, activities, actor, limitsFor, scores });
	const canary = new Canary({
		...{ admission, alerts: serviceAlerts },
		release: (reservationId) => pipeline.release(reservationId),
	});
	broadcast.listen(({ message }) => {
		if (message.kind !== 'recorded') return;
		for (const { tenantId, call } of message.calls) activities.observe(tenantId, call, clock.now());
	});

	const queueWorkers = buildQueueWorkers(outside, limits);
	const vendorLines = buildVendorLines({ ...outside, ...limits, pricer }, pipeline);
	const { book } = priceDesk;
	const reconciliation = new Reconciliation({ alerts: serviceAlerts, book, database });
	const parts: ServiceParts = {
		...{ ...outside, ...limits, ...learning, ...scoring, ...recording },
		...{ activities, actor, alerts, canary, desk, detectors, dispatcher, embedder },
		...{ keys, pipeline, priceDesk, pricer, queueWorkers, reconciliation, vendorLines },
	};
	await restore(parts);
	return parts;
}

/** Days usage is kept in, and who writes it. */
function buildRecording(outside: Outside): { usageDays: UsageDays; usageWriter: UsageWriter } {
	const { config, database } = outside;

	return {
		usageDays: new UsageDays({ ...outside, retentionDays: config.retentionDays }),
		usageWriter: new UsageWriter({ database, countsOutlive: config.redisUrl !== undefined }),
	};
}

async function buildPrices(
	{ broadcast, config, database }: Outside,
	alerts: ServiceAlerts,
): Promise<{ priceDesk: PriceDesk; pricer: Pricer }> {
	const priceDesk = new PriceDesk({
		...{ database, alerts, ceiling: config.priceCeiling, list: await loadPriceList() },
		changed: () => void broadcast.publish({ kind: 'pricesChanged' }),
	});
	const pricer = createPricer(priceDesk.book, (provider) => priceDesk.ceilingOf(provider));

	return { priceDesk, pricer };
}

function buildVendorLines(
	parts: Omit<VendorLinesDependencies, 'follow'>,
	pipeline: Pipeline,
): VendorLines {
	return new VendorLines({ ...parts, follow: (rows, now) => pipeline.follow(rows, now) });
}

function buildQueueWorkers(
	{ clock, config, database, log, metrics, secretOf }: Outside,
	{ admission, queueView, warm }: LimitParts,
): QueueWorkers {
	return createQueueWorkers({
		...{ clock, database, log, metrics, secretOf },
		...{ view: queueView, businessHours: config.businessHours },
		sender: createHttpWebhookSender(),
		reserve: (call) => admission.turn(call, clock.now()),
		release: (hold) => warm.release(hold),
		renew: (lease) => warm.renew(lease),
	});
}

/** Deliveries happen in real time, also when a replay moves the clock: receivers check the age of a signature. */
/** Messages on their way, and the word that there are new ones. */
function buildOutbox({ database, log, metrics, secretOf }: Outside): {
	dispatcher: Dispatcher;
	outboxChanged: () => void;
} {
	const sender = createHttpWebhookSender();
	const dispatcher = new Dispatcher({
		...{ database, sender, clock: systemClock, log, metrics, secretOf },
	});
	const outboxChanged = () => {
		dispatcher
			.run()
			.catch((error: unknown) => log.error({ err: error }, 'outbox could not be read'));
	};
	return { dispatcher, outboxChanged };
}

/** What the database knows of earlier runs. Breakers come first: what they forgave must not count as activity. */
async function restore(parts: ServiceParts): Promise<void> {
	const { activities, alerts, breakers, clock, database } = parts;
	const now = clock.now();
	// First: who answers is known before the first call is asked for.
	await parts.peers.sayAlive();
	await parts.priceDesk.seed(now);
	await parts.usageDays.openAhead(now);
	await readAgain(parts);
	await breakers.restoreStore();
	await alerts.restore(now);
	await activities.restore(database, now);
	await parts.estimates.restore(database, now);
}

/** Everything replicas tell each other of, from where it is kept: what a broadcast did not bring is here. */
export async function readAgain(parts: ServiceParts): Promise<void> {
	const { baselines, breakers, clock, keys, limitBook, maintenance } = parts;
	const { priceDesk, providerBook } = parts;
	await keys.load();
	await breakers.load();
	await limitBook.load();
	await priceDesk.load();
	await providerBook.load(clock.now());
	await baselines.load(clock.now());
	await maintenance.load(clock.now());
}
