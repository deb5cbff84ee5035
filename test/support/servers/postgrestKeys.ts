import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { badToken, PostgrestError } from './postgrestErrors.ts';

/** The keys of a project, in place of the gateway's list. */
export const DOUBLE_KEYS = {
	secret: 'sb_secret_of_the_double',
	publishable: 'sb_publishable_of_the_double',
	/** Tokens are signed with it, HS256. */
	jwtSecret: 'the double signs its tokens with this',
};

export type Claims = { role: string } & Record<string, unknown>;

/** A token of this project, as its sign-in would give it out. */
export function signToken(claims: Claims, secret = DOUBLE_KEYS.jwtSecret): string {
	const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
		Buffer.from(JSON.stringify(part)).toString('base64url'),
	);
	const signed = parts.join('.');

	return `${signed}.${signatureOf(signed, secret)}`;
}

/** Who calls: the role of the key, or the claims of the token that comes beside it. */
export function claimsOf(headers: IncomingHttpHeaders): Claims {
	const key = headers['apikey'];
	const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? key;
	if (typeof key !== 'string' || typeof bearer !== 'string' || !roleOf(key)) {
		throw new PostgrestError(401, { code: '', message: 'Invalid API key' });
	}
	const role = roleOf(bearer);

	return role === undefined ? read(bearer) : { role };
}

function roleOf(key: string): string | undefined {
	if (key === DOUBLE_KEYS.secret) return 'service_role';
	if (key === DOUBLE_KEYS.publishable) return 'anon';
	return undefined;
}

function read(token: string): Claims {
	const [header = '', claims = '', signature] = token.split('.');
	if (signature !== signatureOf(`${header}.${claims}`, DOUBLE_KEYS.jwtSecret)) throw badToken();

	return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Claims;
}

function signatureOf(signed: string, secret: string): string {
	return createHmac('sha256', secret).update(signed).digest('base64url');
}
