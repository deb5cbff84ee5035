import { freePort } from '../harness/freePort.ts';
import { loadDouble } from './loadDouble.ts';

export interface Mail {
	from: string;
	to: string[];
	subject: string;
	/** What a reader sees: the encodings of the way are undone. */
	text: string;
}

export interface SmtpDouble {
	/** What an SMTP credential of n8n holds. */
	connection: Record<string, string | number | boolean>;
	mails: Mail[];
	/** From now on no recipient is known, or all are again. */
	refuse: (all: boolean) => void;
	close: () => Promise<void>;
}

interface Envelope {
	envelope: { mailFrom: { address: string }; rcptTo: Array<{ address: string }> };
}
type Callback = (error?: Error | null, answer?: { user: string }) => void;

interface SmtpPackage {
	SMTPServer: new (options: {
		disabledCommands: string[];
		onAuth: (auth: Login, session: Envelope, callback: Callback) => void;
		onRcptTo: (address: { address: string }, session: Envelope, callback: Callback) => void;
		onData: (stream: AsyncIterable<Buffer>, session: Envelope, callback: Callback) => void;
	}) => { listen: (port: number, host: string, done: () => void) => void; close: Close };
}
type Login = { username?: string; password?: string };
type Close = (done: () => void) => void;

const login = { user: 'reporter', password: 'a-password-of-the-end-to-end-tests' };

/** A mail server that takes mail from who signs in, and keeps it. */
export async function startSmtp(): Promise<SmtpDouble> {
	const { SMTPServer } = await loadDouble<SmtpPackage>('smtp-server/dist/esm/smtp-server.js');
	const mails: Mail[] = [];
	let refusesAll = false;
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS'],
		onAuth: ({ username, password }, _session, callback) => {
			const isKnown = username === login.user && password === login.password;
			callback(isKnown ? null : new Error('unknown user'), { user: login.user });
		},
		onRcptTo: ({ address }, _session, callback) => {
			callback(refusesAll ? new Error(`no mailbox ${address}`) : null);
		},
		onData: (stream, { envelope }, callback) => {
			const { mailFrom, rcptTo } = envelope;
			void readAll(stream).then((raw) => {
				const to = rcptTo.map(({ address }) => address);
				mails.push({ from: mailFrom.address, to, ...readMail(raw) });
				callback();
			}, callback);
		},
	});
	const port = await freePort();
	await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));

	return {
		connection: { ...login, host: '127.0.0.1', port, secure: false, disableStartTls: true },
		mails,
		refuse: (all) => {
			refusesAll = all;
		},
		close: () => new Promise((done) => server.close(done)),
	};
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}

/** One part of plain text, as RFC 5322 and 2045 write it. */
function readMail(raw: string): Pick<Mail, 'subject' | 'text'> {
	const end = raw.indexOf('\r\n\r\n');
	const headers = raw.slice(0, end).replace(/\r\n[ \t]/g, ' ');
	const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(headers)?.[1] ?? '';
	const body = raw.slice(end + 4);
	const encoding = header('Content-Transfer-Encoding').toLowerCase();
	const decoded =
		encoding === 'base64'
			? Buffer.from(body, 'base64').toString('utf8')
			: encoding === 'quoted-printable'
				? fromQuotedPrintable(body)
				: body;

	return { subject: header('Subject'), text: decoded.replaceAll('\r\n', '\n').trimEnd() };
}

function fromQuotedPrintable(body: string): string {
	const bytes = body
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}
