import { type Exchange, type Reply, allowQuery, param, readJson } from "../exchange.ts";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type Route, ofService, route } from "../route.ts";
import type { World } from "../world.ts";
import { requirePermission } from "./project-path.ts";

interface Image {
  location: string;
  repository: string;
  name: string;
  tag: string;
  digest: string;
}

/** Artifact Registry: the Docker repositories, and the world's images in them. */
export function registryRoutes(world: World): Route[] {
  const repositories = "/v1/projects/{project}/locations/{location}/repositories";
  const one = `${repositories}/{repository}`;
  return ofService("artifactregistry.googleapis.com", [
    route("repositories.get", `GET ${one}`, (exchange) => getRepository(world, exchange)),
    route("repositories.create", `POST ${repositories}`, (exchange) => create(world, exchange)),
    route("images.list", `GET ${one}/dockerImages`, (exchange) => listImages(world, exchange)),
    route("images.get", `GET ${one}/dockerImages/{image*}`, (exchange) =>
      getImage(world, exchange),
    ),
    route("images.get", `GET ${one}/packages/{package*}/tags/{tag}`, (exchange) =>
      getTag(world, exchange),
    ),
  ]);
}

function getRepository(world: World, exchange: Exchange): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, "artifactregistry.repositories.get");
  return { json: repository(requireRepository(world, exchange)) };
}

async function create(world: World, exchange: Exchange): Promise<Reply> {
  allowQuery(exchange, "repositoryId", "repository_id");
  requirePermission(world, exchange, "artifactregistry.repositories.create");
  const { format } = await readJson(exchange);
  const id = exchange.query.get("repositoryId") ?? exchange.query.get("repository_id") ?? "";
  if (format !== "DOCKER") throw invalid("the fake keeps repositories of the format DOCKER");
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id))
    throw invalid(`Invalid repository_id: "${id}"`);
  const location = param(exchange, "location");
  if (keptRepositories(world).has(`${location}/${id}`)) {
    throw new GoogleProblem(409, "the repository already exists");
  }
  world.repositories.add(`${location}/${id}`);
  const parent = `projects/${world.project}/locations/${location}`;
  const response = repository(`${parent}/repositories/${id}`);
  return { json: { name: `${parent}/operations/create-${id}`, done: true, response } };
}

function listImages(world: World, exchange: Exchange): Reply {
  allowQuery(exchange, "pageSize", "pageToken", "orderBy");
  requirePermission(world, exchange, "artifactregistry.dockerimages.list");
  const parent = requireRepository(world, exchange);
  return { json: { dockerImages: imagesOf(world, exchange).map((image) => shown(parent, image)) } };
}

function getImage(world: World, exchange: Exchange): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, "artifactregistry.dockerimages.get");
  const parent = requireRepository(world, exchange);
  const wanted = param(exchange, "image");
  const found = imagesOf(world, exchange).find(
    ({ name, digest }) => wanted === `${name}@${digest}`,
  );
  if (found !== undefined) return { json: shown(parent, found) };
  throw new GoogleProblem(404, "Requested entity was not found.");
}

function getTag(world: World, exchange: Exchange): Reply {
  allowQuery(exchange);
  requirePermission(world, exchange, "artifactregistry.tags.get");
  const parent = requireRepository(world, exchange);
  const [name, tag] = [param(exchange, "package"), param(exchange, "tag")];
  const found = imagesOf(world, exchange).find((image) => image.name === name && image.tag === tag);
  if (found === undefined) throw new GoogleProblem(404, "Requested entity was not found.");
  const base = `${parent}/packages/${encodeURIComponent(name)}`;
  return { json: { name: `${base}/tags/${tag}`, version: `${base}/versions/${found.digest}` } };
}

function requireRepository(world: World, exchange: Exchange): string {
  const [location, id] = [param(exchange, "location"), param(exchange, "repository")];
  const name = `projects/${world.project}/locations/${location}/repositories/${id}`;
  if (keptRepositories(world).has(`${location}/${id}`)) return name;
  throw new GoogleProblem(404, `Repository "${name}" not found`);
}

function keptRepositories(world: World): Set<string> {
  const images = allImages(world).map(({ location, repository: name }) => `${location}/${name}`);
  return new Set([...world.repositories, ...images]);
}

function imagesOf(world: World, exchange: Exchange): Image[] {
  const [location, id] = [param(exchange, "location"), param(exchange, "repository")];
  return allImages(world).filter((one) => one.location === location && one.repository === id);
}

/** Images of the world whose address is `REGION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:TAG`. */
function allImages(world: World): Image[] {
  const form = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::([^@]+))?$/;
  return Object.keys(world.images).flatMap((address) => {
    const [, location = "", project, name = "", image = "", tag = "latest"] =
      form.exec(address) ?? [];
    if (project !== world.project) return [];
    const digest = `sha256:${Buffer.from(address).toString("hex").padEnd(64, "0").slice(-64)}`;
    return [{ location, repository: name, name: image, tag, digest }];
  });
}

function repository(name: string): object {
  const createTime = "2026-01-01T00:00:00.000Z";
  return { name, format: "DOCKER", mode: "STANDARD_REPOSITORY", createTime };
}

function shown(parent: string, { location, repository: id, name, tag, digest }: Image): object {
  const project = parent.split("/")[1] ?? "";
  return {
    name: `${parent}/dockerImages/${encodeURIComponent(name)}@${digest}`,
    uri: `${location}-docker.pkg.dev/${project}/${id}/${name}@${digest}`,
    tags: [tag],
    imageSizeBytes: "1000000",
    uploadTime: "2026-01-01T00:00:00.000Z",
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
  };
}
