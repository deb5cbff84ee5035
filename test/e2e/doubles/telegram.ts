import { startRecordingProxy, type Answer, type RecordedRequest } from './recordingProxy.ts';
import { formatted, type Entity } from './telegramMarkup.ts';

export interface Button {
	text: string;
	callback_data: string;
}

export interface ShownMessage {
	messageId: number;
	/** Of a person, or the bot. */
	from: Person | 'bot';
	text: string;
	entities: Entity[];
	buttons: Button[][];
	edited: boolean;
	/** The message it is a reply to. */
	repliesTo?: number;
	/** What was below it when it was written. */
	firstButtons: Button[][];
	/** A person pressed the button of this label; no message of its own. */
	pressed?: true;
	/** Somebody else wrote it. */
	forwarded?: true;
}

export interface Person {
	id: number;
	name: string;
}

export interface TelegramDouble {
	baseUrl: string;
	chatId: string;
	posts: RecordedRequest[];
	/** The texts the bot wrote, oldest first: after Telegram resolved their entities. */
	shownTexts: () => string[];
	/** Everything in the chat, oldest first. */
	messages: () => ShownMessage[];
	/** What a person saw over the button they pressed, oldest first. */
	notices: () => string[];
	/** Whether a webhook is set, and for what. */
	webhook: () => { url: string; allowedUpdates: string[] } | undefined;
	/** A person writes into a chat; what the webhook answered. */
	write: (person: Person, text: string, chatId?: string) => Promise<Delivery>;
	/** A person forwards what somebody else wrote. */
	forward: (person: Person, text: string) => Promise<Delivery>;
	/** A person presses a button below the newest message that has it. */
	press: (person: Person, data: string) => Promise<Delivery>;
	/** A person changes what they wrote. */
	edit: (person: Person, text: string) => Promise<Delivery>;
	/** Sends an update again, as Telegram does when it was not answered. */
	again: (delivery: Delivery) => Promise<Delivery>;
	/** Somebody who does not know the secret sends an update. */
	forge: (person: Person, text: string) => Promise<Delivery>;
	/** The answer to the next messages in HTML is that entities cannot be parsed. */
	refuseEntities: (times: number) => void;
	/** The answer to the next requests is 429, to come back after so many seconds. */
	throttle: (times: number, seconds: number) => void;
	close: () => Promise<void>;
}

export interface Delivery {
	updateId: number;
	/** Of the webhook's answer; 0 when none is set. */
	status: number;
	update: object;
}

type Sent = Record<string, unknown>;

const CHAT_ID = '-1001234567890';
const ALLOWED_TOKEN = /^[A-Za-z0-9_-]{1,256}$/;
const bot = { id: 1, is_bot: true, first_name: 'Fuse', username: 'FuseBot' };

/**
 * The Bot API as far as a bot in one chat needs it, with its rules: who sends an update proves it by the secret header,
 * every update has a higher id, HTML has to be parsed, a button carries 1 to 64 bytes. The packages there are send no
 * secret and know no getWebhookInfo, so that n8n's Telegram Trigger cannot be activated on them.
 */
export async function startTelegram(): Promise<TelegramDouble> {
	const chat = new Chat();
	const proxy = await startRecordingProxy('', (request) => Promise.resolve(chat.answer(request)));

	return {
		baseUrl: proxy.baseUrl,
		chatId: CHAT_ID,
		posts: proxy.requests,
		shownTexts: () => chat.messages.filter(({ from }) => from === 'bot').map(({ text }) => text),
		messages: () => chat.messages,
		notices: () => chat.notices,
		webhook: () => chat.hook,
		write: (person, text, chatId = CHAT_ID) =>
			chat.deliver({ message: chat.written(person, text, chatId) }),
		forward: (person, text) => chat.deliver({ message: chat.forwarded(person, text) }),
		press: (person, data) => chat.deliver({ callback_query: chat.pressed(person, data) }),
		edit: (person, text) =>
			chat.deliver({ edited_message: chat.written(person, text, CHAT_ID, false) }),
		again: ({ update }) => chat.send(update, chat.hook?.secret ?? ''),
		forge: (person, text) =>
			chat.send({ update_id: 1, message: chat.written(person, text, CHAT_ID, false) }, 'a-guess'),
		refuseEntities: (times) => {
			chat.refusals = times;
		},
		throttle: (times, seconds) => {
			chat.throttled = { times, seconds };
		},
		close: () => proxy.close(),
	};
}

class Chat {
	readonly messages: ShownMessage[] = [];
	readonly notices: string[] = [];
	hook: { url: string; secret: string; allowedUpdates: string[] } | undefined;
	refusals = 0;
	throttled = { times: 0, seconds: 0 };
	#nextMessage = 1;
	/** Telegram begins anywhere and counts on. */
	#nextUpdate = 733_819_201;
	readonly #pressed = new Map<string, string>();

	answer({ path, body, method }: RecordedRequest): Answer {
		const [, called = ''] = /^\/bot[^/]+\/(\w+)(?:\?|$)/.exec(path) ?? [];
		const sent: Sent = method === 'GET' || body === '' ? {} : JSON.parse(body);
		if (this.throttled.times > 0) {
			this.throttled.times -= 1;
			const { seconds } = this.throttled;
			return refused(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
		}
		const handler = this.#methods[called];
		return handler ? handler(sent) : refused(404, 'Not Found');
	}

	readonly #methods: Record<string, (sent: Sent) => Answer> = {
		getMe: () => ok(bot),
		setMyCommands: () => ok(true),
		sendChatAction: () => ok(true),
		getWebhookInfo: () =>
			ok({ url: this.hook?.url ?? '', has_custom_certificate: false, pending_update_count: 0 }),
		deleteWebhook: () => {
			this.hook = undefined;
			return ok(true);
		},
		setWebhook: ({ url, secret_token: secret, allowed_updates: updates }) => {
			if (!ALLOWED_TOKEN.test(String(secret))) {
				return refused(400, 'Bad Request: secret token contains unallowed characters');
			}
			const allowedUpdates = Array.isArray(updates) ? updates.map(String) : [];
			this.hook = { url: String(url), secret: String(secret), allowedUpdates };
			return ok(true);
		},
		sendMessage: (sent) => this.#sendMessage(sent),
		editMessageText: (sent) => this.#editMessage(sent),
		editMessageReplyMarkup: (sent) => this.#editMessage(sent),
		answerCallbackQuery: ({ callback_query_id: id, text = '' }) => {
			if (!this.#pressed.delete(String(id))) {
				return refused(400, 'Bad Request: query is too old and response timeout expired');
			}
			if (String(text).length > 200) return refused(400, 'Bad Request: MESSAGE_TOO_LONG');
			this.notices.push(String(text));
			return ok(true);
		},
	};

	#sendMessage(sent: Sent): Answer {
		const fault = this.#faultOf(sent);
		if (fault) return fault;
		const made = formatted(sent);
		if (!made) return cannotParse;
		const repliesTo = Number(sent['reply_to_message_id'] ?? 0);
		if (repliesTo !== 0 && !this.messages.some(({ messageId }) => messageId === repliesTo)) {
			return refused(400, 'Bad Request: message to be replied not found');
		}
		const message: ShownMessage = {
			...{ messageId: this.#nextMessage++, from: 'bot', ...made },
			...{ buttons: keyboardOf(sent), firstButtons: keyboardOf(sent), edited: false },
			...(repliesTo === 0 ? {} : { repliesTo }),
		};
		this.messages.push(message);
		return ok(this.#documentOf(message));
	}

	#editMessage(sent: Sent): Answer {
		const message = this.messages.find(
			({ messageId, from }) => from === 'bot' && messageId === Number(sent['message_id']),
		);
		if (!message) return refused(400, 'Bad Request: message to edit not found');
		const fault = this.#faultOf({ text: message.text, ...sent });
		if (fault) return fault;
		const made = 'text' in sent ? formatted(sent) : message;
		if (!made) return cannotParse;
		const after = { text: made.text, entities: made.entities, buttons: keyboardOf(sent) };
		const { text, entities, buttons } = message;
		if (JSON.stringify(after) === JSON.stringify({ text, entities, buttons })) {
			return refused(400, 'Bad Request: message is not modified');
		}
		Object.assign(message, after, { edited: true });
		return ok(this.#documentOf(message));
	}

	#faultOf(sent: Sent): Answer | undefined {
		if (String(sent['chat_id']) !== CHAT_ID) return refused(400, 'Bad Request: chat not found');
		if (this.refusals > 0 && String(sent['parse_mode']).toLowerCase() === 'html') {
			this.refusals -= 1;
			return cannotParse;
		}
		const length = formatted(sent)?.text.length ?? 1;
		if (length === 0) return refused(400, 'Bad Request: message text is empty');
		if (length > 4096) return refused(400, 'Bad Request: message is too long');
		for (const { text, callback_data: data } of keyboardOf(sent).flat()) {
			if (!text)
				return refused(400, 'Bad Request: text buttons are unallowed in the inline keyboard');
			const bytes = data ? Buffer.byteLength(data) : 0;
			if (bytes < 1 || bytes > 64) return refused(400, 'Bad Request: BUTTON_DATA_INVALID');
		}
		return undefined;
	}

	#documentOf({ messageId, text, entities, buttons }: ShownMessage): object {
		const markup = buttons.length > 0 ? { reply_markup: { inline_keyboard: buttons } } : {};

		return {
			...{ message_id: messageId, from: bot, chat: chatOf(CHAT_ID), date: seconds(), text },
			...(entities.length > 0 ? { entities } : {}),
			...markup,
		};
	}

	/** `isShown`: everybody sees it; else it is a forgery, or a change of what is there. */
	written(person: Person, text: string, chatId: string, isShown = true): object {
		const messageId = this.#nextMessage++;
		if (chatId === CHAT_ID && isShown) {
			this.messages.push({ messageId, from: person, text, ...BARE });
		}
		const { id, name } = person;
		const from = { id, is_bot: false, first_name: name };
		return { message_id: messageId, from, chat: chatOf(chatId), date: seconds(), text };
	}

	forwarded(person: Person, text: string): object {
		const message = this.written(person, text, CHAT_ID);
		const shown = this.messages.at(-1);
		if (shown) shown.forwarded = true;
		const origin = { type: 'hidden_user', sender_user_name: 'Somebody', date: seconds() };
		return { ...message, forward_origin: origin };
	}

	pressed(person: Person, data: string): object {
		const { id, name } = person;
		const has = ({ buttons }: ShownMessage) =>
			buttons.flat().some(({ callback_data: carried }) => carried === data);
		const message = this.messages.findLast(has);
		if (!message) throw new Error(`no message has a button ${data}`);
		const queryId = String(this.#nextUpdate * 7);
		this.#pressed.set(queryId, data);
		const label = message.buttons.flat().find((key) => key.callback_data === data)?.text ?? '';
		this.messages.push({ messageId: 0, from: person, text: label, ...BARE, pressed: true });

		return {
			...{ id: queryId, from: { id, is_bot: false, first_name: name }, data, chat_instance: '1' },
			message: this.#documentOf(message),
		};
	}

	deliver(update: object): Promise<Delivery> {
		const numbered = { update_id: this.#nextUpdate++, ...update };
		const [kind = ''] = Object.keys(update);
		const { hook } = this;
		if (hook && hook.allowedUpdates.length > 0 && !hook.allowedUpdates.includes(kind)) {
			return Promise.resolve({ updateId: numbered.update_id, status: 0, update: numbered });
		}
		return this.send(numbered, hook?.secret ?? '');
	}

	async send(update: object, secret: string): Promise<Delivery> {
		const updateId = 'update_id' in update ? Number(update.update_id) : 0;
		if (!this.hook) return { updateId, status: 0, update };
		const { status } = await fetch(this.hook.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'x-telegram-bot-api-secret-token': secret,
			},
			body: JSON.stringify(update),
		});
		return { updateId, status, update };
	}
}

const BARE = { entities: [], buttons: [], firstButtons: [], edited: false };

function keyboardOf(sent: Sent): Button[][] {
	const { reply_markup: markup } = sent;
	const keyboard: { inline_keyboard?: Button[][] } =
		typeof markup === 'string' ? JSON.parse(markup) : (markup ?? {});

	return (keyboard.inline_keyboard ?? []).filter((row) => row.length > 0);
}

const chatOf = (id: string) => ({ id: Number(id), type: 'supergroup', title: 'On call' });
const seconds = () => Math.floor(Date.now() / 1000);

const ok = (result: unknown): Answer => ({
	status: 200,
	body: JSON.stringify({ ok: true, result }),
});

function refused(code: number, description: string, parameters?: object): Answer {
	const body = { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) };

	return { status: code, body: JSON.stringify(body) };
}

const cannotParse = refused(400, "Bad Request: can't parse entities: unsupported start tag");
