import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { slackPage, telegramPage } from './doubles/chatPage.ts';
import { unescapeMarkup, type SlackMessage } from './doubles/slack.ts';
import type { ShownMessage } from './doubles/telegram.ts';
import { takePicture } from './harness/chatPictures.ts';
import { slackPeople, type ChatStage } from './harness/chatStage.ts';
import { poll } from './harness/poll.ts';
import type { Incident } from './harness/startService.ts';

/** A tenant with what every channel would take for its own markup. */
const TENANT = 'sons & <daughters>';

interface Notification {
	channel: string;
	kind: string;
	state: string;
	attempt: number;
	note: string | null;
	external?: Record<string, unknown>;
}

export function alertsReachEveryChannel(stage: ChatStage): void {
	describe('an alert in every channel', () => {
		let incident: Incident;
		/** What was said in the chat before belongs to other scenarios. */
		let saidBefore = 0;
		const inTelegram = () => stage.telegram.messages().slice(saidBefore);
		const sent = (subjectId: string, count: number) =>
			poll({ what: `${count} messages sent about ${subjectId}`, timeoutMs: 60_000 }, async () => {
				const all = await stage.service.get<Notification[]>(
					`/v1/notifications?subjectId=${subjectId}&limit=50`,
				);
				return all.length >= count && all.every(({ state }) => state === 'sent') ? all : undefined;
			});
		const only = (...channels: string[]) =>
			stage.put('/v1/alert-routing', { routes: [{ channels }] });

		before(async () => {
			saidBefore = stage.telegram.messages().length;
			await only('slack', 'telegram', 'email', 'pagerduty');
			incident = await stage.cutOff(TENANT);
			await sent(incident.incidentId, 4);
		});

		it('is shown once in each, byte for byte as the incident has it', async () => {
			const { pagerDuty, slack, smtp } = stage;
			const { alertText, incidentId } = incident;
			const [message, ...others] = await slack.messages();
			const [event] = pagerDuty.events();

			assert.match(alertText, /"spend_velocity_per_min":45\.50,/);
			assert.deepEqual(others, []);
			assert.equal(codeOf(message), alertText);
			assert.deepEqual(message?.metadata?.event_type, 'llm_fuse_alert');
			assert.deepEqual(
				inTelegram().map(({ text, entities }) => ({ text, entities })),
				[{ text: alertText, entities: [{ type: 'pre', offset: 0, length: alertText.length }] }],
			);
			assert.deepEqual(
				smtp.mails.map(({ subject, text }) => ({ subject, text })),
				[{ subject: `[critical] spendCap of ${TENANT}`, text: alertText }],
			);
			assert.equal(pagerDuty.events().length, 1);
			assert.equal(event?.event_action, 'trigger');
			assert.equal(event?.dedup_key, incidentId);
			assert.deepEqual(event?.payload?.custom_details, {
				...JSON.parse(alertText),
				alert_text: alertText,
			});
		});

		it('has the same buttons in Slack and Telegram', async () => {
			const { slack } = stage;
			const [message] = await slack.messages();
			const inOne = keysOf(inTelegram()[0]);

			assert.ok(inOne.length > 0);
			assert.deepEqual(buttonsOf(message), inOne);
			await picturesOf(stage, inTelegram(), { folder: stage.folder, moment: 'firing' });
		});

		it('shows who takes care of it, in the message that was there', async () => {
			const { pagerDuty, service, slack, smtp } = stage;
			const { alertText, incidentId } = incident;
			await service.post(`/v1/incidents/${incidentId}/acknowledge`, { name: 'Ada' });
			await sent(incidentId, 8);
			const [message, ...others] = await slack.messages();

			assert.deepEqual(others, []);
			assert.equal(codeOf(message), alertText);
			assert.match(noteOf(message), /^Acknowledged by Ada/);
			assert.ok(!buttonsOf(message).includes(`ack:${incidentId}`));
			const [alert, note] = inTelegram();
			assert.equal(alert?.text, alertText);
			assert.deepEqual(keysOf(alert), buttonsOf(message));
			assert.match(note?.text ?? '', /^Acknowledged by Ada/);
			assert.deepEqual([note?.repliesTo, note?.buttons], [alert?.messageId, []]);
			assert.equal(smtp.mails.at(-1)?.text, alertText);
			assert.match(smtp.mails.at(-1)?.subject ?? '', /^Re: \[critical\] .* Acknowledged by Ada/);
			assert.equal(pagerDuty.events().at(-1)?.event_action, 'acknowledge');
			await picturesOf(stage, inTelegram(), { folder: stage.folder, moment: 'acknowledged' });
		});

		it('says when it is over, and leaves no button', async () => {
			const { pagerDuty, service, slack } = stage;
			const { alertText, incidentId } = incident;
			const tenant = encodeURIComponent(TENANT);
			await service.post(`/v1/tenants/${tenant}/unblock`, { full: true });
			await sent(incidentId, 12);
			const [message] = await slack.messages();
			const [alert] = inTelegram();

			assert.equal(codeOf(message), alertText);
			assert.deepEqual(buttonsOf(message), []);
			assert.equal(pagerDuty.events().at(-1)?.event_action, 'resolve');
			assert.equal(pagerDuty.events().at(-1)?.dedup_key, incidentId);
			assert.deepEqual(
				inTelegram().map(({ buttons, repliesTo }) => [buttons, repliesTo]),
				[undefined, alert?.messageId, alert?.messageId].map((repliesTo) => [[], repliesTo]),
			);
			assert.equal((await slack.messages()).length, 1);
		});

		it('waits as long as Slack says, and is then there once', async () => {
			const { slack } = stage;
			const before = (await slack.messages()).length;
			await only('slack');
			slack.throttle(1, 2);
			const throttledAt = slack.posts.length;
			const { alertText, incidentId } = await stage.cutOff('hurried');
			const [notification] = await sent(incidentId, 1);
			const [refused, accepted] = slack.posts
				.slice(throttledAt)
				.filter(({ path }) => path.endsWith('/chat.postMessage'));

			assert.equal(notification?.attempt, 2);
			assert.ok(refused && accepted && accepted.receivedAt - refused.receivedAt >= 2000);
			const added = (await slack.messages()).slice(before);
			assert.deepEqual(added.map(codeOf), [alertText]);
		});

		it('is not posted again when Slack’s answer was lost', async () => {
			const { slack } = stage;
			const before = (await slack.messages()).length;
			slack.loseAnswers(1);
			const { alertText, incidentId } = await stage.cutOff('unheard');
			const [notification] = await sent(incidentId, 1);
			const added = (await slack.messages()).slice(before);

			assert.equal(notification?.attempt, 2);
			assert.deepEqual(added.map(codeOf), [alertText]);
			assert.equal(notification?.external?.['ts'], added[0]?.ts);
		});

		it('comes as plain text, byte for byte, when Telegram cannot parse it', async () => {
			const { telegram } = stage;
			const before = telegram.messages().length;
			await only('telegram');
			telegram.refuseEntities(1);
			const { alertText, incidentId } = await stage.cutOff('plain');
			const [notification] = await sent(incidentId, 1);
			const added = telegram.messages().slice(before);

			assert.equal(notification?.attempt, 1);
			assert.deepEqual(
				added.map(({ text, entities }) => ({ text, entities })),
				[{ text: alertText, entities: [] }],
			);
			assert.ok((added[0]?.buttons.length ?? 0) > 0);
		});

		it('waits as long as Telegram says, and is then there once', async () => {
			const { telegram } = stage;
			const before = telegram.messages().length;
			telegram.throttle(1, 1);
			const { alertText, incidentId } = await stage.cutOff('impatient');
			await sent(incidentId, 1);

			assert.deepEqual(
				telegram
					.messages()
					.slice(before)
					.map(({ text }) => text),
				[alertText],
			);
		});
	});

	describe('buttons below an alert in Slack', () => {
		let incident: Incident;
		const press = async (user: { id: string; username: string }, data: string, forged = false) => {
			const { slack, slackButtonsUrl } = stage;
			const message = (await slack.messages()).find((one) => buttonsOf(one).includes(data));
			assert.ok(message, `no message has a button ${data}`);
			return slack.press(slackButtonsUrl, { user, message, value: data, forged });
		};
		const acknowledgements = async () => {
			const path = `/v1/notifications?subjectId=${incident.incidentId}`;
			const all = await stage.service.get<Notification[]>(path);
			return all.filter(({ kind }) => kind === 'acknowledged').map(({ note }) => note);
		};

		before(async () => {
			await stage.put('/v1/alert-routing', { routes: [{ channels: ['slack'] }] });
			incident = await stage.cutOff('pressed');
			await poll({ what: 'the alert in Slack' }, async () =>
				(await stage.slack.messages()).find((one) =>
					buttonsOf(one).includes(`ack:${incident.incidentId}`),
				),
			);
		});

		it('do nothing for who does not know the secret', async () => {
			const { status } = await press(slackPeople.grace, `ack:${incident.incidentId}`, true);

			assert.equal(status, 401);
			assert.deepEqual(await acknowledgements(), []);
		});

		it('do nothing for who is not on the list, and tell them', async () => {
			const { status } = await press(slackPeople.mallory, `ack:${incident.incidentId}`);
			const word = await poll({ what: 'a word to mallory' }, () => stage.slack.whispers().at(-1));

			assert.equal(status, 200);
			assert.match(word, /^You may not do that/);
			assert.deepEqual(await acknowledgements(), []);
		});

		it('acknowledge in less than three seconds, and the message says by whom', async () => {
			const started = performance.now();
			const { status } = await press(slackPeople.grace, `ack:${incident.incidentId}`);
			const took = performance.now() - started;
			const message = await poll({ what: 'the note in the message' }, async () =>
				(await stage.slack.messages()).find((one) => /by grace/.test(noteOf(one))),
			);

			assert.equal(status, 200);
			assert.ok(took < 3000, `took ${took} ms`);
			assert.match((await acknowledgements()).join('\n'), /^Acknowledged by grace at .* UTC$/);
			assert.equal(codeOf(message), incident.alertText);
			assert.ok(!buttonsOf(message).includes(`ack:${incident.incidentId}`));
		});
	});
}

/** What a reader sees of the block of code. */
function codeOf(message: SlackMessage | undefined): string {
	const section = message?.blocks?.find(({ type }) => type === 'section');
	return unescapeMarkup(section?.text?.text ?? '').replace(/^```|```$/g, '');
}

function elementsOf(message: SlackMessage | undefined, kind: string) {
	return (
		message?.blocks?.filter(({ type }) => type === kind).flatMap(({ elements = [] }) => elements) ??
		[]
	);
}

function noteOf(message: SlackMessage | undefined): string {
	return elementsOf(message, 'context')
		.map(({ text }) => unescapeMarkup(String(text)))
		.join('\n');
}

function buttonsOf(message: SlackMessage | undefined): string[] {
	return elementsOf(message, 'actions').map(({ value = '' }) => value);
}

function keysOf(message: ShownMessage | undefined): string[] {
	return (message?.buttons ?? []).flat().map(({ callback_data: data }) => data);
}

async function picturesOf(
	{ slack }: ChatStage,
	inTelegram: readonly ShownMessage[],
	{ folder, moment }: { folder: string; moment: string },
): Promise<void> {
	const inSlack = slackPage('# llm-alerts', await slack.messages());
	await takePicture(folder, `slack-${moment}`, inSlack);
	await takePicture(folder, `telegram-${moment}`, telegramPage('On call', inTelegram));
}
