import { HARD_CAP, PEERS, SPEND_RULE } from './peers/index.ts';
import { PRODUCT, UNADAPTED, type ScoredTenant } from './scoreTenant.ts';
import { judgeAll, limitFor, meanOf, summarise, type Case, type Summary } from './summary.ts';

/** False alerts per tenant-week at which detectors are compared; the first one is the headline. */
export const BUDGETS = [1, 0.5, 3] as const;
export type Budget = (typeof BUDGETS)[number];

/** A detector at the limit at which it raises just so many false alerts on these tenants. */
export type Matched = { name: string; title: string; at: Readonly<Record<Budget, Summary>> };

export type Measured = {
	tenants: number;
	product: Matched;
	/** Without the part of the limit that follows the tenant's own alerts. */
	unadapted: Matched;
	/** The product, its hard cap and its spend rule as one detector, at the same budgets. */
	together: Matched;
	peers: readonly Matched[];
	/** As it ships: nothing was fitted on these tenants. */
	shipped: Summary;
	/** False alerts per tenant-week as shipped, by the tenant's growth a day. */
	falseAlertsByGrowth: ReadonlyMap<number, number>;
	/** Macro recall of each seed at the headline's budget and limit. */
	macroRecallBySeed: ReadonlyMap<string, number>;
};

/** The cap trips at so many dollars a minute. */
const CAP_DOLLARS = 10;
/**
 * How many times the mean of seven days the last minute has to cost to weigh as much as the product's own limit. Chosen on
 * the tuning clients for the least money lost.
 */
const SPEND_RULE_WEIGHT = 40;

export function measure(scored: readonly ScoredTenant[]): Measured {
	const product = casesOf(scored, PRODUCT);
	const matched = matchedAt(PRODUCT, 'LLM Fuse', product);

	return {
		tenants: scored.length,
		product: matched,
		unadapted: matchedAt(UNADAPTED, 'LLM Fuse, one limit for all', casesOf(scored, UNADAPTED)),
		together: matchedAt('together', 'LLM Fuse, cap and spend rule', togetherCases(scored)),
		peers: PEERS.map(({ name, title }) => matchedAt(name, title, casesOf(scored, name))),
		shipped: summarise(judgeAll(product, 1)),
		falseAlertsByGrowth: falseAlertsByGrowth(product),
		macroRecallBySeed: macroRecallBySeed(product),
	};
}

export function bestOf(peers: readonly Matched[]): Matched {
	return peers.reduce((best, peer) =>
		peer.at[1].macroRecall > best.at[1].macroRecall ? peer : best,
	);
}

function casesOf(scored: readonly ScoredTenant[], name: string): Case[] {
	return scored.map(({ labels, scores }) => ({ labels, scores: scoresOf(scores, name) }));
}

function scoresOf(scores: ScoredTenant['scores'], name: string): Float32Array {
	const found = scores.get(name);
	if (!found) throw new Error(`no scores of ${name}`);
	return found;
}

function matchedAt(name: string, title: string, cases: readonly Case[]): Matched {
	const at = (budget: Budget) => summarise(judgeAll(cases, limitFor(cases, budget)));

	return { name, title, at: { 1: at(1), 0.5: at(0.5), 3: at(3) } };
}

function togetherCases(scored: readonly ScoredTenant[]): Case[] {
	return scored.map(({ labels, scores }) => {
		const cap = scoresOf(scores, HARD_CAP);
		const rule = scoresOf(scores, SPEND_RULE);
		const strongest = scoresOf(scores, PRODUCT).map((strength, minute) =>
			Math.max(
				Number.isNaN(strength) ? 0 : strength,
				(cap[minute] ?? 0) / CAP_DOLLARS,
				(rule[minute] || 0) / SPEND_RULE_WEIGHT,
			),
		);
		return { labels, scores: strongest };
	});
}

function falseAlertsByGrowth(cases: readonly Case[]): Map<number, number> {
	const groups = Map.groupBy(cases, ({ labels }) => labels.growth);
	const rates = [...groups].map(([growth, ofGrowth]): [number, number] => [
		growth,
		meanOf(judgeAll(ofGrowth, 1).map(({ falseAlerts }) => falseAlerts)),
	]);
	return new Map(rates.sort(([a], [b]) => a - b));
}

function macroRecallBySeed(cases: readonly Case[]): Map<string, number> {
	const limit = limitFor(cases, 1);
	const seeds = Map.groupBy(cases, ({ labels }) => labels.seed);

	return new Map(
		[...seeds].map(([seed, ofSeed]) => [seed, summarise(judgeAll(ofSeed, limit)).macroRecall]),
	);
}
