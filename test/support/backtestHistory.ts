import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { StoredScore } from '../../anomaly-service/src/ports/backtestFunctions.ts';
import type { StreamedCall } from '../../anomaly-service/src/ports/reportFunctions.ts';

export type PastCall = { at: number; microCents: number; model?: string };
export type History = {
	calls?: readonly PastCall[];
	/** By minute. */
	scores?: readonly StoredScore[];
	hours?: readonly (readonly [number, number])[];
	incidents?: readonly { id: string; from: number; to: number | null }[];
	feedback?: readonly { id: string; verdict: 'fine' | 'incident'; from: number; to: number }[];
	maintenance?: readonly { id: string; from: number; to: number }[];
};

/** A database that knows one tenant's past and hands it over in pages of this many rows. */
export function historyDatabase(history: History, pageRows = 100): Database {
	const { calls = [], scores = [], hours = [], incidents = [], ...said } = history;
	const { feedback = [], maintenance = [] } = said;
	const sorted = [...calls].sort((a, b) => a.at - b.at);
	const within = (at: number, { from, to }: Span) => at >= Date.parse(from) && at < Date.parse(to);
	const answers: Record<string, (args: never) => unknown> = {
		spend_by_hour: () => hours,
		known_spans: () => ({
			incidents: incidents.map((incident) => ({ rule: 'spendCap', ...incident })),
			...{ feedback, maintenance },
		}),
		usage_stream(args: Span & { after: { id: string } | null }) {
			const found = sorted.filter(({ at }) => within(at, args));
			const begin = Number(args.after?.id ?? 0);
			const page = found.slice(begin, begin + pageRows);
			const end = begin + page.length;
			return {
				calls: page.map(streamed),
				next: end < found.length ? { at: '', source: '', id: String(end) } : null,
			};
		},
		list_snapshots(args: Span & { after: number | null }) {
			return scores.filter(([at]) => within(at, args) && at > (args.after ?? -Infinity));
		},
	};
	return {
		call: async (name, args) => answers[name]?.(args as never) as never,
		close: async () => undefined,
	};
}

type Span = { from: string; to: string };

function streamed({ at, microCents, model = 'gpt-4o' }: PastCall): StreamedCall {
	return [
		...([at, 'acme', null, null, 'openai', model, 100, 0, 0, 0, 0, 10, 0, 0, {}, null] as const),
		...(['price', microCents, 'api.openai.com/v1/chat/completions', 'n8n', null] as const),
	];
}
