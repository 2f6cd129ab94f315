// viem's paymaster client, unmodified, on v0.9: with signingPhase commit the account signs before the paymaster, and the node puts the paymaster's signature in when the operation arrives.
import { http } from 'viem'
import { createBundlerClient, createPaymasterClient } from 'viem/account-abstraction'
import { assert, bundlerUrl, newOwner, publicClient, sponsoredAccount } from './rig.mjs'

const { account } = await sponsoredAccount('0.9')
const asked = []
const transport = http(bundlerUrl, {
  timeout: 60_000,
  onFetchRequest: async (request) => {
    asked.push((await request.clone().json()).method)
  },
})
const bundler = createBundlerClient({
  client: publicClient, transport, pollingInterval: 100, paymaster: createPaymasterClient({ transport }), paymasterContext: { signingPhase: 'commit' },
})

for (let i = 0; i < 2; i++) {
  const hash = await bundler.sendUserOperation({ account, calls: [{ to: newOwner().address }] })
  const receipt = await bundler.waitForUserOperationReceipt({ hash, timeout: 30_000 })
  assert.equal(receipt.success, true)
  assert.ok(BigInt(receipt.paymaster) !== 0n)
}

assert.equal(await publicClient.getBalance({ address: account.address }), 0n)
assert.ok(asked.includes('pm_getPaymasterStubData'))
assert.ok(!asked.includes('pm_getPaymasterData'), 'one round trip less')
console.log('viem with a paymaster that signs last: ok')
process.exit(0)
