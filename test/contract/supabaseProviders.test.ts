import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { providerContract } from './providerContract.ts';

providerContract('supabase-js', openSupabaseDoubleDatabase);
