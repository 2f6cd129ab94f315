// permissionless' Pimlico client, unmodified: prices, a whole operation, statuses. And the same questions as Rundler's and Skandha's clients ask them.
import { http, parseEther } from 'viem'
import { entryPoint07Address } from 'viem/account-abstraction'
import { createSmartAccountClient } from 'permissionless'
import { createPimlicoClient } from 'permissionless/clients/pimlico'
import { toSimpleSmartAccount } from 'permissionless/accounts'
import { assert, bundlerUrl, chain, fund, newOwner, publicClient, rpc } from './rig.mjs'

const entryPoint = { address: entryPoint07Address, version: '0.7' }
const pimlico = createPimlicoClient({ chain, transport: http(bundlerUrl), entryPoint, pollingInterval: 100 })

const price = await pimlico.getUserOperationGasPrice()
for (const level of ['slow', 'standard', 'fast']) {
  assert.ok(price[level].maxFeePerGas >= price[level].maxPriorityFeePerGas, level)
}

const nobody = '0x00000000000000000000000000000000000000000000000000000000000000ff'
assert.deepEqual(await pimlico.getUserOperationStatus({ hash: nobody }), { status: 'not_found', transactionHash: null })

const account = await toSimpleSmartAccount({ client: publicClient, owner: newOwner(), entryPoint })
await fund(account.address)
const smartAccount = createSmartAccountClient({
  account, chain, client: publicClient, bundlerTransport: http(bundlerUrl), pollingInterval: 100,
  userOperation: { estimateFeesPerGas: async () => (await pimlico.getUserOperationGasPrice()).slow },
})
const target = newOwner().address
const hash = await smartAccount.sendUserOperation({ calls: [{ to: target, value: parseEther('0.01') }] })
const early = await pimlico.getUserOperationStatus({ hash })
assert.ok(['not_submitted', 'submitted', 'included'].includes(early.status), early.status)
const receipt = await pimlico.waitForUserOperationReceipt({ hash, timeout: 30_000 })
assert.equal(receipt.success, true)
assert.deepEqual(await pimlico.getUserOperationStatus({ hash }), { status: 'included', transactionHash: receipt.receipt.transactionHash })
assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01'))

const ask = async (method, ...params) => (await rpc(bundlerUrl, method, params)).result
const mined = await ask('rundler_getUserOperationStatus', hash)
assert.equal(mined.status, 'mined')
assert.equal(mined.receipt.receipt.transactionHash, receipt.receipt.transactionHash)
assert.equal(mined.userOperation.sender.toLowerCase(), account.address.toLowerCase())
assert.ok(BigInt(await ask('rundler_maxPriorityFeePerGas')) >= 0n)
assert.ok(BigInt((await ask('rundler_getUserOperationGasPrice')).suggested.maxFeePerGas) > 0n)
assert.ok(BigInt((await ask('skandha_getGasPrice')).maxFeePerGas) > 0n)
assert.ok(['included', 'final'].includes((await ask('bundler_getUserOperationStatus', hash)).status))

console.log('permissionless with a Pimlico client: ok')
process.exit(0)
