import { isOtherUnit, type OtherUnit, type OtherUnits } from '../otherUnits.ts';

/** Only what is above 0; undefined when nothing is. */
export function billedUnits(counted: OtherUnits): OtherUnits | undefined {
	let billed: Partial<Record<OtherUnit, number>> | undefined;
	for (const unit in counted) {
		if (!isOtherUnit(unit)) continue;
		const count = counted[unit] ?? 0;
		if (count > 0) billed = { ...billed, [unit]: count };
	}
	return billed;
}
