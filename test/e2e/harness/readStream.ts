/** A line of a streaming webhook of n8n: `begin`, `item` with a piece of text, `end` or `error`. */
export interface StreamedChunk {
	type: string;
	content?: string;
}

/** The lines as they arrive. Leaving the loop early hangs up. */
export async function* readStream(answer: Response): AsyncGenerator<StreamedChunk> {
	if (answer.body === null) throw new Error('the answer has no body');
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
	let unfinished = '';
	try {
		for (;;) {
			const { done, value = '' } = await reader.read();
			const lines = (unfinished + value).split('\n');
			unfinished = done ? '' : (lines.pop() ?? '');
			for (const line of lines) if (line !== '') yield JSON.parse(line);
			if (done) return;
		}
	} finally {
		await reader.cancel();
	}
}
