import type { FeatureName } from './behaviour/features.ts';
import type { Reason } from './behaviour/score.ts';

/** What each feature measures. */
const WORDS: Readonly<Record<FeatureName, string>> = {
	volume: 'requests',
	spend: 'spend',
	costPerRequest: 'cost of a request',
	context: 'requests that fill much of the context window',
	rareShape: 'requests of an unusual model, endpoint or size',
	longOutput: 'unusually long answers',
	tokenLatency: 'time an answer of the same length takes',
	errors: 'failed requests',
	retries: 'failed requests tried again',
	repeats: 'identical requests',
	cacheShare: 'share of the input read from the cache',
	newModel: 'requests to a model never used before',
	noWorkflow: 'requests from outside workflows',
	newCaller: 'requests of workflows or nodes not seen before',
	callerVolume: 'requests of one workflow or node',
	execution: 'spend of one execution',
};

/** Logarithms, so that the difference of two is a factor; all others are in standard deviations. */
const LOGARITHMS: ReadonlySet<FeatureName> = new Set(['execution']);

/** How many times the usual; null for what is in standard deviations. */
export function timesUsual({ feature, raw, usual }: Reason): number | null {
	if (!LOGARITHMS.has(feature)) return null;

	return Math.round(Math.exp(raw - usual) * 100) / 100;
}

/** `requests in 15 min: 4.2 standard deviations above the usual`, `spend of one execution in 5 min: 8 times the usual` */
export function reasonWords(reason: Reason): string {
	const { feature, windowMinutes, raw, usual } = reason;
	const what = `${WORDS[feature]} in ${windowMinutes} min`;
	const times = timesUsual(reason);
	if (times !== null) return `${what}: ${shown(times)} times the usual`;
	const direction = raw < usual ? 'below' : 'above';

	return `${what}: ${shown(Math.abs(raw - usual))} standard deviations ${direction} the usual`;
}

function shown(value: number): string {
	return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
