import { rounded, type Figure } from '../figure.ts';
import { INCIDENT_TYPES, typeName } from './incidents/index.ts';
import { bestOf, type Measured } from './measure.ts';
import { meanOf, type Summary } from './summary.ts';

/** Types that nobody may miss: strong ones that look like nothing a tenant does by itself. */
const STRONG = [
	'agent_loop_weak',
	'agent_loop_strong',
	'context_stuffing_strong',
	'latency_strong',
	'model_switch_strong',
	'output_loop_strong',
	'replay_strong',
	'retry_storm_strong',
	'spike_40x',
];

/** Everything measured, under the names that stay. */
export function figuresOf(measured: Measured): Figure[] {
	const { product, unadapted, peers } = measured;
	const best = bestOf(peers).at[1].macroRecall;
	const values: [figure: string, value: number][] = [
		['tenant_weeks', measured.tenants],
		['incidents', [...product.at[1].count.values()].reduce((sum, count) => sum + count, 0)],
		['macro_recall', product.at[1].macroRecall],
		['macro_recall_at_half', product.at[0.5].macroRecall],
		['macro_recall_at_3', product.at[3].macroRecall],
		['macro_recall_unadapted', unadapted.at[1].macroRecall],
		['strong_recall', strongRecall(product.at[1])],
		['best_peer_macro_recall', best],
		['ratio_vs_best_peer', product.at[1].macroRecall / best],
		...shipped(measured),
		['leak_dollars', measured.together.at[1].leakDollars],
		['leak_dollars_alone', product.at[1].leakDollars],
		['leak_mean', product.at[1].leak],
		['found_in_5_minutes', product.at[1].foundIn5Minutes],
		...peers.map(({ name, at }): [string, number] => [`${name}_macro_recall`, at[1].macroRecall]),
		...INCIDENT_TYPES.map((type): [string, number] => [
			`recall_${typeName(type)}`,
			product.at[1].recall.get(typeName(type)) ?? NaN,
		]),
		...[...product.at[1].benign].map(([kind, rate]): [string, number] => [`benign_${kind}`, rate]),
	];
	return [
		...values
			.filter(([, value]) => Number.isFinite(value))
			.map(([figure, value]) => ({
				...{ figure, value: rounded(value), unit: '1' },
			})),
		{ figure: 'delay_median_minutes', value: product.at[1].delayMedianMinutes, unit: 'min' },
		{ figure: 'delay_p90_minutes', value: product.at[1].delayP90Minutes, unit: 'min' },
	];
}

export function strongRecall({ recall }: Summary): number {
	return meanOf(STRONG.flatMap((type) => recall.get(type) ?? []));
}

function shipped({ shipped: summary, falseAlertsByGrowth }: Measured): [string, number][] {
	return [
		['false_alerts_per_tenant_week', summary.falseAlertsPerTenantWeek],
		['false_alerts_p90_tenant', summary.falseAlertsP90],
		['shipped_macro_recall', summary.macroRecall],
		['shipped_strong_recall', strongRecall(summary)],
		...[...falseAlertsByGrowth].map(([growth, rate]): [string, number] => [
			`false_alerts_growth_${Math.round(100 * growth)}_pct`,
			rate,
		]),
	];
}
