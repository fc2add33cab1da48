import { prepareTools } from "./tools.ts";

export default prepareTools;
