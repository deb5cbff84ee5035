import type { Request } from '../request.ts';
import { minuteSeries, type MinuteSeries } from './minutes.ts';
import { naiveCosine } from './naiveCosine.ts';
import { isolationForest, nearestNeighbours } from './outliers.ts';
import { plainFeatures } from './plainFeatures.ts';
import { hardCap, spikeRule } from './rules.ts';
import { overOwnLimit } from './spot.ts';
import { ewmaZ, fiveSignalZ, spendZ } from './zScores.ts';

export type Peer = {
	/** As in figures: `hard_cap_macro_recall`. */
	name: string;
	title: string;
	scores: (series: MinuteSeries) => Float32Array;
};

/**
 * What a user would pick instead, each on its own features. Windows (5, 15 or 60 minutes) and whether a score is divided by
 * the tenant's own limit (SPOT) were chosen by macro recall at one false alert per tenant-week on the tuning clients
 * (`--set dev`, seeds 1 to 3).
 */
export const PEERS: readonly Peer[] = [
	{ name: 'hard_cap', title: 'hard cap, $/min', scores: hardCap },
	{
		name: 'requests_400_pct',
		title: '400 % in 60 s, requests',
		scores: (series) => overOwnLimit(spikeRule(series, 'requests')),
	},
	{
		name: 'spend_400_pct',
		title: '400 % in 60 s, spend',
		scores: (series) => spikeRule(series, 'costMicroCents'),
	},
	{
		name: 'ewma_z',
		title: 'EWMA z, spend',
		scores: (series) => ewmaZ(series, 15),
	},
	{
		name: 'seasonal_z',
		title: 'seasonal robust z, spend',
		scores: (series) => spendZ(series, 60),
	},
	{
		name: 'five_signal_z',
		title: 'seasonal robust z, five signals',
		scores: (series) => fiveSignalZ(series, 60),
	},
	{
		name: 'naive_cosine',
		title: 'naive cosine, raw features',
		scores: (series) => overOwnLimit(naiveCosine(series, 60)),
	},
	{
		name: 'isolation_forest',
		title: 'isolation forest, plain features',
		scores: (series) => overOwnLimit(isolationForest(plainFeatures(series, 60))),
	},
	{
		name: 'knn',
		title: 'kNN, plain features',
		scores: (series) => nearestNeighbours(plainFeatures(series, 60)),
	},
];

/** Dollars a minute: the service's own hard cap stands beside the vectors. */
export const HARD_CAP = 'hard_cap';
/** The spend rule as it is specified, without a limit of its own. */
export const SPEND_RULE = 'spend_400_pct';

/** Scores of every peer, by its name. */
export function peerScores(requests: readonly Request[]): Map<string, Float32Array> {
	const series = minuteSeries(requests);

	return new Map(PEERS.map(({ name, scores }) => [name, scores(series)]));
}
