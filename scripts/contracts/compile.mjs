// Compiles Solidity and Yul to artifacts:  node scripts/contracts/compile.mjs SOURCES-FOLDER ARTIFACTS-FOLDER EVM-VERSION
//
// One artifact for each contract that has code, named like the contract. The output depends on the sources and the
// compiler alone: no metadata is appended to the code.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, soliditySettings, standardInput, version } from './solc.mjs'

const [sources, artifacts, evmVersion] = process.argv.slice(2)
if (!sources || !artifacts || !evmVersion) {
  console.error('usage: compile.mjs SOURCES-FOLDER ARTIFACTS-FOLDER EVM-VERSION')
  process.exit(2)
}

const outputs = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object']
const compiledFiles = (language, files, settings) => Object.entries(compile(standardInput(language, sources, files, settings, outputs)))
  .map(([file, contracts]) => ({ file, contracts, settings }))

const all = readdirSync(sources).sort()
const solidity = all.filter((file) => file.endsWith('.sol'))
const yul = all.filter((file) => file.endsWith('.yul'))

// One file at a time is all that the compiler takes of Yul.
const compiled = [
  ...(solidity.length > 0 ? compiledFiles('Solidity', solidity, soliditySettings(evmVersion)) : []),
  ...yul.flatMap((file) => compiledFiles('Yul', [file], { evmVersion, optimizer: { enabled: true, details: { yul: true } } })),
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
      compiler: version,
      settings,
      abi: abi ?? [],
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode?.object ?? ''}`,
    }
    writeFileSync(join(artifacts, `${name}.json`), `${JSON.stringify(artifact, null, 2)}\n`)
  }
}
