/** Everything that can be asked of the fake; faults and the request log go by these names. */
export type Operation =
  | "token"
  | `storage.${"list" | "get" | "download" | "upload" | "patch" | "delete" | "copy" | "compose"}`
  | `buckets.${"list" | "get" | "insert" | "permissions"}`
  | `jobs.${"create" | "get" | "list" | "cancel" | "delete"}`
  | "logs.list"
  | "secrets.get"
  | "secrets.access"
  | `services.${"list" | "get" | "enable"}`
  | `repositories.${"get" | "create"}`
  | `images.${"get" | "list"}`
  | `builds.${"create" | "get" | "cancel"}`
  | "operations.get"
  | `accounts.${"get" | "permissions"}`
  | `projects.${"get" | "permissions"}`
  | `quotas.${"get" | "list"}`;
