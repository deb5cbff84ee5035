import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { vendorLineContract } from './vendorLineContract.ts';

vendorLineContract('supabase-js', openSupabaseDoubleDatabase);
