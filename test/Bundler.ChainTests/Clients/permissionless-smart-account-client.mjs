// permissionless' smart account client with a SimpleAccount, unmodified: sendTransaction, sendUserOperation, waitForUserOperationReceipt.
import { http, parseEther } from 'viem'
import { entryPoint06Address, entryPoint07Address, entryPoint08Address } from 'viem/account-abstraction'
import { createSmartAccountClient } from 'permissionless'
import { toSimpleSmartAccount } from 'permissionless/accounts'
import { assert, bundlerUrl, chain, fund, newOwner, publicClient, version } from './rig.mjs'

const address = { '0.6': entryPoint06Address, '0.7': entryPoint07Address, '0.8': entryPoint08Address }[version]
const account = await toSimpleSmartAccount({ client: publicClient, owner: newOwner(), entryPoint: { address, version } })
const client = createSmartAccountClient({ account, chain, client: publicClient, bundlerTransport: http(bundlerUrl), pollingInterval: 100 })
await fund(account.address)
const target = newOwner().address

// As a wallet: the hash is the transaction's, and the account is deployed on the way.
const transactionHash = await client.sendTransaction({ to: target, value: parseEther('0.01') })
const transaction = await publicClient.getTransactionReceipt({ hash: transactionHash })
assert.equal(transaction.status, 'success')
assert.equal(transaction.to.toLowerCase(), address.toLowerCase())
assert.equal(await account.isDeployed(), true)
assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01'))

// As a bundler client: prepare, send, wait.
const prepared = await client.prepareUserOperation({ calls: [{ to: target, value: 5n }] })
assert.ok(prepared.callGasLimit > 0n)
const hash = await client.sendUserOperation({ calls: [{ to: target, value: 5n }] })
const receipt = await client.waitForUserOperationReceipt({ hash, timeout: 30_000 })
assert.equal(receipt.success, true)
assert.equal(receipt.userOpHash, hash)
assert.equal(receipt.sender, account.address)
assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01') + 5n)
assert.equal((await client.getUserOperation({ hash })).transactionHash, receipt.receipt.transactionHash)

// Several operations of one sender in flight, each with a nonce key of its own.
const hashes = []
for (const key of [1n, 2n, 3n]) {
  const nonce = await account.getNonce({ key })
  hashes.push(await client.sendUserOperation({ calls: [{ to: target, value: key }], nonce }))
}
for (const each of hashes) {
  assert.equal((await client.waitForUserOperationReceipt({ hash: each, timeout: 30_000 })).success, true)
}
assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01') + 11n)

console.log(`permissionless with a SimpleAccount v${version}: ok`)
process.exit(0)
