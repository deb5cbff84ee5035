import { isRecord, listAt, recordAt, textAt, type JsonRecord } from '../readers/reading.ts';

/** A pressed button, as Slack tells of it. */
export type SlackPress = {
	userId: string;
	userName: string | undefined;
	/** What the button carries: `ack:inc_…`. */
	data: string;
	channel: string;
	/** The message the button is below, its text and blocks escaped as Slack keeps them. */
	message: { ts: string; text: string; blocks: JsonRecord[] };
};

/** Reads the body of a request: a form whose field `payload` is JSON. Undefined: it is no press of a button. */
export function readSlackPress(body: string): SlackPress | undefined {
	const payload = parsed(new URLSearchParams(body).get('payload') ?? '');
	const [action] = listAt(payload, 'actions').filter(isRecord);
	if (textAt(payload, 'type') !== 'block_actions' || !action) return undefined;
	const user = recordAt(payload, 'user');
	const message = recordAt(payload, 'message');
	const userId = textAt(user, 'id');
	const data = textAt(action, 'value');
	const channel = textAt(recordAt(payload, 'channel'), 'id');
	const ts = textAt(message, 'ts');
	if (!userId || !data || !channel || !ts) return undefined;

	return {
		...{ userId, data, channel },
		userName: textAt(user, 'username') ?? textAt(user, 'name'),
		message: {
			...{ ts, text: textAt(message, 'text') ?? '' },
			blocks: listAt(message, 'blocks').filter(isRecord),
		},
	};
}

function parsed(text: string): JsonRecord {
	try {
		const value: unknown = JSON.parse(text);
		return isRecord(value) ? value : {};
	} catch {
		return {};
	}
}
