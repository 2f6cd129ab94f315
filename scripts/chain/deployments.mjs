// What stands on the dev chain: the EntryPoints and their SimpleAccount factories, all through the deterministic deployer.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { concat, encodeDeployData, getContractAddress, pad } from 'viem'

const require = createRequire(import.meta.url)

/** The deterministic deployment proxy: CREATE2 of its calldata, salt first. anvil has it from the start. */
export const DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

const NO_SALT = pad('0x', { size: 32 })

const ENTRY_POINTS = [
  { version: '0.6', artifacts: 'aa06', salt: NO_SALT, address: '0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789' },
  {
    version: '0.7', artifacts: 'aa07', address: '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
    salt: '0x90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3',
  },
  {
    version: '0.8', artifacts: 'aa08', address: '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
    salt: '0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9',
  },
  {
    // The release candidate is other bytecode than the canonical v0.9, so it stands at an address of its own.
    version: '0.9.0-rc.1', artifacts: 'aa09', address: '0xF57e9E98dA1EeD5f7e4D5c6e76050bB9B3a4e0dA',
    salt: '0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9',
  },
]

/** { version, address } of every EntryPoint that stands there. */
export const entryPoints = ENTRY_POINTS.map(({ version, address }) => ({ version, address }))

const artifact = (alias, name) => require(`${alias}/artifacts/${name}.json`)

const addressOf = (salt, bytecode) => getContractAddress({ opcode: 'CREATE2', from: DEPLOYER, salt, bytecode })

/** { name, address, transaction: calldata for the deployer }, in the order of deployment. */
export const deployments = ENTRY_POINTS.flatMap(({ version, artifacts, salt, address }) => {
  const entryPoint = artifact(artifacts, 'EntryPoint').bytecode
  const factory = encodeDeployData({ ...artifact(artifacts, 'SimpleAccountFactory'), args: [address] })
  return [
    { name: `EntryPoint ${version}`, address, expected: addressOf(salt, entryPoint), transaction: concat([salt, entryPoint]) },
    { name: `SimpleAccountFactory ${version}`, address: addressOf(NO_SALT, factory), transaction: concat([NO_SALT, factory]) },
  ]
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  deployments.forEach(({ name, address }) => console.log(`${name.padEnd(32)} ${address}`))
}
