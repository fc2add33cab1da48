import { expect, test } from "vitest";
import { crc32c, crc32cText } from "./crc32c.ts";

// RFC 3720, B.4, and the customary check value.
test.each([
  ["123456789", Buffer.from("123456789"), 0xe3069283],
  ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
  ["32 times 255", Buffer.alloc(32, 255), 0x62a8ab43],
  ["0 to 31", Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ["nothing", Buffer.alloc(0), 0],
])("of %s, whole and in two parts", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
  expect(crc32c(bytes.subarray(5), crc32c(bytes.subarray(0, 5)))).toBe(expected);
});

test("is written with the highest byte first", () => {
  expect(crc32cText(0xe3069283)).toBe("4waSgw==");
});
