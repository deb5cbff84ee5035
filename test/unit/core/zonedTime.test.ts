import { firstInstantAt, isTimeZone, wallTimeAt } from '../../../core/zonedTime.ts';

describe('time zones', () => {
	it('are known by their IANA names, old ones and UTC included', () => {
		const names = [
			'UTC',
			'Europe/Berlin',
			'Asia/Kolkata',
			'Asia/Calcutta',
			'America/Argentina/Buenos_Aires',
			'America/Port-au-Prince',
			'Etc/GMT+5',
			'EST5EDT',
			'GB',
		];

		expect(names.filter((name) => !isTimeZone(name))).toEqual([]);
		expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name))).toEqual([]);
	});

	it('are unknown when they are an offset, a place that is none, or not a name', () => {
		const names = [
			'',
			' ',
			'+01:00',
			'-0530',
			'+01',
			'GMT+1',
			'UTC+1',
			'Z',
			'local',
			'Europe/Atlantis',
			'Europe/',
			'/Berlin',
			'Europe/Berlin ',
			'Europe/Berlin\n',
			'Factory',
		];

		expect(names.filter(isTimeZone)).toEqual([]);
	});

	it('are spelled with capitals, so that one zone is not counted twice', () => {
		expect(['utc', 'europe/berlin', 'Europe/berlin'].filter(isTimeZone)).toEqual([]);
	});
});

describe('wall time', () => {
	it('is what clocks in the zone show, to the millisecond', () => {
		const noon = Date.UTC(2026, 6, 1, 12, 0, 0, 7);

		expect(wallTimeAt('UTC', noon)).toBe(noon);
		expect(wallTimeAt('Asia/Kathmandu', noon)).toBe(Date.UTC(2026, 6, 1, 17, 45, 0, 7));
		expect(wallTimeAt('America/St_Johns', noon)).toBe(Date.UTC(2026, 6, 1, 9, 30, 0, 7));
		expect(wallTimeAt('Europe/Berlin', Date.UTC(2026, 11, 31, 23))).toBe(Date.UTC(2027, 0, 1));
	});

	it('keeps milliseconds before 1970', () => {
		const instant = Date.UTC(1969, 11, 31, 23, 59, 59, 1);

		expect(wallTimeAt('Asia/Tokyo', instant)).toBe(instant + 9 * 3_600_000);
	});

	it('is reached the first time clocks show it, or when they jump over it', () => {
		const berlin = (...time: [number, number, number, number]) =>
			new Date(firstInstantAt('Europe/Berlin', Date.UTC(2026, ...time))).toISOString();

		expect(berlin(5, 1, 12, 0)).toBe('2026-06-01T10:00:00.000Z');
		expect(berlin(2, 29, 1, 59)).toBe('2026-03-29T00:59:00.000Z');
		expect(berlin(2, 29, 2, 0)).toBe('2026-03-29T01:00:00.000Z');
		expect(berlin(2, 29, 2, 30)).toBe('2026-03-29T01:00:00.000Z');
		expect(berlin(2, 29, 3, 0)).toBe('2026-03-29T01:00:00.000Z');
		expect(berlin(2, 29, 3, 30)).toBe('2026-03-29T01:30:00.000Z');
		expect(berlin(9, 25, 2, 30)).toBe('2026-10-25T00:30:00.000Z');
		expect(berlin(9, 25, 3, 0)).toBe('2026-10-25T02:00:00.000Z');
	});

	it('of an unknown zone is an error', () => {
		expect(() => wallTimeAt('Europe/Atlantis', 0)).toThrow(RangeError);
	});
});
