/** Who edits a CRM's records besides the connection under test. Each CRM tells of them in its own words. */
export const ACTORS = ['user', 'workflow', 'integration', 'import'] as const;
export type Actor = (typeof ACTORS)[number];

/** The actor that a text names; anything but one of {@link ACTORS}, such as a rep's name, is a person. */
export function actorOf(by: string): Actor {
  return ACTORS.find((actor) => actor === by) ?? 'user';
}
