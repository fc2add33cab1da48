import { z } from "zod";
import { Refusal, type Json, type Reply } from "./reply.ts";
import type { World } from "./world.ts";

/** What a method answers: a message, or a reply made by itself (a redirect). */
type Answer = Json | { reply: Reply };

/** One method of a service: refuses a request with a field it does not know or without one it needs. */
export interface Method {
  answer: (world: World, request: unknown) => Promise<Answer>;
}

/** By "package.Service/Method". */
export type Methods = Record<string, Method>;

export function method<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (
    world: World,
    request: z.output<z.ZodObject<Shape, z.core.$strict>>,
  ) => Answer | Promise<Answer>,
): Method {
  const schema = z.strictObject(shape);
  return {
    answer: async (world, request) => {
      const parsed = schema.safeParse(request);
      if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
      return run(world, parsed.data);
    },
  };
}
