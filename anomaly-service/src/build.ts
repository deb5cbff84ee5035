import type { UsageEvent } from '../../core/usageEvent.ts';
import { createHttpWebhookSender } from './adapters/webhook/httpWebhookSender.ts';
import { buildAlerts, type AlertParts } from './buildAlerts.ts';
import { buildBaselines, type BaselineParts } from './buildBaselines.ts';
import { buildCommands } from './buildCommands.ts';
import { buildContainment, type ContainmentParts } from './buildContainment.ts';
import { buildEmbedder } from './buildEmbedder.ts';
import { buildLimits, type LimitParts } from './buildLimits.ts';
import { buildScoring, type ScoringParts } from './buildScoring.ts';
import type { Config } from './config.ts';
import { createDetectors } from './detectors/index.ts';
import { ACT_WITHIN_MS, Pipeline } from './pipeline.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { Embedder } from './ports/embedder.ts';
import type { Log } from './ports/log.ts';
import type { Metrics } from './ports/metrics.ts';
import { loadPriceList } from './priceData.ts';
import { ActivityBook } from './stages/activityBook.ts';
import { BudgetBook } from './stages/budgetBook.ts';
import { Canary } from './stages/canary.ts';
import type { CommandDesk } from './stages/commandDesk.ts';
import type { DeadLetters } from './stages/deadLetters.ts';
import { Dispatcher } from './stages/dispatch.ts';
import { lookAgain } from './stages/lookAgain.ts';
import { createPricer, type Pricer } from './stages/price.ts';
import { PriceAlerts } from './stages/priceAlerts.ts';
import { PriceDesk } from './stages/priceDesk.ts';
import type { ServiceAlerts } from './stages/serviceAlerts.ts';
import { Reconciliation } from './stages/reconciliation.ts';
import { createQueueWorkers, type QueueWorkers } from './stages/queueWorkers.ts';
import { RefusalAudit } from './stages/refusalAudit.ts';
import { ServiceKeys } from './stages/serviceKeys.ts';
import type { SlackDesk } from './stages/slackDesk.ts';
import { TenantDesk } from './stages/tenantDesk.ts';
import { TenantSurroundings } from './stages/tenantSurroundings.ts';
import { UsageDays } from './stages/usageDays.ts';
import { UsageWriter } from './stages/usageWriter.ts';
import { VendorLines, type VendorLinesDependencies } from './stages/vendorLines.ts';
import { VirtualKeys } from './stages/virtualKeys.ts';
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
	AlertParts &
	LimitParts &
	BaselineParts &
	ContainmentParts &
	ScoringParts & {
		activities: ActivityBook;
		canary: Canary;
		commands: CommandDesk;
		deadLetters: DeadLetters;
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
		refusals: RefusalAudit;
		slackDesk: SlackDesk;
		surroundings: TenantSurroundings;
		usageDays: UsageDays;
		usageWriter: UsageWriter;
		vendorLines: VendorLines;
		virtualKeys: VirtualKeys;
	};

/** Builds the parts and reads back what an earlier run left in the database. */
export async function buildCore(outside: Outside): Promise<ServiceParts> {
	const { broadcast, clock, config, log, database } = outside;
	const activities = new ActivityBook();
	const detectors = createDetectors(config);
	const keys = new ServiceKeys(database, () => void broadcast.publish({ kind: 'keysChanged' }));
	const { dispatcher, outboxChanged } = buildOutbox(outside);
	const alerting = buildAlerts(outside, outboxChanged);
	const { alerts, planner, serviceAlerts } = alerting;
	const pricing = await buildPrices(outside, serviceAlerts);
	const { priceDesk, pricer } = pricing;
	const book = (usage: UsageEvent) => pipeline.record([usage], clock.now());
	const embedder = await buildEmbedder({ ...outside, book, pricer });
	const learning = buildBaselines({ ...outside, ...alerting, embedder });
	const scoring = buildScoring({ ...outside, ...learning, activities, embedder });
	const seen = { ...scoring, activities };
	const limits = buildLimits({
		...outside,
		pricer,
		unknownPriceOf: (provider) => priceDesk.unknownPriceOf(provider),
		serviceAlerts,
		onLetGo: (tenantId, at) => {
			activities.of(tenantId).forgive(at);
			alerts.forget(tenantId);
			containing.incidents.forget(tenantId);
		},
	});
	const { admission } = limits;
	const virtualKeys = new VirtualKeys(outside);
	const containing = buildContainment({
		...{ ...outside, ...limits, ...alerting },
		keys: virtualKeys,
		notify: (news, now) => planner.plan(news, now),
	});
	const limitsFor = admission.limitsFor.bind(admission);
	const recording = buildRecording(outside);
	const pipeline = new Pipeline({
		...{ ...outside, ...limits, ...recording },
		...{ ...containing, ...seen, detectors, limitsFor, pricer },
		priceAlerts: new PriceAlerts({ alerts: serviceAlerts, log }),
	});
	const desk = new TenantDesk({ ...outside, ...limits, ...containing, ...seen, limitsFor });
	const canary = new Canary({
		...{ admission, alerts: serviceAlerts },
		release: (reservationId) => pipeline.release(reservationId),
	});
	hearPeers(outside, activities);

	const queueWorkers = buildQueueWorkers(outside, limits);
	const vendorLines = buildVendorLines({ ...outside, ...limits, pricer }, pipeline);
	const budgets = new BudgetBook({ ...outside, ...limits, activities });
	const parts = {
		...{ ...outside, ...alerting, ...limits, ...learning, ...scoring, ...recording },
		...{ ...containing, virtualKeys, canary, desk, detectors, dispatcher, embedder, activities },
		...{ keys, pipeline, ...pricing, queueWorkers, vendorLines },
		refusals: new RefusalAudit(outside),
		surroundings: new TenantSurroundings({ ...limits, ...learning, activities, budgets }),
	};
	const all: ServiceParts = { ...parts, ...buildCommands(parts) };
	await restore(all);
	return all;
}

/** What other replicas recorded is activity here too. */
function hearPeers({ broadcast, clock }: Outside, activities: ActivityBook): void {
	broadcast.listen(({ message }) => {
		if (message.kind !== 'recorded') return;
		for (const { tenantId, call } of message.calls) activities.observe(tenantId, call, clock.now());
	});
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
): Promise<Pick<ServiceParts, 'priceDesk' | 'pricer' | 'reconciliation'>> {
	const priceDesk = new PriceDesk({
		...{ database, alerts, ceiling: config.priceCeiling, list: await loadPriceList() },
		changed: () => void broadcast.publish({ kind: 'pricesChanged' }),
	});
	const { book } = priceDesk;
	const pricer = createPricer(book, (provider) => priceDesk.ceilingOf(provider));

	return { priceDesk, pricer, reconciliation: new Reconciliation({ alerts, book, database }) };
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
	const { activities, breakers, clock, database } = parts;
	const now = clock.now();
	// First: who answers is known before the first call is asked for.
	await parts.peers.sayAlive();
	// It may have to tell people of prices.
	await parts.mutes.load(now);
	await parts.alertRouting.load();
	await parts.priceDesk.seed(now);
	await parts.usageDays.openAhead(now);
	await readAgain(parts);
	await breakers.restoreStore();
	await activities.restore(database, now);
	await parts.estimates.restore(database, now);
	await lookAgain(parts, { now, withinMs: ACT_WITHIN_MS });
}

/** Everything replicas tell each other of, from where it is kept: what a broadcast did not bring is here. */
export async function readAgain(parts: ServiceParts): Promise<void> {
	const { baselines, breakers, clock, keys, limitBook, maintenance } = parts;
	const { priceDesk, providerBook } = parts;
	await parts.virtualKeys.load();
	await keys.load();
	await breakers.load();
	await parts.policyBook.load();
	await limitBook.load();
	await parts.mutes.load(clock.now());
	await parts.alertRouting.load();
	await parts.alertBook.load(clock.now());
	await priceDesk.load();
	await providerBook.load(clock.now());
	await baselines.load(clock.now());
	await maintenance.load(clock.now());
}
