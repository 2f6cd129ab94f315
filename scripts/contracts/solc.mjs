// The compiler and how our contracts are compiled: the one place for both.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

const solc = createRequire(import.meta.url)('solc')

// 2394 tells everyone who uses transient storage what it is; 3805 that Yul is still experimental as a language of its own.
const harmless = ['2394', '3805']

export const version = solc.version()

// No metadata is appended to the code: it depends on the sources and the compiler alone.
export const soliditySettings = (evmVersion) => ({
  evmVersion,
  viaIR: true,
  optimizer: { enabled: true, runs: 10_000 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
})

// The compiler's standard-JSON input.
export const standardInput = (language, folder, files, settings, outputs) => ({
  language,
  sources: Object.fromEntries(files.map((file) => [basename(file), { content: readFileSync(join(folder, file), 'utf8') }])),
  settings: { ...settings, outputSelection: { '*': { '*': outputs } } },
})

// Contracts by source and name; a warning ends the program as an error does.
export function compile(input) {
  const output = JSON.parse(solc.compile(JSON.stringify(input)))
  const problems = (output.errors ?? []).filter(({ errorCode }) => !harmless.includes(errorCode))
  problems.forEach(({ formattedMessage }) => console.error(formattedMessage))
  if (problems.length > 0) {
    process.exit(1)
  }

  return output.contracts
}
