import { BlockList } from 'node:net';
import { z } from 'zod';
import { PLAIN_TEXT, PLAIN_TEXT_FORM } from './common.ts';

/** Hosts answer for themselves there, clouds with their credentials. IPv4 addresses within IPv6 are recognised too. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('fd00:ec2::254', 'ipv6');

/** Loopback and private addresses are fine: n8n usually runs there. */
export const webhookUrl = z
	.url({ protocol: /^https?$/ })
	.max(2000)
	.regex(PLAIN_TEXT, { message: PLAIN_TEXT_FORM })
	.refine((url) => !hasCredentials(url), {
		message: 'expected a URL without user name and password: it is shown and logged',
	})
	.refine((url) => !isLinkLocal(url), {
		message: 'expected another host: link-local and metadata addresses are refused',
	});

function hasCredentials(url: string): boolean {
	const parsed = URL.parse(url);

	return parsed !== null && parsed.username + parsed.password !== '';
}

/** Literal addresses only, in any spelling: the parser of URLs makes one of them. */
function isLinkLocal(url: string): boolean {
	const address = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';

	return linkLocal.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}
