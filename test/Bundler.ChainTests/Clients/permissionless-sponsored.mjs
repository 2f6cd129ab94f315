// permissionless' Pimlico client as paymaster, unmodified: pm_sponsorUserOperation finds the limits and grants them in one call.
import { http } from 'viem'
import { createSmartAccountClient } from 'permissionless'
import { createPimlicoClient } from 'permissionless/clients/pimlico'
import { assert, bundlerUrl, chain, newOwner, publicClient, sponsoredAccount, version } from './rig.mjs'

const { account, address } = await sponsoredAccount(version)
const entryPoint = { address, version: account.entryPoint.version }
const pimlico = createPimlicoClient({ chain, transport: http(bundlerUrl, { timeout: 60_000 }), entryPoint, pollingInterval: 100 })
const fees = async () => (await pimlico.getUserOperationGasPrice()).fast

// As a paymaster of the client (ERC-7677).
const smartAccount = createSmartAccountClient({
  account, chain, client: publicClient, bundlerTransport: http(bundlerUrl, { timeout: 60_000 }), pollingInterval: 100, paymaster: pimlico, userOperation: { estimateFeesPerGas: fees },
})
const hash = await smartAccount.sendUserOperation({ calls: [{ to: newOwner().address }] })
assert.equal((await pimlico.waitForUserOperationReceipt({ hash, timeout: 30_000 })).success, true)

// In one call: what it answers is signed as it is and sent.
const prepared = await smartAccount.prepareUserOperation({ calls: [{ to: newOwner().address }], paymaster: undefined, parameters: ['factory', 'fees', 'nonce', 'signature'] })
const sponsored = await pimlico.sponsorUserOperation({
  userOperation: { ...prepared, callGasLimit: 0n, verificationGasLimit: 0n, preVerificationGas: 0n, account: undefined, calls: undefined },
})
const operation = { ...prepared, ...sponsored }
operation.signature = await account.signUserOperation(operation)
const again = await pimlico.sendUserOperation({ ...operation, account: undefined, calls: undefined, entryPointAddress: address })
assert.equal((await pimlico.waitForUserOperationReceipt({ hash: again, timeout: 30_000 })).success, true)

assert.equal(await publicClient.getBalance({ address: account.address }), 0n)
assert.deepEqual(await pimlico.validateSponsorshipPolicies({ userOperation: operation, sponsorshipPolicyIds: ['sp_nobody'] }), [])
console.log(`permissionless with a Pimlico paymaster v${version}: ok`)
process.exit(0)
