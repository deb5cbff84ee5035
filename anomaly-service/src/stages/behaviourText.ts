import { CONSTANT, embed } from '../../../core/behaviour/embedding.ts';
import { COORDINATES, WINDOW_MINUTES } from '../../../core/behaviour/features.ts';
import type { EmbeddableSnapshot } from '../ports/embedder.ts';

/** What turns the vector of the features by less than tan 1/8 is not named, so that calm moments are one text. */
const NAMED_FROM = CONSTANT / 8;
/** One repetition for each tan 1/4. Finer steps make twice as many texts and find no more. */
const STEP = CONSTANT / 4;
const MOST_REPEATED = 5;
/** The strongest tell what happens, and bound what a text costs: about 110 tokens on average, 500 at most. */
const MOST_NAMED = 24;

const NAMES = [...new Set(COORDINATES.map(({ feature }) => nameOf(feature)))];

/**
 * Begins every text. It is for words what the constant coordinate is for numbers: the more is said beside it, the further
 * the text turns away from it. Without it every odd word is as far from normal as a runaway.
 */
const OPENING =
	'Use of language models by one customer, compared with what is usual for this customer at this hour of the day, ' +
	`in ${WINDOW_MINUTES.join(', ')} minutes: ${NAMES.join(', ')}. More than usual`;

/**
 * What a text embedder is told of a snapshot: the features that are off, by window, each as often as it is far off. No
 * prompt, no tenant, no model, no amount and no date is in it; equal behaviour of two tenants is the equal text.
 */
export function behaviourText({
	minute,
	standardised,
}: Pick<EmbeddableSnapshot, 'minute' | 'standardised'>): string {
	const vector = embed(standardised, minute);
	const deviations = COORDINATES.map(({ windowMinutes, feature }, coordinate) => ({
		...{ windowMinutes, feature },
		by: vector[coordinate] ?? 0,
	}))
		.filter(({ by }) => by >= NAMED_FROM)
		// Ties keep the order of the coordinates, so the text is the same every time.
		.sort((a, b) => b.by - a.by)
		.slice(0, MOST_NAMED);
	if (deviations.length === 0) return `${OPENING}: nothing.`;

	const windows = Map.groupBy(deviations, ({ windowMinutes }) => windowMinutes);
	const parts = [...windows]
		.sort(([a], [b]) => a - b)
		.map(([windowMinutes, inWindow]) => {
			// By name and not by strength: what swaps by a little must not change the order of the words.
			const words = inWindow.map(wordsOf).sort();
			return `in ${windowMinutes} minutes ${words.join(', ')}`;
		});
	return `${OPENING}: ${parts.join('; ')}.`;
}

/** `long output long output long output` */
function wordsOf({ feature, by }: { feature: string; by: number }): string {
	const times = Math.max(1, Math.min(MOST_REPEATED, Math.round(by / STEP)));

	return new Array<string>(times).fill(nameOf(feature)).join(' ');
}

function nameOf(feature: string): string {
	return feature.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
