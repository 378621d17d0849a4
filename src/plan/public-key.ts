import * as z from 'zod';

/** A public key of a file, as it is shown and remembered. */
export const publicKeySchema = z.strictObject({
  /** Upper-case hex of OpenPGP; `SHA256:` and the digest of the key itself for a sumskey. */
  fingerprint: z.string(),
  userIds: z.array(z.string()),
  /** These three: ISO 8601. */
  created: z.string().optional(),
  expires: z.string().optional(),
  revoked: z.string().optional(),
  /** Only its subkeys sign: the two dates are those of the last of them. */
  bySubkeys: z.literal(true).optional(),
});
export type ShownKey = z.infer<typeof publicKeySchema>;
