// A Safe 1.4.1 with its ERC-4337 module (EntryPoint v0.7) through permissionless, unmodified; the contracts are those of Safe's packages.
import { createRequire } from 'node:module'
import { http, parseEther } from 'viem'
import { entryPoint07Address } from 'viem/account-abstraction'
import { createSmartAccountClient } from 'permissionless'
import { toSafeSmartAccount } from 'permissionless/accounts'
import { assert, bundlerUrl, chain, deploy, fund, newOwner, publicClient } from './rig.mjs'

const require = createRequire(import.meta.url)
const safe = (path) => require(`@safe-global/safe-contracts/build/artifacts/contracts/${path}.json`)
const module = (path) => require(`@safe-global/safe-4337/build/artifacts/contracts/${path}.json`)

const contracts = {
  safeSingletonAddress: await deploy(safe('SafeL2.sol/SafeL2')),
  safeProxyFactoryAddress: await deploy(safe('proxies/SafeProxyFactory.sol/SafeProxyFactory')),
  multiSendAddress: await deploy(safe('libraries/MultiSend.sol/MultiSend')),
  multiSendCallOnlyAddress: await deploy(safe('libraries/MultiSendCallOnly.sol/MultiSendCallOnly')),
  safeModuleSetupAddress: await deploy(module('SafeModuleSetup.sol/SafeModuleSetup')),
  safe4337ModuleAddress: await deploy(module('Safe4337Module.sol/Safe4337Module'), entryPoint07Address),
}

// Its dummy signature fails at the first signer, and the estimate must do for all of them.
for (const signers of [1, 3]) {
  const owners = Array.from({ length: signers }, newOwner)
  const account = await toSafeSmartAccount({
    client: publicClient,
    owners,
    threshold: BigInt(signers),
    version: '1.4.1',
    entryPoint: { address: entryPoint07Address, version: '0.7' },
    ...contracts,
  })
  const client = createSmartAccountClient({ account, chain, client: publicClient, bundlerTransport: http(bundlerUrl), pollingInterval: 100 })
  await fund(account.address)
  const target = newOwner().address

  // The first operation creates the Safe.
  const first = await client.sendUserOperation({ calls: [{ to: target, value: parseEther('0.01') }] })
  const receipt = await client.waitForUserOperationReceipt({ hash: first, timeout: 30_000 })
  assert.equal(receipt.success, true)
  assert.equal(receipt.sender, account.address)
  assert.equal(await account.isDeployed(), true)
  assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01'))
  const getOwners = { address: account.address, abi: safe('SafeL2.sol/SafeL2').abi, functionName: 'getOwners' }
  assert.deepEqual(await publicClient.readContract(getOwners), owners.map((owner) => owner.address))

  // A batch, through MultiSend.
  const second = await client.sendUserOperation({ calls: [{ to: target, value: 3n }, { to: target, value: 4n, data: '0x01' }] })
  assert.equal((await client.waitForUserOperationReceipt({ hash: second, timeout: 30_000 })).success, true)
  assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01') + 7n)
}

console.log('permissionless with a Safe: ok')
process.exit(0)
