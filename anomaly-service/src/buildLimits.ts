import type { Outside } from './build.ts';
import { systemClock } from './ports/clock.ts';
import type { UnknownPrice } from './ports/priceFunctions.ts';
import { Admission } from './stages/admission.ts';
import { BreakerBook } from './stages/breakerBook.ts';
import { CallQueue } from './stages/callQueue.ts';
import { CANARY_LIMIT } from './stages/canary.ts';
import { Estimates } from './stages/estimates.ts';
import { LeaseReporter } from './stages/leaseReporter.ts';
import { LimitBook } from './stages/limitBook.ts';
import { Peers } from './stages/peers.ts';
import type { Pricer } from './stages/price.ts';
import { ProviderBook } from './stages/providerBook.ts';
import { QueueView } from './stages/queueView.ts';
import type { ServiceAlerts } from './stages/serviceAlerts.ts';
import { StoreWatch } from './stages/storeWatch.ts';
import { UsageCounter } from './stages/usageCounter.ts';
import { WarmCounters } from './stages/warmCounters.ts';

/** What decides whether a call may be made. */
export type LimitParts = {
	admission: Admission;
	breakers: BreakerBook;
	estimates: Estimates;
	leases: LeaseReporter;
	limitBook: LimitBook;
	peers: Peers;
	providerBook: ProviderBook;
	queue: CallQueue;
	queueView: QueueView;
	usageCounter: UsageCounter;
	warm: WarmCounters;
	watch: StoreWatch;
};

type LimitsOutside = Outside & {
	pricer: Pricer;
	unknownPriceOf: (provider: string) => UnknownPrice;
	serviceAlerts: ServiceAlerts;
	onLetGo: (tenantId: string, at: number) => void;
};

export function buildLimits(outside: LimitsOutside): LimitParts {
	const { broadcast, clock, config, counters, database, log, metrics, onLetGo, pricer } = outside;
	// Replicas are alive in real time, also when a replay moves the clock.
	const peers = new Peers({ broadcast, clock: systemClock });
	const warm: WarmCounters = new WarmCounters({
		...{ counters, database, broadcast, peers },
		recordExpired: (tenantIds) => leases.run(tenantIds),
	});
	const breakers = new BreakerBook({ counters, database, broadcast, clock, onLetGo });
	const usageCounter = new UsageCounter({ counters, warm });
	const watch = buildWatch(outside, { breakers, usageCounter, warm });
	const estimates = new Estimates(pricer);
	const leases: LeaseReporter = new LeaseReporter({ counters, database, log, metrics, watch });
	const limitBook = new LimitBook({
		database,
		configured: [...config.limits, { limit: CANARY_LIMIT, variable: 'the service itself' }],
		changed: () => void broadcast.publish({ kind: 'limitsChanged' }),
		countAnew: (tenantId) => usageCounter.countAnew(tenantId),
	});
	const providerBook = new ProviderBook({
		...{ database, log },
		changed: (message) => void broadcast.publish({ kind: 'providerChanged', message }),
	});
	const queueView = new QueueView(database);
	const queue = new CallQueue(database, queueView);
	const { unknownPriceOf } = outside;
	const admission = new Admission({
		...{ breakers, estimates, limitBook, metrics, providerBook, queue, warm, watch },
		unknownPriceOf,
		overdueCounters: () => queueView.overdueCounters(),
	});
	broadcast.listen(({ message }) => {
		if (message.kind === 'providerChanged') providerBook.apply(message.message);
		if (message.kind !== 'recorded') return;
		for (const { tenantId, provider, estimated, call } of message.calls) {
			const { model, input, cached, output, failed } = call;
			if (estimated || failed || input + output === 0) continue;
			estimates.learn({ tenantId, provider, model, input, cached, output });
		}
	});

	return {
		...{ admission, breakers, estimates, leases, limitBook, peers, providerBook, queue },
		...{ queueView, usageCounter, warm, watch },
	};
}

function buildWatch(
	{ counters, clock, log, metrics, serviceAlerts }: LimitsOutside,
	{ breakers, usageCounter, warm }: Pick<LimitParts, 'breakers' | 'usageCounter' | 'warm'>,
): StoreWatch {
	return new StoreWatch({
		...{ counters, clock, log, metrics },
		async recover() {
			await breakers.restoreStore();
			await warm.giveBackUnsure();
			await usageCounter.recover();
		},
		async catchUp() {
			await breakers.catchUp();
			await warm.giveBackUnsure();
			await usageCounter.catchUp();
		},
		async tell(since) {
			const now = clock.now();
			await serviceAlerts.raise(
				{
					type: since === null ? 'service.recovered' : 'service.degraded',
					severity: since === null ? 'warning' : 'critical',
					part: 'counter-store',
					since: since ?? now,
					evidence: { since: since === null ? null : new Date(since).toISOString() },
				},
				now,
			);
		},
	});
}
