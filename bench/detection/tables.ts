import { INCIDENT_TYPES, typeName } from './incidents/index.ts';
import { strongRecall } from './figures.ts';
import { bestOf, type Matched, type Measured } from './measure.ts';
import { meanOf, type Summary } from './summary.ts';

/** What was measured, for people. */
export function tablesOf(measured: Measured): string {
	const { product, peers } = measured;
	const sections = [
		`${measured.tenants} tenant-weeks. Every detector at the limit at which it raises one false alert per tenant-week.`,
		detectors(measured),
		`Best peer: ${bestOf(peers).title}. Macro recall of LLM Fuse by seed: ${bySeed(measured)}.`,
		'Recall by type',
		types(product, bestOf(peers)),
		'As shipped, nothing fitted on these tenants',
		shipped(measured),
	];
	return `${sections.join('\n\n')}\n`;
}

function detectors({ product, unadapted, together, peers }: Measured): string {
	const head = ['', 'macro', 'at 0.5', 'at 3', 'delay', 'p90', 'in 5 min', 'leak', '$ leak'];
	const row = ({ title, at }: Matched) => [
		title,
		share(at[1].macroRecall),
		share(at[0.5].macroRecall),
		share(at[3].macroRecall),
		minutes(at[1].delayMedianMinutes),
		minutes(at[1].delayP90Minutes),
		share(at[1].foundIn5Minutes),
		share(at[1].leak),
		share(at[1].leakDollars),
	];
	return table([head, ...[product, unadapted, together, ...peers].map(row)]);
}

function types(product: Matched, peer: Matched): string {
	const rows = INCIDENT_TYPES.map((type) => {
		const name = typeName(type);
		const recall = ({ at }: Matched) => share(at[1].recall.get(name) ?? NaN);

		return [name, String(product.at[1].count.get(name) ?? 0), recall(product), recall(peer)];
	});
	return table([['', 'incidents', 'LLM Fuse', peer.title], ...rows]);
}

function shipped({ shipped: summary, falseAlertsByGrowth }: Measured): string {
	return table([
		['false alerts per tenant-week', summary.falseAlertsPerTenantWeek.toFixed(2)],
		['of the tenant at the 90th percentile', String(summary.falseAlertsP90)],
		...[...falseAlertsByGrowth].map(([growth, rate]) => [
			`of tenants that grow ${Math.round(100 * growth)} % a day`,
			rate.toFixed(2),
		]),
		['macro recall', share(summary.macroRecall)],
		['recall of strong incidents', share(strongRecall(summary))],
		...benign(summary),
	]);
}

function benign(summary: Summary): string[][] {
	return [...summary.benign].map(([kind, rate]) => [`alerts in a ${kind}`, share(rate)]);
}

function bySeed({ macroRecallBySeed }: Measured): string {
	const values = [...macroRecallBySeed.values()];
	const mean = meanOf(values);
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	const spread = Math.sqrt(squares / Math.max(1, values.length - 1));
	const listed = [...macroRecallBySeed].map(([seed, recall]) => `${seed} ${share(recall)}`);

	return `${listed.join(', ')} (sd ${share(spread)})`;
}

function share(value: number): string {
	return Number.isFinite(value) ? value.toFixed(2) : '-';
}

function minutes(value: number): string {
	return Number.isFinite(value) ? String(value) : '-';
}

/** Columns as wide as their widest cell, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(...rows.map((row) => row[column]?.length ?? 0)),
	);
	return rows
		.map((row) =>
			row
				.map((cell, column) => {
					const width = widths[column] ?? 0;

					return column === 0 ? cell.padEnd(width) : cell.padStart(width);
				})
				.join('  '),
		)
		.join('\n');
}
