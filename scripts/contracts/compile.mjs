// Compiles Solidity and Yul to artifacts:  node scripts/contracts/compile.mjs SOURCES-FOLDER ARTIFACTS-FOLDER EVM-VERSION
//
// One artifact for each contract that has code, named like the contract. The output depends on the sources and the
// compiler alone: no metadata is appended to the code.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

const solc = createRequire(import.meta.url)('solc')
const [sources, artifacts, evmVersion] = process.argv.slice(2)
if (!sources || !artifacts || !evmVersion) {
  console.error('usage: compile.mjs SOURCES-FOLDER ARTIFACTS-FOLDER EVM-VERSION')
  process.exit(2)
}

const settings = {
  evmVersion,
  viaIR: true,
  optimizer: { enabled: true, runs: 10_000 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
}
const outputSelection = { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } }

// 2394 tells everyone who uses transient storage what it is; 3805 that Yul is still experimental as a language of its own.
const harmless = ['2394', '3805']

function compile(language, files, settings) {
  const output = JSON.parse(solc.compile(JSON.stringify({
    language,
    sources: Object.fromEntries(files.map((file) => [basename(file), { content: readFileSync(join(sources, file), 'utf8') }])),
    settings: { ...settings, outputSelection },
  })))
  const problems = (output.errors ?? []).filter(({ errorCode }) => !harmless.includes(errorCode))
  problems.forEach(({ formattedMessage }) => console.error(formattedMessage))
  if (problems.length > 0) {
    process.exit(1)
  }

  return Object.entries(output.contracts).map(([file, contracts]) => ({ file, contracts, settings }))
}

const all = readdirSync(sources).sort()
const solidity = all.filter((file) => file.endsWith('.sol'))
const yul = all.filter((file) => file.endsWith('.yul'))

// One file at a time is all that the compiler takes of Yul.
const compiled = [
  ...(solidity.length > 0 ? compile('Solidity', solidity, settings) : []),
  ...yul.flatMap((file) => compile('Yul', [file], { evmVersion: settings.evmVersion, optimizer: { enabled: true, details: { yul: true } } })),
]

rmSync(artifacts, { recursive: true, force: true })
mkdirSync(artifacts, { recursive: true })
for (const { file, contracts, settings } of compiled) {
  for (const [name, { abi, evm }] of Object.entries(contracts)) {
    if (evm.bytecode.object === '') {
      continue
    }
    const artifact = {
      contract: name,
      source: file,
      compiler: solc.version(),
      settings,
      abi: abi ?? [],
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode?.object ?? ''}`,
    }
    writeFileSync(join(artifacts, `${name}.json`), `${JSON.stringify(artifact, null, 2)}\n`)
  }
}
