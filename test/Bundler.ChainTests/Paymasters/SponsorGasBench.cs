using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Estimates;
using Bundler.Contracts;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>
/// scripts/bench sponsor: the gas of our contracts beside eth-infinitism's VerifyingPaymaster on the same operations: of its own calls by the EntryPoint (validation; none of them has a postOp), and of the
/// whole transaction, which its data is a part of.
/// </summary>
[Explicit]
[Category("SponsorGas")]
public sealed class SponsorGasBench
{
    /// <summary>The first deploys the account, and touches slots that stay.</summary>
    private const int Operations = 3;

    [TestCase(EntryPointVersion.V06, "aa06")]
    [TestCase(EntryPointVersion.V07, "aa07")]
    public async Task What_a_grant_costs(EntryPointVersion version, string package)
    {
        await using EstimateRig rig = await EstimateRig.StartAsync();
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        PrivateKey signer = rig.NewKey();
        Address owner = DevAccounts.All[0].Address;
        bool isV06 = version == EntryPointVersion.V06;
        JsonElement reference = JsonElement.Parse(File.ReadAllText(Repo.PathOf($"node_modules/{package}/artifacts/VerifyingPaymaster.json")));
        Bytes referenceCode = Bytes.Concat(
            Bytes.Parse(reference.GetProperty("bytecode").GetString()!), AbiEncoder.Encode([AbiType.Parse("address"), AbiType.Parse("address")], entryPoint.Address, signer.Address));

        (string Name, string Kind, Bytes Code)[] contracts =
        [
            ("reference", ReferenceGrantCodec.Name, referenceCode),
            ("ours, with a set of signers", NodeGrantCodec.Name, Code(
                isV06 ? ContractArtifact.NodeVerifyingPaymasterV06 : ContractArtifact.NodeVerifyingPaymasterV07, entryPoint.Address, owner, owner, signer.Address, GrantStage.MaxCost)),
            ("ours, immutable", NodeGrantCodec.Name, Code(
                isV06 ? ContractArtifact.NodeImmutablePaymasterV06 : ContractArtifact.NodeImmutablePaymasterV07, entryPoint.Address, owner, signer.Address, GrantStage.MaxCost)),
        ];
        (ulong Own, ulong Whole)? first = null;
        foreach ((string name, string kind, Bytes code) in contracts)
        {
            Address paymaster = await rig.DeployAsync(code);
            await rig.DepositAsync(entryPoint, paymaster, 1_000_000_000_000_000_000);
            (ulong Own, ulong Whole) gas = await LastAsync(rig, version, GrantCodecCatalog.Find(kind, version)!, paymaster, signer);
            first ??= gas;
            await TestContext.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"gas  {entryPoint.VersionText}  {name,-28} {gas.Own,6} of its own ({(double)gas.Own / first.Value.Own:F2}), {gas.Whole,6} of the transaction ({(double)gas.Whole / first.Value.Whole:F3})"));
        }
    }

    private static async Task<(ulong Own, ulong Whole)> LastAsync(EstimateRig rig, EntryPointVersion version, IGrantCodec codec, Address paymaster, PrivateKey signer)
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(rig.Eth, version, rig.NewKey());
        GrantSite site = new(wallet.EntryPoint, paymaster, EstimateRig.ChainId);
        (ulong Own, ulong Whole) last = default;
        for (ulong i = 0; i < Operations; i++)
        {
            // Grants of the same bytes but for their place: a random id would have other zeros each time.
            GrantTerms terms = new(0xffff_ffff, 1, GrantId.From(Bytes.Parse("0x0102030405060708090a0b0c0d0e0f10").Span));
            UserOperation operation = wallet.Operation(deployed: i > 0, nonce: i) with { PaymasterVerificationGasLimit = version == EntryPointVersion.V06 ? 0 : 60_000 };
            Hash32 digest = codec.DigestOf(codec.HashOf(operation, site, terms, new SenderFacts(Address.Zero, i)));
            UserOperation granted = wallet.Sign(codec.Grant(operation, site, terms, signer.Sign(digest).ToBytes()));
            TransactionReceipt receipt = await rig.HandleAsync(wallet.EntryPoint, granted);
            Assert.That(receipt.Success, Is.True);
            last = (await OwnAsync(rig, receipt.TransactionHash, paymaster), (ulong)receipt.GasUsed);
        }

        return last;
    }

    /// <summary>Of the frames of a contract.</summary>
    private static async Task<ulong> OwnAsync(EstimateRig rig, Hash32 transaction, Address contract)
    {
        return Sum(await rig.Debug.TraceTransactionAsync(transaction, "callTracer", null, TimeSpan.FromSeconds(10), default));

        ulong Sum(JsonElement frame) =>
            frame.TryGetProperty("to", out JsonElement to) && Address.Parse(to.GetString()!) == contract ? (ulong)UInt256.ParseQuantity(frame.GetProperty("gasUsed").GetString()!)
            : frame.TryGetProperty("calls", out JsonElement calls) ? calls.EnumerateArray().Aggregate(0UL, (sum, call) => sum + Sum(call))
            : 0;
    }

    private static Bytes Code(ContractArtifact artifact, params object[] arguments) =>
        Bytes.Concat(artifact.Bytecode, AbiEncoder.Encode([.. artifact.Abi.ConstructorInputs.Components.Select(input => input.Type)], arguments));
}
