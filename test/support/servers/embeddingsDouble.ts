import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../loopbackServer.ts';

export type EmbeddingsRequest = {
	key: string | undefined;
	model: string;
	texts: string[];
	dimensions: number | undefined;
	/** Everything that was sent, as text. */
	raw: string;
};

/**
 * What it does with the next requests. `ignores`, `refuses`: as servers do that do not know `dimensions`. A status with
 * headers: an error. `stalls`: no answer at all. `nonsense`: one that has no vectors.
 */
export type EmbeddingsMode =
	| 'works'
	| 'ignores'
	| 'refuses'
	| 'stalls'
	| 'nonsense'
	| { status: number; headers?: Record<string, string> };

export type EmbeddingsDouble = {
	/** `http://127.0.0.1:1234/v1` */
	url: string;
	requests: EmbeddingsRequest[];
	mode: EmbeddingsMode;
	/** Modes of the next requests, in order; `mode` when there is none left. */
	next: EmbeddingsMode[];
	close(): Promise<void>;
};

/** As wide as text-embedding-3-small. */
const FULL_WIDTH = 1536;

/**
 * A double of OpenAI's embeddings API on loopback: its shapes, its bound of 2,048 texts, its errors. What it answers are
 * random projections of words, so texts that share words are near each other; of meaning it knows nothing.
 */
export async function startEmbeddingsDouble(): Promise<EmbeddingsDouble> {
	const server = createServer((request, response) => {
		void readBody(request).then((raw) => answer(double, { request, response, raw }));
	});
	const origin = await listenOnLoopback(server);
	const double: EmbeddingsDouble = {
		url: `${origin}/v1`,
		requests: [],
		mode: 'works',
		next: [],
		close: () => closeServer(server),
	};
	return double;
}

async function readBody(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return text;
}

type Answer = { status: number; body: object; headers?: Record<string, string> };

function answer(
	double: EmbeddingsDouble,
	{ request, response, raw }: { request: IncomingMessage; response: ServerResponse; raw: string },
): void {
	const asked = readRequest(request, raw);
	double.requests.push(asked);
	const mode = double.next.shift() ?? double.mode;
	if (mode === 'stalls') return;
	const {
		status,
		body,
		headers = {},
	} = request.url === '/v1/embeddings' ? answerOf(asked, mode) : refusal(404, 'unknown_url');
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(JSON.stringify(body));
}

function answerOf(asked: EmbeddingsRequest, mode: Exclude<EmbeddingsMode, 'stalls'>): Answer {
	if (typeof mode === 'object')
		return { ...refusal(mode.status, `status_${mode.status}`), ...mode };
	if (mode === 'nonsense') return { status: 200, body: { data: [{ embedding: [] }] } };
	if (mode === 'refuses' && asked.dimensions !== undefined) {
		return refusal(400, 'unsupported_parameter', 'dimensions');
	}
	if (asked.texts.length > 2048) return refusal(400, 'too_many_inputs', 'input');

	return {
		status: 200,
		body: embeddingsOf(asked, mode === 'works' ? asked.dimensions : undefined),
	};
}

function readRequest(request: IncomingMessage, raw: string): EmbeddingsRequest {
	const body: unknown = JSON.parse(raw);
	const field = (name: string): unknown =>
		typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
	const input = field('input');
	const dimensions = field('dimensions');

	return {
		key: request.headers.authorization?.replace('Bearer ', ''),
		model: String(field('model')),
		texts: Array.isArray(input) ? input.map(String) : [String(input)],
		dimensions: typeof dimensions === 'number' ? dimensions : undefined,
		raw: `${JSON.stringify(request.headers)}\n${raw}`,
	};
}

function embeddingsOf({ model, texts }: EmbeddingsRequest, width = FULL_WIDTH): object {
	const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
	const data = texts.map((text, index) => ({
		object: 'embedding',
		index,
		embedding: unit(projectionOf(text).slice(0, width)),
	}));
	return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** The sum of a random direction for each word and each pair of neighbours. */
export function projectionOf(text: string): number[] {
	const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
	const terms = words.flatMap((word, index) => [word, `${word} ${words[index + 1] ?? ''}`]);
	const sum = new Array<number>(FULL_WIDTH).fill(0);
	for (const term of terms) {
		const direction = directionOf(term);
		for (let axis = 0; axis < FULL_WIDTH; axis++) {
			const bit = (direction[axis >> 3] ?? 0) >> (axis & 7);
			sum[axis] = (sum[axis] ?? 0) + ((bit & 1) === 1 ? 1 : -1);
		}
	}
	return sum;
}

const directions = new Map<string, Buffer>();

/** A random bit for each axis, the same for the same term. */
function directionOf(term: string): Buffer {
	const known = directions.get(term);
	if (known) return known;
	const blocks = Array.from({ length: FULL_WIDTH / 256 }, (_, block) =>
		hash('sha256', `${block} ${term}`, 'buffer'),
	);
	const made = Buffer.concat(blocks);
	directions.set(term, made);
	return made;
}

export function unit(vector: readonly number[]): number[] {
	const norm = Math.hypot(...vector);

	return vector.map((value) => value / norm);
}

function refusal(status: number, code: string, param: string | null = null): Answer {
	const error = { message: `The double says ${code}.`, type: 'invalid_request_error', param, code };

	return { status, body: { error } };
}
