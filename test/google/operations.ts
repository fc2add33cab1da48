/** Everything that can be asked of the fake; faults and the request log go by these names. */
export type Operation =
  | "token"
  | `storage.${"list" | "get" | "download" | "upload" | "patch" | "delete" | "copy" | "compose"}`
  | `buckets.${"list" | "get" | "insert" | "permissions" | "policy"}`
  | `jobs.${"create" | "get" | "list" | "cancel" | "delete"}`
  | "logs.list"
  | `secrets.${"get" | "version" | "access" | "policy"}`
  | `services.${"list" | "get" | "enable"}`
  | `repositories.${"get" | "create"}`
  | `images.${"get" | "list"}`
  | `builds.${"create" | "get" | "cancel"}`
  | "operations.get"
  | `accounts.${"get" | "permissions"}`
  | `projects.${"get" | "permissions" | "policy"}`
  | `quotas.${"get" | "list"}`;
