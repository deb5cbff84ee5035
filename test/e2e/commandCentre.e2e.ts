import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { telegramPage } from './doubles/chatPage.ts';
import type { Delivery, ShownMessage } from './doubles/telegram.ts';
import { takePicture } from './harness/chatPictures.ts';
import { people, type ChatStage } from './harness/chatStage.ts';
import { poll } from './harness/poll.ts';
import type { Incident } from './harness/startService.ts';
import { keepTranscript, transcriptOf } from './harness/transcript.ts';

const { ada, bob, mallory } = people;

interface Audited {
	action: string;
	actor: string;
	tenantId: string | null;
	detail: { outcome: string; actorName?: string };
}

export function commandsFromTelegram(stage: ChatStage): void {
	describe('a conversation with the bot', () => {
		let incident: Incident;
		let step = '';
		let beganAt = 0;
		const chat = () => stage.telegram.messages();
		const wrote = () => chat().filter(({ from }) => from === 'bot').length;
		/** What the bot answers next. */
		const answerTo = async (order: () => Promise<Delivery>): Promise<ShownMessage> => {
			const known = wrote();
			const { status } = await order();
			assert.equal(status, 200);
			return poll(
				{ what: 'an answer of the bot' },
				() => chat().filter(({ from }) => from === 'bot')[known],
			);
		};
		const say = async (text: string, person = ada) =>
			(await answerTo(() => stage.telegram.write(person, text))).text;
		const ended = () => stage.n8n.endedExecutions(stage.commandCentre, 0);
		/** Waits for the execution that an update starts, and says how much the bot wrote. */
		const silently = async (order: () => Promise<Delivery>) => {
			const [known, runs] = [wrote(), (await ended()).length];
			const { status } = await order();
			await stage.n8n.endedExecutions(stage.commandCentre, runs + 1);
			return { status, written: wrote() - known };
		};
		const breakerOf = async (tenantId: string) => {
			const path = `/v1/tenants/${tenantId}/state`;
			const { breaker } = await stage.service.get<{ breaker: { state: string } }>(path);
			return breaker.state;
		};
		const audit = async (action: string) =>
			(await stage.service.get<{ entries: Audited[] }>(`/v1/audit?action=${action}`)).entries;

		before(async () => {
			const { put, cutOff } = stage;
			// This conversation is about commands: nobody is told of the incident meanwhile.
			await put('/v1/alert-routing', { routes: [{ channels: [] }] });
			await put('/v1/tenants/acme/targets', { stripeCustomer: 'cus_acme' });
			await put('/v1/tenants/acme/containment-policy', {
				dryRun: false,
				openOnFlags: [],
				steps: [
					{
						...{ action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}' },
						...{ severities: ['warning', 'high', 'critical'], mode: 'automatic', settings: {} },
					},
					{
						...{ action: 'pauseCollection', vendor: 'stripe', targetId: '{stripeCustomer}' },
						...{ severities: ['critical'], mode: 'approval', settings: {} },
					},
				],
			});
			incident = await cutOff('acme');
			beganAt = chat().length;
		});
		after(async () => {
			const said = chat().slice(beganAt);
			keepTranscript('telegram.md', 'A conversation', transcriptOf(said));
			await takePicture(
				stage.folder,
				'telegram-commands',
				telegramPage('On call', said.slice(0, 10)),
			);
		});

		it('says who is blocked and what waits', async () => {
			const { text, buttons } = await answerTo(() => stage.telegram.write(ada, '/status'));

			assert.match(
				text,
				/^1 tenant blocked or half-open:\nacme is blocked since \d\d:\d\d UTC, incident inc_/,
			);
			assert.match(
				text,
				/\n1 step to approve:\nact_\w{8} acme: pauseCollection at stripe \(cus_acme\)/,
			);
			assert.match(text, /\n45\.50 USD spent in the last hour/);
			assert.deepEqual(
				buttons.flat().map(({ text: label }) => label),
				['Approve pauseCollection', 'Decline'],
			);
		});

		it('says what a tenant spent, who spent most, and what is left', async () => {
			assert.match(
				await say('/spend acme 30m'),
				/^acme spent 45\.50 USD in the last 30m\.\n1 call/,
			);
			assert.match(await say('/top'), /^45\.50 USD in the last 1h, most by:\n1\. acme: 45\.50 USD/);
			assert.match(await say('/limits acme'), /45\.50 USD of 500\.00 USD per day, 9 %/);
		});

		it('shows an incident by the beginning of its id, its alert byte for byte', async () => {
			const { incidentId, alertText } = incident;
			const order = `/incident ${incidentId.slice(0, 12)}`;
			const { text, entities, buttons } = await answerTo(() => stage.telegram.write(bob, order));
			const [code] = entities;

			assert.ok(code);
			assert.equal(text.slice(code.offset, code.offset + code.length), alertText);
			assert.match(text, /pauseCollection at stripe \(cus_acme\): waits for approval/);
			const keys = buttons.flat().map(({ callback_data: data }) => data);
			assert.ok(keys.includes(`ack:${incidentId}`));
			step = keys.find((data) => data.startsWith('approve:'))?.slice('approve:'.length) ?? '';
			assert.match(step, /^act_/);
		});

		it('takes an acknowledgement, by a command, once', async () => {
			const { incidentId } = incident;

			assert.equal(
				await say(`/ack ${incidentId.slice(4, 12)}`),
				`Incident ${incidentId.slice(0, 12)} is acknowledged by Ada.`,
			);
			assert.match(await say(`/ack ${incidentId}`, bob), /was acknowledged before, by Ada\.$/);
		});

		it('takes an approval, by a button, and takes the buttons away', async () => {
			const { telegram } = stage;
			const { text } = await answerTo(() => telegram.press(bob, `approve:${step}`));
			const above = await poll({ what: 'the buttons to go' }, () =>
				chat().findLast(({ edited }) => edited),
			);

			assert.match(text, /^Approved by Bob: pauseCollection at stripe \(cus_acme\) for acme\./);
			assert.equal(telegram.notices().at(-1), text.split('\n')[0]);
			assert.deepEqual(above.buttons, []);
			assert.ok(above.text.includes(incident.alertText));
			assert.equal(above.entities[0]?.length, incident.alertText.length);
			assert.match(
				await say(`/approve ${step}`),
				/^Nothing was changed: .* does not wait for anybody\./,
			);
		});

		it('lets a tenant go half-open, and says what that means', async () => {
			assert.match(
				await say('/unblock acme'),
				/^acme is half-open, by Ada\.\nIts calls pass again/,
			);
			assert.equal(await breakerOf('acme'), 'halfOpen');
		});

		it('blocks for a while, also as it is written in a group', async () => {
			assert.match(
				await say('/block@FuseBot acme 1h'),
				/^acme is blocked until .* UTC, by Ada\.\nEvery call/,
			);
			assert.equal(await breakerOf('acme'), 'isolated');
			assert.match(await say('/unblock acme'), /^acme may call again, by Ada\./);
		});

		it('puts back what was done', async () => {
			const { incidentId } = await stage.cutOff('beta');

			assert.match(
				await say(`/undo ${incidentId}`),
				/^Undone by Ada: what inc_\w{8} changed is put back\./,
			);
			assert.notEqual(await breakerOf('beta'), 'open');
		});

		it('mutes a rule, and declines a step', async () => {
			assert.match(
				await say('/mute spikeRatio 1h'),
				/^No messages of spikeRatio until .* UTC, by Ada\./,
			);
			assert.match(await say('/decline act_000000'), /^There is nothing with the id act_000000\./);
		});

		it('answers what is wrong with how it is written', async () => {
			assert.equal(await say('/block'), 'Say which tenant.\n/block TENANT [1h]');
			assert.match(
				await say('/spend acme yesterday'),
				/^“yesterday” is no time: .*\n\/spend TENANT \[1h\]$/,
			);
			assert.match(await say('/blok acme'), /^There is no command “\/blok”\.\n\/status – /);
			assert.match(await say('/help'), /\n\/mute RULE 1h – /);
		});

		it('leaves talk alone, commands to other bots, and messages that are forwarded or changed', async () => {
			const { telegram } = stage;
			const silence = { status: 200, written: 0 };

			assert.deepEqual(await silently(() => telegram.write(bob, 'thank you')), silence);
			assert.deepEqual(await silently(() => telegram.write(ada, '/block@OtherBot acme')), silence);
			assert.deepEqual(await silently(() => telegram.forward(ada, '/block acme')), silence);
			assert.equal((await telegram.edit(ada, '/block acme')).status, 0);
			assert.notEqual(await breakerOf('acme'), 'isolated');
		});

		it('does not answer strangers, nor people of the list in other chats', async () => {
			const { telegram } = stage;
			const silence = { status: 200, written: 0 };

			assert.deepEqual(await silently(() => telegram.write(mallory, '/unblock acme')), silence);
			assert.deepEqual(
				await silently(() => telegram.write(ada, '/block acme', String(ada.id))),
				silence,
			);
			assert.notEqual(await breakerOf('acme'), 'isolated');
		});

		it('is not had by who does not know the secret', async () => {
			const runs = (await ended()).length;
			const { status } = await stage.telegram.forge(ada, '/block acme');

			assert.equal(status, 403);
			assert.equal((await ended()).length, runs);
		});

		it('carries out a message once, also when Telegram sends it again', async () => {
			const { telegram } = stage;
			let delivery: Delivery | undefined;
			const first = await answerTo(
				async () => (delivery = await telegram.write(ada, '/block acme 1h')),
			);
			await say('/unblock acme');
			const again = await answerTo(() => telegram.again(delivery ?? never()));

			assert.equal(again.text, first.text);
			assert.equal(await breakerOf('acme'), 'closed');
		});

		it('says so when LLM Fuse does not answer, and carries the same out when it is back', async () => {
			await stage.service.whileDown(async () => {
				assert.match(
					await say('/block gamma'),
					/^LLM Fuse did not answer: .*\nIt may have been carried out all the same: look with \/status/,
				);
			});

			assert.equal(await breakerOf('gamma'), 'closed');
			assert.match(
				await say('/block gamma'),
				/^gamma is blocked until somebody lets it go, by Ada\./,
			);
			assert.match(await say('/unblock gamma'), /^gamma may call again, by Ada\./);
		});

		it('is audited, each command with who sent it', async () => {
			const [approved] = await audit('command.approve');
			const refused = (await audit('command.block')).filter(
				({ detail }) => detail.outcome === 'notUnderstood',
			);

			assert.equal((await audit('command.unblock')).length, 4);
			assert.equal(approved?.actor, `telegram:${ada.id}`);
			assert.equal(approved?.detail.outcome, 'notWaiting');
			assert.equal(refused.length, 1);
			assert.equal((await audit('command.unknown')).length, 1);
			assert.equal((await audit('command.ack'))[1]?.detail.actorName, 'Ada');
		});
	});
}

function never(): never {
	throw new Error('there was a delivery');
}
