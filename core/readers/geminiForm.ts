import type { OtherUnits } from '../otherUnits.ts';
import type { Usage } from '../usage.ts';
import { billedUnits } from './billedUnits.ts';
import type { Counts } from './counts.ts';
import { isRecord, listAt, type JsonRecord } from './reading.ts';

/** Tokens that may have a price of their own; a document is read as pictures. */
type Modalities = Readonly<{ image: number; audio: number }>;

/** What both of Gemini's APIs count, whatever they call it. */
export type GeminiCounts = {
	/** Includes what came from the cache, but not what tools put into it. */
	prompt: number;
	tools: number;
	cacheRead: number;
	/** Excludes the thoughts. */
	answered: number;
	reasoning: number;
	/** By modality: prompt and tools, of it what came from the cache, and the answer. */
	input: Modalities;
	cached: Modalities;
	output: Modalities;
};

const TEXT_ALONE: Modalities = { image: 0, audio: 0 };

const MODALITIES = new Map<unknown, keyof Modalities>([
	['IMAGE', 'image'],
	['DOCUMENT', 'image'],
	['AUDIO', 'audio'],
	['image', 'image'],
	['document', 'image'],
	['audio', 'audio'],
]);

/** Sums a list of `{ modality, tokenCount }`; the newer API says `tokens`. */
export function modalities(
	counts: Counts,
	usage: JsonRecord,
	{ list, count }: { list: string; count: 'tokenCount' | 'tokens' },
): Modalities {
	const entries = listAt(usage, list);
	let sums = TEXT_ALONE;
	for (let index = 0; index < entries.length; index++) {
		const entry = entries[index];
		const modality = isRecord(entry) ? MODALITIES.get(entry['modality']) : undefined;
		if (modality === undefined) continue;
		const tokens = counts.get(list, String(index), count);
		sums = { ...sums, [modality]: sums[modality] + tokens };
	}
	return sums;
}

export function together(some: Modalities, more: Modalities): Modalities {
	if (more === TEXT_ALONE) return some;

	return { image: some.image + more.image, audio: some.audio + more.audio };
}

export function geminiBuckets(counted: GeminiCounts): Usage {
	const { prompt, tools, cacheRead, answered, reasoning, input, cached, output } = counted;
	const fresh = prompt - cacheRead + tools;
	const inputAudio = Math.min(Math.max(0, input.audio - cached.audio), fresh);

	return {
		inputUncached: fresh - inputAudio,
		cacheRead,
		cacheWrite5m: 0,
		cacheWrite1h: 0,
		inputAudio,
		output: answered + reasoning - output.audio,
		reasoning,
		outputAudio: output.audio,
	};
}

/** Each within its bucket. */
export function geminiUnits(
	{ input, cached, output, answered }: GeminiCounts,
	{ inputUncached, cacheRead }: Usage,
	webSearch: number,
): OtherUnits | undefined {
	if (webSearch === 0 && input === TEXT_ALONE && cached === TEXT_ALONE && output === TEXT_ALONE) {
		return undefined;
	}
	const cacheReadImage = Math.min(cached.image, cacheRead);

	return billedUnits({
		inputImage: Math.min(Math.max(0, input.image - cached.image), inputUncached),
		cacheReadImage,
		cacheReadAudio: Math.min(cached.audio, cacheRead - cacheReadImage),
		outputImage: Math.min(output.image, answered - output.audio),
		webSearch,
	});
}
